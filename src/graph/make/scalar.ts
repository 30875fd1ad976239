/** Elementwise families: operands of one shape; the public layer broadcasts before. */
import { equalDims, showDims } from '../../tensor/dims.js'
import { isFloat, isInteger, type DType } from '../../tensor/DType.js'
import type { BinaryOp, Value, UnaryOp } from '../Expr.js'
import { firstOf, guard } from './guard.js'

/** Which dtypes an operation takes, and what it yields. */
interface Signature {
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
const toBool = (s: Signature): Signature => ({ ...s, yields: () => 'bool' })

export const unarySignature: Readonly<Record<UnaryOp, Signature>> = {
  neg: numbers,
  abs: numbers,
  sign: numbers,
  square: numbers,
  floor: floats,
  ceil: floats,
  round: floats,
  reciprocal: floats,
  sqrt: floats,
  rsqrt: floats,
  exp: floats,
  expm1: floats,
  log: floats,
  log1p: floats,
  logistic: floats,
  softplus: floats,
  erf: floats,
  erfc: floats,
  erfInv: floats,
  sin: floats,
  cos: floats,
  tan: floats,
  asin: floats,
  acos: floats,
  atan: floats,
  sinh: floats,
  cosh: floats,
  tanh: floats,
  isFinite: toBool(floats),
  not: bits,
  copy: everything,
  stopGradient: everything
}

export const binarySignature: Readonly<Record<BinaryOp, Signature>> = {
  add: numbers,
  sub: numbers,
  mul: numbers,
  div: numbers,
  rem: numbers,
  max: numbers,
  min: numbers,
  pow: floats,
  atan2: floats,
  hypot: floats,
  mulNoNan: floats,
  eq: toBool(everything),
  ne: toBool(everything),
  lt: toBool(numbers),
  le: toBool(numbers),
  gt: toBool(numbers),
  ge: toBool(numbers),
  and: bits,
  or: bits,
  xor: bits
}

export const unary = (op: UnaryOp, x: Value): Value => {
  const s = unarySignature[op]
  return guard(
    op,
    [x],
    () => (s.takes(x.dtype) ? undefined : `takes ${s.wants}, not ${x.dtype}; convert the operand first`),
    () => ({ _tag: 'Unary', op, x, shape: x.shape, dtype: s.yields(x.dtype) })
  )
}

export const binary = (op: BinaryOp, a: Value, b: Value): Value => {
  const s = binarySignature[op]
  return guard(
    op,
    [a, b],
    () =>
      firstOf(
        [
          a.dtype !== b.dtype,
          () => `dtypes ${a.dtype} and ${b.dtype} differ; convert one of them with convert(...)`
        ],
        [!s.takes(a.dtype), () => `takes ${s.wants}, not ${a.dtype}; convert the operands first`],
        [!equalDims(a.shape, b.shape), () => `shapes ${showDims(a.shape)} and ${showDims(b.shape)} differ`]
      ),
    () => ({ _tag: 'Binary', op, a, b, shape: a.shape, dtype: s.yields(a.dtype) })
  )
}

export const select = (condition: Value, a: Value, b: Value): Value =>
  guard(
    'where',
    [condition, a, b],
    () =>
      firstOf(
        [
          condition.dtype !== 'bool',
          () => `the condition is ${condition.dtype}, expected bool; compare first, as in gt(0)(x)`
        ],
        [a.dtype !== b.dtype, () => `branches have dtypes ${a.dtype} and ${b.dtype}; convert one of them`],
        [
          !equalDims(a.shape, b.shape) || !equalDims(a.shape, condition.shape),
          () => `shapes ${[condition, a, b].map((x) => showDims(x.shape)).join(', ')} differ`
        ]
      ),
    () => ({ _tag: 'Select', condition, a, b, shape: a.shape, dtype: a.dtype })
  )

export const convert = (dtype: DType, x: Value): Value =>
  guard(
    'convert',
    [x],
    () => undefined,
    () => ({ _tag: 'Convert', x, shape: x.shape, dtype })
  )
