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
