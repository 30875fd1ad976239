/**
 * Pieces of the derivatives of scalar functions, in forms that keep their digits: no difference of near numbers, in the coefficient or in its own
 * derivative, and no square or reciprocal that leaves the range before the result does.
 */
import * as make from '../graph/make.js'
import type { Value } from '../graph/Expr.js'
import { add, div, eq, exp, mul, neg, num, reciprocal, scaled, square, sub, times } from '../graph/terms.js'

const where = (condition: Value, a: Value, b: Value): Value => make.select(condition, a, b)
const abs = (x: Value): Value => make.unary('abs', x)
const isZero = (x: Value): Value => eq(x, num(0, x))
const still = (x: Value): Value => make.unary('stopGradient', x)
const sumOfOneAnd = (x: Value): Value => add(num(1, x), x)

/** s(x) s(-x), the derivative of the logistic function. */
export const slope = (x: Value): Value => make.unary('logisticSlope', x)

/**
 * `1 - x^2` for `|x| <= 1`. As `(1 - x)(1 + x)` it keeps its digits near 1, but its derivative, `(1 - x) - (1 + x)`, loses them near 0; as a
 * difference it is the other way round.
 */
export const oneMinusSquare = (x: Value): Value => {
  const isSmall = make.binary('lt', abs(x), num(0.5, x))
  const [near, far] = [sub(num(1, x), square(x)), mul(sub(num(1, x), x), add(num(1, x), x))]
  return where(isSmall, near, far)
}

/** Steps of 1/128: their squares are exact. */
const steps = 128

/** Where `exp(-x^2)` is 0 in either precision. */
const vanished = 40

/**
 * `exp(-x^2)`: in the tails the rounding of the square would be multiplied by its size, so `x^2 = h^2 + (x - h)(x + h)` with h close to x
 * and of few digits.
 */
export const gaussian = (x: Value): Value => {
  const bounded = make.binary('max', num(-vanished, x), make.binary('min', num(vanished, x), x))
  const h = scaled(1 / steps, make.unary('round', scaled(steps, bounded)))
  return mul(exp(neg(square(h))), exp(neg(mul(sub(bounded, h), add(bounded, h)))))
}

/**
 * The reciprocal of the derivative of erf at `z = erfInv(x)`, of which `y` is an approximation: `sqrt(pi) / 2 exp(z^2)`. A step of Newton's method
 * leads from y to z; it moves the value as `2 y`, and its own derivative, `2 z`, as it is. What y lacks is taken from the side on which it
 * has digits, far out from erfc.
 */
export const inverseErrorSlope = (x: Value, y: Value): Value => {
  const size = abs(y)
  const rough = scaled(Math.sqrt(Math.PI) / 2, growing(size))
  const isNear = make.binary('lt', size, num(0.5, y))
  const [near, far] = [
    sub(abs(x), make.unary('erf', size)),
    sub(make.unary('erfc', size), sub(num(1, x), abs(x)))
  ]
  const step = mul(where(isNear, near, far), rough)
  const weight = still(where(make.unary('isFinite', step), scaled(2, step), num(0, x)))
  // The last difference is 0, and so is the product at infinity.
  return mul(rough, add(sumOfOneAnd(times(still(size), weight)), times(weight, sub(size, still(size)))))
}

/** `exp(y^2)` for the sizes that erfInv has; see `gaussian`. */
const growing = (y: Value): Value => {
  const h = scaled(1 / steps, make.unary('round', scaled(steps, y)))
  return mul(exp(square(h)), exp(mul(sub(y, h), add(y, h))))
}

/** `1 / (1 + x^2)`; beyond 1 by `1 / x`, whose square vanishes no sooner than the result. */
export const overOnePlusSquare = (x: Value): Value => {
  const isLarge = make.binary('gt', abs(x), num(1, x))
  const w = reciprocal(where(isLarge, x, num(1, x)))
  const inner = where(isLarge, num(0, x), x)
  return where(isLarge, div(square(w), sumOfOneAnd(square(w))), reciprocal(sumOfOneAnd(square(inner))))
}

/** The larger of two sides, and the smaller in units of it. Neither is of any use at the origin. */
interface Sides {
  /** `|a| >= |b|`, and the origin. */
  readonly isSteep: Value
  readonly isOrigin: Value
  /** `a` and `b / a` where the former is the larger, else 1 and 0. */
  readonly steep: readonly [Value, Value]
  /** The same of `b` and `a / b`. */
  readonly flat: readonly [Value, Value]
}

const sidesOf = (a: Value, b: Value): Sides => {
  const isSteep = make.binary('ge', abs(a), abs(b))
  const isOrigin = make.binary('and', isZero(a), isZero(b))
  const side = (large: Value, small: Value, isIts: Value): readonly [Value, Value] => {
    const divisor = where(isIts, large, num(1, large))
    return [divisor, div(where(isIts, small, num(0, small)), divisor)]
  }
  const isOther = make.unary('not', isSteep)
  const isProper = make.binary('and', isSteep, make.unary('not', isOrigin))
  return { isSteep, isOrigin, steep: side(a, b, isProper), flat: side(b, a, isOther) }
}

const orZeroAt = (isOrigin: Value, x: Value): Value => where(isOrigin, num(0, x), x)

/** `a / sqrt(a^2 + b^2)`, by ratios; 0 at the origin. */
export const cosine = (a: Value, b: Value): Value => {
  const { isSteep, isOrigin, steep, flat } = sidesOf(a, b)
  const length = ([, ratio]: readonly [Value, Value]): Value =>
    make.unary('rsqrt', sumOfOneAnd(square(ratio)))
  const steepOne = mul(make.unary('sign', steep[0]), length(steep))
  const flatOne = mul(mul(make.unary('sign', flat[0]), flat[1]), length(flat))
  return orZeroAt(isOrigin, where(isSteep, steepOne, flatOne))
}

/** `a / (a^2 + b^2)`, by ratios; 0 at the origin. */
export const overSquaredNorm = (a: Value, b: Value): Value => {
  const { isSteep, isOrigin, steep, flat } = sidesOf(a, b)
  const share = ([, ratio]: readonly [Value, Value]): Value => reciprocal(sumOfOneAnd(square(ratio)))
  const [steepOne, flatOne] = [div(share(steep), steep[0]), div(mul(flat[1], share(flat)), flat[0])]
  return orZeroAt(isOrigin, where(isSteep, steepOne, flatOne))
}

/** `log a`, and 0 at `a = 0`: where `0^b` is constant in `b`. */
export const logUnlessZero = (a: Value): Value => make.unary('log', where(isZero(a), num(1, a), a))

/** What the rounding of `b - 1` lost: Knuth's TwoSum. */
const lostByMinusOne = (b: Value): Value => {
  const difference = sub(b, num(1, b))
  const subtracted = sub(difference, b)
  return sub(sub(b, sub(difference, subtracted)), add(num(1, b), subtracted))
}

/** `a^(b - 1)`, corrected for the rounding of the exponent, which counts `log a` times. */
const powerBelow = (a: Value, b: Value): Value => {
  const rest = times(lostByMinusOne(b), logUnlessZero(abs(a)))
  return mul(make.binary('pow', a, sub(b, num(1, b))), still(sumOfOneAnd(rest)))
}

/**
 * `b a^(b - 1)`, 0 for `b = 0`. Where the power overflows and the product need not, at the least bases, it is `b a^b / a`.
 */
export const powerSlope = (a: Value, b: Value, y: Value): Value => {
  const power = powerBelow(a, b)
  const overflows = make.unary('not', make.unary('isFinite', power))
  const isLeast = make.binary('and', overflows, make.unary('not', isZero(a)))
  const [numerator, divisor] = [where(isLeast, mul(b, y), num(0, y)), where(isLeast, a, num(1, a))]
  return where(isLeast, div(numerator, divisor), times(b, power))
}
