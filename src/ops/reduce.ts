/**
 * Reductions: many elements to one, over all axes, one or several; negative axes count from the end.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { euclidean } from '../graph/euclidean.js'
import { node, type Expr, type Value, type ReduceOp } from '../graph/Expr.js'
import { full, typed } from '../graph/terms.js'
import { pick, showDims, size, type Dims } from '../tensor/dims.js'
import { isFloat } from '../tensor/DType.js'
import { axesOf, axisOf, axisProblem, expand, composed, ofFloats, ofNumbers } from './operand.js'
import type {
  AlongAxis,
  Axes,
  ArgReduction,
  Averaging,
  BoolReduction,
  FloatReduction,
  ReduceOptions,
  Reduction
} from './signatures/index.js'
import { weightOf } from './weight.js'

type Reduce = (x: Value, axes: Dims) => Value

/** Puts reduced axes back with size 1. */
const restore = (x: Value, axes: Dims, y: Value): Value =>
  make.reshape(
    x.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
    y
  )

const reduced = (reduce: Reduce, x: Value, axes: Dims, keepDims = false): Value => {
  const y = reduce(x, axes)
  return keepDims && y._tag !== 'Invalid' ? restore(x, axes, y) : y
}

const outOfRange = (axes: ReadonlyArray<number>, x: Value): string | undefined =>
  axes.map((a) => axisProblem(a, x)).find((wrong) => wrong !== undefined)

const over = <R extends Expr<unknown>>(
  operation: string,
  reduce: Reduce,
  axes: Axes,
  options: ReduceOptions | undefined,
  x: Expr<unknown>
): R => {
  const n = node(x)
  const given = axes === undefined ? [] : typeof axes === 'number' ? [axes] : axes
  const wrong = n._tag === 'Invalid' ? undefined : outOfRange(given, n)
  return typed(
    wrong === undefined
      ? composed(operation, [n], () => reduced(reduce, n, axesOf(axes, n.shape.length), options?.keepDims))
      : invalid(operation, [n], wrong)
  )
}

const floats =
  (operation: string, reduce: Reduce): Reduce =>
  (x, axes) =>
    ofFloats(operation, [x], () => reduce(x, axes))

const plain =
  (op: ReduceOp): Reduce =>
  (x, axes) =>
    make.reduce(op, axes, x)

/** An intermediate value, spread over the operand that it came from. */
const spread = (x: Value, axes: Dims, y: Value): Value => expand(x.shape, restore(x, axes, y))

const toFloat = (x: Value): Value => (isFloat(x.dtype) ? x : make.convert('f32', x))

const meanOf: Reduce = (x, axes) => {
  const count = size(pick(x.shape, axes))
  if (count === 0)
    return invalid(
      'mean',
      [x],
      `no mean of nothing: axes ${showDims(axes)} of ${showDims(x.shape)} hold no elements`
    )
  const total = make.reduce('sum', axes, toFloat(x))
  return make.binary('div', total, full(count, total))
}

const varianceOf =
  (correction: number): Reduce =>
  (x, axes) => {
    const f = toFloat(x)
    const deviations = make.binary('sub', f, spread(f, axes, meanOf(f, axes)))
    const total = make.reduce('sum', axes, make.unary('square', deviations))
    const count = size(pick(x.shape, axes)) - correction
    return count > 0 || total._tag === 'Invalid'
      ? make.binary('div', total, full(count, total))
      : invalid(
          'variance',
          [x],
          `correction ${String(correction)} leaves no elements of ${showDims(pick(x.shape, axes))} to average`
        )
  }

/** The largest element; over nothing any number serves as a scale. */
const peakOf: Reduce = (x, axes) => make.reduce(size(pick(x.shape, axes)) === 0 ? 'sum' : 'max', axes, x)

/** A constant shift cancels in value and derivative, so it is held still; where there is none that is finite, 0 serves. */
const finiteOr = (fallback: number, m: Value): Value =>
  make.select(make.unary('isFinite', m), m, full(fallback, m))

/** Where all are -Infinity there is nothing to move: the logarithm is taken elsewhere. */
const logSumExpOf: Reduce = (x, axes) => {
  const peak = make.unary('stopGradient', peakOf(x, axes))
  const isEmpty = make.binary('eq', peak, full(-Infinity, peak))
  const shift = finiteOr(0, peak)
  const total = make.reduce('sum', axes, weightOf(make.binary('sub', x, spread(x, axes, shift))))
  const log = make.unary('log', make.select(isEmpty, full(1, total), total))
  return make.binary('add', log, make.select(isEmpty, peak, shift))
}

/**
 * The norm of the deviations, over the square root of their number, so that squares neither overflow nor vanish. The mean is taken twice, as the
 * rounding of the first one would remain where the elements are equal; very large ones are halved for it, which is exact.
 */
const stdOf =
  (correction: number): Reduce =>
  (x, axes) => {
    const f = toFloat(x)
    const average = varianceOf(correction)(f, axes)
    if (average._tag === 'Invalid') return average
    const count = size(pick(f.shape, axes))
    const largest = make.unary('stopGradient', peakOf(make.unary('abs', f), axes))
    const isHuge = make.binary('gt', largest, full(f.dtype === 'f32' ? 2 ** 120 : 2 ** 1016, largest))
    const part = make.select(isHuge, full(2 ** -4, largest), full(1, largest))
    const z = make.binary('mul', f, spread(f, axes, part))
    const shares = make.binary('div', z, full(count, z))
    const rough = make.binary('sub', z, spread(z, axes, make.reduce('sum', axes, shares)))
    const deviations = make.binary('sub', rough, spread(z, axes, meanOf(rough, axes)))
    const length = euclidean(axes, deviations)
    return make.binary('div', length, make.binary('mul', part, full(Math.sqrt(count - correction), length)))
  }

const along = <R extends Expr<unknown>>(
  operation: string,
  axis: number,
  f: (x: Value, axis: number) => Value,
  x: Expr<unknown>
): R => {
  const n = node(x)
  const wrong = n._tag === 'Invalid' ? undefined : outOfRange([axis], n)
  return typed(
    wrong === undefined
      ? composed(operation, [n], () => f(n, axisOf(axis, n.shape.length)))
      : invalid(operation, [n], wrong)
  )
}

/** Distances from the largest element, at most 0. */
const shifted = (x: Value, axis: number): Value =>
  make.binary('sub', x, spread(x, [axis], make.unary('stopGradient', peakOf(x, [axis]))))

const softmaxOf = (x: Value, axis: number): Value => {
  const weights = weightOf(shifted(x, axis))
  return make.binary('div', weights, spread(x, [axis], make.reduce('sum', [axis], weights)))
}

const logSoftmaxOf = (x: Value, axis: number): Value => {
  const z = shifted(x, axis)
  return make.binary('sub', z, spread(x, [axis], make.unary('log', make.reduce('sum', [axis], weightOf(z)))))
}

/**
 * The sum over `axes`; 0 over nothing. Floats are accumulated in blocks, so that long sums stay accurate; integers wrap.
 *
 * Errors: axes that the operand does not have.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sum, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(sum(0)(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([4, 6]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const sum: Reduction<'sum'> = (axes, options) => (x) => over('sum', plain('sum'), axes, options, x)

/**
 * The product over `axes`; 1 over nothing. Its derivative is right also where factors are 0.
 *
 * Errors: axes that the operand does not have.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, prod, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(prod(-1)(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([2, 12]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const prod: Reduction<'prod'> = (axes, options) => (x) => over('prod', plain('prod'), axes, options, x)

/**
 * The largest element over `axes`; NaN wins. Ties share the cotangent equally.
 *
 * Errors: axes that the operand does not have, nothing to choose from.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, max, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(max(0)(tensor([[1, 5], [3, 4]]))), E.map(toNested)), E.right([3, 5]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const max: Reduction<'max'> = (axes, options) => (x) => over('max', plain('max'), axes, options, x)

/**
 * The smallest element over `axes`; NaN wins. Ties share the cotangent equally.
 *
 * Errors: axes that the operand does not have, nothing to choose from.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, min, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(min(0)(tensor([[1, 5], [3, 4]]))), E.map(toNested)), E.right([1, 4]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const min: Reduction<'min'> = (axes, options) => (x) => over('min', plain('min'), axes, options, x)

/**
 * Whether all elements over `axes` are true; true over nothing.
 *
 * Errors: axes that the operand does not have, a dtype other than bool.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { all, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(all(0)(tensor([[true, false], [true, true]]))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const all: BoolReduction<'all'> = (axes, options) => (x) => over('all', plain('and'), axes, options, x)

/**
 * Whether any element over `axes` is true; false over nothing.
 *
 * Errors: axes that the operand does not have, a dtype other than bool.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { any, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(any(0)(tensor([[true, false], [true, false]]))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const any: BoolReduction<'any'> = (axes, options) => (x) => over('any', plain('or'), axes, options, x)

/**
 * log(sum(exp(x))) over `axes`, without overflow; where all are -Infinity it is -Infinity with derivative 0. Its derivative is `softmax`.
 *
 * Errors: axes that the operand does not have, integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, logSumExp, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(logSumExp()(tensor([-Infinity, -Infinity]))), E.map(toNested)), E.right(-Infinity))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const logSumExp: FloatReduction<'logSumExp'> = (axes, options) => (x) =>
  over('logSumExp', floats('logSumExp', logSumExpOf), axes, options, x)

/**
 * The Euclidean norm sqrt(sum(x^2)) over `axes`, without overflow or underflow; its derivative at 0 is 0.
 *
 * Errors: axes that the operand does not have, integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, norm, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(norm()(tensor([3, 4]))), E.map(toNested)), E.right(5))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const norm: FloatReduction<'norm'> = (axes, options) => (x) =>
  over(
    'norm',
    floats('norm', (n, k) => euclidean(k, n)),
    axes,
    options,
    x
  )

/**
 * `correction` is subtracted from the number of elements: 0 for the population, 1 for an unbiased estimate from a sample.
 *
 * @since 0.1.0
 * @category model
 */
export interface Correction {
  readonly correction?: number
}

const averaged = <R extends Expr<unknown>>(
  operation: string,
  reduce: Reduce,
  axes: Axes,
  keepDims: boolean | undefined,
  x: Expr<unknown>
): R =>
  over(
    operation,
    (n, k) => ofNumbers(operation, [n], () => reduce(n, k)),
    axes,
    { keepDims: keepDims ?? false },
    x
  )

/**
 * The mean over `axes`; that of integers is f32.
 *
 * Errors: axes that the operand does not have, nothing to average.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, mean, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(mean()(tensor([1, 2]))), E.map(toNested)), E.right(1.5))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const mean: Averaging<'mean', object> = (axes, options) => (x) =>
  averaged('mean', meanOf, axes, options?.keepDims, x)

/**
 * The mean squared deviation from the mean over `axes`, with `correction` (default 0) subtracted from the count.
 *
 * Errors: axes that the operand does not have, nothing to average.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested, variance } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(variance()(tensor([1, 3]))), E.map(toNested)), E.right(1))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const variance: Averaging<'variance', Correction> = (axes, options) => (x) =>
  averaged('variance', varianceOf(options?.correction ?? 0), axes, options?.keepDims, x)

/**
 * The standard deviation, sqrt(variance), over `axes`; its derivative for equal elements is 0.
 *
 * Errors: axes that the operand does not have, nothing to average.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, std, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(std()(tensor([1, 3]))), E.map(toNested)), E.right(1))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const std: Averaging<'std', Correction> = (axes, options) => (x) =>
  averaged('std', stdOf(options?.correction ?? 0), axes, options?.keepDims, x)

/**
 * exp(x) / sum(exp(x)) along `axis`, without overflow: a distribution. Weights below e^-80 of the largest (e^-700 in f64)
 * are 0, never subnormal. Where all are -Infinity it is NaN.
 *
 * Errors: an axis that the operand does not have, integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, softmax, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(softmax()(tensor([0, 0]))), E.map(toNested)), E.right([0.5, 0.5]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const softmax: AlongAxis<'softmax'> = (axis) => (x) =>
  along('softmax', axis ?? -1, (n, k) => ofFloats('softmax', [n], () => softmaxOf(n, k)), x)

/**
 * The logarithm of softmax along `axis`, without its underflow.
 *
 * Errors: an axis that the operand does not have, integers.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, logSoftmax, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(logSoftmax()(tensor([0, -1000]))), E.map(toNested)), E.right([0, -1000]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const logSoftmax: AlongAxis<'logSoftmax'> = (axis) => (x) =>
  along('logSoftmax', axis ?? -1, (n, k) => ofFloats('logSoftmax', [n], () => logSoftmaxOf(n, k)), x)

/**
 * The index of the largest element along `axis`, the first among equals; NaN wins.
 *
 * Errors: an axis that the operand does not have, an empty axis.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { argmax, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(argmax()(tensor([[1, 5], [4, 3]]))), E.map(toNested)), E.right([1, 0]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const argmax: ArgReduction<'argmax'> = (axis) => (x) =>
  along('argmax', axis ?? -1, (n, k) => make.argReduce('max', k, n), x)

/**
 * The index of the smallest element along `axis`, the first among equals; NaN wins.
 *
 * Errors: an axis that the operand does not have, an empty axis.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { argmin, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(argmin()(tensor([[1, 5], [4, 3]]))), E.map(toNested)), E.right([0, 1]))
 * ```
 *
 * @since 0.1.0
 * @category reductions
 */
export const argmin: ArgReduction<'argmin'> = (axis) => (x) =>
  along('argmin', axis ?? -1, (n, k) => make.argReduce('min', k, n), x)
