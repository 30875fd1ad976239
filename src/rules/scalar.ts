/**
 * Derivatives of the scalar functions, one line each: the coefficient by which a tangent is scaled. A rule may use the function's result
 * and never sees tangents. `zero` and `one` are kept symbolic, so that they cost nothing.
 */
import * as make from '../graph/make.js'
import type { BinaryOp, Value, UnaryOp } from '../graph/Expr.js'
import { add, div, eq, exp, mul, neg, num, scaled, square, sub } from '../graph/terms.js'
import * as L from '../linear/Linear.js'
import type { Linear } from '../linear/Linear.js'
import {
  cosine,
  gaussian,
  inverseErrorSlope,
  logUnlessZero,
  oneMinusSquare,
  overOnePlusSquare,
  overSquaredNorm,
  powerSlope,
  slope
} from './coefficient.js'

/**
 * What multiplies a tangent: a value; one whose zeros are branches not taken; a division, in range where a reciprocal is not; or two factors,
 * whose product may leave the range.
 */
export type Coefficient =
  | Value
  | 'zero'
  | 'one'
  | { readonly _tag: 'Share'; readonly by: Value }
  | { readonly _tag: 'Over'; readonly under: Value; readonly by?: Value }
  | { readonly _tag: 'Both'; readonly by: readonly [Value, Value] }

const zero = (): Coefficient => 'zero'
const share = (by: Value): Coefficient => ({ _tag: 'Share', by })
/** `t by / under`. */
const over = (under: Value, by?: Value): Coefficient => ({
  _tag: 'Over',
  under,
  ...(by === undefined ? {} : { by })
})
const twoOverSqrtPi = 2 / Math.sqrt(Math.PI)

/** The linear map of one operand. */
export const linearOf = (c: Coefficient, x: Value, y: Value): Linear => {
  if (c === 'zero') return L.zero(x, y)
  if (c === 'one') return L.id(x)
  if (c._tag === 'Share') return L.mask(c.by)
  if (c._tag === 'Over') return L.divide(c.under, c.by)
  return c._tag === 'Both' ? L.compose(L.scale(c.by[0]), L.scale(c.by[1])) : L.scale(c)
}

export const unaryDerivative: Readonly<Record<UnaryOp, (x: Value, y: Value) => Coefficient>> = {
  neg: (x) => num(-1, x),
  // Convention: 0 at 0 (the only odd choice); sign gives it.
  abs: (x) => share(make.unary('sign', x)),
  sign: zero, // piecewise constant
  floor: zero,
  ceil: zero,
  round: zero,
  square: (x) => scaled(2, x),
  reciprocal: (x, y) => over(x, neg(y)), // -1 / x^2
  sqrt: (_, y) => div(num(0.5, y), y), // 1 / (2 sqrt x); infinity at 0 is the true limit
  rsqrt: (x, y) => over(x, scaled(-0.5, y)), // -1/2 x^(-3/2)
  exp: (_, y) => y,
  expm1: (x) => exp(x), // not y + 1, which cancels for x << 0
  log: (x) => over(x),
  log1p: (x) => over(add(num(1, x), x)),
  logistic: (x) => slope(x), // s(x) s(-x)
  logisticSlope: (x, y) => neg(mul(y, make.unary('tanh', scaled(0.5, x)))), // (1 - 2 s) s'
  softplus: (x) => make.unary('logistic', x),
  erf: (x) => scaled(twoOverSqrtPi, gaussian(x)), // 2 / sqrt(pi) exp(-x^2)
  erfc: (x) => scaled(-twoOverSqrtPi, gaussian(x)),
  erfInv: (x, y) => inverseErrorSlope(x, y), // sqrt(pi) / 2 exp(y^2)
  sin: (x) => make.unary('cos', x),
  cos: (x) => neg(make.unary('sin', x)),
  tan: (_, y) => add(num(1, y), square(y)), // 1 + tan^2
  asin: (x) => make.unary('rsqrt', oneMinusSquare(x)),
  acos: (x) => neg(make.unary('rsqrt', oneMinusSquare(x))),
  atan: (x) => overOnePlusSquare(x),
  sinh: (x) => make.unary('cosh', x),
  cosh: (x) => make.unary('sinh', x),
  tanh: (x) => scaled(4, slope(scaled(2, x))), // 4 s(2x) s(-2x)
  isFinite: zero,
  not: zero,
  copy: () => 'one',
  stopGradient: zero
}

/** 1 where `a` wins, 1/2 at a tie, 0 elsewhere: the sum over both operands is kept. */
const winner = (a: Value, b: Value, op: 'gt' | 'lt'): Coefficient =>
  share(make.select(eq(a, b), num(0.5, a), make.convert(a.dtype, make.binary(op, a, b))))

export type BinaryRule = (a: Value, b: Value, y: Value) => readonly [Coefficient, Coefficient]

const noneOfBoth: BinaryRule = () => ['zero', 'zero']

export const binaryDerivative: Readonly<Record<BinaryOp, BinaryRule>> = {
  add: () => ['one', 'one'],
  sub: (_, b) => ['one', num(-1, b)],
  mul: (a, b) => [b, a],
  mulNoNan: (a, b) => [share(b), share(a)],
  div: (_, b, y) => [over(b), over(b, neg(y))], // 1 / b, -a / b^2
  rem: (a, b, y) => ['one', make.unary('round', div(sub(y, a), b))], // 1, -trunc(a / b)
  pow: (a, b, y) => [
    powerSlope(a, b, y), // b a^(b - 1), 0 for b = 0
    { _tag: 'Both', by: [y, logUnlessZero(a)] } // a^b log a
  ],
  atan2: (a, b) => [overSquaredNorm(b, a), neg(overSquaredNorm(a, b))], // (b, -a) / (a^2 + b^2); 0, 0 at the origin
  hypot: (a, b) => [cosine(a, b), cosine(b, a)], // (a, b) / hypot; 0, 0 at the origin
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
