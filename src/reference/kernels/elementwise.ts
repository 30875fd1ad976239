/** Elementwise kernels. The four commonest have loops of their own; the rest call the scalar table. */
import type { BinaryOp, UnaryOp } from '../../graph/Expr.js'
import { allocate, isFloat, type DType, type TypedArrayOf } from '../../tensor/DType.js'
import { toI32, toU32 } from '../scalar/integer.js'
import { binaryFn, unaryFn, type Fn1, type Fn2 } from '../scalar/table.js'

const map1 = (f: Fn1, x: TypedArrayOf, out: TypedArrayOf): void => {
  for (let i = 0; i < out.length; i++) out[i] = f(x[i]!)
}

const map2 = (f: Fn2, a: TypedArrayOf, b: TypedArrayOf, out: TypedArrayOf): void => {
  for (let i = 0; i < out.length; i++) out[i] = f(a[i]!, b[i]!)
}

type Loop = (a: TypedArrayOf, b: TypedArrayOf, out: TypedArrayOf) => void

const add: Loop = (a, b, out) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!
}

const sub: Loop = (a, b, out) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!
}

const mul: Loop = (a, b, out) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!
}

const div: Loop = (a, b, out) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! / b[i]!
}

const floatLoops: ReadonlyMap<BinaryOp, Loop> = new Map([
  ['add', add],
  ['sub', sub],
  ['mul', mul],
  ['div', div]
])

export const unary = (op: UnaryOp, from: DType, to: DType, x: TypedArrayOf): TypedArrayOf => {
  const out = allocate(to, x.length)
  map1(unaryFn(op, from), x, out)
  return out
}

export const binary = (
  op: BinaryOp,
  from: DType,
  to: DType,
  a: TypedArrayOf,
  b: TypedArrayOf
): TypedArrayOf => {
  const out = allocate(to, a.length)
  const loop = isFloat(from) ? floatLoops.get(op) : undefined
  if (loop === undefined) map2(binaryFn(op, from), a, b, out)
  else loop(a, b, out)
  return out
}

export const select = (
  dtype: DType,
  condition: TypedArrayOf,
  a: TypedArrayOf,
  b: TypedArrayOf
): TypedArrayOf => {
  const out = allocate(dtype, a.length)
  for (let i = 0; i < out.length; i++) out[i] = (condition[i] === 0 ? b[i] : a[i])!
  return out
}

/** Floats to integers saturate, with NaN as 0; to bool is "not zero"; integers wrap among themselves. */
const conversion = (from: DType, to: DType): Fn1 =>
  to === 'bool'
    ? (x) => Number(x !== 0)
    : isFloat(from) && to === 'i32'
      ? toI32
      : isFloat(from) && to === 'u32'
        ? toU32
        : (x) => x

export const convert = (from: DType, to: DType, x: TypedArrayOf): TypedArrayOf => {
  const out = allocate(to, x.length)
  map1(conversion(from, to), x, out)
  return out
}
