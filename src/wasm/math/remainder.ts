/** Remainder with the sign of the dividend (C `fmod`), exact. */
import { loopWhile, sequence } from '../encode/control.js'
import { f64x2, i32x4, i64x2, v128 } from '../encode/simd.js'
import { i32, i64, select, type Value } from '../encode/value.js'
import { binary, choose, nan, withSign, type Body } from './body.js'
import { product } from './double.js'
import { lanesOf, type Vector } from './lanes.js'

const L = lanesOf.f64x2

type Word = Value<'i64'>
const c = (n: number): Word => i64.const(BigInt(n))

interface Parts {
  /** Exponent, that of subnormal numbers being 1, and significand: x = significand 2^(exponent - 1075). */
  readonly exponent: Word
  readonly significand: Word
}

const partsOf = (b: Body, bits: Word): Parts => {
  const field = b.keep(i64.shrU(bits, c(52)))
  const subnormal = b.keep(i64.eqz(field))
  const fraction = b.keep(i64.and(bits, i64.const((1n << 52n) - 1n)))
  return {
    exponent: b.keep(select(subnormal, c(1), field)),
    significand: b.keep(select(subnormal, fraction, i64.or(fraction, i64.const(1n << 52n))))
  }
}

/** The bits of significand 2^(exponent - 1075), for a significand below 2^53. */
const joined = (b: Body, significand: Word, exponent: Word): Word => {
  const zeros = b.keep(i64.sub(i64.clz(significand), c(11)))
  const normal = i64.add(i64.shl(i64.sub(i64.sub(exponent, zeros), c(1)), c(52)), i64.shl(significand, zeros))
  const subnormal = i64.shl(significand, i64.sub(exponent, c(1)))
  const isNormal = i32.gtS(i32.wrapI64(exponent), i32.wrapI64(zeros))
  return select(i64.eqz(significand), c(0), select(isNormal, normal, subnormal))
}

/** The remainder of two magnitudes as bits, 11 bits of the quotient at a time; of no meaning where the divisor is 0. */
const longDivision = (b: Body, dividend: Word, divisor: Word): Word => {
  const [x, y] = [partsOf(b, dividend), partsOf(b, divisor)]
  const modulus = b.keep(select(i64.eqz(y.significand), c(1), y.significand))
  const left = b.variable(i32.sub(i32.wrapI64(x.exponent), i32.wrapI64(y.exponent)))
  const rest = b.variable(i64.remU(x.significand, modulus))
  const least = select(i32.ltS(left.get, i32.const(11)), left.get, i32.const(11))
  const shift = b.variable(i32.const(0))
  const body = sequence(
    shift.set(least),
    rest.set(i64.remU(i64.shl(rest.get, i64.extendI32U(shift.get)), modulus)),
    left.set(i32.sub(left.get, shift.get))
  )
  b.run(loopWhile(i32.gtS(left.get, i32.const(0)), body))
  return joined(b, rest.get, y.exponent)
}

const lane = (x: Vector, i: number): Word => i64x2.extract(x, i)

const laneRemainder = (b: Body, x: Vector, y: Vector, i: number): Word => {
  const dividend = b.keep(lane(x, i))
  const divisor = b.keep(lane(y, i))
  const found = b.keep(longDivision(b, dividend, divisor))
  return b.keep(select(i64.ltU(dividend, divisor), dividend, found))
}

/** Magnitudes of any size, one lane after the other; NaN where there is no remainder. */
export const longRemainder = binary('f64x2.longRemainder', (b, x, y) => {
  const [first, second] = [laneRemainder(b, x, y, 0), laneRemainder(b, x, y, 1)]
  const both = f64x2.replace(i64x2.splat(first), 1, f64x2.extract(i64x2.splat(second), 0))
  const defined = v128.and(L.lt(x, L.const(Infinity)), L.gt(y, L.const(0)))
  return choose(v128.and(defined, L.eq(y, y)), both, nan(L))
})

/** Where quotient and splitting are exact. */
const ordinary = (x: Vector, y: Vector, ratio: Vector): Vector => {
  const divisor = v128.and(L.gt(y, L.const(2 ** -900)), L.lt(y, L.const(2 ** 900)))
  return v128.and(v128.and(divisor, L.lt(x, L.const(2 ** 950))), L.lt(ratio, L.const(2 ** 52)))
}

/** `|a| - q |b|`, q the truncated quotient, which may be one too large. */
export const rem = (b: Body, a: Vector, divisor: Vector): Vector => {
  const [x, y] = [b.keep(L.abs(a)), b.keep(L.abs(divisor))]
  const q = b.keep(L.trunc(L.div(x, y)))
  const p = product(b, q, y)
  const rest = b.keep(L.sub(L.sub(x, p.hi), p.lo))
  const r = b.variable(L.add(rest, v128.and(L.lt(rest, L.const(0)), y)))
  const rare = b.keep(v128.not(ordinary(x, y, q)))
  b.branch(i32x4.bitmask(rare), (inner) => {
    inner.run(r.set(choose(rare, inner.keep(inner.call('f64x2.longRemainder', x, y)), r.get)))
  })
  return choose(L.eq(r.get, r.get), withSign(L, r.get, a), nan(L))
}
