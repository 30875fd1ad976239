/**
 * Logistic sigmoid `1 / (1 + exp(-x))`. No overflow: the negative side uses `exp(x) / (1 + exp(x))`, whose tail
 * follows `exp(x)` down to the subnormals. Within 2 ulp in f64.
 *
 * @since 0.1.0
 * @category scalar
 */
export const logistic = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/**
 * The derivative of the logistic sigmoid, `exp(-|x|) / (1 + exp(-|x|))^2`, with both tails down to the subnormals. Within
 * 2 ulp in f64.
 *
 * @since 0.1.0
 * @category scalar
 */
export const logisticSlope = (x: number): number => {
  const e = Math.exp(-Math.abs(x))
  return e / ((1 + e) * (1 + e))
}

/**
 * `log(1 + exp(x))` as `max(x, 0) + log1p(exp(-|x|))`, which neither overflows nor loses the negative tail. Within
 * 2 ulp in f64.
 *
 * @since 0.1.0
 * @category scalar
 */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
