/**
 * Where the public layer meets the graph: numbers lift to constants, shapes broadcast, negative axes are resolved. Nothing of this reaches
 * the graph.
 */
import * as make from '../graph/make.js'
import { inName, invalid } from '../graph/error.js'
import { node, type BinaryOp, type Value } from '../graph/Expr.js'
import { passedOn } from '../graph/guard.js'
import { full } from '../graph/terms.js'
import { broadcastDims, equalDims, range, showDims, type Dims } from '../tensor/dims.js'
import { belongs, isFloat, type DType } from '../tensor/DType.js'
import { isLeaf } from '../tensor/Tree.js'
import type { Axes, Operand } from './signatures/index.js'

/** A number as a constant of a dtype that has it; if none has, the function that it is an operand of says so. */
export const lifted = (x: number, dtype: DType): Value =>
  belongs(x, dtype)
    ? full(x, { shape: [], dtype })
    : invalid(
        '',
        [],
        `${String(x)} is not of dtype ${dtype}; convert the other operand, as with convert('f32')`
      )

const asNode = (x: Operand, dtype: DType): Value => (typeof x === 'number' ? lifted(x, dtype) : node(x))

/** The dtype of an expression in error says nothing. */
const dtypeOfOperand = (x: Operand): DType | undefined =>
  typeof x === 'number' || !isLeaf(x) || x._tag === 'Invalid' ? undefined : x.dtype

/** Operands as nodes; numbers take the dtype of the first operand that has one, else f32. */
export const lift = (xs: ReadonlyArray<Operand>): ReadonlyArray<Value> => {
  const dtype = xs.map(dtypeOfOperand).find((d) => d !== undefined) ?? 'f32'
  return xs.map((x) => asNode(x, dtype))
}

/** NumPy broadcasting of one operand to a shape that it fits: size-1 axes that grow are dropped, then axes are added. */
export const expand = (shape: Dims, x: Value): Value => {
  if (equalDims(shape, x.shape)) return x
  const lead = shape.length - x.shape.length
  const kept = range(0, x.shape.length).filter((i) => x.shape[i] === shape[lead + i])
  const core = make.reshape(
    kept.map((i) => x.shape[i] ?? 1),
    x
  )
  return make.broadcast(
    shape,
    kept.map((i) => lead + i),
    kept.length === x.shape.length ? x : core
  )
}

/** All operands broadcast to their common shape, or the reason why they have none. */
export const together = (
  operation: string,
  xs: ReadonlyArray<Value>,
  combine: (xs: ReadonlyArray<Value>) => Value
): Value => {
  const shape = xs.reduce<Dims | undefined>((s, x) => s && broadcastDims(s, x.shape), [])
  if (shape !== undefined || xs.some((x) => x._tag === 'Invalid'))
    return combine(shape === undefined ? xs : xs.map((x) => expand(shape, x)))
  return invalid(
    operation,
    xs,
    `shapes ${xs.map((x) => showDims(x.shape)).join(' and ')} do not broadcast; sizes must be equal or 1`
  )
}

/** A broadcasting binary operation, under the name that its user calls it by. */
export const elementwise = (op: BinaryOp, a: Operand, b: Operand, name: string = op): Value => {
  const xs = lift([a, b])
  return composed(name, xs, () => together(name, xs, ([p, q]) => make.binary(op, p!, q!)))
}

/** A composition tells of its own operands, in its own name, what any part of it is refused for. */
export const composed = (operation: string, xs: ReadonlyArray<Value>, made: () => Value): Value =>
  xs.some((x) => x._tag === 'Invalid') ? passedOn(operation, xs) : inName(operation, xs, made())

const taking =
  (wanted: string, takes: (d: DType) => boolean) =>
  (operation: string, xs: ReadonlyArray<Value>, made: () => Value): Value =>
    composed(operation, xs, () => {
      const odd = xs.find((x) => !takes(x.dtype))
      return odd === undefined
        ? made()
        : invalid(operation, xs, `takes ${wanted}, not ${odd.dtype}; convert the operand first`)
    })

/** A composition for floating-point operands. */
export const ofFloats = taking('f32 or f64', isFloat)

/** A composition for numbers of any kind. */
export const ofNumbers = taking('numbers', (d) => d !== 'bool')

/** Counts negative axes from the end; what is out of range stays so and is refused by the smart constructor. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** Why there is no such axis, in the words of the compiler's messages. */
export const axisProblem = (axis: number, { shape }: Value): string | undefined =>
  range(0, shape.length).includes(axisOf(axis, shape.length))
    ? undefined
    : `axis ${String(axis)} is out of range for ${showDims(shape)}`

export const axesOf = (axes: Axes, rank: number): Dims =>
  axes === undefined ? range(0, rank) : (typeof axes === 'number' ? [axes] : axes).map((a) => axisOf(a, rank))
