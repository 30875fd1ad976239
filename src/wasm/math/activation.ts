/** logistic, its derivative and softplus, by `e = exp(-|x|)`, which neither overflows nor loses the tails. */
import { choose, patched, type Body } from './body.js'
import { middleExp, orNan, unsafe, wholeExp } from './exponential.js'
import type { Lanes, Vector } from './lanes.js'
import { middleLog1p } from './logarithm.js'

/** 1 / (1 + e) for x >= 0, e / (1 + e) below. */
const quotient = (L: Lanes, x: Vector, e: Vector): Vector =>
  L.div(choose(L.lt(x, L.const(0)), e, L.const(1)), L.add(e, L.const(1)))

const decayed = (L: Lanes, x: Vector): Vector => L.neg(L.abs(x))

export const logistic =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const negative = b.keep(decayed(L, x))
    const usual = quotient(L, x, b.keep(middleExp(b, L, negative)))
    return patched(b, usual, unsafe(L, x), (inner) =>
      orNan(L, x, quotient(L, x, inner.keep(wholeExp(inner, L, negative))))
    )
  }

/** e / (1 + e)^2. */
const density = (b: Body, L: Lanes, e: Vector): Vector => {
  const whole = b.keep(L.add(e, L.const(1)))
  return L.div(e, L.mul(whole, whole))
}

export const logisticSlope =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const negative = b.keep(decayed(L, x))
    const usual = density(b, L, b.keep(middleExp(b, L, negative)))
    return patched(b, usual, unsafe(L, x), (inner) =>
      orNan(L, x, density(inner, L, inner.keep(wholeExp(inner, L, negative))))
    )
  }

/** `max(x, 0) + log1p(e)`; where e is tiny, log1p(e) is e. */
export const softplus =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const negative = b.keep(decayed(L, x))
    const positive = L.pmax(L.const(0), x)
    const usual = L.add(positive, middleLog1p(b, L, b.keep(middleExp(b, L, negative))))
    return patched(b, usual, unsafe(L, x), (inner) =>
      orNan(L, x, L.add(positive, wholeExp(inner, L, negative)))
    )
  }
