/** asin, acos, atan and atan2 in f64. */
import { v128 } from '../encode/simd.js'
import { canonical, choose, nan, polynomial, withSign, type Body } from './body.js'
import { arcSine, arcTangent } from './coefficients.js'
import { lanesOf, type Vector } from './lanes.js'

const L = lanesOf.f64x2

/** What rounding pi/2 to f64 took away; a half and the double of it belong to pi/4 and pi. */
const halfPiRest = 6.123233995736766e-17
const halfPi = Math.PI / 2

interface Arc {
  readonly magnitude: Vector
  readonly small: Vector
  /** r with asin(s) = s + s r: s is |x| where that is at most 1/2, else sqrt((1 - |x|) / 2). */
  readonly r: Vector
  readonly root: Vector
  /** The root's upper half, whose square is exact, and the lower half. */
  readonly upper: Vector
  readonly lower: Vector
}

const arc = (b: Body, x: Vector): Arc => {
  const magnitude = b.keep(L.abs(x))
  const small = b.keep(L.le(magnitude, L.const(0.5)))
  const rest = b.keep(L.mul(L.sub(L.const(1), magnitude), L.const(0.5)))
  const z = b.keep(choose(small, L.mul(x, x), rest))
  const root = b.keep(L.sqrt(rest))
  const upper = b.keep(v128.and(root, L.bits(-(1n << 32n))))
  const left = L.sub(rest, L.mul(upper, upper))
  const lower = b.keep(L.div(left, L.pmax(L.const(1e-300), L.add(root, upper))))
  return { magnitude, small, r: b.keep(L.mul(z, polynomial(L, arcSine, z))), root, upper, lower }
}

/** Above 1/2: `pi/2 - 2 asin(sqrt((1 - x) / 2))`, built around pi/4. */
export const asin = (b: Body, x: Vector): Vector => {
  const { magnitude, small, r, root, upper, lower } = arc(b, x)
  const near = L.add(magnitude, L.mul(magnitude, r))
  const twice = L.mul(L.add(root, root), r)
  const rest = L.sub(twice, L.sub(L.const(halfPiRest), L.add(lower, lower)))
  const main = L.sub(L.const(halfPi / 2), L.add(upper, upper))
  const far = L.sub(L.const(halfPi / 2), L.sub(rest, main))
  return canonical(L, b.keep(withSign(L, choose(small, near, far), x)))
}

/** `pi/2 - asin(x)` in the middle, `2 asin(sqrt((1 - |x|) / 2))` or pi less that at the ends. */
export const acos = (b: Body, x: Vector): Vector => {
  const { small, r, root, upper, lower } = arc(b, x)
  const near = L.sub(L.const(halfPi), L.sub(x, L.sub(L.const(halfPiRest), L.mul(x, r))))
  const high = L.add(upper, L.add(L.mul(r, root), lower))
  const least = L.sub(L.const(halfPi), L.add(root, L.sub(L.mul(r, root), L.const(halfPiRest))))
  const far = choose(L.lt(x, L.const(0)), least, high)
  return canonical(L, b.keep(choose(small, near, b.keep(L.add(b.keep(far), far)))))
}

/** atan(t), t >= 0: from 1/2 by `pi/4 + atan((t - 1) / (t + 1))`, from 2 by `pi/2 - atan(1 / t)`. */
const arcOf = (b: Body, t: Vector): Vector => {
  const large = b.keep(L.gt(t, L.const(2)))
  const middle = b.keep(v128.andnot(L.gt(t, L.const(0.5)), large))
  const numerator = choose(large, L.const(-1), choose(middle, L.sub(t, L.const(1)), t))
  const one = L.const(1)
  const u = b.keep(L.div(numerator, choose(large, t, choose(middle, L.add(t, one), one))))
  const z = b.keep(L.mul(u, u))
  const quarters = b.keep(v128.or(v128.and(large, L.const(2)), v128.and(middle, L.const(1))))
  const rest = L.mul(quarters, L.const(halfPiRest / 2))
  const small = L.add(L.mul(u, L.mul(z, polynomial(L, arcTangent, z))), rest)
  return L.add(L.mul(quarters, L.const(halfPi / 2)), L.add(u, small))
}

export const atan = (b: Body, x: Vector): Vector =>
  canonical(L, b.keep(withSign(L, arcOf(b, b.keep(L.abs(x))), x)))

/** The angle of the smaller coordinate over the larger one, reflected into its octant. */
export const atan2 = (b: Body, y: Vector, x: Vector): Vector => {
  const [v, u] = [b.keep(L.abs(y)), b.keep(L.abs(x))]
  const [least, most] = [b.keep(L.pmin(u, v)), b.keep(L.pmax(u, v))]
  const equal = v128.andnot(L.const(1), L.eq(most, L.const(0)))
  const ratio = b.keep(choose(L.eq(least, most), equal, L.div(least, most)))
  const a = b.keep(arcOf(b, ratio))
  const steep = L.sub(L.const(halfPi), L.sub(a, L.const(halfPiRest)))
  const right = b.keep(choose(L.gt(v, u), steep, a))
  const left = L.sub(L.const(Math.PI), L.sub(right, L.const(2 * halfPiRest)))
  const angle = choose(L.int.gtS(L.bits(0n), x), left, right)
  const ordered = v128.and(L.eq(x, x), L.eq(y, y))
  return choose(ordered, b.keep(withSign(L, angle, y)), nan(L))
}
