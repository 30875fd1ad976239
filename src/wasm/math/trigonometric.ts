/** sin, cos and tan: the angle less a multiple of pi/2, then polynomials on -pi/4 to pi/4. */
import type { Local } from '../encode/control.js'
import { f64x2, i32x4, i64x2, shuffle, v128 } from '../encode/simd.js'
import { i32 } from '../encode/value.js'
import { canonical, choose, polynomial, type Body } from './body.js'
import { cosine, sine } from './coefficients.js'
import { orderedSum, pairQuotient, sum, type Pair } from './double.js'
import { isSet } from './huge.js'
import { format, lanesOf, type Vector } from './lanes.js'

const L = lanesOf.f64x2

/** Full precision for f64, or as much as f32 needs. */
export type Precision = 'full' | 'short'

// pi/2 in parts of 33 bits, whose products with an n below 2^20 are exact (FDLIBM e_rem_pio2.c), and what is left.
const first = 1.5707963267341256
const second = 6.077100506303966e-11
const third = 2.0222662487111665e-21
const last = 8.4784276603689e-32
/** pi/2 less the first part. */
const afterFirst = 6.077100506506192e-11

/** From here on angles are huge: too large for the parts above. */
const huge = 2 ** 20

interface Angle extends Pair {
  /** How many quarter turns were taken away, in the last two bits of each lane. */
  readonly quarters: Vector
}

const lessParts = (b: Body, x: Vector, n: Vector): Pair => {
  const start = b.keep(L.sub(x, L.mul(n, L.const(first))))
  const next = sum(b, start, b.keep(L.mul(n, L.const(-second))))
  const then = sum(b, next.hi, b.keep(L.mul(n, L.const(-third))))
  return orderedSum(b, then.hi, b.keep(L.sub(L.add(next.lo, then.lo), L.mul(n, L.const(last)))))
}

const lessShort = (b: Body, x: Vector, n: Vector): Pair => {
  const start = L.sub(x, L.mul(n, L.const(first)))
  return { hi: b.keep(L.sub(start, L.mul(n, L.const(afterFirst)))), lo: L.const(0) }
}

const lane0 = [0, 1, 2, 3, 4, 5, 6, 7] as const
const inLane = (x: Local<'v128'>, y: Vector, lane: number, from: number): Vector =>
  f64x2.replace(x.get, lane, f64x2.extract(y, from))

/** Puts the reduced angle of one lane in place. */
const replaceHuge = (b: Body, x: Vector, lane: number, parts: ReadonlyArray<Local<'v128'>>): void => {
  const at = lane0.map((i) => i + 8 * lane)
  const found = b.keep(b.call('f64x2.hugeAngle', shuffle(x, x, [...at, ...at])))
  parts.forEach((p, i) => {
    b.run(p.set(inLane(p, found, lane, Math.min(i, 1))))
  })
}

const reducedAngle = (b: Body, x: Vector, precision: Precision): Angle => {
  const { rounder, magnitude } = format(L)
  const shifted = b.keep(L.add(L.mul(x, L.const(2 / Math.PI)), L.const(rounder)))
  const n = b.keep(L.sub(shifted, L.const(rounder)))
  const usual = precision === 'full' ? lessParts(b, x, n) : lessShort(b, x, n)
  const parts = [b.variable(usual.hi), b.variable(usual.lo), b.variable(shifted)] as const
  const rare = b.keep(L.int.gtS(v128.and(x, L.bits(magnitude)), L.const(huge)))
  b.branch(i32x4.bitmask(rare), (inner) => {
    for (const lane of [0, 1]) {
      inner.branch(isSet(rare, lane), (one) => {
        replaceHuge(one, x, lane, parts)
      })
    }
    const finite = L.lt(L.abs(x), L.const(Infinity))
    inner.run(parts[0].set(choose(finite, parts[0].get, L.bits(format(L).nan))))
  })
  return { hi: parts[0].get, lo: parts[1].get, quarters: parts[2].get }
}

const tables = {
  full: { sine: sine.f64x2, cosine: cosine.f64x2 },
  short: { sine: sine.f32x4, cosine: cosine.f32x4 }
} as const

/** sin(hi + lo) as its leading part and the rest: `r + r^3 P(r^2) + lo (1 - r^2 / 2)`. */
const sinePair = (b: Body, { hi, lo }: Pair, z: Vector, precision: Precision): Pair => {
  const cubed = L.mul(L.mul(z, hi), polynomial(L, tables[precision].sine, z))
  const rest = L.sub(lo, L.mul(L.mul(z, lo), L.const(0.5)))
  return { hi, lo: b.keep(precision === 'full' ? L.add(cubed, rest) : cubed) }
}

/** cos(hi + lo) likewise: `1 - r^2 / 2`, with what that lost, `+ r^4 Q(r^2) - lo r`. */
const cosinePair = (b: Body, { hi, lo }: Pair, z: Vector, precision: Precision): Pair => {
  const half = b.keep(L.mul(z, L.const(0.5)))
  const start = b.keep(L.sub(L.const(1), half))
  const fourth = L.mul(L.mul(z, z), polynomial(L, tables[precision].cosine, z))
  if (precision === 'short') return { hi: start, lo: b.keep(fourth) }
  const lost = L.sub(L.sub(L.const(1), start), half)
  return { hi: start, lo: b.keep(L.add(lost, L.sub(fourth, L.mul(hi, lo)))) }
}

interface Both {
  readonly sine: Pair
  readonly cosine: Pair
}

const kernels = (b: Body, angle: Angle, precision: Precision): Both => {
  const z = b.keep(L.mul(angle.hi, angle.hi))
  return { sine: sinePair(b, angle, z, precision), cosine: cosinePair(b, angle, z, precision) }
}

const bit = (x: Vector, n: number): Vector =>
  i64x2.eq(v128.and(x, i64x2.const(BigInt(n))), i64x2.const(BigInt(n)))

const total = (p: Pair): Vector => L.add(p.hi, p.lo)

/** The sine of `quarters` quarter turns more than the angle. */
const turned = (b: Body, angle: Angle, quarters: Vector, precision: Precision): Vector => {
  const both = kernels(b, angle, precision)
  const size = choose(bit(quarters, 1), total(both.cosine), total(both.sine))
  const sign = L.int.shl(v128.and(quarters, i64x2.const(2n)), i32.const(62))
  return canonical(L, b.keep(v128.xor(size, sign)))
}

/** Keeps the sign of zero, which the reduction loses. */
const orZero = (x: Vector, y: Vector): Vector => choose(L.eq(x, L.const(0)), x, y)

export const sin =
  (precision: Precision) =>
  (b: Body, x: Vector): Vector => {
    const angle = reducedAngle(b, x, precision)
    return orZero(x, turned(b, angle, angle.quarters, precision))
  }

export const cos =
  (precision: Precision) =>
  (b: Body, x: Vector): Vector => {
    const angle = reducedAngle(b, x, precision)
    return turned(b, angle, b.keep(L.int.add(angle.quarters, i64x2.const(1n))), precision)
  }

const selected = (b: Body, mask: Vector, x: Pair, y: Pair): Pair =>
  orderedSum(b, b.keep(choose(mask, x.hi, y.hi)), b.keep(choose(mask, x.lo, y.lo)))

/** sin / cos, or after an odd number of quarter turns -cos / sin, divided as pairs. */
export const tan =
  (precision: Precision) =>
  (b: Body, x: Vector): Vector => {
    const angle = reducedAngle(b, x, precision)
    const both = kernels(b, angle, precision)
    const odd = b.keep(bit(angle.quarters, 1))
    const above = selected(b, odd, both.cosine, both.sine)
    const below = selected(b, odd, both.sine, both.cosine)
    const ratio = precision === 'full' ? pairQuotient(b, above, below).hi : L.div(above.hi, below.hi)
    const sign = v128.and(odd, L.bits(format(L).sign))
    return orZero(x, canonical(L, b.keep(v128.xor(ratio, sign))))
  }
