/** exp and exp - 1: `exp(x) = 2^n exp(r)`, n the integer nearest to `x / ln 2`, `|r| <= ln 2 / 2`. */
import { v128 } from '../encode/simd.js'
import { i32, type Value } from '../encode/value.js'
import { canonical, choose, patched, polynomial, withSign, type Body } from './body.js'
import { exponential, exponentialExcess } from './coefficients.js'
import { format, type Lanes, type Vector } from './lanes.js'

const width = (L: Lanes): Value<'i32'> => i32.const(L.mantissa)

/** n as it stands in the low bits of `n + rounder`, put where the exponent of a float is. */
const exponentField = (L: Lanes, shifted: Vector): Vector => L.int.shl(shifted, width(L))

const shiftedOf = (L: Lanes, n: Vector): Vector => L.add(n, L.const(format(L).rounder))

/** 2^n from `n + rounder`, for n that gives a normal number. */
const powerOfShifted = (L: Lanes, shifted: Vector): Vector =>
  L.int.add(exponentField(L, shifted), L.bits(format(L).one))

/** 2^n for an integer n that gives a normal number. */
export const powerOfTwo = (L: Lanes, n: Vector): Vector => powerOfShifted(L, shiftedOf(L, n))

/** `y 2^n` rounded once, subnormal or infinite as it may be: by two powers of half the size. */
export const scaled = (b: Body, L: Lanes, y: Vector, n: Vector): Vector => {
  const { rounder } = format(L)
  const half = b.keep(shiftedOf(L, L.mul(n, L.const(0.5))))
  const rest = L.sub(n, L.sub(half, L.const(rounder)))
  return L.mul(L.mul(y, powerOfShifted(L, half)), powerOfTwo(L, rest))
}

interface Reduced {
  /** n + rounder, n, and `x - n ln 2` as a number and what its rounding lost. */
  readonly shifted: Vector
  readonly n: Vector
  readonly r: Vector
  readonly lost: Vector
}

export const reduced = (b: Body, L: Lanes, x: Vector): Reduced => {
  const shifted = b.keep(shiftedOf(L, L.mul(x, L.const(Math.LOG2E))))
  const n = b.keep(L.sub(shifted, L.const(format(L).rounder)))
  const first = b.keep(L.sub(x, L.mul(n, L.const(L.ln2[0]))))
  const rest = b.keep(L.mul(n, L.const(L.ln2[1])))
  const r = b.keep(L.sub(first, rest))
  return { shifted, n, r, lost: L.sub(L.sub(first, r), rest) }
}

/** exp(r), `|r| <= ln 2 / 2`. */
const small = (L: Lanes, r: Vector): Vector =>
  L.add(L.const(1), L.add(r, L.mul(L.mul(r, r), polynomial(L, exponential[L.name], r))))

/** exp(x) where neither x nor the result leaves the middle of the range: `|x| <= L.exponent.safe`. */
export const middleExp = (b: Body, L: Lanes, x: Vector): Vector => {
  const { shifted, r } = reduced(b, L, x)
  return L.int.add(small(L, r), exponentField(L, shifted))
}

/** exp(x) 2^-halvings for every x but NaN, which goes as +Infinity does. */
export const wholeExp = (b: Body, L: Lanes, x: Vector, halvings: 0 | 1 = 0): Vector => {
  const clamped = b.keep(L.pmax(L.const(L.exponent.least), L.pmin(L.const(L.exponent.most), x)))
  const { n, r } = reduced(b, L, clamped)
  const y = b.keep(small(L, r))
  return scaled(b, L, y, halvings === 0 ? n : b.keep(L.sub(n, L.const(halvings))))
}

/** Where `|x|` is above the safe bound or x is NaN, by comparing bits. */
export const unsafe = (L: Lanes, x: Vector): Vector =>
  L.int.gtS(v128.and(x, L.bits(format(L).magnitude)), L.const(L.exponent.safe))

export const orNan = (L: Lanes, x: Vector, y: Vector): Vector => choose(L.eq(x, x), y, L.bits(format(L).nan))

/** Results that vanish are common, as in the softmax of a network that is sure: they are no exception. */
export const exp =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const vanishes = b.keep(L.lt(x, L.const(L.exponent.least)))
    const usual = v128.andnot(middleExp(b, L, x), vanishes)
    const rare = v128.andnot(unsafe(L, x), vanishes)
    return patched(b, usual, rare, (inner) => orNan(L, x, wholeExp(inner, L, x)))
  }

/** `2^n ((1 - 2^-n) + r + r^2 q)`, the first two summands with what their sum lost: exact enough where they cancel. */
const middleExpm1 = (b: Body, L: Lanes, x: Vector): Vector => {
  const { shifted, n, r, lost } = reduced(b, L, x)
  const offset = b.keep(L.sub(L.const(1), powerOfTwo(L, L.neg(n))))
  const sum = b.keep(L.add(offset, r))
  const rest = L.add(L.sub(r, L.sub(sum, offset)), lost)
  const higher = L.mul(L.mul(r, r), polynomial(L, exponentialExcess[L.name], r))
  return withSign(L, L.mul(L.add(sum, L.add(rest, higher)), powerOfShifted(L, shifted)), x)
}

export const expm1 =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector =>
    patched(b, middleExpm1(b, L, x), unsafe(L, x), (inner) =>
      canonical(L, inner.keep(choose(L.lt(x, L.const(0)), L.const(-1), orNan(L, x, wholeExp(inner, L, x)))))
    )
