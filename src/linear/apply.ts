/** Applies a linear map to a tangent: the map as a piece of graph. */
import * as build from '../graph/build/index.js'
import { invalid, showAval } from '../graph/error.js'
import { node, type Node } from '../graph/Expr.js'
import { filled } from '../tensor/Tensor.js'
import { equalDims } from '../tensor/dims.js'
import type { Given, Linear } from './Linear.js'

/** A constant of one repeated number, broadcast from a scalar so that the graph stays small. */
export const full = (value: number, { shape, dtype }: Pick<Node, 'shape' | 'dtype'>): Node => {
  const scalar = build.constant(filled([], dtype, value))
  return shape.length === 0 ? scalar : build.broadcast(shape, [], scalar)
}

/** A user's map is taken at its word only if its result has the shape that the rule declares. */
const given = (l: Given, y: Node): Node =>
  y._tag === 'Invalid' || (equalDims(y.shape, l.to.shape) && y.dtype === l.to.dtype)
    ? y
    : invalid(
        'derivative',
        [y],
        `a linear map of a custom rule yields ${showAval(y)}, expected ${showAval(l.to)}`
      )

export const apply = (l: Linear, t: Node): Node => {
  switch (l._tag) {
    case 'Zero':
      return full(0, l.to)
    case 'Id':
      return t
    case 'Scale':
      return build.binary('mulNoNan', t, l.by)
    case 'Mask':
      return l.keep ? build.select(l.condition, t, full(0, t)) : build.select(l.condition, full(0, t), t)
    case 'Sum':
      return build.reduce('sum', l.axes, t)
    case 'Broadcast':
      return build.broadcast(l.to.shape, l.axes, t)
    case 'Reshape':
      return build.reshape(l.to.shape, t)
    case 'Permute':
      return build.permute(l.permutation, t)
    case 'Slice':
      return build.slice(l.start, l.limit, l.stride, t)
    case 'Pad':
      return build.pad(l.low, l.high, l.interior, 0, t)
    case 'Reverse':
      return build.reverse(l.axes, t)
    case 'Contract':
      return l.side === 'left' ? build.contract(l.dims, t, l.other) : build.contract(l.dims, l.other, t)
    case 'Conv': {
      const [x, kernel] = l.side === 'input' ? [t, l.other] : [l.other, t]
      return build.conv(l.to.shape.slice(2, -1), l.windows, kernel, x)
    }
    case 'WindowSum':
      return build.window('sum', l.to.shape, l.size, l.windows, t)
    case 'Gather':
      return build.gather(l.axis, l.batch, l.indices, t)
    case 'Scatter':
      return build.scatter(l.to.shape[l.axis] ?? 0, l.axis, l.batch, l.indices, t)
    case 'Convert':
      return build.convert(l.to.dtype, t)
    case 'Compose':
      return apply(l.second, apply(l.first, t))
    case 'Given':
      return given(l, node(l.map.apply(t)))
  }
}
