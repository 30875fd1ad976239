/**
 * Derivatives of the scalar functions, one line each: the coefficient by which a tangent is scaled. A rule may use the function's result
 * and never sees tangents. `zero` and `one` are kept symbolic, so that they cost nothing.
 */
import * as make from '../graph/make.js'
import type { BinaryOp, Value, UnaryOp } from '../graph/Expr.js'
import { add, div, eq, exp, mul, neg, num, reciprocal, scaled, square, sub, times } from '../graph/terms.js'

export type Coefficient = Value | 'zero' | 'one'

const zero = (): Coefficient => 'zero'
const twoOverSqrtPi = 2 / Math.sqrt(Math.PI)
const gaussian = (x: Value): Value => scaled(twoOverSqrtPi, exp(neg(square(x))))

/** `(1 - y)(1 + y)`: loses nothing near `y = 1`, where `1 - y^2` would. */
const oneMinusSquare = (y: Value): Value => mul(sub(num(1, y), y), add(num(1, y), y))

export const unaryDerivative: Readonly<Record<UnaryOp, (x: Value, y: Value) => Coefficient>> = {
  neg: (x) => num(-1, x),
  // Convention: 0 at 0 (the only odd choice); sign gives it.
  abs: (x) => make.unary('sign', x),
  sign: zero, // piecewise constant
  floor: zero,
  ceil: zero,
  round: zero,
  square: (x) => scaled(2, x),
  reciprocal: (_, y) => neg(square(y)), // -1 / x^2
  sqrt: (_, y) => div(num(0.5, y), y), // 1 / (2 sqrt x); infinity at 0 is the true limit
  rsqrt: (x, y) => scaled(-0.5, div(y, x)), // -1/2 x^(-3/2)
  exp: (_, y) => y,
  expm1: (x) => exp(x), // not y + 1, which cancels for x << 0
  log: (x) => reciprocal(x),
  log1p: (x) => reciprocal(add(num(1, x), x)),
  logistic: (_, y) => mul(y, sub(num(1, y), y)), // s (1 - s)
  softplus: (x) => make.unary('logistic', x),
  erf: (x) => gaussian(x), // 2 / sqrt(pi) exp(-x^2)
  erfc: (x) => neg(gaussian(x)),
  erfInv: (_, y) => scaled(Math.sqrt(Math.PI) / 2, exp(square(y))), // sqrt(pi) / 2 exp(y^2)
  sin: (x) => make.unary('cos', x),
  cos: (x) => neg(make.unary('sin', x)),
  tan: (_, y) => add(num(1, y), square(y)), // 1 + tan^2
  asin: (x) => make.unary('rsqrt', oneMinusSquare(x)),
  acos: (x) => neg(make.unary('rsqrt', oneMinusSquare(x))),
  atan: (x) => reciprocal(add(num(1, x), square(x))),
  sinh: (x) => make.unary('cosh', x),
  cosh: (x) => make.unary('sinh', x),
  tanh: (_, y) => oneMinusSquare(y),
  isFinite: zero,
  not: zero,
  copy: () => 'one',
  stopGradient: zero
}

/** 1 where `a` wins, 1/2 at a tie, 0 elsewhere: the sum over both operands is kept. */
const winner = (a: Value, b: Value, op: 'gt' | 'lt'): Value =>
  make.select(eq(a, b), num(0.5, a), make.convert(a.dtype, make.binary(op, a, b)))

/** `log a`, and 0 at `a = 0`: where `0^b` is constant in `b`. */
const logUnlessZero = (a: Value): Value => make.unary('log', make.select(eq(a, num(0, a)), num(1, a), a))

/** `p / h / h` with `h = hypot(a, b)`: no overflow in the squares; 0 at the origin. */
const overSquaredNorm = (p: Value, a: Value, b: Value): Value => {
  const h = reciprocal(make.binary('hypot', a, b))
  return times(times(p, h), h)
}

export type BinaryRule = (a: Value, b: Value, y: Value) => readonly [Coefficient, Coefficient]

const noneOfBoth: BinaryRule = () => ['zero', 'zero']

export const binaryDerivative: Readonly<Record<BinaryOp, BinaryRule>> = {
  add: () => ['one', 'one'],
  sub: (_, b) => ['one', num(-1, b)],
  mul: (a, b) => [b, a],
  mulNoNan: (a, b) => [b, a],
  div: (_, b, y) => [reciprocal(b), neg(div(y, b))], // 1 / b, -a / b^2
  rem: (a, b, y) => ['one', make.unary('round', div(sub(y, a), b))], // 1, -trunc(a / b)
  pow: (a, b, y) => [
    times(b, make.binary('pow', a, sub(b, num(1, b)))), // b a^(b - 1), 0 for b = 0
    times(y, logUnlessZero(a)) // a^b log a
  ],
  atan2: (a, b) => [overSquaredNorm(b, a, b), neg(overSquaredNorm(a, a, b))], // (b, -a) / (a^2 + b^2); 0, 0 at the origin
  hypot: (a, b, y) => [times(a, reciprocal(y)), times(b, reciprocal(y))], // (a, b) / hypot; 0, 0 at the origin
  max: (a, b) => [winner(a, b, 'gt'), winner(b, a, 'gt')],
  min: (a, b) => [winner(a, b, 'lt'), winner(b, a, 'lt')],
  eq: noneOfBoth,
  ne: noneOfBoth,
  lt: noneOfBoth,
  le: noneOfBoth,
  gt: noneOfBoth,
  ge: noneOfBoth,
  and: noneOfBoth,
  or: noneOfBoth,
  xor: noneOfBoth
}
