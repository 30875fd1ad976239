/**
 * The inverse error function as the reference has it, which follows XLA (Giles 2011): erfInv(x) = x p(w), w = -log(1 - x^2),
 * so that normal numbers agree. In f32 the same operations in the same order, each rounded to f32: the same bits.
 */
import { f32x4, f64x2, v128 } from '../encode/simd.js'
import { i32 } from '../encode/value.js'
import { choose, nan, polynomial, type Body } from './body.js'
import { product, sum } from './double.js'
import { format, lanesOf, type Vector } from './lanes.js'
import { normalLog } from './logarithm.js'
import * as T from './errorInverseTables.js'

const L = lanesOf.f64x2

/** ±1 gives ±Infinity, beyond there is nothing. */
const inDomain = (x: Vector, y: Vector): Vector => {
  const end = choose(L.eq(L.abs(x), L.const(1)), L.mul(x, L.const(Infinity)), nan(L))
  return choose(L.lt(L.abs(x), L.const(1)), y, end)
}

/** Horner's scheme whose last steps keep what they round away. */
const compensated = (b: Body, coefficients: ReadonlyArray<number>, x: Vector): Vector => {
  const exactSteps = 3
  const start = b.keep(polynomial(L, coefficients.slice(exactSteps), x))
  const last = coefficients.slice(0, exactSteps).reduceRight(
    ({ hi, lo }, k) => {
      const p = product(b, hi, x)
      const s = sum(b, p.hi, L.const(k))
      return { hi: s.hi, lo: b.keep(L.add(L.mul(lo, x), L.add(p.lo, s.lo))) }
    },
    { hi: start, lo: L.const(0) }
  )
  return L.add(last.hi, last.lo)
}

const rationalBelow = Math.SQRT2 - 1

/** log(1 + y), -1 < y <= 0: Cephes' rational form near 0. */
const log1pF64 = (b: Body, y: Vector): Vector => {
  const ratio = L.div(compensated(b, T.numerator, y), compensated(b, T.denominator, y))
  const square = b.keep(L.mul(y, y))
  const rest = L.add(L.mul(square, L.const(-0.5)), L.mul(L.mul(y, square), ratio))
  const far = normalLog(b, L, b.keep(L.add(y, L.const(1))))
  return choose(L.lt(L.abs(y), L.const(rationalBelow)), b.keep(L.add(y, rest)), b.keep(far))
}

export const erfInvF64 = (b: Body, x: Vector): Vector => {
  const w = b.keep(L.neg(log1pF64(b, b.keep(L.neg(L.mul(x, x))))))
  const root = b.keep(L.sqrt(w))
  const central = compensated(b, T.f64Central, b.keep(L.sub(w, L.const(3.125))))
  const middle = compensated(b, T.f64Middle, b.keep(L.sub(root, L.const(3.25))))
  const tail = compensated(b, T.f64Tail, b.keep(L.sub(root, L.const(5))))
  const outer = b.keep(choose(L.lt(w, L.const(16)), middle, tail))
  return inDomain(x, b.keep(L.mul(x, choose(L.lt(w, L.const(6.25)), central, outer))))
}

/** To f32 and back. */
const fround = (x: Vector): Vector => f64x2.promoteLowF32(f32x4.demoteF64(x))

const fused = (x: Vector, y: Vector, z: Vector): Vector => fround(L.add(L.mul(x, y), z))

const times = (x: Vector, y: Vector): Vector => fround(L.mul(x, y))

const hornerF32 = (coefficients: ReadonlyArray<number>, x: Vector): Vector =>
  coefficients.slice(0, -1).reduceRight((s, k) => fused(s, x, L.const(k)), L.const(coefficients.at(-1) ?? 0))

/** Cephes' logf, for z from 2^-24 to 1: z = 2^exponent (1 + x), 1 + x from 1/sqrt(2) to sqrt(2). */
const logF32 = (b: Body, z: Vector): Vector => {
  const { fraction } = format(L)
  const field = v128.or(L.int.shrU(z, i32.const(52)), L.const(2 ** 52))
  const above = L.sub(field, L.const(2 ** 52 + 1022))
  const half = b.keep(v128.or(v128.and(z, L.bits(fraction)), L.const(0.5)))
  const doubled = b.keep(L.lt(half, L.const(T.sqrtHalfF32)))
  const exponent = b.keep(L.sub(above, v128.and(doubled, L.const(1))))
  const x = b.keep(fround(L.sub(L.add(half, v128.and(doubled, half)), L.const(1))))
  const x2 = b.keep(times(x, x))
  const x3 = b.keep(times(x2, x))
  const upper = b.keep(fused(hornerF32(T.logHigh, x), x3, hornerF32(T.logMiddle, x)))
  const rest = fused(upper, x3, hornerF32(T.logLow, x))
  const correction = fused(x3, rest, times(exponent, L.const(T.ln2RestF32)))
  const inner = fround(L.add(fused(x2, L.const(-0.5), x), correction))
  return fused(exponent, L.const(0.693359375), inner)
}

const log1pF32 = (b: Body, y: Vector): Vector => {
  const ratio = fround(L.div(hornerF32(T.numeratorF32, y), hornerF32(T.denominatorF32, y)))
  const y2 = b.keep(times(y, y))
  const near = fround(L.add(y, fused(y2, L.const(-0.5), times(times(y, y2), ratio))))
  const far = logF32(b, b.keep(fround(L.add(y, L.const(1)))))
  return choose(L.lt(L.abs(y), L.const(T.rationalBelowF32)), near, b.keep(far))
}

/** For arguments from f32. */
export const erfInvShort = (b: Body, x: Vector): Vector => {
  const w = b.keep(L.neg(log1pF32(b, b.keep(L.neg(times(x, x))))))
  const central = hornerF32(T.f32Central, b.keep(fround(L.sub(w, L.const(2.5)))))
  const tail = hornerF32(T.f32Tail, b.keep(fround(L.sub(fround(L.sqrt(w)), L.const(3)))))
  return inDomain(x, b.keep(L.mul(x, choose(L.lt(w, L.const(5)), central, tail))))
}
