import { horner } from './polynomial.js'

// The tables come from test/golden/erf_coefficients.py: Chebyshev interpolants in powers of (x - centre), lowest
// first, whose relative error is below 2^-53.

/** erf(x)/x - 1 in powers of x^2, for x^2 < 0.75. */
const EXCESS = [
  0.1283791670955126, -0.3761263890318374, 0.11283791670954493, -0.026866170644973524, 0.00522397762340871,
  -0.0008548326868599297, 0.00012055325494924972, -1.4925411533551613e-5, 1.6457013907764837e-6,
  -1.6293444273884912e-7, 1.4147272175166887e-8, -8.727804892971983e-10
] as const

/** exp(x^2) erfc(x) in powers of x - 0.75, for 0.5 <= x < 1: its constant and its higher coefficients. */
const LOW = 0.5069376502931449
const LOW_HIGHER = [
  -0.3679726916557954, 0.23095813155129497, -0.12983606199488007, 0.06679054252841538, -0.031897262039946896,
  0.01428919858470859, -0.006051532271776434, 0.002437641069942269, -0.000938513222881505,
  0.00034666379283020214, -0.00012332717214560827, 4.337915907561481e-5, -1.440376961255891e-5
] as const

/** The same in powers of x - 1.5, for 1 <= x < 2. */
const MIDDLE = 0.3215854164543175
const MIDDLE_HIGHER = [
  -0.16362291773256005, 0.0761510398554774, -0.03293090529956527, 0.013377340953067394,
  -0.0051459575478377826, 0.0018861348769919975, -0.0006619300701084315, 0.0002233099453004411,
  -7.265887301589559e-5, 2.2864299608127746e-5, -6.97536222785843e-6, 2.0670657912156654e-6,
  -5.944961119917664e-7, 1.6714292901928126e-7, -4.9545807838901603e-8, 1.3242541506849586e-8
] as const

/** The same in powers of x - 3, for 2 <= x < 4. */
const HIGH = 0.17900115118138996
const HIGH_HIGHER = [
  -0.05437226000717289, 0.01588437115987134, -0.004479431018371144, 0.0012230390523765237,
  -0.00032412554452200884, 8.355413963369297e-5, -2.0989464259545496e-5, 5.146436522511331e-6,
  -1.2333685934914701e-6, 2.8926684651166363e-7, -6.64646639786765e-8, 1.4977253627698686e-8,
  -3.316229237177357e-9, 7.20516363335066e-10, -1.5077563830210874e-10, 3.1724792006762475e-11,
  -8.134236373235494e-12, 1.6482525468969957e-12
] as const

/** x exp(x^2) erfc(x) in powers of 1/x^2, for 4 <= x < 28. */
const TAIL = 0.5641895835477563
const TAIL_HIGHER = [
  -0.2820947917738263, 0.4231421876269841, -1.0578554576877661, 3.702491817407898, -16.66091671636995,
  91.60883094717249, -593.8237640386935, 4380.378772656427, -34841.04395242786, 274194.4373795177,
  -1909001.491907861, 10350017.215469595, -37159562.3427182, 64495367.90732313
] as const

/**
 * leading + at (c1 + at (c2 + ...)), times 1 + m. The sum is built as the leading coefficient plus a smaller rest that
 * already has its share of m, so that it rounds once.
 */
const polynomialTimes = (leading: number, higher: readonly number[], at: number, m: number): number => {
  const rest = at * horner(higher, at)
  return leading + (rest + (leading + rest) * m)
}

/** exp(x^2) erfc(x) (1 + m) for 0.75 <= x < 28. */
const scaledErfc = (x: number, m: number): number => {
  if (x < 1) return polynomialTimes(LOW, LOW_HIGHER, x - 0.75, m)
  if (x < 2) return polynomialTimes(MIDDLE, MIDDLE_HIGHER, x - 1.5, m)
  if (x < 4) return polynomialTimes(HIGH, HIGH_HIGHER, x - 3, m)
  return polynomialTimes(TAIL, TAIL_HIGHER, 1 / (x * x), m) / x
}

// ln 2 in two parts: the first has 32 bits, so its product with an exponent is exact.
const LN2_FIRST = 2977044471 * 2 ** -32
const LN2_REST = 1.9082149292705877e-10

/**
 * erfc(x) for 0.75 <= x < 28. With h = x rounded to f32, h^2 and r = -h^2 - k ln 2 are exact in f64 (up to LN2_REST),
 * so exp(-x^2) = 2^k exp(r) (1 + m) loses nothing to the rounding of x^2. The power of 2 rounds a
 * subnormal result once.
 */
const upperErfc = (x: number): number => {
  const h = Math.fround(x)
  const k = Math.round(-h * h * Math.LOG2E)
  const r = -h * h - k * LN2_FIRST
  const m = Math.expm1(-(x - h) * (x + h) - k * LN2_REST)
  const scaled = scaledErfc(x, m)
  return (scaled + scaled * Math.expm1(r)) * 2 ** k
}

const nearZero = (x: number): number => x + x * horner(EXCESS, x * x)

/**
 * Error function: `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x. Odd; within 2 ulp in f64.
 *
 * @since 0.1.0
 * @category scalar
 */
export const erf = (x: number): number => {
  const a = Math.abs(x)
  if (a < 0.85) return nearZero(x)
  if (a < 6) return x < 0 ? upperErfc(a) - 1 : 1 - upperErfc(a)
  return Math.sign(x)
}

/**
 * Complementary error function `1 - erf(x)` without cancellation, down to the subnormals near x = 27.2. Within 2 ulp
 * in f64.
 *
 * @since 0.1.0
 * @category scalar
 */
export const erfc = (x: number): number => {
  if (x >= 28) return 0
  if (x >= 0.75) return upperErfc(x)
  return 1 - erf(x)
}
