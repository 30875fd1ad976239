import { fusedF32, fusedF64, hornerFused } from './polynomial.js'

// log(1 + y) for -1 < y <= 0 as XLA's CPU code computes it. Not for general use (Math.log1p is more accurate): normals
// have to follow it to agree with JAX's. Constants and order of operations are those of the code XLA compiles for
// log-plus-one: Cephes' rational form of log1p near 0 and its single precision log elsewhere.

/** The rational form serves |y| below sqrt(2) - 1, though below y = -0.3 it is off by up to 125 ulp of f64. */
const RATIONAL_BELOW = Math.SQRT2 - 1

const NUMERATOR = [
  20.039553499201283, 57.11296359058554, 60.94966798098779, 29.911919328553072, 6.578732594206104,
  0.49854102823193375, 4.52700008624452e-5
] as const

const DENOMINATOR = [
  60.11866049760384, 216.42788614495947, 309.09872225312057, 221.76239823732857, 83.04756596796722,
  15.062909083469192, 1
] as const

/** ln 0.5625 in two parts. */
const CENTRE_LOG = [-0.5753641449035618, -5.214321232885128e-17] as const

/**
 * Natural logarithm for 0 < z < 0.586. XLA calls the C library's, nearly correctly rounded; just below 0.586, where
 * the rounding of w matters most and Math.log is a little worse, the offset from ln 0.5625 is small enough to match it.
 */
const logF64 = (z: number): number =>
  z < 0.53 ? Math.log(z) : CENTRE_LOG[0] + (CENTRE_LOG[1] + Math.log1p((z - 0.5625) / 0.5625))

const hornerF64 = hornerFused(fusedF64)

/**
 * XLA's log(1 + y) in f64: `y - y^2/2 + y^3 P(y)/Q(y)` near 0, with fused operations in P and Q.
 *
 * @since 0.1.0
 * @category scalar
 */
export const xlaLog1pF64 = (y: number): number => {
  if (Math.abs(y) >= RATIONAL_BELOW) return logF64(1 + y)
  const ratio = hornerF64(NUMERATOR, y) / hornerF64(DENOMINATOR, y)
  return y + (y * y * -0.5 + y * (y * y) * ratio)
}

const { fround } = Math
const hornerF32 = hornerFused(fusedF32)
const NUMERATOR_F32 = NUMERATOR.map(fround)
const DENOMINATOR_F32 = DENOMINATOR.map(fround)
const RATIONAL_BELOW_F32 = fround(RATIONAL_BELOW)
const SQRT_HALF_F32 = fround(Math.SQRT1_2)

/** log(1 + x) = x - x^2/2 + x^3 R(x): R as three polynomials in x, joined by powers of x^3. Lowest first. */
const LOG_LOW = [0.3333333134651184, -0.24999994039535522, 0.20000714063644409].map(fround)
const LOG_MIDDLE = [-0.16668057441711426, 0.14249323308467865, -0.12420140951871872].map(fround)
const LOG_HIGH = [0.11676998436450958, -0.11514610052108765, 0.07037683576345444].map(fround)

/** ln 2 in two parts, the first of 10 bits. */
const LN2_FIRST = 0.693359375
const LN2_REST = fround(-0.00021219444170128554)

/** Cephes' logf: z = 2^exponent (1 + x) with 1 + x between 1/sqrt(2) and sqrt(2). */
const logF32 = (z: number): number => {
  const above = Math.floor(Math.log2(z)) + 1
  const half = z * 2 ** -above
  const doubled = half < SQRT_HALF_F32
  const exponent = doubled ? above - 1 : above
  const x = fround((doubled ? 2 * half : half) - 1)
  const x2 = fround(x * x)
  const x3 = fround(x2 * x)
  const upper = fusedF32(hornerF32(LOG_HIGH, x), x3, hornerF32(LOG_MIDDLE, x))
  const rest = fusedF32(upper, x3, hornerF32(LOG_LOW, x))
  const correction = fusedF32(x3, rest, fround(exponent * LN2_REST))
  return fusedF32(exponent, LN2_FIRST, fround(fusedF32(x2, -0.5, x) + correction))
}

/**
 * XLA's log(1 + y) in f32, with the fused operations its CPU code uses.
 *
 * @since 0.1.0
 * @category scalar
 */
export const xlaLog1pF32 = (y: number): number => {
  if (Math.abs(y) >= RATIONAL_BELOW_F32) return logF32(fround(1 + y))
  const ratio = fround(hornerF32(NUMERATOR_F32, y) / hornerF32(DENOMINATOR_F32, y))
  const y2 = fround(y * y)
  return fround(y + fusedF32(y2, -0.5, fround(fround(y * y2) * ratio)))
}
