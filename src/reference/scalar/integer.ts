// 32-bit integers held in numbers. Results wrap modulo 2^32. Division by zero has no integer result: it gives 0 here,
// and callers that must refuse it check the divisor first.

const I32_LEAST = -(2 ** 31)
const I32_LARGEST = 2 ** 31 - 1
const U32_LARGEST = 2 ** 32 - 1

/**
 * Wrapping sum of two i32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const addI32 = (a: number, b: number): number => (a + b) | 0

/**
 * Wrapping difference of two i32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const subI32 = (a: number, b: number): number => (a - b) | 0

/**
 * Wrapping product of two i32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const mulI32 = (a: number, b: number): number => Math.imul(a, b)

/**
 * Quotient of two i32 rounded toward zero; the least i32 divided by -1 wraps to itself.
 *
 * @since 0.1.0
 * @category scalar
 */
export const divI32 = (a: number, b: number): number => (a / b) | 0

/**
 * Remainder of two i32, with the sign of the dividend.
 *
 * @since 0.1.0
 * @category scalar
 */
export const remI32 = (a: number, b: number): number => (a % b) | 0

/**
 * Wrapping negation of an i32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const negI32 = (a: number): number => -a | 0

/**
 * Absolute value of an i32; the least i32 wraps to itself.
 *
 * @since 0.1.0
 * @category scalar
 */
export const absI32 = (a: number): number => Math.abs(a) | 0

/**
 * Wrapping sum of two u32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const addU32 = (a: number, b: number): number => (a + b) >>> 0

/**
 * Wrapping difference of two u32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const subU32 = (a: number, b: number): number => (a - b) >>> 0

/**
 * Wrapping product of two u32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const mulU32 = (a: number, b: number): number => Math.imul(a, b) >>> 0

/**
 * Quotient of two u32 rounded toward zero.
 *
 * @since 0.1.0
 * @category scalar
 */
export const divU32 = (a: number, b: number): number => (a / b) >>> 0

/**
 * Remainder of two u32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const remU32 = (a: number, b: number): number => (a % b) >>> 0

/**
 * Wrapping negation of a u32.
 *
 * @since 0.1.0
 * @category scalar
 */
export const negU32 = (a: number): number => -a >>> 0

/**
 * The larger of two integers.
 *
 * @since 0.1.0
 * @category scalar
 */
export const maxInt = (a: number, b: number): number => (a < b ? b : a)

/**
 * The smaller of two integers.
 *
 * @since 0.1.0
 * @category scalar
 */
export const minInt = (a: number, b: number): number => (b < a ? b : a)

const saturate = (low: number, high: number, x: number): number =>
  x >= high ? high : x <= low ? low : Math.trunc(x) || 0 // NaN and -0 give 0

/**
 * Float to i32: truncates toward zero, clamps to the range, NaN gives 0 (as WebAssembly's `trunc_sat`).
 *
 * @since 0.1.0
 * @category scalar
 */
export const toI32 = (x: number): number => saturate(I32_LEAST, I32_LARGEST, x)

/**
 * Float to u32: truncates toward zero, clamps to the range, NaN gives 0 (as WebAssembly's `trunc_sat`).
 *
 * @since 0.1.0
 * @category scalar
 */
export const toU32 = (x: number): number => saturate(0, U32_LARGEST, x)
