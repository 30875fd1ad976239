/**
 * Compositions whose derivative is known where the chain rule meets 0 times infinity, or leaves the range on the way: the square of a root, the
 * exponential of a logarithm. A shortcut leads from a node past its operand to what that was made of.
 */
import { isMany, type Node, type Unary, type Value } from '../graph/Expr.js'
import * as make from '../graph/make.js'
import { normOf } from '../graph/euclidean.js'
import { num, scaled } from '../graph/terms.js'
import * as L from '../linear/Linear.js'
import type { Linear } from '../linear/Linear.js'
import { powerSlope } from './coefficient.js'
import { is, isOrdinary } from './facts.js'
import { linearOf, unaryDerivative } from './scalar.js'

export interface Shortcut {
  /** What it leads past: there must be no interest in how the result depends on these. */
  readonly past: ReadonlyArray<Value>
  readonly x: Value
  readonly map: Linear
}

/** A composition and its derivative. */
interface Known {
  readonly law: string
  readonly at: (n: Value) => Shortcut | undefined
}

const unaryOf = (op: Unary['op'], n: Value): Unary | undefined =>
  n._tag === 'Unary' && n.op === op ? n : undefined

/** What is squared, in whichever way it is written. */
const squared = (n: Value): Value | undefined => {
  if (n._tag === 'Unary') return n.op === 'square' ? n.x : undefined
  if (n._tag !== 'Binary') return undefined
  return (n.op === 'mul' && isSame(n.a, n.b)) || (n.op === 'pow' && is(n.b, 2)) ? n.a : undefined
}

/** One node, or the same function of one node. */
const isSame = (a: Value, b: Value): boolean =>
  a === b || (a._tag === 'Unary' && b._tag === 'Unary' && a.op === b.op && a.x === b.x && a.op !== 'copy')

/** 1 where the function is defined. */
const oneFromZeroOn = (x: Value): Linear =>
  L.scale(make.select(make.binary('ge', x, num(0, x)), num(1, x), num(NaN, x)))

const past = (u: Value | undefined, x: Value | undefined, map: (x: Value) => Linear): Shortcut | undefined =>
  u === undefined || x === undefined ? undefined : { past: [u], x, map: map(x) }

/** `c / x` for a number c, and `1 / x`. */
const inverted = (n: Value): { readonly x: Value; readonly c: Value } | undefined => {
  if (n._tag === 'Unary') return n.op === 'reciprocal' ? { x: n.x, c: num(1, n) } : undefined
  return n._tag === 'Binary' && n.op === 'div' && isOrdinary(n.a) ? { x: n.b, c: n.a } : undefined
}

const twiceInverted = (n: Value): Shortcut | undefined => {
  const outer = inverted(n)
  const inner = outer === undefined ? undefined : inverted(outer.x)
  if (outer === undefined || inner === undefined) return undefined
  return { past: [outer.x], x: inner.x, map: L.divide(inner.c, outer.c) }
}

const squaredPower = (n: Value): Shortcut | undefined => {
  const power = squared(n)
  if (power?._tag !== 'Binary' || power.op !== 'pow' || !isOrdinary(power.b)) return undefined
  const twice = scaled(2, power.b)
  return past(power, power.a, (x) => L.scale(powerSlope(x, twice, n)))
}

/** Of `sum(x^2)`: `2 x`. */
const squaredNorm = (n: Value): Shortcut | undefined => {
  const length = squared(n)
  const norm = length?._tag === 'Reshape' ? length.x : length
  const parts = norm === undefined ? undefined : normOf(norm)
  if (length === undefined || norm === undefined || parts === undefined) return undefined
  const { sum, x } = parts
  const total: Linear = { _tag: 'Sum', axes: sum.axes, from: x, to: norm }
  const map = L.compose(total, L.scale(scaled(2, x)))
  return {
    past: [length, norm, sum],
    x,
    map: length === norm ? map : L.compose({ _tag: 'Reshape', from: norm, to: length }, map)
  }
}

/** `f'(x) / f(x)` in one: `1 / f(x)` overflows sooner. */
const logarithmic = (n: Value): Shortcut | undefined => {
  const u = unaryOf('log', n)?.x
  if (u?._tag !== 'Unary' || u.name !== undefined) return undefined
  const slope = linearOf(unaryDerivative[u.op](u.x, u), u.x, u)
  return slope._tag === 'Scale' && !slope.isMask ? past(u, u.x, () => L.divide(u, slope.by)) : undefined
}

const known: ReadonlyArray<Known> = [
  {
    law: 'sqrt(x)^2 = x',
    at: (n) => {
      const u = squared(n)
      return u === undefined ? undefined : past(u, unaryOf('sqrt', u)?.x, oneFromZeroOn)
    }
  },
  { law: 'pow(x, b)^2 = pow(x, 2 b)', at: squaredPower },
  { law: 'norm(x)^2 = sum(x^2)', at: squaredNorm },
  {
    law: 'sqrt(x^2) = |x|',
    at: (n) => {
      const u = unaryOf('sqrt', n)?.x
      const x = u === undefined ? undefined : squared(u)
      return past(u, x, (y) => L.mask(make.unary('sign', y)))
    }
  },
  {
    law: 'exp(log(x)) = x',
    at: (n) => {
      const u = unaryOf('exp', n)?.x
      return u === undefined ? undefined : past(u, unaryOf('log', u)?.x, oneFromZeroOn)
    }
  },
  {
    law: 'log(exp(x)) = x',
    at: (n) => {
      const u = unaryOf('log', n)?.x
      return u === undefined ? undefined : past(u, unaryOf('exp', u)?.x, L.id)
    }
  },
  {
    law: 'log(s(x)) has the derivative s(-x)',
    at: (n) => {
      const u = unaryOf('log', n)?.x
      const x = u === undefined ? undefined : unaryOf('logistic', u)?.x
      return past(u, x, (y) => L.scale(make.unary('logistic', make.unary('neg', y))))
    }
  },
  { law: "log(f(x)) has the derivative f'(x) / f(x)", at: logarithmic },
  { law: '1 / (1 / x) = x', at: twiceInverted }
]

/** All of them; tests go through them by law. */
export const shortcuts: ReadonlyArray<Known> = known

/** The first that applies. */
export const shortcut = (n: Node): Shortcut | undefined => {
  if (isMany(n)) return undefined
  for (const { at } of known) {
    const found = at(n)
    if (found !== undefined) return found
  }
  return undefined
}
