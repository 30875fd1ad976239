/** Small displacements that the shapes allow. */
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import type { Linear, Pad, Slice } from '../../src/linear/Linear.js'
import { dim, type Dims } from '../../src/tensor/dims.js'

const by = (xs: Dims, at: number, d: number): Dims => xs.map((x, i) => (i === at ? x + d : x))

/** A slice one element further on, or back, along the first axis with room. */
export const forward = (l: Slice): Linear => {
  const on = l.limit.findIndex((m, i) => m < dim(l.from.shape, i) && m > dim(l.start, i))
  const back = l.start.findIndex((s, i) => s > 0 && dim(l.limit, i) > s)
  const [axis, step] = on >= 0 ? [on, 1] : [back, -1]
  return axis < 0 ? l : { ...l, start: by(l.start, axis, step), limit: by(l.limit, axis, step) }
}

/** A padding moved by one element where there is room. */
export const shifted = (l: Pad): Linear => {
  const axis = l.high.findIndex((h) => h > 0)
  return axis < 0 ? l : { ...l, low: by(l.low, axis, 1), high: by(l.high, axis, -1) }
}

/** Each index plus 1, the last one back to 0. */
export const nextIndex = (indices: Value, d: number): Value => {
  const next = make.binary('add', indices, full(1, indices))
  return make.select(make.binary('lt', next, full(d, indices)), next, full(0, indices))
}
