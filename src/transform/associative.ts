/**
 * Running combinations in logarithmic depth.
 *
 * @since 0.1.0
 */
import type { Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import type { Region } from '../graph/Region.js'
import type { CarryCheck, LengthOf, SlicesCheck } from '../shape/index.js'
import { refill } from '../tensor/Tree.js'
import type { Batched, Stacked } from './vmap.js'
import { invalidLike, invalids, sliceOf, unequal, unfit } from './trees.js'
import { vectorize } from './vectorize.js'

type Values = ReadonlyArray<Value>

/** Rows `start, start + stride, ...` before `limit`. */
const rowsOf = (start: number, limit: number, stride: number, x: Value): Value => {
  const rest = x.shape.slice(1)
  const ones = rest.map(() => 1)
  return make.slice([start, ...rest.map(() => 0)], [limit, ...rest], [stride, ...ones], x)
}

/** Of two stacks the first of one, the first of the other, the second of one, and so on; the one may be longer by one. */
const interleaved = (xs: Value, ys: Value): Value => {
  const [longer = 0, shorter = 0] = [xs.shape[0], ys.shape[0]]
  const rest = xs.shape.slice(1)
  const columns = [rowsOf(0, shorter, 1, xs), ys].map((x) => make.reshape([shorter, 1, ...rest], x))
  const pairs = make.reshape([2 * shorter, ...rest], make.concat(1, columns))
  return longer === shorter ? pairs : make.concat(0, [pairs, rowsOf(shorter, longer, 1, xs)])
}

/**
 * Two batches of elements combined one by one. Neighbours first, which halves the length; of the results each is a running combination at an odd place,
 * and those at even places need one more element each (Blelloch, Prefix Sums and Their Applications, 1990).
 */
const running = (combine: (earlier: Values, later: Values) => Values, xs: Values): Values => {
  const count = xs[0]?.shape[0] ?? 0
  if (count < 2) return xs
  const [whole, half] = [count - (count % 2), Math.floor(count / 2)]
  const every = (start: number, limit: number): Values => xs.map((x) => rowsOf(start, limit, 2, x))
  const odd = running(combine, combine(every(0, whole), every(1, whole)))
  const pairs = Math.floor((count - 1) / 2)
  const before = odd.map((y) => rowsOf(0, pairs, 1, y))
  const after = pairs === 0 ? [] : combine(before, every(2, count))
  const even = xs.map((x, i) => {
    const first = rowsOf(0, 1, 1, x)
    const rest = after[i]
    return rest === undefined ? first : make.concat(0, [first, rest])
  })
  return even.map((e, i) => interleaved(e, odd[i] ?? rowsOf(0, half, 1, e)))
}

const flipped = (isReversed: boolean, xs: Values): Values =>
  isReversed ? xs.map((x) => make.reverse([0], x)) : xs

const combined = (place: string, before: string, after: string): string =>
  `${place} is ${before}, and ${after} when combined; it must stay the same`

const operation = 'associativeScan'

/**
 * A running combination that has its function: of elements along the leading axis.
 *
 * @since 0.1.0
 * @category model
 */
export interface AssociativeScanOver<X> {
  <const I extends Stacked<number, X>>(
    xs: I & SlicesCheck<I, number, 'associativeScan'>
  ): Batched<LengthOf<I, number>, X>
}

/** How two elements are combined as a piece of graph, and what is wrong with it. */
const traced = (combine: (a: unknown, b: unknown) => unknown, tree: unknown, slices: Values) => {
  const [a, b] = [make.inputsLike('earlier', slices), make.inputsLike('later', slices)]
  const element = refill(tree, a)
  const made = combine(element, refill(tree, b))
  const results = nodesLike(tree, made)
  const region: Region = { parameters: [...a, ...b], results }
  return {
    region,
    reasons: [...invalids(results), ...unfit(operation, 'an element', made, element, combined)]
  }
}

/**
 * All running combinations of the slices along the leading axis: `[x_0, x_0 * x_1, x_0 * x_1 * x_2, ...]` for an associative `*`. The same as a `scan`
 * in value, up to rounding, but in about 2 log2 n steps, each of which combines many elements at once (a batch, as by `vmap`). With `reverse` it begins
 * with the last slice. Elements are trees; each leaf keeps its shape and dtype.
 *
 * Errors: inputs without a leading axis, or with different lengths; combinations that differ from elements in shape or dtype. That the function is
 * associative is not checked.
 *
 * Source: JAX, `jax.lax.associative_scan`; Blelloch, Prefix Sums and Their Applications (1990).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, associativeScan, evaluate, mul, tensor, toNested, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * // The recurrence h_t = a_t h_(t-1) + b_t: its steps are affine functions, and those can be composed.
 * interface Affine {
 *   readonly a: Expr<[], 'f32'>
 *   readonly b: Expr<[], 'f32'>
 * }
 * const compose = (f: Affine, g: Affine): Affine => ({ a: mul(g.a)(f.a), b: pipe(f.b, mul(g.a), add(g.b)) })
 * const { b: h } = associativeScan(compose)({ a: tensor([1, 2, 3, 4]), b: tensor([1, 1, 1, 1]) })
 * deepStrictEqual(pipe(evaluate(h), E.map(toNested)), E.right([1, 3, 10, 41]))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const associativeScan =
  <X, const T>(
    combine: (earlier: X, later: X) => T & CarryCheck<X, T, 'associativeScan', 'element'>,
    { reverse = false }: { readonly reverse?: boolean } = {}
  ): AssociativeScanOver<X> =>
  <const I extends Stacked<number, X>>(xs: I & SlicesCheck<I, number, 'associativeScan'>) => {
    const inputs = nodesOf(xs)
    const count = inputs[0]?.shape[0] ?? 0
    const slices = inputs.map((x) => sliceOf(operation, x))
    const { region, reasons } = traced((a, b) => combine(a as X, b as X), xs, slices)
    const errors = [...invalids(slices), ...unequal(operation, count, inputs), ...reasons]
    const both = (a: Values, b: Values): Values => vectorize(a[0]?.shape[0] ?? 0, region, [...a, ...b])
    const results =
      errors.length > 0
        ? invalidLike(inputs, errors)
        : flipped(reverse, running(both, flipped(reverse, inputs)))
    return refill(xs, results) as Batched<LengthOf<I, number>, X>
  }
