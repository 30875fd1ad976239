import { fusedF32, fusedF64, hornerFused } from './polynomial.js'
import { xlaLog1pF32, xlaLog1pF64 } from './xlaLog1p.js'

// Inverse error function as XLA evaluates it (Giles, "Approximating the erfinv function", GPU Computing Gems Jade
// Edition, 2011): erfInv(x) = x p(w), w = -log1p(-x x), p a polynomial in a shifted w or sqrt(w), lowest coefficient
// first. It is kept as XLA has it, not made more accurate, so that normals agree with JAX's.

const F32_CENTRAL = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6,
  3.43273939e-7, 2.81022636e-8
].map(Math.fround)

const F32_TAIL = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322,
  0.000100950558, -0.000200214257
].map(Math.fround)

const F64_CENTRAL = [
  1.6536545626831027, 0.24015818242558962, -0.006033670871430149, -0.000740702534166267,
  0.00018673420803405714, -1.3882523362786469e-5, -1.3654692000834679e-6, 4.2347877827932404e-7,
  -2.9070369957882005e-8, -4.112633980346984e-9, 1.0512122733215323e-9, -5.415412054294628e-11,
  -1.2975133253453532e-11, 2.6335093153082323e-12, -8.151934197605472e-14, -4.054566272975207e-14,
  6.637638134358324e-15, 2.0972767875968562e-17, -1.3331716628546209e-16, 1.1157877678025181e-17,
  1.28584807152564e-18, -1.6850591381820166e-19, -3.64441206401782e-21
] as const

const F64_MIDDLE = [
  3.0838856104922208, 1.0052589676941592, 0.005370914553590064, -0.0037512085075692412, 0.002491442096107851,
  -0.0016882755560235047, 0.0009532893797373805, -0.0003550375203628475, 2.4031110387097894e-5,
  6.828485145957318e-5, -4.7318229009055734e-5, 1.2475304481671779e-5, 2.9234449089955446e-6,
  -4.013867526981546e-6, 1.5027403968909828e-6, 1.8239629214389228e-8, -2.7517406297064545e-7,
  9.0756561938885391e-8, 2.2137376921775787e-9
] as const

const F64_TAIL = [
  4.849906401408584, 1.0103004648645344, -0.00013871931833623122, -0.00021503011930044477,
  7.599527703001776e-5, -1.9681778105531671e-5, 4.526062597223154e-6, -9.9298272942317e-7,
  2.2900482228026655e-7, -6.771199775845234e-8, 2.914795345090108e-8, -1.496002662714924e-8,
  7.61570120807834e-9, -3.789465440126737e-9, 1.5076572693500548e-9, -2.5556418169965252e-10,
  -2.7109920616438573e-11
] as const

const evaluateF32 = hornerFused(fusedF32)
const evaluateF64 = hornerFused(fusedF64)

/**
 * Inverse error function of an f32, rounded after every operation as XLA's CPU code is: bit-identical to it. ±1 gives
 * ±Infinity, outside [-1, 1] NaN.
 *
 * @since 0.1.0
 * @category scalar
 */
export const erfInvF32 = (x: number): number => {
  const { fround } = Math
  if (Math.abs(x) === 1) return x * Infinity
  const w = -xlaLog1pF32(-fround(x * x))
  return w < 5
    ? fround(evaluateF32(F32_CENTRAL, fround(w - 2.5)) * x)
    : fround(evaluateF32(F32_TAIL, fround(fround(Math.sqrt(w)) - 3)) * x)
}

/**
 * Inverse error function of an f64 as XLA's CPU code computes it, within 2 ulp of that in all but the
 * rarest cases (test/golden/README.md). ±1 gives ±Infinity, outside
 * [-1, 1] NaN.
 *
 * @since 0.1.0
 * @category scalar
 */
export const erfInvF64 = (x: number): number => {
  if (Math.abs(x) === 1) return x * Infinity
  const w = -xlaLog1pF64(-x * x)
  if (w < 6.25) return evaluateF64(F64_CENTRAL, w - 3.125) * x
  const root = Math.sqrt(w)
  return (w < 16 ? evaluateF64(F64_MIDDLE, root - 3.25) : evaluateF64(F64_TAIL, root - 5)) * x
}
