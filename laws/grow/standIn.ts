/**
 * What exact programs have in place of scalar functions that do not take integers to integers. The derivative of an extremum divides by the
 * number of ties; with a product there instead it is no derivative any more, but a program of the same form.
 */
import type { BinaryOp, UnaryOp } from '../../src/graph/Expr.js'

/** Functions that take integers to integers stand for themselves. */
export const exactUnary: Readonly<Record<UnaryOp, UnaryOp>> = {
  neg: 'neg',
  abs: 'abs',
  sign: 'sign',
  floor: 'floor',
  ceil: 'ceil',
  round: 'round',
  square: 'square',
  reciprocal: 'neg',
  sqrt: 'abs',
  rsqrt: 'neg',
  exp: 'square',
  expm1: 'square',
  log: 'neg',
  log1p: 'neg',
  logistic: 'sign',
  softplus: 'abs',
  erf: 'sign',
  erfc: 'neg',
  erfInv: 'neg',
  sin: 'sign',
  cos: 'sign',
  tan: 'neg',
  asin: 'neg',
  acos: 'neg',
  atan: 'sign',
  sinh: 'neg',
  cosh: 'abs',
  tanh: 'sign',
  isFinite: 'isFinite',
  not: 'not',
  copy: 'copy',
  stopGradient: 'stopGradient'
}

/** Remainders are exact, but for divisors of 0. */
export const exactBinary: Readonly<Record<BinaryOp, BinaryOp>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  mulNoNan: 'mulNoNan',
  div: 'mul',
  rem: 'sub',
  pow: 'mul',
  atan2: 'sub',
  hypot: 'add',
  max: 'max',
  min: 'min',
  eq: 'eq',
  ne: 'ne',
  lt: 'lt',
  le: 'le',
  gt: 'gt',
  ge: 'ge',
  and: 'and',
  or: 'or',
  xor: 'xor'
}
