import type { Broadcast } from './broadcast.js'
import type { Items, Rank, SameDim, ShapeError, Show, ShowDim } from './Shape.js'

type Inner<A, B, X, Y, R> =
  SameDim<X, Y> extends true
    ? R
    : ShapeError<`matmul: inner dimensions ${ShowDim<X>} and ${ShowDim<Y>} differ (${Show<A>} x ${Show<B>})`>

type Batched<A, B, BatchA, BatchB, M, N> =
  Broadcast<BatchA, BatchB, 'matmul'> extends infer R
    ? R extends readonly unknown[]
      ? [...R, M, N]
      : ShapeError<`matmul: batch axes do not broadcast (${Show<A>} x ${Show<B>})`>
    : never

type Multiply<A extends readonly unknown[], B extends readonly unknown[]> = A extends readonly []
  ? ShapeError<`matmul: a scalar has no axis to contract (${Show<A>} x ${Show<B>})`>
  : B extends readonly []
    ? ShapeError<`matmul: a scalar has no axis to contract (${Show<A>} x ${Show<B>})`>
    : A extends readonly [infer K]
      ? B extends readonly [infer L]
        ? Inner<A, B, K, L, []>
        : B extends readonly [...infer Batch, infer L, infer N]
          ? Inner<A, B, K, L, [...Batch, N]>
          : never
      : A extends readonly [...infer BatchA, infer M, infer K]
        ? B extends readonly [infer L]
          ? Inner<A, B, K, L, [...BatchA, M]>
          : B extends readonly [...infer BatchB, infer L, infer N]
            ? Inner<A, B, K, L, Batched<A, B, BatchA, BatchB, M, N>>
            : never
        : never

/**
 * NumPy `matmul`: vectors, matrices and stacks of matrices whose batch axes broadcast.
 *
 * @category contraction
 * @since 0.1.0
 */
export type MatMul<A, B> =
  number extends Rank<A> ? number[] : number extends Rank<B> ? number[] : Multiply<Items<A>, Items<B>>

/**
 * The shape of all products of an element of one tensor and an element of another.
 *
 * @category contraction
 * @since 0.1.0
 */
export type Outer<A, B> =
  number extends Rank<A> ? number[] : number extends Rank<B> ? number[] : [...Items<A>, ...Items<B>]
