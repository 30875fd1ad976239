/** pow = exp(y log |x|), with the cases of IEEE 754, and hypot. */
import { v128 } from '../encode/simd.js'
import { choose, nan, polynomial, signOf, type Body } from './body.js'
import { exponential, logarithmTail } from './coefficients.js'
import { orderedSum, pairProduct, pairQuotient, product, type Pair } from './double.js'
import { middleExp, reduced, scaled } from './exponential.js'
import { lanesOf, type Vector } from './lanes.js'
import { normalLog, split } from './logarithm.js'

const L = lanesOf.f64x2

/** atanh(s) / s = 1 + z (1/3 + z (1/5 + ...)), z = s^2, to about 2^-64. */
const series = (b: Body, s: Pair): Pair => {
  const z = pairProduct(b, s, s)
  const tail = L.mul(z.hi, polynomial(L, logarithmTail, z.hi))
  const third = orderedSum(b, L.const(1 / 3), b.keep(L.add(L.const(1.850371707708594e-17), tail)))
  const rest = pairProduct(b, z, third)
  const whole = orderedSum(b, L.const(1), rest.hi)
  return { hi: whole.hi, lo: b.keep(L.add(whole.lo, rest.lo)) }
}

/** log of a positive finite x as a pair, to about 2^-64 of it. */
const pairLog = (b: Body, x: Vector): Pair => {
  const steps = 54
  const tiny = b.keep(L.lt(x, L.const(L.smallestNormal)))
  const normal = b.keep(choose(tiny, L.mul(x, L.const(2 ** steps)), x))
  const { k: exponent, m } = split(b, L, normal)
  const k = b.keep(L.sub(exponent, v128.and(tiny, L.const(steps))))
  const f = b.keep(L.sub(m, L.const(1)))
  const s = pairQuotient(b, { hi: f, lo: L.const(0) }, orderedSum(b, L.const(2), f))
  const half = pairProduct(b, s, series(b, s))
  const whole = orderedSum(b, b.keep(L.mul(k, L.const(L.ln2[0]))), b.keep(L.add(half.hi, half.hi)))
  const rest = L.add(L.add(half.lo, half.lo), L.mul(k, L.const(L.ln2[1])))
  return orderedSum(b, whole.hi, b.keep(L.add(whole.lo, rest)))
}

/** Larger exponents change nothing: a base other than 1 then over- or underflows. */
const largestExponent = 2 ** 66

const clamp = (x: Vector, bound: number): Vector => L.pmax(L.const(-bound), L.pmin(L.const(bound), x))

/** exp(hi + lo). */
const pairExp = (b: Body, { hi, lo }: Pair): Vector => {
  const bounded = b.keep(clamp(hi, 800))
  const { n, r, lost } = reduced(b, L, bounded)
  const least = b.keep(L.add(lost, v128.and(lo, L.eq(hi, bounded))))
  const higher = L.mul(L.mul(r, r), polynomial(L, exponential.f64x2, r))
  const y = b.keep(L.add(L.const(1), L.add(r, higher)))
  return scaled(b, L, b.keep(L.add(y, L.mul(y, least))), n)
}

/** x^y for positive finite x and a bounded y. */
type Core = (b: Body, x: Vector, y: Vector) => Vector

const precise: Core = (b, x, y) => {
  const l = pairLog(b, x)
  const p = product(b, y, l.hi)
  return pairExp(b, { hi: p.hi, lo: b.keep(L.add(p.lo, L.mul(y, l.lo))) })
}

/** For what is then rounded to f32. */
const short: Core = (b, x, y) => middleExp(b, L, b.keep(clamp(L.mul(y, normalLog(b, L, x)), 700)))

interface Kind {
  readonly whole: Vector
  readonly odd: Vector
}

const kindOf = (b: Body, y: Vector): Kind => {
  const half = b.keep(L.mul(y, L.const(0.5)))
  const whole = b.keep(L.eq(L.trunc(y), y))
  return { whole, odd: v128.and(whole, L.ne(L.trunc(half), half)) }
}

const either = (a: Vector, c: Vector): Vector => v128.or(a, c)

/** The size of the result: at 0 and infinity one of these, and 1 where y is 0 or x is 1. */
const magnitude = (b: Body, core: Core, x: Vector, y: Vector): Vector => {
  const a = b.keep(L.abs(x))
  const zero = b.keep(L.eq(a, L.const(0)))
  const end = either(zero, L.eq(a, L.const(Infinity)))
  const inside = b.keep(core(b, a, b.keep(clamp(y, largestExponent))))
  const vanishes = v128.xor(v128.not(zero), L.gt(y, L.const(0)))
  return choose(end, v128.andnot(L.const(Infinity), vanishes), inside)
}

const power =
  (core: Core) =>
  (b: Body, x: Vector, y: Vector): Vector => {
    const { whole, odd } = kindOf(b, y)
    const size = b.keep(magnitude(b, core, x, y))
    const negative = L.lt(x, L.const(0))
    const undefinedSign = v128.andnot(v128.and(negative, L.gt(x, L.const(-Infinity))), whole)
    const unordered = either(L.ne(x, x), L.ne(y, y))
    const signed = v128.or(size, v128.and(signOf(L, x), odd))
    const y0 = either(L.eq(y, L.const(0)), L.eq(x, L.const(1)))
    return choose(y0, L.const(1), b.keep(choose(either(undefinedSign, unordered), nan(L), signed)))
  }

export const pow = power(precise)
export const powShort = power(short)

const eitherInfinite = (x: Vector, y: Vector): Vector =>
  either(L.eq(x, L.const(Infinity)), L.eq(y, L.const(Infinity)))

/** Infinite beside anything, even NaN. */
const hypotAtEnds = (b: Body, x: Vector, y: Vector, finite: Vector): Vector => {
  const known = b.keep(choose(either(L.ne(x, x), L.ne(y, y)), nan(L), finite))
  return choose(eitherInfinite(x, y), L.const(Infinity), known)
}

/** The square root of the sum of squares, scaled by a power of two where these would leave the range. */
export const hypot = (b: Body, x: Vector, y: Vector): Vector => {
  const [u, v] = [b.keep(L.abs(x)), b.keep(L.abs(y))]
  const largest = b.keep(L.pmax(u, v))
  const up = choose(L.lt(largest, L.const(1e-140)), L.const(2 ** 600), L.const(1))
  const scale = b.keep(choose(L.gt(largest, L.const(1e150)), L.const(2 ** -600), up))
  const [su, sv] = [b.keep(L.mul(u, scale)), b.keep(L.mul(v, scale))]
  const root = L.sqrt(L.add(L.mul(su, su), L.mul(sv, sv)))
  return hypotAtEnds(b, u, v, b.keep(L.div(root, scale)))
}

/** For arguments from f32, whose squares are exact. */
export const hypotShort = (b: Body, x: Vector, y: Vector): Vector => {
  const root = L.sqrt(L.add(L.mul(x, x), L.mul(y, y)))
  return hypotAtEnds(b, b.keep(L.abs(x)), b.keep(L.abs(y)), b.keep(root))
}
