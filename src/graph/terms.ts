/** Short names for building coefficients of derivatives; every operand here already has the right shape. */
import * as make from './make.js'
import { filled } from '../tensor/Tensor.js'
import type { BinaryOp, Expr, Value, UnaryOp } from './Expr.js'

/** A constant of one repeated number, broadcast from a scalar so that the graph stays small. */
export const full = (value: number, { shape, dtype }: Pick<Value, 'shape' | 'dtype'>): Value => {
  const scalar = make.constant(filled([], dtype, value))
  return shape.length === 0 ? scalar : make.broadcast(shape, [], scalar)
}

/**
 * The one place where a node gets its type: shapes computed by the compiler and by the smart constructors agree, which the laws of the
 * public layer compare.
 */
export const typed = <R extends Expr<unknown>>(n: Expr<unknown>): R => n as R

/** The number `value` in the shape and dtype of `x`. */
export const num = (value: number, x: Value): Value => full(value, x)

const u =
  (op: UnaryOp) =>
  (x: Value): Value =>
    make.unary(op, x)
const b =
  (op: BinaryOp) =>
  (x: Value, y: Value): Value =>
    make.binary(op, x, y)

export const neg = u('neg')
export const square = u('square')
export const reciprocal = u('reciprocal')
export const exp = u('exp')
export const add = b('add')
export const sub = b('sub')
export const mul = b('mul')
/** Products of possibly infinite factors, as in `a * (1 / h)` at 0: zero wins. */
export const times = b('mulNoNan')
export const div = b('div')
export const eq = b('eq')
export const scaled = (value: number, x: Value): Value => mul(num(value, x), x)

/** What lies at one place of the leading axis. */
export const sliceAt = (x: Value, place: number): Value => {
  const rest = x.shape.slice(1)
  const start = [place, ...rest.map(() => 0)]
  const ones = x.shape.map(() => 1)
  return make.reshape(rest, make.slice(start, [place + 1, ...rest], ones, x))
}
