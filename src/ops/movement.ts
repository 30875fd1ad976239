/**
 * Functions that move elements and compute nothing.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import type { Shape, Transpose } from '../shape/index.js'
import {
  broadcastDims,
  equalDims,
  insertAt,
  range,
  shapeProblem,
  showDims,
  size,
  without,
  type Dims
} from '../tensor/dims.js'
import type { DType } from '../tensor/DType.js'
import { axesOf, axisOf, composed, expand } from './operand.js'
import type {
  BroadcastInto,
  ConcatAlong,
  ExpandDimsAt,
  Kept,
  Padded,
  PermuteBy,
  Range,
  ReshapeTo,
  SliceBy,
  SqueezeAt,
  StackAlong
} from './signatures/index.js'
import { typed } from '../graph/terms.js'

const nodes = (xs: ReadonlyArray<Expr<unknown>>): ReadonlyArray<Value> => xs.map((x) => node(x))

/** A single -1 stands for whatever size is left, or it is refused. */
const inferred = (shape: Dims, x: Value): Value => {
  const holes = shape.filter((d) => d === -1).length
  if (holes === 0 || x._tag === 'Invalid') return make.reshape([...shape], x)
  if (holes > 1) return invalid('reshape', [x], `at most one size may be -1 (${showDims(shape)})`)
  const [count, rest] = [size(x.shape), size(shape.filter((d) => d !== -1))]
  return rest > 0 && count % rest === 0
    ? make.reshape(
        shape.map((d) => (d === -1 ? count / rest : d)),
        x
      )
    : invalid(
        'reshape',
        [x],
        `${showDims(x.shape)} has ${String(count)} elements, which ${showDims(shape)} cannot hold`
      )
}

/**
 * The same elements in row-major order, in another shape. One size may be -1: what is left.
 *
 * Errors: another number of elements.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, reshape, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(reshape([2, -1])(tensor([1, 2, 3, 4]))), E.map(toNested)), E.right([[1, 2], [3, 4]]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const reshape =
  <const T extends Shape>(shape: T): ReshapeTo<T> =>
  (x) =>
    typed(inferred(shape, node(x)))

/**
 * Axis `i` of the result is axis `axes[i]` of the operand.
 *
 * Errors: axes that are not a permutation.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, permute, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(permute([1, 0])(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([[1, 3], [2, 4]]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const permute =
  <const P extends Shape>(axes: P): PermuteBy<P> =>
  (x) => {
    const n = node(x)
    return typed(make.permute(axesOf(axes, n.shape.length), n))
  }

/**
 * The axes in reverse order: for a matrix, rows and columns exchanged.
 *
 * Errors: none.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested, transpose } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(transpose(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([[1, 3], [2, 4]]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const transpose = <S, D extends DType>(x: Expr<S, D>): Expr<Transpose<S>, D> => {
  const n = node(x)
  return typed(composed('transpose', [n], () => make.permute([...range(0, n.shape.length)].reverse(), n)))
}

/**
 * The operand repeated to a shape that it broadcasts to.
 *
 * Errors: a shape that the operand does not broadcast to.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { broadcastTo, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(broadcastTo([2, 2])(tensor([1, 2]))), E.map(toNested)), E.right([[1, 2], [1, 2]]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const broadcastTo =
  <const T extends Shape>(shape: T): BroadcastInto<T> =>
  (x) => {
    const n = node(x)
    const misfit = `${showDims(n.shape)} does not broadcast to ${showDims(shape)}`
    return typed(
      composed('broadcastTo', [n], () => {
        const fits = equalDims(broadcastDims(n.shape, shape) ?? [-1], shape)
        const wrong = shapeProblem(shape) ?? (fits ? undefined : misfit)
        return wrong === undefined ? expand([...shape], n) : invalid('broadcastTo', [n], wrong)
      })
    )
  }

/**
 * A new axis of size 1 at `axis`.
 *
 * Errors: an axis out of range.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, expandDims, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(expandDims(0)(tensor([1, 2]))), E.map(toNested)), E.right([[1, 2]]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const expandDims =
  <const X extends number>(axis: X): ExpandDimsAt<X> =>
  (x) => {
    const n = node(x)
    const at = axisOf(axis, n.shape.length + 1)
    return typed(
      composed('expandDims', [n], () =>
        range(0, n.shape.length + 1).includes(at)
          ? make.reshape(insertAt(n.shape, at, 1), n)
          : invalid('expandDims', [n], `no place for axis ${String(axis)} in ${showDims(n.shape)}`)
      )
    )
  }

/**
 * Without the axis `axis`, which has size 1; without all axes of size 1 unless told.
 *
 * Errors: an axis out of range or of another size than 1.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, squeeze, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(squeeze()(tensor([[1, 2]]))), E.map(toNested)), E.right([1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const squeeze =
  <const X extends number | undefined = undefined>(axis?: X): SqueezeAt<X> =>
  (x) => {
    const n = node(x)
    const axes =
      axis === undefined
        ? range(0, n.shape.length).filter((i) => n.shape[i] === 1)
        : [axisOf(axis, n.shape.length)]
    return typed(
      composed('squeeze', [n], () =>
        axes.every((i) => n.shape[i] === 1)
          ? make.reshape(without(n.shape, axes), n)
          : invalid('squeeze', [n], `axis ${String(axis)} of ${showDims(n.shape)} does not have size 1`)
      )
    )
  }

const bound = (i: number, d: number): number => (i < 0 ? i + d : i)

const resolved = (r: Range | undefined, d: number): readonly [number, number, number] =>
  r === null || r === undefined ? [0, d, 1] : [bound(r[0], d), bound(r[1], d), r[2] ?? 1]

/**
 * Part of each axis; axes without a range are kept.
 *
 * Errors: more ranges than axes, a range that does not lie within its axis, a step below 1.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, slice, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(slice([[0, 1], [-2, 3]])(tensor([[1, 2, 3], [4, 5, 6]]))), E.map(toNested)), E.right([[2, 3]]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const slice =
  <const R extends ReadonlyArray<Range>>(ranges: R): SliceBy<R> =>
  (x) => {
    const n = node(x)
    if (ranges.length > n.shape.length && n._tag !== 'Invalid')
      return typed(
        invalid(
          'slice',
          [n],
          `${String(ranges.length)} ranges for the ${String(n.shape.length)} axes of ${showDims(n.shape)}`
        )
      )
    const parts = n.shape.map((d, i) => resolved(ranges[i], d))
    return typed(
      make.slice(
        parts.map((p) => p[0]),
        parts.map((p) => p[1]),
        parts.map((p) => p[2]),
        n
      )
    )
  }

/**
 * The operands one after another along `axis`.
 *
 * Errors: no operands, sizes that differ outside `axis`, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { concat, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(concat(0)([tensor([1]), tensor([2, 3])])), E.map(toNested)), E.right([1, 2, 3]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const concat =
  <const X extends number>(axis: X): ConcatAlong<X> =>
  (xs) => {
    const ns = nodes(xs)
    return typed(make.concat(axisOf(axis, ns[0]?.shape.length ?? 0), ns))
  }

const stackProblem = (axis: number, xs: ReadonlyArray<Value>): string | undefined => {
  const shape = xs[0]?.shape ?? []
  const odd = xs.find((x) => !equalDims(x.shape, shape))
  if (odd !== undefined) return `shapes ${showDims(shape)} and ${showDims(odd.shape)} differ`
  return range(0, shape.length + 1).includes(axisOf(axis, shape.length + 1))
    ? undefined
    : `no place for axis ${String(axis)} in ${showDims(shape)}`
}

const stacked = (axis: number, xs: ReadonlyArray<Value>): Value => {
  const wrong = stackProblem(axis, xs)
  if (wrong !== undefined) return invalid('stack', xs, wrong)
  const at = axisOf(axis, (xs[0]?.shape.length ?? 0) + 1)
  const layers = xs.map((x) => make.reshape(insertAt(x.shape, at, 1), x))
  return make.concat(at, layers)
}

/**
 * The operands, all of one shape, along a new axis.
 *
 * Errors: no operands, different shapes or dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, stack, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(stack(0)([tensor([1, 2]), tensor([3, 4])])), E.map(toNested)), E.right([[1, 2], [3, 4]]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const stack =
  <const X extends number>(axis: X): StackAlong<X> =>
  (xs) => {
    const layers = nodes(xs)
    return typed(composed('stack', layers, () => stacked(axis, layers)))
  }

/**
 * How much to add at the ends of an axis, and between neighbours.
 *
 * @since 0.1.0
 * @category model
 */
export interface PaddingConfig {
  readonly low?: number
  readonly high?: number
  readonly interior?: number
}

/**
 * The operand with `value` around and between its elements; axes without a padding are kept.
 *
 * Errors: negative counts, more paddings than axes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, pad, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pad([{ low: 1 }], 9)(tensor([1, 2]))), E.map(toNested)), E.right([9, 1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const pad =
  (paddings: ReadonlyArray<PaddingConfig>, value = 0): Padded =>
  (x) => {
    const n = node(x)
    const part = (f: (p: PaddingConfig) => number | undefined): Dims =>
      range(0, Math.max(n.shape.length, paddings.length)).map((i) => f(paddings[i] ?? {}) ?? 0)
    return typed(
      make.pad(
        part((p) => p.low),
        part((p) => p.high),
        part((p) => p.interior),
        value,
        n
      )
    )
  }

/**
 * The operand with the order along `axes` (all unless told) turned round.
 *
 * Errors: axes that the operand does not have.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, reverse, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(reverse()(tensor([1, 2, 3]))), E.map(toNested)), E.right([3, 2, 1]))
 * ```
 *
 * @since 0.1.0
 * @category movement
 */
export const reverse =
  (axes?: number | ReadonlyArray<number>): Kept =>
  (x) => {
    const n = node(x)
    return typed(make.reverse(axesOf(axes, n.shape.length), n))
  }
