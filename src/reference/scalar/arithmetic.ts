/**
 * `1 / x`.
 *
 * @since 0.1.0
 * @category scalar
 */
export const reciprocal = (x: number): number => 1 / x

/**
 * `1 / sqrt(x)`; `rsqrt(0) = Infinity`.
 *
 * @since 0.1.0
 * @category scalar
 */
export const rsqrt = (x: number): number => 1 / Math.sqrt(x)

/**
 * `x * x`.
 *
 * @since 0.1.0
 * @category scalar
 */
export const square = (x: number): number => x * x

/**
 * -1, 0 or 1; keeps the sign of zero and NaN.
 *
 * @since 0.1.0
 * @category scalar
 */
export const sign = (x: number): number => Math.sign(x)

/** From here on every f64 is an integer, and adding it to a smaller number rounds that number to an integer. */
const INTEGERS_FROM = 2 ** 52

/**
 * Nearest integer, ties to the even one; keeps -0, infinities and NaN.
 *
 * @since 0.1.0
 * @category scalar
 */
export const roundHalfEven = (x: number): number => {
  if (!(Math.abs(x) < INTEGERS_FROM)) return x
  return x < 0 || Object.is(x, -0) ? -(INTEGERS_FROM - x - INTEGERS_FROM) : INTEGERS_FROM + x - INTEGERS_FROM
}

/**
 * Remainder with the sign of the dividend (C `fmod`): exact; NaN when b is 0 or a is infinite.
 *
 * @since 0.1.0
 * @category scalar
 */
export const rem = (a: number, b: number): number => a % b

/**
 * `a^b` as in IEEE 754: unlike `Math.pow`, 1 to any power is 1 (NaN and infinities too) and -1 to an infinite power
 * is 1. `pow(x, 0) = 1` for every x, NaN too; a negative base with a fractional exponent gives NaN.
 *
 * @since 0.1.0
 * @category scalar
 */
export const pow = (a: number, b: number): number =>
  a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b)

const DOWN = 2 ** -600
const UP = 2 ** 600

/**
 * `sqrt(a^2 + b^2)`, scaled by a power of two where the squares would overflow or underflow. Infinite when either
 * argument is, even beside NaN. Within 1 ulp of the correctly rounded value in f64, exact rounding in f32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const hypot = (a: number, b: number): number => {
  const x = Math.abs(a)
  const y = Math.abs(b)
  if (x === Infinity || y === Infinity) return Infinity
  const largest = Math.max(x, y)
  const scale = largest > 1e150 ? DOWN : largest < 1e-140 ? UP : 1
  const u = x * scale
  const v = y * scale
  return Math.sqrt(u * u + v * v) / scale
}

/**
 * The larger of two numbers; NaN when either is NaN; -0 counts as less than +0.
 *
 * @since 0.1.0
 * @category scalar
 */
export const maximum = (a: number, b: number): number => Math.max(a, b)

/**
 * The smaller of two numbers; NaN when either is NaN; -0 counts as less than +0.
 *
 * @since 0.1.0
 * @category scalar
 */
export const minimum = (a: number, b: number): number => Math.min(a, b)
