/**
 * The scalar functions as total tables, one per kind of element. Floating-point results are computed in f64 and rounded once when stored.
 */
import type { BinaryOp, UnaryOp } from '../../graph/Expr.js'
import type { DType } from '../../tensor/DType.js'
import { logistic, logisticSlope, softplus } from './activation.js'
import {
  hypot,
  maximum,
  minimum,
  pow,
  reciprocal,
  rem,
  roundHalfEven,
  rsqrt,
  sign,
  square
} from './arithmetic.js'
import { erf, erfc } from './erf.js'
import { erfInvF32, erfInvF64 } from './erfInv.js'
import * as I from './integer.js'

export type Fn1 = (x: number) => number
export type Fn2 = (a: number, b: number) => number

const identity: Fn1 = (x) => x
const truth = (b: boolean): number => (b ? 1 : 0)

const mulNoNan: Fn2 = (a, b) => {
  const product = a * b
  return Number.isNaN(product) && (a === 0 || b === 0) ? 0 : product
}

export const floatUnary: Readonly<Record<UnaryOp, Fn1>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  square,
  reciprocal,
  sqrt: Math.sqrt,
  rsqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  logistic,
  logisticSlope,
  softplus,
  erf,
  erfc,
  erfInv: erfInvF64,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  isFinite: (x) => truth(Number.isFinite(x)),
  not: (x) => truth(x === 0),
  copy: identity,
  stopGradient: identity
}

type Unaries = Readonly<Record<UnaryOp, Fn1>>

const f32Unary: Unaries = { ...floatUnary, erfInv: erfInvF32 }

const i32Unary: Unaries = {
  ...floatUnary,
  neg: I.negI32,
  abs: I.absI32,
  square: (x) => I.mulI32(x, x),
  not: (x) => ~x
}
const u32Unary: Unaries = {
  ...floatUnary,
  neg: I.negU32,
  square: (x) => I.mulU32(x, x),
  not: (x) => ~x >>> 0
}

const comparisons = {
  eq: (a: number, b: number) => truth(a === b),
  ne: (a: number, b: number) => truth(a !== b),
  lt: (a: number, b: number) => truth(a < b),
  le: (a: number, b: number) => truth(a <= b),
  gt: (a: number, b: number) => truth(a > b),
  ge: (a: number, b: number) => truth(a >= b)
}

const signedBits = {
  and: (a: number, b: number) => a & b,
  or: (a: number, b: number) => a | b,
  xor: (a: number, b: number) => a ^ b
}

const unsignedBits = {
  and: (a: number, b: number) => (a & b) >>> 0,
  or: (a: number, b: number) => (a | b) >>> 0,
  xor: (a: number, b: number) => (a ^ b) >>> 0
}

export const floatBinary: Readonly<Record<BinaryOp, Fn2>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  rem,
  pow,
  atan2: Math.atan2,
  hypot,
  max: maximum,
  min: minimum,
  mulNoNan,
  ...comparisons,
  ...signedBits
}

const integerOnly = {
  pow,
  atan2: Math.atan2,
  hypot,
  mulNoNan: I.mulI32,
  max: I.maxInt,
  min: I.minInt,
  ...comparisons
}

const i32Binary: Readonly<Record<BinaryOp, Fn2>> = {
  ...integerOnly,
  ...signedBits,
  add: I.addI32,
  sub: I.subI32,
  mul: I.mulI32,
  div: I.divI32,
  rem: I.remI32
}

const u32Binary: Readonly<Record<BinaryOp, Fn2>> = {
  ...integerOnly,
  ...unsignedBits,
  add: I.addU32,
  sub: I.subU32,
  mul: I.mulU32,
  div: I.divU32,
  rem: I.remU32
}

/** Which table serves a dtype; booleans are 0 and 1, so `and`, `or`, `xor` and comparisons are those of integers. */
const unaryTables: Readonly<Record<DType, Unaries>> = {
  f32: f32Unary,
  f64: floatUnary,
  bool: floatUnary,
  i32: i32Unary,
  u32: u32Unary
}

const binaryTables: Readonly<Record<DType, Readonly<Record<BinaryOp, Fn2>>>> = {
  f32: floatBinary,
  f64: floatBinary,
  bool: i32Binary,
  i32: i32Binary,
  u32: u32Binary
}

export const unaryFn = (op: UnaryOp, dtype: DType): Fn1 => unaryTables[dtype][op]

export const binaryFn = (op: BinaryOp, dtype: DType): Fn2 => binaryTables[dtype][op]
