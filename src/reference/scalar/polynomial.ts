/**
 * Horner evaluation of a polynomial given lowest coefficient first: `c[0] + x (c[1] + x (c[2] + ...))`.
 *
 * @since 0.1.0
 * @category scalar
 */
export const horner = (coefficients: readonly number[], x: number): number => {
  let sum = 0
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + (coefficients[k] ?? 0)
  return sum
}

/**
 * `a b + c` rounded to f32 once, for f32 arguments: the product is exact in f64. (The sum is rounded to f64 on the way,
 * which shows only when it then lies within 2^-53 of the middle of two f32.)
 *
 * @since 0.1.0
 * @category scalar
 */
export const fusedF32 = (a: number, b: number, c: number): number => Math.fround(a * b + c)

/** 2^27 + 1: Veltkamp's constant, which splits an f64 into two halves whose products are exact. */
const SPLITTER = 134217729

/** Rounding error of the product p = a b (Dekker 1971); exact while nothing overflows or underflows. */
const productError = (a: number, b: number, p: number): number => {
  const scaledA = SPLITTER * a
  const highA = scaledA - (scaledA - a)
  const lowA = a - highA
  const scaledB = SPLITTER * b
  const highB = scaledB - (scaledB - b)
  const lowB = b - highB
  return highA * highB - p + highA * lowB + lowA * highB + lowA * lowB
}

/**
 * `a b + c` in f64 with the rounding error of product and sum added back, which stands for the fused operation of the
 * hardware. For arguments of moderate size.
 *
 * @since 0.1.0
 * @category scalar
 */
export const fusedF64 = (a: number, b: number, c: number): number => {
  const p = a * b
  const s = p + c
  const shifted = s - p
  const sumError = p - (s - shifted) + (c - shifted)
  return s + (sumError + productError(a, b, p))
}

/**
 * Horner evaluation in which every step is one fused operation.
 *
 * @since 0.1.0
 * @category scalar
 */
export const hornerFused =
  (fused: (a: number, b: number, c: number) => number) =>
  (coefficients: readonly number[], x: number): number => {
    let sum = 0
    for (let k = coefficients.length - 1; k >= 0; k--) sum = fused(sum, x, coefficients[k] ?? 0)
    return sum
  }
