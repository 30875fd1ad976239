/** erf and erfc: an odd polynomial near 0; elsewhere `1 - exp(-v(|x|))` in f32, and in f64 through exp(x^2) erfc(x). */
import { v128 } from '../encode/simd.js'
import { choose, polynomial, withSign, type Body } from './body.js'
import { errorExcess, errorExponent, exponential, scaledErfc, scaledErfcRest } from './coefficients.js'
import { orderedSum, pairProduct, pairQuotient, sum, type Pair } from './double.js'
import { middleExp, orNan, reduced, scaled } from './exponential.js'
import { lanesOf, type Lanes, type Vector } from './lanes.js'

/** erf(t) for 0 <= t <= 0.875. */
const near = (b: Body, L: Lanes, t: Vector): Vector => {
  const z = b.keep(L.mul(t, t))
  return L.add(t, L.mul(t, polynomial(L, errorExcess[L.name], z)))
}

const nearEnd = 0.875

export const erfF32 = (b: Body, x: Vector): Vector => {
  const L = lanesOf.f32x4
  const t = b.keep(L.pmin(L.const(4), L.abs(x)))
  const v = polynomial(L, errorExponent, b.keep(L.sub(t, L.const(2))))
  const far = L.sub(L.const(1), middleExp(b, L, b.keep(L.neg(v))))
  return orNan(L, x, withSign(L, choose(L.lt(t, L.const(nearEnd)), near(b, L, t), far), x))
}

const L = lanesOf.f64x2

interface Power extends Pair {
  readonly n: Vector
}

/**
 * exp(-a^2) = (hi + lo) 2^n. With h the upper half of a, h^2 is exact, and the rest of a^2 is (a - h)(a + h): nothing
 * is lost to the rounding of a^2.
 */
const bell = (b: Body, a: Vector): Power => {
  const h = b.keep(v128.and(a, L.bits(-(1n << 27n))))
  const { n, r, lost } = reduced(b, L, b.keep(L.neg(L.mul(h, h))))
  const whole = sum(b, r, b.keep(L.mul(L.sub(h, a), L.add(a, h))))
  const higher = L.mul(L.mul(whole.hi, whole.hi), polynomial(L, exponential.f64x2, whole.hi))
  const less = orderedSum(b, whole.hi, b.keep(L.add(L.add(lost, whole.lo), higher)))
  const { hi, lo } = orderedSum(b, L.const(1), less.hi)
  return { n, hi, lo: b.keep(L.add(lo, less.lo)) }
}

/** (1 + 2 a) exp(a^2) erfc(a), as a polynomial in (a - 3.75) / (a + 3.75) (Shepherd and Laframboise 1981). */
const scaledPart = (b: Body, a: Vector): Pair => {
  const [lowest, ...higher] = scaledErfc
  const t = b.keep(L.div(L.sub(a, L.const(3.75)), L.add(a, L.const(3.75))))
  const rest = b.keep(L.add(L.const(scaledErfcRest), L.mul(t, polynomial(L, higher, t))))
  return orderedSum(b, L.const(lowest), rest)
}

/** erfc(a) for 0 <= a <= 28. */
const upper = (b: Body, a: Vector): Vector => {
  const power = bell(b, a)
  const divisor = sum(b, L.const(1), b.keep(L.add(a, a)))
  return scaled(b, L, pairQuotient(b, pairProduct(b, power, scaledPart(b, a)), divisor).hi, power.n)
}

const bounded = (x: Vector): Vector => L.pmin(L.const(28), L.abs(x))

export const erfF64 = (b: Body, x: Vector): Vector => {
  const t = b.keep(bounded(x))
  const far = b.keep(L.sub(L.const(1), upper(b, t)))
  return orNan(L, x, withSign(L, choose(L.lt(t, L.const(nearEnd)), near(b, L, t), far), x))
}

/** 1 - erf(x) for |x| < 1/2, from there erfc itself, and 2 less that on the negative side. */
export const erfcF64 = (b: Body, x: Vector): Vector => {
  const t = b.keep(bounded(x))
  const far = b.keep(upper(b, t))
  const negative = b.keep(L.lt(x, L.const(0)))
  const close = b.keep(L.sub(L.const(1), withSign(L, near(b, L, t), x)))
  const outer = choose(negative, L.sub(L.const(2), far), far)
  return orNan(L, x, choose(L.lt(t, L.const(0.5)), close, outer))
}
