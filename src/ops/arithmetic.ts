/**
 * Broadcasting functions of two operands, data-last: `sub(b)(a)` is `a - b`, so that `pipe(a, sub(b))` reads from left to right.
 *
 * @since 0.1.0
 */
import type { BinaryOp } from '../graph/Expr.js'
import { typed } from '../graph/terms.js'
import { elementwise } from './operand.js'
import type { Arithmetic, Comparison, FloatArithmetic, Logic, Ordering } from './signatures/index.js'

const arithmetic =
  <Op extends string>(op: BinaryOp, name: string = op): Arithmetic<Op> =>
  (b) =>
  (a) =>
    typed(elementwise(op, a, b, name))

const floatArithmetic =
  <Op extends string>(op: BinaryOp): FloatArithmetic<Op> =>
  (b) =>
  (a) =>
    typed(elementwise(op, a, b))

const comparison =
  <Op extends string>(op: BinaryOp): Comparison<Op> =>
  (b) =>
  (a) =>
    typed(elementwise(op, a, b))

const ordering =
  <Op extends string>(op: BinaryOp): Ordering<Op> =>
  (b) =>
  (a) =>
    typed(elementwise(op, a, b))

const logic =
  <Op extends string>(op: BinaryOp): Logic<Op> =>
  (b) =>
  (a) =>
    typed(elementwise(op, a, b))

/**
 * `add(b)(a)` is a + b, element by element; shapes broadcast. Integers wrap.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), add(10))), E.map(toNested)), E.right([11, 12]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const add: Arithmetic<'add'> = arithmetic('add')

/**
 * `sub(b)(a)` is a - b, element by element; shapes broadcast. Integers wrap.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sub, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), sub(10))), E.map(toNested)), E.right([-9, -8]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const sub: Arithmetic<'sub'> = arithmetic('sub')

/**
 * `mul(b)(a)` is a b, element by element; shapes broadcast. Integers wrap.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, mul, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), mul(10))), E.map(toNested)), E.right([10, 20]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const mul: Arithmetic<'mul'> = arithmetic('mul')

/**
 * `div(b)(a)` is a / b, element by element; shapes broadcast. Integers are truncated; an integer divisor 0 is a `RunError`.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { div, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), div(4))), E.map(toNested)), E.right([0.25, 0.5]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const div: Arithmetic<'div'> = arithmetic('div')

/**
 * `rem(b)(a)` is a - b trunc(a / b), element by element; shapes broadcast. The result has the sign of `a`; an integer divisor 0 is a `RunError`.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, rem, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([5, -5]), rem(3))), E.map(toNested)), E.right([2, -2]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const rem: Arithmetic<'rem'> = arithmetic('rem')

/**
 * `pow(b)(a)` is a^b, element by element; shapes broadcast. `pow(0, 0) = 1`; derivatives at `a = 0, b = 0` are 0.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, pow, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([2, 3]), pow(2))), E.map(toNested)), E.right([4, 9]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const pow: FloatArithmetic<'pow'> = floatArithmetic('pow')

/**
 * `atan2(b)(a)` is the angle of the point (b, a), in radians, element by element; shapes broadcast. Derivatives at the origin are 0.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { atan2, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([0, 0]), atan2(1))), E.map(toNested)), E.right([0, 0]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const atan2: FloatArithmetic<'atan2'> = floatArithmetic('atan2')

/**
 * `hypot(b)(a)` is sqrt(a^2 + b^2) without overflow, element by element; shapes broadcast. Derivatives at the origin are 0.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, hypot, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([3, 8]), hypot(tensor([4, 6])))), E.map(toNested)), E.right([5, 10]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const hypot: FloatArithmetic<'hypot'> = floatArithmetic('hypot')

/**
 * `mulNoNan(b)(a)` is a b, but 0 where one factor is 0 and the other infinite or NaN, element by element; shapes broadcast. A zero factor wins over NaN and infinity: `0 log 0 = 0`.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, mulNoNan, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([0, 2]), mulNoNan(Infinity))), E.map(toNested)), E.right([0, Infinity]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const mulNoNan: FloatArithmetic<'mulNoNan'> = floatArithmetic('mulNoNan')

/**
 * `maximum(b)(a)` is max(a, b), element by element; shapes broadcast. NaN wins; at a tie each operand gets half of the cotangent.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, maximum, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 5]), maximum(3))), E.map(toNested)), E.right([3, 5]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const maximum: Arithmetic<'maximum'> = arithmetic('max', 'maximum')

/**
 * `minimum(b)(a)` is min(a, b), element by element; shapes broadcast. NaN wins; at a tie each operand gets half of the cotangent.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, minimum, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 5]), minimum(3))), E.map(toNested)), E.right([1, 3]))
 * ```
 *
 * @since 0.1.0
 * @category arithmetic
 */
export const minimum: Arithmetic<'minimum'> = arithmetic('min', 'minimum')

/**
 * `eq(b)(a)` is a = b, element by element; shapes broadcast. NaN equals nothing.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { eq, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), eq(2))), E.map(toNested)), E.right([false, true]))
 * ```
 *
 * @since 0.1.0
 * @category comparisons
 */
export const eq: Comparison<'eq'> = comparison('eq')

/**
 * `ne(b)(a)` is a != b, element by element; shapes broadcast. NaN differs from everything.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, ne, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), ne(2))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category comparisons
 */
export const ne: Comparison<'ne'> = comparison('ne')

/**
 * `lt(b)(a)` is a < b, element by element; shapes broadcast.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, lt, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), lt(2))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category comparisons
 */
export const lt: Ordering<'lt'> = ordering('lt')

/**
 * `le(b)(a)` is a <= b, element by element; shapes broadcast.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, le, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 3]), le(2))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category comparisons
 */
export const le: Ordering<'le'> = ordering('le')

/**
 * `gt(b)(a)` is a > b, element by element; shapes broadcast.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, gt, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 3]), gt(2))), E.map(toNested)), E.right([false, true]))
 * ```
 *
 * @since 0.1.0
 * @category comparisons
 */
export const gt: Ordering<'gt'> = ordering('gt')

/**
 * `ge(b)(a)` is a >= b, element by element; shapes broadcast.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, ge, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([1, 2]), ge(2))), E.map(toNested)), E.right([false, true]))
 * ```
 *
 * @since 0.1.0
 * @category comparisons
 */
export const ge: Ordering<'ge'> = ordering('ge')

/**
 * `and(b)(a)` is a and b, element by element; shapes broadcast. Bit by bit on integers.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { and, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([true, false]), and(tensor([true, true])))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category logic
 */
export const and: Logic<'and'> = logic('and')

/**
 * `or(b)(a)` is a or b, element by element; shapes broadcast. Bit by bit on integers.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, or, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([true, false]), or(tensor([false, false])))), E.map(toNested)), E.right([true, false]))
 * ```
 *
 * @since 0.1.0
 * @category logic
 */
export const or: Logic<'or'> = logic('or')

/**
 * `xor(b)(a)` is either a or b, element by element; shapes broadcast. Bit by bit on integers.
 *
 * Errors: shapes that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested, xor } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([true, false]), xor(tensor([true, true])))), E.map(toNested)), E.right([false, true]))
 * ```
 *
 * @since 0.1.0
 * @category logic
 */
export const xor: Logic<'xor'> = logic('xor')
