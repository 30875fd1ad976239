/**
 * Functions of one operand, element by element.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { node, type Expr, type UnaryOp } from '../graph/Expr.js'
import type { FloatOnly } from '../shape/index.js'
import type { DType } from '../tensor/DType.js'
import { typed } from '../graph/terms.js'
import type { ConvertTo, Kept, Pointwise, PointwiseNumber } from './signatures/index.js'

const unary = <R extends Expr<unknown>>(op: UnaryOp, x: Expr<unknown>): R => typed(make.unary(op, node(x)))

/**
 * `neg(x)` is -x. Integers wrap. Shape and dtype (number) are kept.
 *
 * Errors: dtype bool.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, neg, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(neg(tensor([1, -2]))), E.map(toNested)), E.right([-1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const neg: PointwiseNumber<'neg'> = (x) => unary('neg', x)

/**
 * `abs(x)` is |x|. The derivative at 0 is 0, the only odd choice. Shape and dtype (number) are kept.
 *
 * Errors: dtype bool.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { abs, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(abs(tensor([1, -2]))), E.map(toNested)), E.right([1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const abs: PointwiseNumber<'abs'> = (x) => unary('abs', x)

/**
 * `sign(x)` is -1, 0 or 1. Keeps -0 and NaN; derivative 0. Shape and dtype (number) are kept.
 *
 * Errors: dtype bool.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sign, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(sign(tensor([-3, 0, 2]))), E.map(toNested)), E.right([-1, 0, 1]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const sign: PointwiseNumber<'sign'> = (x) => unary('sign', x)

/**
 * `floor(x)` is the greatest integer <= x. Derivative 0. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, floor, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(floor(tensor([1.5, -1.5]))), E.map(toNested)), E.right([1, -2]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const floor: Pointwise<'floor'> = (x) => unary('floor', x)

/**
 * `ceil(x)` is the least integer >= x. Derivative 0. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { ceil, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(ceil(tensor([1.5, 2]))), E.map(toNested)), E.right([2, 2]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const ceil: Pointwise<'ceil'> = (x) => unary('ceil', x)

/**
 * `round(x)` is the nearest integer, halves to even. Derivative 0. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, round, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(round(tensor([0.5, 1.5, 2.5]))), E.map(toNested)), E.right([0, 2, 2]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const round: Pointwise<'round'> = (x) => unary('round', x)

/**
 * `square(x)` is x^2. Integers wrap. Shape and dtype (number) are kept.
 *
 * Errors: dtype bool.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, square, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(square(tensor([3, -2]))), E.map(toNested)), E.right([9, 4]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const square: PointwiseNumber<'square'> = (x) => unary('square', x)

/**
 * `reciprocal(x)` is 1 / x. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, reciprocal, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(reciprocal(tensor([2, 4]))), E.map(toNested)), E.right([0.5, 0.25]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const reciprocal: Pointwise<'reciprocal'> = (x) => unary('reciprocal', x)

/**
 * `sqrt(x)` is the square root of x. The derivative at 0 is infinite, which is its limit. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sqrt, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(sqrt(tensor([4, 9]))), E.map(toNested)), E.right([2, 3]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const sqrt: Pointwise<'sqrt'> = (x) => unary('sqrt', x)

/**
 * `rsqrt(x)` is 1 / sqrt(x). Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, rsqrt, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(rsqrt(tensor([4, 16]))), E.map(toNested)), E.right([0.5, 0.25]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const rsqrt: Pointwise<'rsqrt'> = (x) => unary('rsqrt', x)

/**
 * `exp(x)` is e^x. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, exp, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(exp(tensor([0]))), E.map(toNested)), E.right([1]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const exp: Pointwise<'exp'> = (x) => unary('exp', x)

/**
 * `expm1(x)` is e^x - 1 without cancellation near 0. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, expm1, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(expm1(tensor([0]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const expm1: Pointwise<'expm1'> = (x) => unary('expm1', x)

/**
 * `log(x)` is the natural logarithm of x. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, log, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(log(tensor([1]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const log: Pointwise<'log'> = (x) => unary('log', x)

/**
 * `log1p(x)` is log(1 + x) without cancellation near 0. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, log1p, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(log1p(tensor([0]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const log1p: Pointwise<'log1p'> = (x) => unary('log1p', x)

/**
 * `logistic(x)` is 1 / (1 + e^-x). Does not overflow. Known as the sigmoid. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, logistic, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(logistic(tensor([0, 1000, -1000]))), E.map(toNested)), E.right([0.5, 1, 0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const logistic: Pointwise<'logistic'> = (x) => unary('logistic', x)

/**
 * `softplus(x)` is log(1 + e^x). Does not overflow. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, softplus, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(softplus(tensor([1000, -1000]))), E.map(toNested)), E.right([1000, 0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const softplus: Pointwise<'softplus'> = (x) => unary('softplus', x)

/**
 * `erf(x)` is 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { erf, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(erf(tensor([0, 10]))), E.map(toNested)), E.right([0, 1]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const erf: Pointwise<'erf'> = (x) => unary('erf', x)

/**
 * `erfc(x)` is 1 - erf(x) without cancellation. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { erfc, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(erfc(tensor([0]))), E.map(toNested)), E.right([1]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const erfc: Pointwise<'erfc'> = (x) => unary('erfc', x)

/**
 * `erfInv(x)` is the y with erf(y) = x: infinite at -1 and 1, NaN beyond. Shape and dtype (floating-point) are kept. Giles' polynomials as XLA
 * evaluates them, so that normals agree with JAX's.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { erfInv, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(erfInv(tensor([0, 1]))), E.map(toNested)), E.right([0, Infinity]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const erfInv: Pointwise<'erfInv'> = (x) => unary('erfInv', x)

/**
 * `sin(x)` is the sine of x radians. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sin, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(sin(tensor([0]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const sin: Pointwise<'sin'> = (x) => unary('sin', x)

/**
 * `cos(x)` is the cosine of x radians. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { cos, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(cos(tensor([0]))), E.map(toNested)), E.right([1]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const cos: Pointwise<'cos'> = (x) => unary('cos', x)

/**
 * `tan(x)` is the tangent of x radians. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tan, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(tan(tensor([0]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const tan: Pointwise<'tan'> = (x) => unary('tan', x)

/**
 * `asin(x)` is the angle in [-pi/2, pi/2] radians whose sine is x. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { asin, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(asin(tensor([0]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const asin: Pointwise<'asin'> = (x) => unary('asin', x)

/**
 * `acos(x)` is the angle in [0, pi] radians whose cosine is x. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { acos, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(acos(tensor([1]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const acos: Pointwise<'acos'> = (x) => unary('acos', x)

/**
 * `atan(x)` is the angle in (-pi/2, pi/2) radians whose tangent is x. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { atan, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(atan(tensor([0]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const atan: Pointwise<'atan'> = (x) => unary('atan', x)

/**
 * `sinh(x)` is (e^x - e^-x) / 2. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sinh, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(sinh(tensor([0]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const sinh: Pointwise<'sinh'> = (x) => unary('sinh', x)

/**
 * `cosh(x)` is (e^x + e^-x) / 2. Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { cosh, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(cosh(tensor([0]))), E.map(toNested)), E.right([1]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const cosh: Pointwise<'cosh'> = (x) => unary('cosh', x)

/**
 * `tanh(x)` is (e^x - e^-x) / (e^x + e^-x). Shape and dtype (floating-point) are kept.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tanh, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(tanh(tensor([0, 100]))), E.map(toNested)), E.right([0, 1]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const tanh: Pointwise<'tanh'> = (x) => unary('tanh', x)

/**
 * Whether each element is neither infinite nor NaN.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, isFinite, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(isFinite(tensor([1, NaN]))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category logic
 */
export const isFinite = <S, D extends DType>(x: Expr<S, D> & FloatOnly<'isFinite'>[D]): Expr<S, 'bool'> =>
  unary('isFinite', x)

/**
 * Logical negation; bit by bit on integers.
 *
 * Errors: a floating-point dtype.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, not, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(not(tensor([true, false]))), E.map(toNested)), E.right([false, true]))
 * ```
 *
 * @since 0.1.0
 * @category logic
 */
export const not = <S, D extends 'bool' | 'i32' | 'u32'>(x: Expr<S, D>): Expr<S, D> => unary('not', x)

/**
 * The same value with derivative zero: what depends on `x` through it does not move.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, grad, item, mul, stopGradient, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const f = (x: Expr<[], 'f32'>) => pipe(x, mul(stopGradient(x)))
 * deepStrictEqual(pipe(evaluate(grad(f)(tensor(3))), E.map(item)), E.right(3))
 * ```
 *
 * @since 0.1.0
 * @category derivatives
 */
export const stopGradient: Kept = (x) => unary('stopGradient', x)

/**
 * The same values in another dtype. Floats to integers saturate, with NaN as 0; anything but 0 is true; between f32 and f64 it is
 * differentiable.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { convert, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(convert('i32')(tensor([1.9, 1e20]))), E.map(toNested)), E.right([1, 2147483647]))
 * ```
 *
 * @since 0.1.0
 * @category functions
 */
export const convert =
  <E extends DType>(dtype: E): ConvertTo<E> =>
  (x) =>
    typed(make.convert(dtype, node(x)))
