/** The Euclidean norm as a piece of graph, and how to know it again. */
import type { Reduce, Value } from './Expr.js'
import * as make from './make.js'
import { full } from './terms.js'
import { range, size, pick, without, type Dims } from '../tensor/dims.js'
import type { DType } from '../tensor/DType.js'

/** Up to where, and from where on, squares are safe, and powers of two that bring all others there: so scaling is exact. */
interface Range {
  readonly low: number
  readonly high: number
  readonly up: number
  readonly down: number
}

const single: Range = { low: 2 ** -36, high: 2 ** 40, up: 2 ** 90, down: 2 ** -80 }
const double: Range = { low: 2 ** -300, high: 2 ** 400, up: 2 ** 600, down: 2 ** -700 }

const rangeOf = (dtype: DType): Range => (dtype === 'f32' ? single : double)

/** A power of two by which to multiply before squaring; 1 where all are 0. Source: Blue (1978), as in LAPACK's `nrm2`. */
const scaleOf = (largest: Value): Value => {
  const { low, high, up, down } = rangeOf(largest.dtype)
  const is = (op: 'lt' | 'gt', bound: number): Value => make.binary(op, largest, full(bound, largest))
  const isTiny = make.binary('and', is('lt', low), is('gt', 0))
  const small = make.select(isTiny, full(up, largest), full(1, largest))
  return make.select(is('gt', high), full(down, largest), small)
}

/** sqrt(sum(x^2)), with derivatives 0 at the origin. */
export const euclidean = (axes: Dims, x: Value): Value => {
  const isEmpty = size(pick(x.shape, axes)) === 0
  const peak = make.reduce(isEmpty ? 'sum' : 'max', axes, make.unary('abs', x))
  const scale = scaleOf(make.unary('stopGradient', peak))
  const spread = make.broadcast(x.shape, without(range(0, x.shape.length), axes), scale)
  const total = make.reduce('sum', axes, make.unary('square', make.binary('mul', x, spread)))
  const isOrigin = make.binary('eq', total, full(0, total))
  const root = make.unary('sqrt', make.select(isOrigin, full(1, total), total))
  return make.select(isOrigin, full(0, total), make.binary('div', root, scale))
}

/** What the nodes are made of, if they are those of a norm: the sum of squares, and whose it is. */
export const normOf = (n: Value): { readonly sum: Reduce; readonly x: Value } | undefined => {
  if (n._tag !== 'Select' || n.b._tag !== 'Binary' || n.b.op !== 'div') return undefined
  const [root, condition] = [n.b.a, n.condition]
  if (root._tag !== 'Unary' || root.op !== 'sqrt' || root.x._tag !== 'Select') return undefined
  const total = root.x.b
  if (total._tag !== 'Reduce' || total.op !== 'sum' || root.x.condition !== condition) return undefined
  if (condition._tag !== 'Binary' || condition.op !== 'eq' || condition.a !== total) return undefined
  const squares = total.x
  if (squares._tag !== 'Unary' || squares.op !== 'square') return undefined
  return squares.x._tag === 'Binary' && squares.x.op === 'mul' ? { sum: total, x: squares.x.a } : undefined
}
