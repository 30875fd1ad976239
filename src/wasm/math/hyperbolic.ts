/** Hyperbolic functions: an odd polynomial near 0, exponentials elsewhere. */
import { patched, choose, polynomial, withSign, type Body } from './body.js'
import { hyperbolicSine, hyperbolicTangent } from './coefficients.js'
import { middleExp, orNan, unsafe, wholeExp } from './exponential.js'
import type { Lanes, Vector } from './lanes.js'

/** `t + t^3 P(t^2)`. */
export const odd = (b: Body, L: Lanes, coefficients: ReadonlyArray<number>, t: Vector): Vector => {
  const z = b.keep(L.mul(t, t))
  return L.add(t, L.mul(t, L.mul(z, polynomial(L, coefficients, z))))
}

/** From here on tanh is 1. */
const flat = { f32x4: 10, f64x2: 20 } as const

/** `1 - 2 / (exp(2 |x|) + 1)`, and the polynomial below 0.625, where the difference would cancel. */
export const tanh =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const t = b.keep(L.pmin(L.const(flat[L.name]), L.abs(x)))
    const e = middleExp(b, L, b.keep(L.add(t, t)))
    const far = L.sub(L.const(1), L.div(L.const(2), L.add(e, L.const(1))))
    const near = odd(b, L, hyperbolicTangent[L.name], t)
    return orNan(L, x, withSign(L, choose(L.lt(t, L.const(0.625)), near, far), x))
  }

/** `h - 1/(4h)`, h = exp(|x|) / 2, and the polynomial below 1. */
export const sinh =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const t = b.keep(L.abs(x))
    const h = b.keep(L.mul(middleExp(b, L, t), L.const(0.5)))
    const far = L.sub(h, L.div(L.const(0.25), h))
    const near = odd(b, L, hyperbolicSine[L.name], t)
    const usual = withSign(L, choose(L.lt(t, L.const(1)), near, far), x)
    return patched(b, usual, unsafe(L, x), (inner) => orNan(L, x, withSign(L, wholeExp(inner, L, t, 1), x)))
  }

/** `h + 1/(4h)`, h = exp(|x|) / 2. */
export const cosh =
  (L: Lanes) =>
  (b: Body, x: Vector): Vector => {
    const t = b.keep(L.abs(x))
    const h = b.keep(L.mul(middleExp(b, L, t), L.const(0.5)))
    const usual = L.add(h, L.div(L.const(0.25), h))
    return patched(b, usual, unsafe(L, x), (inner) => orNan(L, x, wholeExp(inner, L, t, 1)))
  }
