import type { Both, Exactly, Is, Items, Rank, SameDim, ShapeError, Show } from './Shape.js'

/**
 * One axis: the size after broadcasting in `Is`, or `undefined`. Resolves for (N, N), (N, 1) and (1, N): what is left of
 * `A | B` without 1. `Ready` is a literal of the caller that is open until the sizes are known; without it the compiler
 * would settle `R = A | B` where this type is declared.
 */
type BroadcastDim<A, B, Ready> =
  Both<A | B, Ready> extends Both<infer R | 1, number>
    ? Exactly<A, B> extends Exactly<R, R> | Exactly<R, 1> | Exactly<1, R>
      ? Is<R>
      : number extends A
        ? Is<B>
        : number extends B
          ? Is<A>
          : undefined
    : never

type Mismatch<Op extends string, A, B, X, Y, Axis> = X extends number
  ? Y extends number
    ? Axis extends number
      ? ShapeError<`${Op}: sizes ${X} and ${Y} on axis -${Axis} do not broadcast (${Show<A>} and ${Show<B>})`>
      : never
    : never
  : never

type Walk<
  A extends readonly unknown[],
  B extends readonly unknown[],
  Op extends string,
  WholeA,
  WholeB,
  R extends readonly unknown[] = []
> = A extends readonly []
  ? [...B, ...R]
  : B extends readonly []
    ? [...A, ...R]
    : A extends readonly [...infer AS, infer X]
      ? B extends readonly [...infer BS, infer Y]
        ? BroadcastDim<X, Y, Rank<WholeA>> extends infer D
          ? D extends Is<infer Size>
            ? Walk<AS, BS, Op, WholeA, WholeB, [Size, ...R]>
            : Mismatch<Op, WholeA, WholeB, X, Y, [...R, X]['length']>
          : never
        : never
      : never

/**
 * NumPy broadcasting: axes are aligned at the end, sizes agree or one of them is 1.
 *
 * @category elementwise
 * @since 0.1.0
 */
export type Broadcast<A, B, Op extends string> =
  number extends Rank<A> ? number[] : number extends Rank<B> ? number[] : Walk<Items<A>, Items<B>, Op, A, B>

type Expand<
  S extends readonly unknown[],
  T extends readonly unknown[],
  WholeS,
  WholeT,
  R extends readonly unknown[] = []
> = S extends readonly []
  ? [...T, ...R]
  : S extends readonly [...infer SS, infer X]
    ? T extends readonly [...infer TS, infer Y]
      ? Exactly<X, Y> extends Exactly<Y, Y> | Exactly<1, Y>
        ? Expand<SS, TS, WholeS, WholeT, [Y, ...R]>
        : SameDim<X, Y> extends true
          ? Expand<SS, TS, WholeS, WholeT, [Y, ...R]>
          : ShapeError<`broadcastTo: ${Show<WholeS>} does not broadcast to ${Show<WholeT>}`>
      : ShapeError<`broadcastTo: ${Show<WholeS>} does not broadcast to ${Show<WholeT>}`>
    : never

/**
 * The shape `T`, if `S` broadcasts to it.
 *
 * @category elementwise
 * @since 0.1.0
 */
export type BroadcastTo<S, T> = number extends Rank<S> | Rank<T>
  ? [...Items<T>]
  : Expand<Items<S>, Items<T>, S, T>

type Agree<
  A extends readonly unknown[],
  B extends readonly unknown[],
  R extends readonly unknown[],
  E
> = A extends readonly [infer X, ...infer AS]
  ? B extends readonly [infer Y, ...infer BS]
    ? Exactly<X, Y> extends Exactly<X, X>
      ? Agree<AS, BS, [...R, X], E>
      : number extends X
        ? Agree<AS, BS, [...R, Y], E>
        : number extends Y
          ? Agree<AS, BS, [...R, X], E>
          : E
    : E
  : B extends readonly []
    ? R
    : E

/**
 * The one shape of two operands that must not broadcast (losses).
 *
 * @category elementwise
 * @since 0.1.0
 */
export type SameShape<A, B, Op extends string> =
  number extends Rank<A>
    ? number[]
    : number extends Rank<B>
      ? number[]
      : Agree<Items<A>, Items<B>, [], ShapeError<`${Op}: shapes ${Show<A>} and ${Show<B>} differ`>>
