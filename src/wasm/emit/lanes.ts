/**
 * Scalar operations on vectors. A kernel works on four points at a time, or on two where f64 is involved; 32-bit elements then occupy the two
 * lower lanes. Booleans are masks: all bits of a 32-bit lane.
 */
import type { BinaryOp, UnaryOp } from '../../graph/Expr.js'
import { isFloat, type DType } from '../../tensor/DType.js'
import { f32x4, f64x2, i32x4, i64x2, shuffle32, v128 } from '../encode/simd.js'
import type { Value } from '../encode/value.js'

export type Vector = Value<'v128'>

/** What operations need of the kernel that they are part of. */
export interface Lanes {
  /** Calls a function of the module. */
  readonly call: (name: string, dtype: DType, ...args: ReadonlyArray<Vector>) => Vector
  /** Evaluates once, and can be read several times. */
  readonly once: (x: Vector) => Vector
  /** `x`, or what stands instead of it where it is as it seldom is. */
  readonly unless: (x: Vector, seldom: (x: Vector) => Vector, instead: (x: Vector) => Vector) => Vector
  /** Integer division, lane by lane; the fault of a zero divisor is noted. */
  readonly integer: (op: 'div' | 'rem', dtype: DType, a: Vector, b: Vector) => Vector
}

/** For sums and products of elements, which need none of these. */
export const plain: Lanes = {
  call: (_, __, x) => x,
  once: (x) => x,
  unless: (x) => x,
  integer: (_, __, x) => x
}

export const floats = (dtype: DType): typeof f32x4 | typeof f64x2 => (dtype === 'f64' ? f64x2 : f32x4)

const zero = i32x4.const(0)
const isUnsigned = (d: DType): boolean => d === 'u32'

/** A mask over 64-bit lanes as one over the two lower 32-bit lanes, and back. */
const narrow = (mask: Vector): Vector => shuffle32(mask, zero, [0, 2, 4, 4])
const wide = (mask: Vector): Vector => i64x2.extendLowS(mask)

const comparison = (dtype: DType, mask: Vector): Vector => (dtype === 'f64' ? narrow(mask) : mask)

type Unary = (l: Lanes, d: DType, x: Vector) => Vector
type Binary = (l: Lanes, d: DType, a: Vector, b: Vector) => Vector

const called =
  (name: string): Unary =>
  (l, d, x) =>
    l.call(name, d, x)

const called2 =
  (name: string): Binary =>
  (l, d, a, b) =>
    l.call(name, d, a, b)

const one = (d: DType): Vector => (isFloat(d) ? floats(d).const(1) : i32x4.const(1))

const sign: Unary = (l, d, given) => {
  const x = l.once(given)
  if (d === 'u32') return i32x4.minU(x, one(d))
  if (!isFloat(d)) return i32x4.maxS(i32x4.minS(x, one(d)), i32x4.const(-1))
  const f = floats(d)
  // Zeros and NaN answer for themselves.
  const magnitude = v128.or(one(d), v128.and(x, f.const(-0)))
  return v128.bitselect(magnitude, x, f.gt(f.abs(x), f.const(0)))
}

const isFinite: Unary = (_, d, x) => comparison(d, floats(d).lt(floats(d).abs(x), floats(d).const(Infinity)))

export const unaryLanes: Readonly<Record<UnaryOp, Unary>> = {
  neg: (_, d, x) => (isFloat(d) ? floats(d).neg(x) : i32x4.neg(x)),
  abs: (_, d, x) => (isFloat(d) ? floats(d).abs(x) : isUnsigned(d) ? x : i32x4.abs(x)),
  sign,
  floor: (_, d, x) => floats(d).floor(x),
  ceil: (_, d, x) => floats(d).ceil(x),
  round: (_, d, x) => floats(d).nearest(x),
  square: (l, d, given) => {
    const x = l.once(given)
    return isFloat(d) ? floats(d).mul(x, x) : i32x4.mul(x, x)
  },
  reciprocal: (_, d, x) => floats(d).div(one(d), x),
  sqrt: (_, d, x) => floats(d).sqrt(x),
  rsqrt: (_, d, x) => (d === 'f64' ? f64x2.div(one(d), f64x2.sqrt(x)) : f32x4.div(one(d), f32x4.sqrt(x))),
  exp: called('exp'),
  expm1: called('expm1'),
  log: called('log'),
  log1p: called('log1p'),
  logistic: called('logistic'),
  logisticSlope: called('logisticSlope'),
  softplus: called('softplus'),
  erf: called('erf'),
  erfc: called('erfc'),
  erfInv: called('erfInv'),
  sin: called('sin'),
  cos: called('cos'),
  tan: called('tan'),
  asin: called('asin'),
  acos: called('acos'),
  atan: called('atan'),
  sinh: called('sinh'),
  cosh: called('cosh'),
  tanh: called('tanh'),
  isFinite,
  not: (_, __, x) => v128.not(x),
  copy: (_, __, x) => x,
  stopGradient: (_, __, x) => x
}

interface Comparisons {
  readonly float: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'
  readonly signed: (a: Vector, b: Vector) => Vector
  readonly unsigned: (a: Vector, b: Vector) => Vector
}

const compare =
  ({ float, signed, unsigned }: Comparisons): Binary =>
  (_, d, a, b) =>
    isFloat(d) ? comparison(d, floats(d)[float](a, b)) : isUnsigned(d) ? unsigned(a, b) : signed(a, b)

const arithmetic =
  (name: 'add' | 'sub' | 'mul'): Binary =>
  (_, d, a, b) =>
    isFloat(d) ? floats(d)[name](a, b) : i32x4[name](a, b)

const extremum =
  (
    float: 'max' | 'min',
    signed: (a: Vector, b: Vector) => Vector,
    unsigned: (a: Vector, b: Vector) => Vector
  ): Binary =>
  (_, d, a, b) =>
    isFloat(d) ? floats(d)[float](a, b) : isUnsigned(d) ? unsigned(a, b) : signed(a, b)

/** A product in which zero wins over what is not finite. */
const mulNoNan: Binary = (l, d, left, right) => {
  const f = floats(d)
  const [a, b] = [l.once(left), l.once(right)]
  const vanishes = v128.or(f.eq(a, f.const(0)), f.eq(b, f.const(0)))
  const isNaN = (x: Vector): Vector => f.ne(x, x)
  return l.unless(f.mul(a, b), isNaN, (x) => v128.andnot(x, v128.and(isNaN(x), vanishes)))
}

export const binaryLanes: Readonly<Record<BinaryOp, Binary>> = {
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  div: (l, d, a, b) => (isFloat(d) ? floats(d).div(a, b) : l.integer('div', d, a, b)),
  rem: (l, d, a, b) => (isFloat(d) ? l.call('rem', d, a, b) : l.integer('rem', d, a, b)),
  pow: called2('pow'),
  atan2: called2('atan2'),
  hypot: called2('hypot'),
  max: extremum('max', i32x4.maxS, i32x4.maxU),
  min: extremum('min', i32x4.minS, i32x4.minU),
  mulNoNan,
  eq: compare({ float: 'eq', signed: i32x4.eq, unsigned: i32x4.eq }),
  ne: compare({ float: 'ne', signed: i32x4.ne, unsigned: i32x4.ne }),
  lt: compare({ float: 'lt', signed: i32x4.ltS, unsigned: i32x4.ltU }),
  le: compare({ float: 'le', signed: i32x4.leS, unsigned: i32x4.leU }),
  gt: compare({ float: 'gt', signed: i32x4.gtS, unsigned: i32x4.gtU }),
  ge: compare({ float: 'ge', signed: i32x4.geS, unsigned: i32x4.geU }),
  and: (_, __, a, b) => v128.and(a, b),
  or: (_, __, a, b) => v128.or(a, b),
  xor: (_, __, a, b) => v128.xor(a, b)
}

/** `condition ? a : b`. */
export const selectLanes = (d: DType, condition: Vector, a: Vector, b: Vector): Vector =>
  v128.bitselect(a, b, d === 'f64' ? wide(condition) : condition)

const truth = (mask: Vector): Vector => v128.and(mask, i32x4.const(1))

const toBool = (from: DType, x: Vector): Vector =>
  isFloat(from) ? comparison(from, floats(from).ne(x, floats(from).const(0))) : i32x4.ne(x, zero)

/** Integers and bytes, as the lanes of `from` hold them. */
const fromInteger = (from: DType, to: DType, x: Vector): Vector => {
  if (!isFloat(to)) return x
  if (to === 'f32') return isUnsigned(from) ? f32x4.convertI32U(x) : f32x4.convertI32S(x)
  return isUnsigned(from) ? f64x2.convertLowI32U(x) : f64x2.convertLowI32S(x)
}

const fromFloat = (from: DType, to: DType, x: Vector): Vector => {
  if (to === 'f32') return from === 'f64' ? f32x4.demoteF64(x) : x
  if (to === 'f64') return from === 'f32' ? f64x2.promoteLowF32(x) : x
  if (from === 'f64') return isUnsigned(to) ? i32x4.truncSatF64U(x) : i32x4.truncSatF64S(x)
  return isUnsigned(to) ? i32x4.truncSatF32U(x) : i32x4.truncSatF32S(x)
}

export const convertLanes = (from: DType, to: DType, x: Vector): Vector => {
  if (from === to) return x
  if (from === 'bool') return fromInteger('i32', to, truth(x))
  if (to === 'bool') return toBool(from, x)
  return isFloat(from) ? fromFloat(from, to, x) : fromInteger(from, to, x)
}

export const literal = (dtype: DType, x: number): Vector =>
  isFloat(dtype) ? floats(dtype).const(x) : i32x4.const(dtype === 'bool' ? -x : x)
