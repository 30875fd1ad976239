/** What simplification can tell about values without computing them. */
import { fails, isMove } from '../graph/families.js'
import { isMany, type Binary, type BinaryOp, type Value, type Node } from '../graph/Expr.js'
import { unaryForm, type UnaryForm } from '../graph/op.js'
import { isFloat } from '../tensor/DType.js'
import { elements } from '../tensor/Tensor.js'

/** What can be told about a value without computing it. */
export interface Facts {
  /** Nothing at or below the node can end in a run error, so it may be dropped. */
  readonly total: boolean
  /** No element is -0. */
  readonly plusZero: boolean
}

export type Known = (n: Node) => Facts

/** The number that a scalar constant, or the broadcast of one, holds everywhere. */
const uniform = (n: Value): number | undefined => {
  const x = n._tag === 'Broadcast' ? n.x : n
  return x._tag === 'Constant' && x.shape.length === 0 ? elements(x.value)[0] : undefined
}

/** Whether all of a value is one number. */
export const is = (n: Value, value: number): boolean => Object.is(uniform(n), value)

const nonZero = (n: Value): boolean => !is(n, 0) && uniform(n) !== undefined

/** Finite, and no zero. */
export const isOrdinary = (n: Value): boolean => nonZero(n) && !is(n, -0) && Number.isFinite(uniform(n))

const atLeast = (n: Value, bound: number): boolean => !is(n, -0) && (uniform(n) ?? NaN) >= bound

/** Which operations can meet values that they have no answer for: no division by a number that is known. */
const mayFail = (n: Node): boolean => fails(n) && !(n._tag === 'Binary' && nonZero(n.b))

const never = (): boolean => false
const always = (): boolean => true

/**
 * Sums give -0 only from two of them, differences only from -0 - 0, and products may underflow to it unless one factor is at least 1.
 * Rounding to f32 underflows too, so contractions and conversions are not counted on.
 */
const binaryPlusZero: Readonly<Record<BinaryOp, (n: Binary, a: boolean, b: boolean) => boolean>> = {
  add: (_, a, b) => a || b,
  sub: (_, a) => a,
  mul: (n, a, b) => (a && atLeast(n.b, 1)) || (b && atLeast(n.a, 1)),
  max: (n, a, b) => (a && b) || atLeast(n.a, 0) || atLeast(n.b, 0),
  min: (_, a, b) => a && b,
  hypot: always,
  div: never,
  rem: never,
  pow: never,
  atan2: never,
  mulNoNan: never,
  eq: always,
  ne: always,
  lt: always,
  le: always,
  gt: always,
  ge: always,
  and: always,
  or: always,
  xor: always
}

const unaryPlusZero: Readonly<Record<UnaryForm['plusZero'], (x: boolean) => boolean>> = {
  always,
  kept: (x) => x,
  unknown: never
}

/** `xs`: the same about the operands. */
const plusZero = (n: Value, xs: ReadonlyArray<boolean>): boolean => {
  const [a = false, b = false, c = false] = xs
  if (!isFloat(n.dtype)) return true
  if (isMove(n)) return a
  switch (n._tag) {
    case 'Input':
    case 'Invalid':
    case 'Contract':
    case 'Conv':
    case 'Project':
      return false
    case 'Constant':
      return !elements(n.value).some((v) => Object.is(v, -0))
    case 'Iota':
    case 'Scatter':
    case 'ArgReduce':
    case 'RandomBits':
      return true
    case 'Unary':
      return unaryPlusZero[unaryForm[n.op].plusZero](a)
    case 'Binary':
      return binaryPlusZero[n.op](n, a, b)
    case 'Select':
      return b && c
    case 'Convert':
      return a && (n.x.dtype !== 'f64' || n.dtype === 'f64')
    case 'Reduce':
      return n.op === 'sum' || (a && n.op !== 'prod')
    case 'Window':
      return n.op === 'sum' || a
    case 'Pad':
      return a && !Object.is(n.value, -0)
    case 'Concat':
      return xs.every((x) => x)
    case 'Gather':
      return a
  }
}

export const factsOf = (n: Node, xs: ReadonlyArray<Facts>): Facts => ({
  total: !mayFail(n) && xs.every((x) => x.total),
  plusZero:
    !isMany(n) &&
    plusZero(
      n,
      xs.map((x) => x.plusZero)
    )
})
