/**
 * log and log1p: `x = 2^k (1 + f)`, 1 + f from sqrt(1/2) to sqrt(2), and with s = f / (2 + f)
 * `log(1 + f) = 2 atanh(s) = f - f^2/2 + s (f^2/2 + s^2 R(s^2))`, where the terms fall off fast.
 */
import { v128 } from '../encode/simd.js'
import { i32 } from '../encode/value.js'
import { choose, nan, patched, polynomial, withSign, type Body } from './body.js'
import { logarithm } from './coefficients.js'
import { powerOfTwo } from './exponential.js'
import { format, type Lanes, type Vector } from './lanes.js'

/** Bits of sqrt(1/2), rounded down. */
const lowest = (L: Lanes): bigint => (L.mantissa === 23 ? 0x3f3504f3n : 0x3fe6a09e667f3bccn)

interface Split {
  /** k as a float, and 1 + f. */
  readonly k: Vector
  readonly m: Vector
}

/** `x = 2^k m` for a normal positive x. `2^mantissa` is or-ed around the exponent to make a float of it. */
export const split = (b: Body, L: Lanes, x: Vector): Split => {
  const { one, fraction } = format(L)
  const power = 2 ** L.mantissa
  const moved = b.keep(L.int.add(x, L.bits(one - lowest(L))))
  const field = L.int.shrU(moved, i32.const(L.mantissa))
  const k = b.keep(L.sub(v128.or(field, L.const(power)), L.const(power + L.bias)))
  return { k, m: L.int.add(v128.and(moved, L.bits(fraction)), L.bits(lowest(L))) }
}

/** `k ln 2 + log(1 + f)`. */
const joined = (b: Body, L: Lanes, k: Vector, f: Vector): Vector => {
  const s = b.keep(L.div(f, L.add(f, L.const(2))))
  const z = b.keep(L.mul(s, s))
  const half = b.keep(L.mul(L.mul(f, f), L.const(0.5)))
  const higher = L.mul(s, L.add(half, L.mul(z, polynomial(L, logarithm[L.name], z))))
  const low = L.sub(half, L.add(higher, L.mul(k, L.const(L.ln2[1]))))
  return L.sub(L.mul(k, L.const(L.ln2[0])), L.sub(low, f))
}

/** log of a normal positive number; `shift` is taken from its exponent. */
export const normalLog = (b: Body, L: Lanes, x: Vector, shift?: Vector): Vector => {
  const { k, m } = split(b, L, x)
  const f = b.keep(L.sub(m, L.const(1)))
  return joined(b, L, shift === undefined ? k : b.keep(L.sub(k, shift)), f)
}

/** Infinity stays, 0 gives -Infinity, what is negative or NaN gives NaN, the rest gives y. */
const atEnds = (L: Lanes, x: Vector, y: Vector): Vector => {
  const least = choose(L.eq(x, L.const(0)), L.const(-Infinity), nan(L))
  const inside = choose(L.lt(x, L.const(Infinity)), y, x)
  return choose(L.gt(x, L.const(0)), inside, least)
}

/** log of anything: subnormal numbers are scaled up first. */
export const wholeLog = (b: Body, L: Lanes, x: Vector): Vector => {
  const steps = L.mantissa + 2
  const tiny = b.keep(L.lt(x, L.const(L.smallestNormal)))
  const normal = b.keep(choose(tiny, L.mul(x, L.const(2 ** steps)), x))
  const y = b.keep(normalLog(b, L, normal, v128.and(tiny, L.const(steps))))
  return atEnds(L, x, y)
}

const ordinary = (L: Lanes, x: Vector): Vector =>
  v128.and(L.ge(x, L.const(L.smallestNormal)), L.lt(x, L.const(Infinity)))

export const log =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector =>
    patched(b, normalLog(b, L, x), v128.not(ordinary(L, x)), (inner) => wholeLog(inner, L, x))

/** Up to here `1 + x` has an exponent whose negative is one too; beyond, 1 + x is x. */
const large = 2 ** 60

/** log(1 + x), -1 < x <= 2^60: k comes from the rounded sum, f from x itself, so that nothing of x is lost. */
export const middleLog1p = (b: Body, L: Lanes, x: Vector): Vector => {
  const { k } = split(b, L, b.keep(L.add(x, L.const(1))))
  const scale = b.keep(powerOfTwo(L, L.neg(k)))
  const f = b.keep(L.add(L.mul(x, scale), L.sub(scale, L.const(1))))
  return withSign(L, joined(b, L, k, f), x)
}

/** What is left of log1p: above 2^60 it is log; the ends are those of log, moved by 1. */
const rareLog1p = (b: Body, L: Lanes, x: Vector): Vector => {
  const high = b.keep(choose(L.gt(x, L.const(large)), x, L.add(x, L.const(1))))
  return atEnds(L, high, b.keep(normalLog(b, L, high)))
}

export const log1p =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const usual = v128.and(L.gt(x, L.const(-1)), L.le(x, L.const(large)))
    return patched(b, middleLog1p(b, L, x), v128.not(usual), (inner) => rareLog1p(inner, L, x))
  }
