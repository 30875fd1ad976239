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

/** Functions by whether they hide what is not finite: `exp` has 0 for -Infinity, the sine has NaN. */
const quiet = (s: Signature) => ({ ...s, isMark: false, keepsNonFinite: false })
const loud = (s: Signature) => ({ ...s, isMark: false, keepsNonFinite: true })

export const unaryForm: Readonly<Record<UnaryOp, UnaryForm>> = {
  neg: { ...loud(numbers), isExact: true, plusZero: 'unknown', cost: 'cheap' },
  abs: { ...loud(numbers), isExact: true, plusZero: 'always', cost: 'cheap' },
  sign: { ...quiet(numbers), isExact: true, plusZero: 'unknown', cost: 'cheap' },
  square: { ...loud(numbers), isExact: false, plusZero: 'always', cost: 'cheap' },
  floor: { ...quiet(floats), isExact: true, plusZero: 'unknown', cost: 'cheap' },
  ceil: { ...quiet(floats), isExact: true, plusZero: 'unknown', cost: 'cheap' },
  round: { ...quiet(floats), isExact: true, plusZero: 'unknown', cost: 'cheap' },
  reciprocal: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'cheap' },
  sqrt: { ...loud(floats), isExact: false, plusZero: 'kept', cost: 'cheap' },
  rsqrt: { ...quiet(floats), isExact: false, plusZero: 'always', cost: 'cheap' },
  exp: { ...quiet(floats), isExact: false, plusZero: 'always', cost: 'short' },
  expm1: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  log: { ...loud(floats), isExact: false, plusZero: 'unknown', cost: 'short' },
  log1p: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  logistic: { ...quiet(floats), isExact: false, plusZero: 'always', cost: 'short' },
  logisticSlope: { ...quiet(floats), isExact: false, plusZero: 'always', cost: 'short' },
  softplus: { ...quiet(floats), isExact: false, plusZero: 'always', cost: 'short' },
  erf: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  erfc: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  erfInv: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  sin: { ...loud(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  cos: { ...loud(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  tan: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  asin: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  acos: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  atan: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  sinh: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'call' },
  cosh: { ...quiet(floats), isExact: false, plusZero: 'always', cost: 'call' },
  tanh: { ...quiet(floats), isExact: false, plusZero: 'unknown', cost: 'short' },
  isFinite: { ...quiet(truth(floats)), isExact: true, plusZero: 'unknown', cost: 'cheap' },
  not: { ...quiet(bits), isExact: true, plusZero: 'unknown', cost: 'cheap' },
  copy: { ...loud(everything), isExact: true, plusZero: 'kept', cost: 'cheap', isMark: true },
  stopGradient: { ...loud(everything), isExact: true, plusZero: 'kept', cost: 'cheap', isMark: true }
}

/** What holds of a scalar function of two arguments. */
export interface BinaryForm extends Signature {
  /** Floats are not rounded. */
  readonly isExact: boolean
  /** Integers have no result where the second argument is 0. */
  readonly divides: boolean
  readonly cost: 'cheap' | 'call'
  /** Whether the result is not finite wherever one of the operands is not. */
  readonly keepsNonFinite: boolean
}

export const binaryForm: Readonly<Record<BinaryOp, BinaryForm>> = {
  add: { ...numbers, isExact: false, divides: false, cost: 'cheap', keepsNonFinite: true },
  sub: { ...numbers, isExact: false, divides: false, cost: 'cheap', keepsNonFinite: true },
  mul: { ...numbers, isExact: false, divides: false, cost: 'cheap', keepsNonFinite: true },
  div: { ...numbers, isExact: false, divides: true, cost: 'cheap', keepsNonFinite: false },
  rem: { ...numbers, isExact: false, divides: true, cost: 'call', keepsNonFinite: false },
  max: { ...numbers, isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  min: { ...numbers, isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  pow: { ...floats, isExact: false, divides: false, cost: 'call', keepsNonFinite: false },
  atan2: { ...floats, isExact: false, divides: false, cost: 'call', keepsNonFinite: false },
  hypot: { ...floats, isExact: false, divides: false, cost: 'call', keepsNonFinite: false },
  mulNoNan: { ...floats, isExact: false, divides: false, cost: 'cheap', keepsNonFinite: false },
  eq: { ...truth(everything), isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  ne: { ...truth(everything), isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  lt: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  le: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  gt: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  ge: { ...truth(numbers), isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  and: { ...bits, isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  or: { ...bits, isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false },
  xor: { ...bits, isExact: true, divides: false, cost: 'cheap', keepsNonFinite: false }
}
