/** Applies a linear map to a tangent: the map as a piece of graph. */
import * as make from '../graph/make.js'
import { invalid, showAval } from '../graph/error.js'
import { node, type Value } from '../graph/Expr.js'
import { full } from '../graph/terms.js'
import { equalDims } from '../tensor/dims.js'
import type { Divide, Given, Linear } from './Linear.js'

/** A user's map is taken at its word only if its result has the shape that the rule declares. */
const given = (l: Given, y: Value): Value =>
  y._tag === 'Invalid' || (equalDims(y.shape, l.to.shape) && y.dtype === l.to.dtype)
    ? y
    : invalid(
        'derivative',
        [y],
        `a linear map of a custom rule yields ${showAval(y)}, expected ${showAval(l.to)}`
      )

/** Below this, reciprocals may overflow; above the inverse of this factor they are far from it. */
const tiny = { bound: 2 ** -100, factor: 2 ** 60 } as const

/** `t / under`, and 0 where t is 0: by a reciprocal that is in range also where that of the least numbers is not. */
const quotient = (t: Value, under: Value): Value => {
  const isTiny = make.binary('lt', make.unary('abs', under), full(tiny.bound, under))
  const factor = make.select(isTiny, full(tiny.factor, under), full(1, under))
  const inverse = make.unary('reciprocal', make.binary('mul', under, factor))
  return make.binary('mul', make.binary('mulNoNan', t, inverse), factor)
}

const divided = ({ under, by }: Divide, t: Value): Value =>
  quotient(by === undefined ? t : make.binary('mulNoNan', t, by), under)

/** Where nothing is known of zeros of `t`: they win, as if nothing moved there. */
export const apply = (l: Linear, t: Value): Value => {
  switch (l._tag) {
    case 'Zero':
      return full(0, l.to)
    case 'Id':
      return t
    case 'Scale':
      return make.binary('mulNoNan', t, l.by)
    case 'Divide':
      return divided(l, t)
    case 'Mask':
      return l.keep ? make.select(l.condition, t, full(0, t)) : make.select(l.condition, full(0, t), t)
    case 'Sum':
      return make.reduce('sum', l.axes, t)
    case 'Broadcast':
      return make.broadcast(l.to.shape, l.axes, t)
    case 'Reshape':
      return make.reshape(l.to.shape, t)
    case 'Permute':
      return make.permute(l.permutation, t)
    case 'Slice':
      return make.slice(l.start, l.limit, l.stride, t)
    case 'Pad':
      return make.pad(l.low, l.high, l.interior, 0, t)
    case 'Reverse':
      return make.reverse(l.axes, t)
    case 'Contract':
      return l.side === 'left' ? make.contract(l.dims, t, l.other) : make.contract(l.dims, l.other, t)
    case 'Conv': {
      const [x, kernel] = l.side === 'input' ? [t, l.other] : [l.other, t]
      return make.conv(l.to.shape.slice(2, -1), l.windows, kernel, x)
    }
    case 'WindowSum':
      return make.window('sum', l.to.shape, l.size, l.windows, t)
    case 'Gather':
      return make.gather(l.axis, l.batch, l.indices, t)
    case 'Scatter':
      return make.scatter(l.to.shape[l.axis] ?? 0, l.axis, l.batch, l.indices, t)
    case 'Convert':
      return make.convert(l.to.dtype, t)
    case 'Compose':
      return apply(l.second, apply(l.first, t))
    case 'Given':
      return given(l, node(l.map.apply(t)))
  }
}
