/** Short names for building coefficients of derivatives; every operand here already has the right shape. */
import * as build from '../graph/build/index.js'
import type { BinaryOp, Node, UnaryOp } from '../graph/Expr.js'
import { full } from '../linear/apply.js'

/** The number `value` in the shape and dtype of `x`. */
export const num = (value: number, x: Node): Node => full(value, x)

const u =
  (op: UnaryOp) =>
  (x: Node): Node =>
    build.unary(op, x)
const b =
  (op: BinaryOp) =>
  (x: Node, y: Node): Node =>
    build.binary(op, x, y)

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
export const scaled = (value: number, x: Node): Node => mul(num(value, x), x)
