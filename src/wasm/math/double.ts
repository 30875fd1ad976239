/** Sums and products of two f64 with what their rounding lost (Dekker 1971, Knuth 1969): twice the precision. */
import type { Body } from './body.js'
import { lanesOf, type Vector } from './lanes.js'

const L = lanesOf.f64x2

/** hi + lo, where lo is at most half a unit in the last place of hi. Both may be used any number of times. */
export interface Pair {
  readonly hi: Vector
  readonly lo: Vector
}

/** Exact sum, where `|x| >= |y|` or x = 0. */
export const orderedSum = (b: Body, x: Vector, y: Vector): Pair => {
  const hi = b.keep(L.add(x, y))
  return { hi, lo: b.keep(L.sub(y, L.sub(hi, x))) }
}

/** Exact sum. */
export const sum = (b: Body, x: Vector, y: Vector): Pair => {
  const hi = b.keep(L.add(x, y))
  const other = b.keep(L.sub(hi, x))
  return { hi, lo: b.keep(L.add(L.sub(x, L.sub(hi, other)), L.sub(y, other))) }
}

/** 2^27 + 1 splits an f64 into two halves whose products are exact (Veltkamp 1968). */
const splitter = 134217729

const halves = (b: Body, x: Vector): Pair => {
  const large = b.keep(L.mul(x, L.const(splitter)))
  const hi = b.keep(L.sub(large, L.sub(large, x)))
  return { hi, lo: b.keep(L.sub(x, hi)) }
}

/** Exact product, while nothing overflows or underflows. */
export const product = (b: Body, x: Vector, y: Vector): Pair => {
  const hi = b.keep(L.mul(x, y))
  const [u, v] = [halves(b, x), halves(b, y)]
  const first = L.add(L.sub(L.mul(u.hi, v.hi), hi), L.mul(u.hi, v.lo))
  return { hi, lo: b.keep(L.add(L.add(first, L.mul(u.lo, v.hi)), L.mul(u.lo, v.lo))) }
}

/** Product of pairs. */
export const pairProduct = (b: Body, x: Pair, y: Pair): Pair => {
  const p = product(b, x.hi, y.hi)
  return orderedSum(b, p.hi, b.keep(L.add(p.lo, L.add(L.mul(x.hi, y.lo), L.mul(x.lo, y.hi)))))
}

/** Quotient of pairs: a first quotient, and the rest that it leaves, divided again. */
export const pairQuotient = (b: Body, x: Pair, y: Pair): Pair => {
  const first = b.keep(L.div(x.hi, y.hi))
  const p = product(b, first, y.hi)
  const rest = L.sub(L.add(L.sub(L.sub(x.hi, p.hi), p.lo), x.lo), L.mul(first, y.lo))
  return orderedSum(b, first, b.keep(L.div(rest, y.hi)))
}
