/**
 * Functions that compare or weigh along an axis, with an answer where the plain formula has none.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import { invalid } from '../graph/error.js'
import { node, type Expr } from '../graph/Expr.js'
import type { BoolOnly } from '../shape/index.js'
import { broadcastDims, equalDims, showDims } from '../tensor/dims.js'
import type { DType } from '../tensor/DType.js'
import { and, div, gt, mul, sub } from './arithmetic.js'
import { abs, isFinite, sqrt, square, stopGradient } from './functions.js'
import { where } from './lookup.js'
import { broadcastTo } from './movement.js'
import { axisProblem, composed, ofFloats } from './operand.js'
import type { CosineSimilarityTo, MaskedSoftmaxBy } from './signatures/index.js'
import { typed } from '../graph/terms.js'
import { all, max, sum } from './reduce.js'
import { weightOf } from './weight.js'

/** An expression whose shapes and dtype have been checked by the function that uses it. */
type Checked = Expr<number[], 'f32'>

const kept = { keepDims: true } as const

const masked = (mask: Expr<number[], 'bool'>, x: Checked, axis: number): Checked => {
  if (x.shape.includes(0)) return x
  const peak = stopGradient(pipe(mask, where(x, -Infinity), max(axis, kept)))
  const shifted = pipe(mask, where(pipe(x, sub(pipe(isFinite(peak), where(peak, 0)))), 0))
  const weights = pipe(mask, where(typed<Checked>(weightOf(node(shifted))), 0))
  const total = pipe(weights, sum(axis, kept))
  return pipe(weights, div(pipe(total, gt(0), where(total, 1))))
}

/**
 * Softmax along `axis` (the last unless told) of the elements for which the mask holds; the others are 0. Where it holds for none, or all are
 * -Infinity, the result is 0 and so are its derivatives. The mask is boolean, never a large negative number, and broadcasts to the operand.
 *
 * Errors: an axis that the operand does not have, a mask that does not broadcast to it, integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, maskedSoftmax, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const mask = tensor([[true, true, false], [false, false, false]])
 * const weights = pipe(tensor([[5, 5, 9], [1, 2, 3]]), maskedSoftmax(mask), evaluate, E.map(toNested))
 * deepStrictEqual(weights, E.right([[0.5, 0.5, 0], [0, 0, 0]]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const maskedSoftmax =
  <M, DM extends DType, const X extends number = -1>(
    mask: Expr<M, DM> & BoolOnly<'maskedSoftmax'>[DM],
    axis?: X
  ): MaskedSoftmaxBy<M, X> =>
  (x) => {
    const [m, n] = [node(mask), node(x)]
    const fits = equalDims(broadcastDims(m.shape, n.shape) ?? [-1], n.shape)
    const wrong =
      axisProblem(axis ?? -1, n) ??
      (fits ? undefined : `the mask ${showDims(m.shape)} does not broadcast to ${showDims(n.shape)}`)
    return typed(
      composed('maskedSoftmax', [n, m], () =>
        m.dtype !== 'bool'
          ? invalid(
              'maskedSoftmax',
              [n, m],
              `the mask is ${m.dtype}, expected bool; compare first, as in gt(0)(x)`
            )
          : ofFloats('maskedSoftmax', [n], () =>
              wrong === undefined
                ? node(masked(typed(broadcastTo(n.shape)(typed<Expr>(m))), typed(n), axis ?? -1))
                : invalid('maskedSoftmax', [n, m], wrong)
            )
      )
    )
  }

/** In units of the largest element, which is held still, as it cancels: so that lengths neither overflow nor vanish. */
const inRange = (x: Checked, axis: number): Checked => {
  if (x.shape.includes(0)) return x
  const largest = stopGradient(pipe(x, abs, max(axis, kept)))
  const unit = pipe(largest, gt(0), and(isFinite(largest)), where(largest, 1))
  return pipe(x, div(unit))
}

/** After which squares are safe, and the length of a zero vector counts as 1. */
const cosine = (first: Checked, second: Checked, axis: number): Checked => {
  const [a, b] = [inRange(first, axis), inRange(second, axis)]
  const [m, n] = [pipe(a, square, sum(axis, kept)), pipe(b, square, sum(axis, kept))]
  const unit = (x: Checked, total: Checked): Checked =>
    pipe(x, div(sqrt(pipe(total, gt(0), where(total, 1)))))
  const both = pipe(m, gt(0), and(pipe(n, gt(0))), all(axis))
  return pipe(both, where(pipe(unit(a, m), mul(unit(b, n)), sum(axis)), 0))
}

/**
 * `cosineSimilarity(b)(a)` is the cosine of the angle between `a` and `b` along `axis` (the last unless told), a . b / (|a| |b|); where one of
 * them is the zero vector it is 0, and so are its derivatives.
 *
 * Errors: shapes that differ, an axis that they do not have, different dtypes, integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { cosineSimilarity, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const cosines = pipe(tensor([[3, 0], [0, 0]]), cosineSimilarity(tensor([[2, 0], [1, 1]])), evaluate, E.map(toNested))
 * deepStrictEqual(cosines, E.right([1, 0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const cosineSimilarity =
  <B, DB extends DType, const X extends number = -1>(
    b: Expr<B, DB>,
    axis?: X
  ): CosineSimilarityTo<B, DB, X> =>
  (a) => {
    const [m, n] = [node(a), node(b)]
    const wrong = equalDims(m.shape, n.shape)
      ? axisProblem(axis ?? -1, m)
      : `shapes ${showDims(m.shape)} and ${showDims(n.shape)} differ`
    return typed(
      ofFloats('cosineSimilarity', [m, n], () =>
        wrong === undefined
          ? node(cosine(typed(m), typed(n), axis ?? -1))
          : invalid('cosineSimilarity', [m, n], wrong)
      )
    )
  }
