/**
 * Batching of functions between trees.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import type { Expr, Value } from '../graph/Expr.js'
import { nodesOf } from '../graph/leaves.js'
import type { Prepend, Stack } from '../shape/index.js'
import { refill } from '../tensor/Tree.js'
import { placed } from '../graph/place.js'
import { invalidLike, invalids } from './trees.js'
import { vectorize } from './vectorize.js'

/**
 * A tree with one more axis of size `N` in front of every leaf.
 *
 * @since 0.1.0
 * @category model
 */
export type Batched<N, T> =
  T extends Expr<infer S, infer D>
    ? Expr<Prepend<N, S>, D>
    : T extends object
      ? { readonly [K in keyof T]: Batched<N, T[K]> }
      : T

/**
 * What has a tree's slices along its leading axis: like `Batched`, and a leaf of any rank for one whose rank is not known.
 *
 * @since 0.1.0
 * @category model
 */
export type Stacked<N, T> =
  T extends Expr<infer S, infer D>
    ? Expr<Stack<N, S>, D>
    : T extends object
      ? { readonly [K in keyof T]: Stacked<N, T[K]> }
      : T

/**
 * The arguments of a batched function: every leaf has the same leading size.
 *
 * @since 0.1.0
 * @category model
 */
export type BatchedArguments<N, A> = A extends readonly [infer H, ...infer T]
  ? [Stacked<N, H>, ...BatchedArguments<NoInfer<N>, T>]
  : []

/**
 * A function of batches, from one of examples.
 *
 * @since 0.1.0
 * @category model
 */
export interface Vmapped<A extends ReadonlyArray<unknown>, R> {
  <N extends number>(...args: BatchedArguments<N, A>): Batched<N, R>
}

const example = (x: Value): Value =>
  x._tag === 'Invalid'
    ? x
    : x.shape.length === 0
      ? invalid('vmap', [x], 'needs a leading axis to map over, got a number')
      : placed(make.input('example', x.shape.slice(1), x.dtype), [x])

/** Leaves whose leading sizes differ from the first; those in error or without an axis are reported as such. */
const unequal = (leaves: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const sized = leaves.filter((x) => x._tag !== 'Invalid' && x.shape.length > 0)
  const sizes = [...new Set(sized.map((x) => x.shape[0]))]
  return sizes.length < 2 ? [] : [invalid('vmap', sized, `leading sizes ${sizes.join(' and ')} differ`)]
}

/**
 * A function of one example, applied to a batch: every leaf of every argument gets a leading axis of size N, and so does every leaf of the
 * result. No loop is involved; a dense layer becomes one matrix product. What is shared by all examples is simply captured.
 *
 * Errors: arguments without a leading axis, or with different leading sizes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sum, tensor, toNested, vmap, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const total = (x: Expr<[2], 'f32'>) => sum()(x)
 * deepStrictEqual(pipe(evaluate(vmap(total)(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([3, 7]))
 * ```
 *
 * @since 0.1.0
 * @category batching
 */
export const vmap =
  <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R): Vmapped<A, R> =>
  <N extends number>(...args: BatchedArguments<N, A>) => {
    const leaves = nodesOf(args)
    const examples = leaves.map(example)
    const y = f(...(refill(args, examples) as A))
    const outputs = nodesOf(y)
    const reasons = invalids([...examples, ...unequal(leaves), ...outputs])
    const results =
      reasons.length > 0
        ? invalidLike(outputs, reasons)
        : vectorize(leaves[0]?.shape[0] ?? 0, { parameters: examples, results: outputs }, leaves)
    return refill(y, results) as Batched<N, R>
  }
