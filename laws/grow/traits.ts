/**
 * What random programs have to know of the scalar functions: where they are smooth, and how exact programs get by without those that do not
 * take integers to integers. The tables are total, so that a new function without a row does not compile.
 */
import type { BinaryOp, UnaryOp } from '../../src/graph/op.js'
import type { Domain } from '../arbitrary/number.js'

/** How large results of integers are, from how large the arguments are; whether these are elements of an integer dtype matters too. */
type Bound = (isInteger: boolean, ...xs: ReadonlyArray<number>) => number

/** Integers wrap around, and where they may be negative, unsigned ones do at once. */
const wrapping =
  (bound: (a: number, b: number) => number): Bound =>
  (isInteger, a = 0, b = 0) =>
    isInteger ? Infinity : bound(a, b)

/** No result is further from 0 than an argument. */
const kept =
  (bound: (a: number, b: number) => number): Bound =>
  (_, a = 0, b = 0) =>
    bound(a, b)

const unbounded: Bound = () => Infinity
const truth: Bound = () => 1

interface Traits<Op> {
  /** Whether it is smooth only in pieces. */
  readonly hasKink: boolean
  /**
   * What exact programs have in its place; itself where it takes integers to integers. The derivative of an extremum divides by the number of
   * ties; with a product there instead it is no derivative any more, but a program of the same form.
   */
  readonly standIn: Op
  readonly bound: Bound
}

export interface UnaryTraits extends Traits<UnaryOp> {
  /** Where it is smooth. */
  readonly domain: Domain
}

export const unaryTraits: Readonly<Record<UnaryOp, UnaryTraits>> = {
  neg: { domain: 'ordinary', hasKink: false, standIn: 'neg', bound: wrapping((x) => x) },
  abs: { domain: 'nonzero', hasKink: true, standIn: 'abs', bound: wrapping((x) => x) },
  sign: { domain: 'nonzero', hasKink: true, standIn: 'sign', bound: wrapping(() => 1) },
  floor: { domain: 'betweenIntegers', hasKink: true, standIn: 'floor', bound: wrapping((x) => x) },
  ceil: { domain: 'betweenIntegers', hasKink: true, standIn: 'ceil', bound: wrapping((x) => x) },
  round: { domain: 'betweenHalves', hasKink: true, standIn: 'round', bound: wrapping((x) => x) },
  square: { domain: 'ordinary', hasKink: false, standIn: 'square', bound: wrapping((x) => x * x) },
  reciprocal: { domain: 'nonzero', hasKink: false, standIn: 'neg', bound: unbounded },
  sqrt: { domain: 'positive', hasKink: false, standIn: 'abs', bound: unbounded },
  rsqrt: { domain: 'positive', hasKink: false, standIn: 'neg', bound: unbounded },
  exp: { domain: 'ordinary', hasKink: false, standIn: 'square', bound: unbounded },
  expm1: { domain: 'ordinary', hasKink: false, standIn: 'square', bound: unbounded },
  log: { domain: 'positive', hasKink: false, standIn: 'neg', bound: unbounded },
  log1p: { domain: 'overMinusOne', hasKink: false, standIn: 'neg', bound: unbounded },
  logistic: { domain: 'ordinary', hasKink: false, standIn: 'sign', bound: unbounded },
  logisticSlope: { domain: 'ordinary', hasKink: false, standIn: 'abs', bound: unbounded },
  softplus: { domain: 'ordinary', hasKink: false, standIn: 'abs', bound: unbounded },
  erf: { domain: 'ordinary', hasKink: false, standIn: 'sign', bound: unbounded },
  erfc: { domain: 'ordinary', hasKink: false, standIn: 'neg', bound: unbounded },
  erfInv: { domain: 'symmetricUnit', hasKink: false, standIn: 'neg', bound: unbounded },
  sin: { domain: 'ordinary', hasKink: false, standIn: 'sign', bound: unbounded },
  cos: { domain: 'ordinary', hasKink: false, standIn: 'sign', bound: unbounded },
  tan: { domain: 'symmetricUnit', hasKink: false, standIn: 'neg', bound: unbounded },
  asin: { domain: 'symmetricUnit', hasKink: false, standIn: 'neg', bound: unbounded },
  acos: { domain: 'symmetricUnit', hasKink: false, standIn: 'neg', bound: unbounded },
  atan: { domain: 'ordinary', hasKink: false, standIn: 'sign', bound: unbounded },
  sinh: { domain: 'ordinary', hasKink: false, standIn: 'neg', bound: unbounded },
  cosh: { domain: 'ordinary', hasKink: false, standIn: 'abs', bound: unbounded },
  tanh: { domain: 'ordinary', hasKink: false, standIn: 'sign', bound: unbounded },
  isFinite: { domain: 'ordinary', hasKink: false, standIn: 'isFinite', bound: truth },
  not: { domain: 'ordinary', hasKink: false, standIn: 'not', bound: unbounded },
  copy: { domain: 'ordinary', hasKink: false, standIn: 'copy', bound: kept((x) => x) },
  stopGradient: { domain: 'ordinary', hasKink: false, standIn: 'stopGradient', bound: kept((x) => x) }
}

export interface BinaryTraits extends Traits<BinaryOp> {
  /**
   * Where it is smooth: a domain for each argument, or what the two must keep from each other: `apart` by a gap that is not small, or not near
   * multiples.
   */
  readonly domain: readonly [Domain, Domain] | 'apart' | 'notMultiple'
}

const anywhere = ['ordinary', 'ordinary'] as const

/** Remainders are exact, but for divisors of 0. */
export const binaryTraits: Readonly<Record<BinaryOp, BinaryTraits>> = {
  add: { domain: anywhere, hasKink: false, standIn: 'add', bound: wrapping((a, b) => a + b) },
  sub: { domain: anywhere, hasKink: false, standIn: 'sub', bound: wrapping((a, b) => a + b) },
  mul: { domain: anywhere, hasKink: false, standIn: 'mul', bound: wrapping((a, b) => a * b) },
  mulNoNan: { domain: anywhere, hasKink: false, standIn: 'mulNoNan', bound: wrapping((a, b) => a * b) },
  div: { domain: ['ordinary', 'nonzero'], hasKink: false, standIn: 'mul', bound: unbounded },
  rem: {
    domain: 'notMultiple',
    hasKink: true,
    standIn: 'sub',
    bound: kept((a, b) => Math.min(a, Math.max(0, b - 1)))
  },
  pow: { domain: ['positive', 'ordinary'], hasKink: false, standIn: 'mul', bound: unbounded },
  atan2: { domain: ['nonzero', 'nonzero'], hasKink: false, standIn: 'sub', bound: unbounded },
  hypot: { domain: ['nonzero', 'nonzero'], hasKink: false, standIn: 'add', bound: unbounded },
  max: { domain: 'apart', hasKink: true, standIn: 'max', bound: kept(Math.max) },
  min: { domain: 'apart', hasKink: true, standIn: 'min', bound: kept(Math.max) },
  eq: { domain: 'apart', hasKink: true, standIn: 'eq', bound: truth },
  ne: { domain: 'apart', hasKink: true, standIn: 'ne', bound: truth },
  lt: { domain: 'apart', hasKink: true, standIn: 'lt', bound: truth },
  le: { domain: 'apart', hasKink: true, standIn: 'le', bound: truth },
  gt: { domain: 'apart', hasKink: true, standIn: 'gt', bound: truth },
  ge: { domain: 'apart', hasKink: true, standIn: 'ge', bound: truth },
  and: { domain: anywhere, hasKink: false, standIn: 'and', bound: unbounded },
  or: { domain: anywhere, hasKink: false, standIn: 'or', bound: unbounded },
  xor: { domain: anywhere, hasKink: false, standIn: 'xor', bound: unbounded }
}

/** The families that apply one of many functions, and these: they have a law for each function instead of one for all. */
export const operators = { Unary: unaryTraits, Binary: binaryTraits } as const

export const isOperator = (family: string): boolean => Object.hasOwn(operators, family)
