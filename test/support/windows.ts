/** Random convolutions and pooling; many of them are refused, which is what sizes at the edge are for. */
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { dim, range, type Dims } from '../../src/tensor/dims.js'
import type { Windows } from '../../src/tensor/windows.js'

/** Draws the next number below `n`. */
type Draw = (n: number) => number

const windowsOf = (draw: Draw, rank: number): Windows => {
  const each = (n: number, from: number): Dims => range(0, rank).map(() => from + draw(n))
  return { strides: each(3, 1), low: each(4, -1), inputDilation: each(2, 1), windowDilation: each(2, 1) }
}

const ops = ['sum', 'max', 'argmax'] as const

export const windowOf = (draw: Draw, x: Value): Value => {
  const op = ops[draw(ops.length)] ?? 'sum'
  const windows = windowsOf(draw, x.shape.length)
  const inputDilation = op === 'sum' ? windows.inputDilation : x.shape.map(() => 1)
  const some = (from: number): Dims => x.shape.map(() => from + draw(3))
  return make.window(op, some(0), some(op === 'sum' ? 0 : 1), { ...windows, inputDilation }, x)
}

/** The last axis has the channels, the first the batch or the groups. */
export const convOf = (draw: Draw, x: Value, like: (n: Value) => Value): Value => {
  const rank = x.shape.length
  const spatial = x.shape.slice(1, -1)
  const [groups, channels] = [draw(2) === 0 ? 1 : dim(x.shape, 0), dim(x.shape, rank - 1)]
  const size = spatial.map(() => 1 + draw(2))
  const windows = windowsOf(draw, spatial.length)
  const shape = [groups, ...size, channels, 1 + draw(2)]
  const examples = make.reshape([groups, dim(x.shape, 0) / groups, ...x.shape.slice(1)], x)
  return make.conv(
    spatial.map(() => draw(4)),
    windows,
    like(full(2, { shape, dtype: x.dtype })),
    examples
  )
}
