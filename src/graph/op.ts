/** The functions that families of operations have, by name, and what holds of each: a new one has a row here before it has a value. */
import { isFloat, isInteger, type DType } from '../tensor/DType.js'

/** Scalar functions of one argument; each interpreter holds a total table over them. */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'square'
  | 'reciprocal'
  | 'sqrt'
  | 'rsqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'logistic'
  /** The derivative of `logistic`, which keeps its digits where that is close to 1: the density of the logistic distribution. */
  | 'logisticSlope'
  | 'softplus'
  | 'erf'
  | 'erfc'
  | 'erfInv'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'isFinite'
  | 'not'
  /** The same value as a node of its own: what a transformation differentiates with respect to. */
  | 'copy'
  /** The same value with derivative zero. */
  | 'stopGradient'

/** Scalar functions of two arguments. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'pow'
  | 'atan2'
  | 'hypot'
  | 'max'
  | 'min'
  /** A product in which a zero factor wins over NaN and infinity: how derivatives scale, so that a branch not taken contributes 0. */
  | 'mulNoNan'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'and'
  | 'or'
  | 'xor'

export type ReduceOp = 'sum' | 'prod' | 'max' | 'min' | 'and' | 'or'

/**
 * `sum` and `max` combine the elements of each window of `size`; `argmax` is where the first largest one lies in `x`, counted in row-major
 * order. What lies beyond the edges takes no part.
 */
export type WindowOp = 'sum' | 'max' | 'argmax'

/** Which dtypes a scalar function takes, and what it yields. */
export interface Signature {
  readonly takes: (d: DType) => boolean
  readonly wants: string
  readonly yields: (d: DType) => DType
}

const same = (d: DType): DType => d
const floats: Signature = { takes: isFloat, wants: 'f32 or f64', yields: same }
const numbers: Signature = { takes: (d) => d !== 'bool', wants: 'a number', yields: same }
const everything: Signature = { takes: () => true, wants: 'anything', yields: same }
const bits: Signature = {
  takes: (d) => d === 'bool' || isInteger(d),
  wants: 'bool, i32 or u32',
  yields: same
}
const truth = (s: Signature): Signature => ({ ...s, yields: () => 'bool' })

/** What holds of a scalar function of one argument. */
export interface UnaryForm extends Signature {
  /** Floats are not rounded. */
  readonly isExact: boolean
  /** Where no float is -0: `always`, whatever the argument; `kept`, where the argument is none; `unknown`, nowhere that could be told. */
  readonly plusZero: 'always' | 'kept' | 'unknown'
  /** For engines: a few instructions; a function of activations and losses, about as `short` as the call of it; or a `call`. */
  readonly cost: 'cheap' | 'short' | 'call'
  /** The same value, which only transformations read otherwise. */
  readonly isMark: boolean
  /** Whether the result is not finite wherever the operand is not. */
  readonly keepsNonFinite: boolean
}

export const unaryForm: Readonly<Record<UnaryOp, UnaryForm>> = {
  neg: { ...numbers, isExact: true, plusZero: 'unknown', cost: 'cheap', isMark: false, keepsNonFinite: true },
  abs: { ...numbers, isExact: true, plusZero: 'always', cost: 'cheap', isMark: false, keepsNonFinite: true },
  sign: {
    ...numbers,
    isExact: true,
    plusZero: 'unknown',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: false
  },
  square: {
    ...numbers,
    isExact: false,
    plusZero: 'always',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: true
  },
  floor: {
    ...floats,
    isExact: true,
    plusZero: 'unknown',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: false
  },
  ceil: {
    ...floats,
    isExact: true,
    plusZero: 'unknown',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: false
  },
  round: {
    ...floats,
    isExact: true,
    plusZero: 'unknown',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: false
  },
  reciprocal: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: false
  },
  sqrt: { ...floats, isExact: false, plusZero: 'kept', cost: 'cheap', isMark: false, keepsNonFinite: true },
  rsqrt: {
    ...floats,
    isExact: false,
    plusZero: 'always',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: false
  },
  exp: { ...floats, isExact: false, plusZero: 'always', cost: 'short', isMark: false, keepsNonFinite: false },
  expm1: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  log: { ...floats, isExact: false, plusZero: 'unknown', cost: 'short', isMark: false, keepsNonFinite: true },
  log1p: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  logistic: {
    ...floats,
    isExact: false,
    plusZero: 'always',
    cost: 'short',
    isMark: false,
    keepsNonFinite: false
  },
  logisticSlope: {
    ...floats,
    isExact: false,
    plusZero: 'always',
    cost: 'short',
    isMark: false,
    keepsNonFinite: false
  },
  softplus: {
    ...floats,
    isExact: false,
    plusZero: 'always',
    cost: 'short',
    isMark: false,
    keepsNonFinite: false
  },
  erf: { ...floats, isExact: false, plusZero: 'unknown', cost: 'call', isMark: false, keepsNonFinite: false },
  erfc: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  erfInv: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  sin: { ...floats, isExact: false, plusZero: 'unknown', cost: 'call', isMark: false, keepsNonFinite: true },
  cos: { ...floats, isExact: false, plusZero: 'unknown', cost: 'call', isMark: false, keepsNonFinite: true },
  tan: { ...floats, isExact: false, plusZero: 'unknown', cost: 'call', isMark: false, keepsNonFinite: false },
  asin: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  acos: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  atan: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  sinh: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'call',
    isMark: false,
    keepsNonFinite: false
  },
  cosh: { ...floats, isExact: false, plusZero: 'always', cost: 'call', isMark: false, keepsNonFinite: false },
  tanh: {
    ...floats,
    isExact: false,
    plusZero: 'unknown',
    cost: 'short',
    isMark: false,
    keepsNonFinite: false
  },
  isFinite: {
    ...truth(floats),
    isExact: true,
    plusZero: 'unknown',
    cost: 'cheap',
    isMark: false,
    keepsNonFinite: false
  },
  not: { ...bits, isExact: true, plusZero: 'unknown', cost: 'cheap', isMark: false, keepsNonFinite: false },
  copy: { ...everything, isExact: true, plusZero: 'kept', cost: 'cheap', isMark: true, keepsNonFinite: true },
  stopGradient: {
    ...everything,
    isExact: true,
    plusZero: 'kept',
    cost: 'cheap',
    isMark: true,
    keepsNonFinite: true
  }
}

/** What holds of a scalar function of two arguments. */
export interface BinaryForm extends Signature {
  /** Floats are not rounded. */
  readonly isExact: boolean
  /** Integers have no result where the second argument is 0. */
  readonly divides: boolean
  readonly cost: 'cheap' | 'call'
}

export const binaryForm: Readonly<Record<BinaryOp, BinaryForm>> = {
  add: { ...numbers, isExact: false, divides: false, cost: 'cheap' },
  sub: { ...numbers, isExact: false, divides: false, cost: 'cheap' },
  mul: { ...numbers, isExact: false, divides: false, cost: 'cheap' },
  div: { ...numbers, isExact: false, divides: true, cost: 'cheap' },
  rem: { ...numbers, isExact: false, divides: true, cost: 'call' },
  max: { ...numbers, isExact: true, divides: false, cost: 'cheap' },
  min: { ...numbers, isExact: true, divides: false, cost: 'cheap' },
  pow: { ...floats, isExact: false, divides: false, cost: 'call' },
  atan2: { ...floats, isExact: false, divides: false, cost: 'call' },
  hypot: { ...floats, isExact: false, divides: false, cost: 'call' },
  mulNoNan: { ...floats, isExact: false, divides: false, cost: 'cheap' },
  eq: { ...truth(everything), isExact: true, divides: false, cost: 'cheap' },
  ne: { ...truth(everything), isExact: true, divides: false, cost: 'cheap' },
  lt: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap' },
  le: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap' },
  gt: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap' },
  ge: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap' },
  and: { ...bits, isExact: true, divides: false, cost: 'cheap' },
  or: { ...bits, isExact: true, divides: false, cost: 'cheap' },
  xor: { ...bits, isExact: true, divides: false, cost: 'cheap' }
}
