/**
 * Lookups by index, choices by condition, and tensors made from nothing.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import type { IntegerOnly, Mutable, Shape } from '../shape/index.js'
import {
  countProblem,
  equalDims,
  invertPermutation,
  isDim,
  range,
  replaceAt,
  shapeProblem,
  showDims
} from '../tensor/dims.js'
import { belongs, isInteger, type DType } from '../tensor/DType.js'
import type {
  Elementwise,
  OneHotOf,
  Operand,
  PointwiseNumber,
  ScatterAddAt,
  TakeAlongAxisAt,
  TakeAt,
  WhereBetween
} from './signatures/index.js'
import {
  axisOf,
  axisProblem,
  composed,
  elementwise,
  expand,
  lift,
  lifted,
  ofNumbers,
  together
} from './operand.js'
import { typed } from '../graph/terms.js'

/**
 * `where(a, b)(condition)` takes elements of `a` where the condition holds, else of `b`; all broadcast. The branch not taken contributes exactly 0
 * to derivatives, whatever happens in it element by element. A contraction (`matmul`, `einsum`) in that branch sums its products as IEEE
 * arithmetic does, where 0 times infinity is NaN: there, choose a finite operand before contracting.
 *
 * Errors: a condition that is not bool, shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested, where } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(where(1, 2)(tensor([true, false]))), E.map(toNested)), E.right([1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category choice
 */
export const where =
  <const A extends Operand, const B extends Operand>(
    onTrue: A,
    onFalse: B & Elementwise<A, B, 'where'>
  ): WhereBetween<A, B> =>
  (condition) => {
    const [a, b] = lift([onTrue, onFalse])
    const c = node(condition)
    const xs = [c, a ?? c, b ?? c]
    return typed(
      composed('where', xs, () => together('where', xs, ([p, q, r]) => make.select(p ?? c, q ?? c, r ?? c)))
    )
  }

/**
 * The operand held between two bounds: min(max(x, low), high).
 *
 * Errors: bounds of another dtype.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { clip, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(clip(0, 1)(tensor([-1, 0.5, 2]))), E.map(toNested)), E.right([0, 0.5, 1]))
 * ```
 *
 * @since 0.1.0
 * @category choice
 */
export const clip =
  (low: number, high: number): PointwiseNumber<'clip'> =>
  (x) => {
    const n = node(x)
    const clipped = (): Value => elementwise('min', elementwise('max', n, low), high)
    return typed(ofNumbers('clip', [n], clipped))
  }

/**
 * The entries of `axis` (default 0) at `indices`; the axis is replaced by the axes of `indices`. An index out of range is a `RunError`, there is no wrap-around.
 *
 * Errors: an axis out of range, indices that are not integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, take, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(take(tensor([2, 0], 'i32'), 0)(tensor([10, 20, 30]))), E.map(toNested)), E.right([30, 10]))
 * ```
 *
 * @since 0.1.0
 * @category lookup
 */
export const take =
  <I, DI extends DType, const X extends number>(
    indices: Expr<I, DI> & IntegerOnly<'take'>[DI],
    axis: X
  ): TakeAt<I, X> =>
  (x) => {
    const [n, i] = [node(x), node(indices)]
    const wrong = axisProblem(axis, n)
    return typed(
      composed('take', [n, i], () =>
        wrong === undefined
          ? make.gather(axisOf(axis, n.shape.length), 0, i, n)
          : invalid('take', [n, i], wrong)
      )
    )
  }

const alongProblem = (axis: number, x: Value, indices: Value): string | undefined => {
  const at = axisOf(axis, x.shape.length)
  const differ = `shapes ${showDims(x.shape)} and ${showDims(indices.shape)} of the indices differ outside axis ${String(axis)}`
  return (
    axisProblem(axis, x) ??
    (equalDims(replaceAt(x.shape, at, 0), replaceAt(indices.shape, at, 0)) ? undefined : differ)
  )
}

/** The axis goes last, where all axes before it are those of a batch. */
const alongAxis = (axis: number, x: Value, indices: Value): Value => {
  const rank = x.shape.length
  const order = [...range(0, rank).filter((a) => a !== axis), axis]
  const found = make.gather(rank - 1, rank - 1, make.permute(order, indices), make.permute(order, x))
  return make.permute(invertPermutation(order), found)
}

/**
 * One entry per index along `axis`: `indices` has the shape of the operand but for that axis.
 *
 * Errors: an axis out of range, indices that are not integers or of another shape.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, takeAlongAxis, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(takeAlongAxis(tensor([[1], [0]], 'i32'), 1)(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([[2], [3]]))
 * ```
 *
 * @since 0.1.0
 * @category lookup
 */
export const takeAlongAxis =
  <I extends Shape>(indices: Expr<I, 'i32' | 'u32'>, axis: number): TakeAlongAxisAt<I> =>
  (x) => {
    const [n, i] = [node(x), node(indices)]
    const at = axisOf(axis, n.shape.length)
    return typed(
      composed('takeAlongAxis', [n, i], () => {
        const wrong = alongProblem(axis, n, i)
        return wrong === undefined ? alongAxis(at, n, i) : invalid('takeAlongAxis', [n, i], wrong)
      })
    )
  }

/** Each index beside all numbers of classes. */
const comparedWithClasses = (size: number, n: Value): Value => {
  const shape = [...n.shape, size]
  const column = expand(shape, make.reshape([...n.shape, 1], n))
  return make.convert('f32', make.binary('eq', column, make.iota(n.shape.length, shape, n.dtype)))
}

/**
 * 1 at each index, 0 elsewhere, along a new last axis of the given size; an index out of range gives zeros.
 *
 * Errors: indices that are not integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, oneHot, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(oneHot(3)(tensor([2, 0], 'i32'))), E.map(toNested)), E.right([[0, 0, 1], [1, 0, 0]]))
 * ```
 *
 * @since 0.1.0
 * @category lookup
 */
export const oneHot =
  <const N extends number>(size: N): OneHotOf<N> =>
  (indices) => {
    const n = node(indices)
    const wrong =
      countProblem(size, 'classes') ??
      (isInteger(n.dtype) ? undefined : `indices are ${n.dtype}, expected i32 or u32`)
    return typed(
      composed('oneHot', [n], () =>
        wrong === undefined ? comparedWithClasses(size, n) : invalid('oneHot', [n], wrong)
      )
    )
  }

/**
 * Adds `updates` into zeros: entry `i` along `axis` of the operand is added at `indices[i]` of an axis of the given size. The transpose of `take`.
 *
 * Errors: an axis out of range, indices that are not integers or do not fit.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, scatterAdd, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(scatterAdd(tensor([1, 1], 'i32'), 3, 0)(tensor([10, 20]))), E.map(toNested)), E.right([0, 30, 0]))
 * ```
 *
 * @since 0.1.0
 * @category lookup
 */
export const scatterAdd =
  (indices: Expr<Shape, 'i32' | 'u32'>, size: number, axis: number): ScatterAddAt =>
  (updates) => {
    const [n, i] = [node(updates), node(indices)]
    const at = axisOf(axis, n.shape.length - i.shape.length + 1)
    return typed(composed('scatterAdd', [n, i], () => make.scatter(size, at, 0, i, n)))
  }

/** One number in every place. */
const repeated = (operation: string, shape: Shape, value: number, dtype: DType = 'f32'): Value => {
  const unfit =
    shapeProblem(shape) ?? (belongs(value, dtype) ? undefined : `${String(value)} is not of dtype ${dtype}`)
  return composed(operation, [], () =>
    unfit === undefined ? make.broadcast([...shape], [], lifted(value, dtype)) : invalid(operation, [], unfit)
  )
}

/**
 * One number in every place.
 *
 * Errors: a shape that is not of integers >= 0.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, full, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(full([2], 7)), E.map(toNested)), E.right([7, 7]))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const full = <const S extends Shape, D extends DType = 'f32'>(
  shape: S,
  value: number,
  dtype?: D
): Expr<Mutable<S>, D> => typed(repeated('full', shape, value, dtype))

/**
 * 0 in every place.
 *
 * Errors: a shape that is not of integers >= 0.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, toNested, zeros } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(zeros([2])), E.map(toNested)), E.right([0, 0]))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const zeros = <const S extends Shape, D extends DType = 'f32'>(
  shape: S,
  dtype?: D
): Expr<Mutable<S>, D> => typed(repeated('zeros', shape, 0, dtype))

/**
 * 1 in every place.
 *
 * Errors: a shape that is not of integers >= 0.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, ones, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(ones([2])), E.map(toNested)), E.right([1, 1]))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const ones = <const S extends Shape, D extends DType = 'f32'>(
  shape: S,
  dtype?: D
): Expr<Mutable<S>, D> => typed(repeated('ones', shape, 1, dtype))

/**
 * The index of each element along `axis` (default 0).
 *
 * Errors: an axis out of range, dtype bool.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, iota, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(iota([3])), E.map(toNested)), E.right([0, 1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const iota = <const S extends Shape, D extends DType = 'i32'>(
  shape: S,
  axis = 0,
  dtype?: D
): Expr<Mutable<S>, D> => typed(make.iota(axisOf(axis, shape.length), [...shape], dtype ?? 'i32'))

const diagonal = (size: number, dtype: DType): Value =>
  isDim(size)
    ? make.convert(
        dtype,
        make.binary('eq', make.iota(0, [size, size], 'i32'), make.iota(1, [size, size], 'i32'))
      )
    : invalid('eye', [], `${String(size)} is not a size; sizes are integers >= 0`)

/**
 * The identity matrix.
 *
 * Errors: a size that is not an integer >= 0.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, eye, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(eye(2)), E.map(toNested)), E.right([[1, 0], [0, 1]]))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const eye = <const N extends number, D extends DType = 'f32'>(size: N, dtype?: D): Expr<[N, N], D> =>
  typed(composed('eye', [], () => diagonal(size, dtype ?? 'f32')))
