/** Results that lie in something larger: joined or padded, changed as a whole, then looked at through a part. */
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { dim, equalDims, invertPermutation, range, replaceAt, type Dims } from '../../src/tensor/dims.js'
import { fromValues } from '../arbitrary/tensor.js'
import { uniform, type Draw } from './context.js'
import { keys } from './sample.js'

/** Where the elements of the smaller one are in the larger one, along an axis. */
interface Place {
  readonly axis: number
  readonly start: number
  readonly stride: number
  readonly length: number
}

/** Something larger, and where in it what it was made of lies. */
interface Joined {
  readonly whole: Value
  readonly place: Place
}

/** What is joined: the node, along which axis, and what else there is of its shape. */
interface Parts {
  readonly x: Value
  readonly other: Value
  readonly axis: number
  readonly draw: Draw
}

export type Join = 'before' | 'after' | 'high' | 'low' | 'interior' | 'beyond'

const placed = ({ x, axis }: Parts, whole: Value, start: number, stride = 1): Joined => ({
  whole,
  place: { axis, start, stride, length: dim(x.shape, axis) }
})

const nothing = (x: Value): Dims => x.shape.map(() => 0)

const along = (parts: Parts, n: number): Dims => replaceAt(nothing(parts.x), parts.axis, n)

const padding = (parts: Parts): number => (parts.x.dtype === 'bool' ? 1 : parts.draw(3))

const joins: Readonly<Record<Join, (parts: Parts) => Joined>> = {
  before: (parts) => placed(parts, make.concat(parts.axis, [parts.x, parts.other]), 0),
  after: (parts) =>
    placed(parts, make.concat(parts.axis, [parts.other, parts.x]), dim(parts.other.shape, parts.axis)),
  high: (parts) =>
    placed(
      parts,
      make.pad(nothing(parts.x), along(parts, 1 + parts.draw(4)), nothing(parts.x), padding(parts), parts.x),
      0
    ),
  low: (parts) => {
    const n = 1 + parts.draw(4)
    return placed(
      parts,
      make.pad(along(parts, n), nothing(parts.x), nothing(parts.x), padding(parts), parts.x),
      n
    )
  },
  interior: (parts) =>
    placed(
      parts,
      make.pad(nothing(parts.x), along(parts, 1), along(parts, 1), padding(parts), parts.x),
      0,
      2
    ),
  beyond: (parts) => {
    const n = dim(parts.x.shape, parts.axis)
    return placed(
      parts,
      make.concat(parts.axis, [parts.x, parts.other, uniform(1, parts.x.shape, parts.x.dtype)]),
      parts.draw(2) * n
    )
  }
}

/** Small integers that no two neighbours share. */
const weights = (shape: Dims, dtype: Value['dtype'], from: number): Value => {
  const n = shape.reduce((a, d) => a * d, 1)
  const least = dtype === 'u32' || dtype === 'bool' ? 0 : -1
  const values = dtype === 'bool' ? 2 : 3
  return make.constant(
    fromValues(
      shape,
      dtype,
      range(0, n).map((i) => least + ((from + i) % values))
    )
  )
}

/** A product along one axis with a square matrix, so that nothing of the larger one can be left out. */
const multiplied = (x: Value, axis: number, from: number): Value => {
  const d = dim(x.shape, axis)
  const rank = x.shape.length
  const product = make.contract(
    { batch: [[], []], contract: [[axis], [0]] },
    x,
    weights([d, d], x.dtype, from)
  )
  const order = [...range(0, rank).filter((i) => i !== axis), axis]
  return make.permute(invertPermutation(order), product)
}

type Change = 'elementwise' | 'neighbours' | 'product' | 'sums' | 'none'

const changes: Readonly<Record<Change, (x: Value, axis: number, draw: Draw) => Value>> = {
  elementwise: (x, _axis, draw) =>
    x.dtype === 'bool'
      ? make.unary('not', x)
      : make.binary(draw(2) === 0 ? 'sub' : 'mul', x, weights(x.shape, x.dtype, draw(3))),
  neighbours: (x, axis) => make.binary(x.dtype === 'bool' ? 'xor' : 'add', x, make.reverse([axis], x)),
  product: (x, axis, draw) => (x.dtype === 'bool' ? make.unary('not', x) : multiplied(x, axis, draw(3))),
  sums: (x, axis) =>
    x.dtype === 'bool'
      ? make.unary('not', x)
      : make.window(
          'sum',
          x.shape,
          x.shape.map((_, i) => (i === axis ? 2 : 1)),
          {
            strides: x.shape.map(() => 1),
            low: along({ x, other: x, axis, draw: () => 0 }, 1),
            inputDilation: x.shape.map(() => 1),
            windowDilation: x.shape.map(() => 1)
          },
          x
        ),
  none: (x) => x
}

const part = (x: Value, { axis, start, stride, length }: Place): Value =>
  make.slice(
    replaceAt(nothing(x), axis, start),
    replaceAt(x.shape, axis, length === 0 ? start : start + stride * (length - 1) + 1),
    replaceAt(
      x.shape.map(() => 1),
      axis,
      stride
    ),
    x
  )

/** A part of something larger with the shape and dtype of `x`, and all of the larger one. */
export interface Part {
  readonly part: Value
  readonly whole: Value
}

/** Without axes there is nothing to join along. */
const withAxis = (x: Value): Value => (x.shape.length === 0 ? make.reshape([1], x) : x)

/** The first axis more often than others: slices along it lie together. */
export const partOf = (join: Join, x: Value, other: Value, draw: Draw): Part => {
  const [a, b] = [withAxis(x), withAxis(other)]
  const axis = Math.min(draw(a.shape.length), draw(a.shape.length))
  const { whole, place } = joins[join]({ x: a, other: b, axis, draw })
  const names = keys(changes)
  const change = (n: Value): Value => changes[names[draw(names.length)] ?? 'none'](n, axis, draw)
  const changed = change(change(whole))
  const found = part(changed, place)
  return { part: equalDims(found.shape, x.shape) ? found : make.reshape(x.shape, found), whole: changed }
}
