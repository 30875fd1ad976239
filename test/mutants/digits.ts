/**
 * Faults that cost digits, or hide an infinity: each rule here is right in exact arithmetic, and wrong in floating point where a function saturates,
 * near 0 or at the ends of the range.
 */
import * as make from '../../src/graph/make.js'
import type { Node, UnaryOp, Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { scale, type Linear } from '../../src/linear/Linear.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { binary, unary, wrongDerivative } from './mutant.js'

/** A calculus that loses digits, and a function whose derivatives show it. */
export interface Lossy {
  readonly fault: string
  readonly shows: string
  readonly rules: Calculus
}

const one = (x: Value): Value => full(1, x)
const mul = (a: Value, b: Value): Value => make.binary('mul', a, b)
const sub = (a: Value, b: Value): Value => make.binary('sub', a, b)
const add = (a: Value, b: Value): Value => make.binary('add', a, b)
const invert = (x: Value): Value => make.unary('reciprocal', x)
const square = (x: Value): Value => make.unary('square', x)
const exp = (x: Value): Value => make.unary('exp', x)
const neg = (x: Value): Value => make.unary('neg', x)
const factored = (y: Value): Value => mul(sub(one(y), y), add(one(y), y))

const ofUnary = (fault: string, op: UnaryOp, by: (x: Value, y: Value) => Value): Lossy => ({
  fault: `${op}: ${fault}`,
  shows: op,
  rules: wrongDerivative(unary(op), 0, (l, n) => (n._tag === 'Unary' ? scale(by(n.x, n)) : l))
})

const ofBinary = (
  fault: string,
  op: 'div' | 'hypot' | 'atan2' | 'pow',
  by: (a: Value, b: Value, y: Value) => Value
): Lossy => ({
  fault: `${op}: ${fault}`,
  shows: op,
  rules: wrongDerivative(binary(op), 0, (l: Linear, n: Node) =>
    n._tag === 'Binary' ? scale(by(n.a, n.b, n)) : l
  )
})

const overLength = (a: Value, b: Value): Value => invert(make.binary('hypot', a, b))

export const lossy: ReadonlyArray<Lossy> = [
  ofUnary('from the saturated result', 'logistic', (_, y) => mul(y, sub(one(y), y))),
  ofUnary('from the saturated result', 'tanh', (_, y) => factored(y)),
  ofUnary('right at first order, a difference at the second', 'logistic', (x, y) =>
    mul(y, make.unary('logistic', neg(x)))
  ),
  ofUnary('the rounding of a square, in an exponent', 'erf', (x) =>
    mul(full(2 / Math.sqrt(Math.PI), x), exp(neg(square(x))))
  ),
  ofUnary('the rounding of a square, in an exponent', 'erfc', (x) =>
    mul(full(-2 / Math.sqrt(Math.PI), x), exp(neg(square(x))))
  ),
  ofUnary('from the approximation alone', 'erfInv', (x, y) =>
    mul(full(Math.sqrt(Math.PI) / 2, x), exp(square(y)))
  ),
  ofUnary('a difference at second order', 'asin', (x) => make.unary('rsqrt', factored(x))),
  ofUnary('a difference at first order', 'acos', (x) => neg(make.unary('rsqrt', sub(one(x), square(x))))),
  ofUnary('a square that overflows', 'atan', (x) => invert(add(one(x), square(x)))),
  ofUnary('a sum that cancels', 'log1p', (_, y) => exp(neg(y))),
  ofUnary('a sum that cancels', 'expm1', (_, y) => add(y, one(y))),
  ofBinary('the reciprocal of a length', 'hypot', (a, b) => mul(a, overLength(a, b))),
  ofBinary('the square of the reciprocal of a length', 'atan2', (a, b) => mul(b, square(overLength(a, b)))),
  ofBinary('a rounded exponent', 'pow', (a, b) => mul(b, make.binary('pow', a, sub(b, one(b)))))
]

/** The chain rule alone, at any price. */
export const withoutShortcuts: Calculus = { ...calculus, shortcut: () => undefined }
