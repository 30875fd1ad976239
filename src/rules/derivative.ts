/**
 * The derivative of every primitive, written once: at a point it is a linear map per operand. This fold is the only calculus in the library;
 * forward and reverse mode both follow from it.
 */
import type {
  Aval,
  Concat,
  Contract,
  Conv,
  Custom,
  Operation,
  Reduce,
  Select,
  Value,
  Window
} from '../graph/Expr.js'
import * as make from '../graph/make.js'
import * as L from '../linear/Linear.js'
import type { Linear } from '../linear/Linear.js'
import { dim, replaceAt, size } from '../tensor/dims.js'
import { isFloat } from '../tensor/DType.js'
import { attainment, otherProducts } from './reduce.js'
import { binaryDerivative, linearOf, unaryDerivative } from './scalar.js'
import { operands } from '../graph/families.js'

/** One row per operand, one entry per result. Only primitives with several results have rows longer than one. */
export type Jacobian = ReadonlyArray<ReadonlyArray<Linear>>

const ends = (x: Aval, y: Aval): { readonly from: Aval; readonly to: Aval } => ({ from: x, to: y })

const sum = (n: Reduce): Linear => ({ _tag: 'Sum', axes: n.axes, ...ends(n.x, n) })

const reduction = (n: Reduce): Linear => {
  switch (n.op) {
    case 'sum':
      return sum(n)
    case 'max':
    case 'min':
      return L.compose(sum(n), L.mask(attainment(n.x, n, n.axes)))
    case 'prod':
      return L.compose(sum(n), L.scale(otherProducts(n.x, n.axes)))
    case 'and':
    case 'or':
      return L.zero(n.x, n)
  }
}

const branch = (n: Select, x: Value, keep: boolean): Linear => ({
  _tag: 'Mask',
  condition: n.condition,
  keep,
  ...ends(x, n)
})

/** Each operand of a concatenation is padded to its place. */
const placements = (n: Concat): ReadonlyArray<Linear> => {
  const nothing = n.shape.map(() => 0)
  const sizes = n.xs.map((x) => dim(x.shape, n.axis))
  const before = sizes.reduce<Array<number>>(
    (sums, d, i) => {
      sums.push((sums[i] ?? 0) + d)
      return sums
    },
    [0]
  )
  return n.xs.map((x, i) => ({
    _tag: 'Pad',
    low: replaceAt(nothing, n.axis, dim(before, i)),
    high: replaceAt(nothing, n.axis, dim(n.shape, n.axis) - dim(before, i) - dim(sizes, i)),
    interior: nothing,
    ...ends(x, n)
  }))
}

/** A product is linear on either side. */
const sides = (n: Contract): ReadonlyArray<Linear> => [
  { _tag: 'Contract', side: 'left', other: n.b, dims: n.dims, ...ends(n.a, n) },
  { _tag: 'Contract', side: 'right', other: n.a, dims: n.dims, ...ends(n.b, n) }
]

const convolved = (n: Conv): ReadonlyArray<Linear> => [
  { _tag: 'Conv', side: 'input', other: n.kernel, windows: n.windows, ...ends(n.x, n) },
  { _tag: 'Conv', side: 'kernel', other: n.x, windows: n.windows, ...ends(n.kernel, n) }
]

const windowSum = (n: Window): Linear => ({
  _tag: 'WindowSum',
  size: n.size,
  windows: n.windows,
  ...ends(n.x, n)
})

/** Each window yields its first largest element: a lookup, linear in what is looked up. */
const largest = (n: Window): Linear => {
  const indices = make.window('argmax', n.shape, n.size, n.windows, n.x)
  const flat: Aval = { shape: [size(n.x.shape)], dtype: n.x.dtype }
  return L.compose(
    { _tag: 'Gather', axis: 0, batch: 0, indices, ...ends(flat, n) },
    { _tag: 'Reshape', ...ends(n.x, flat) }
  )
}

const given = (n: Custom): Jacobian => {
  const maps = n.rule.derivative(
    n.xs,
    n.results.map((_, i) => make.project(i, n))
  )
  return n.xs.map((x, j) =>
    n.results.map((to, i) => {
      const map = maps[i]?.[j]
      return map === undefined ? L.zero(x, to) : { _tag: 'Given', map, ...ends(x, to) }
    })
  )
}

/** The linear map of each operand; operands of integer or boolean dtype have none to give and get zero. */
const single = (n: Operation): ReadonlyArray<Linear> => {
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Iota':
      return []
    case 'ArgReduce':
      return [L.zero(n.x, n)]
    case 'RandomBits':
      return [L.zero(n.key, n)]
    case 'Unary':
      return [linearOf(unaryDerivative[n.op](n.x, n), n.x, n)]
    case 'Binary': {
      const [da, db] = binaryDerivative[n.op](n.a, n.b, n)
      return [linearOf(da, n.a, n), linearOf(db, n.b, n)]
    }
    case 'Select':
      return [L.zero(n.condition, n), branch(n, n.a, true), branch(n, n.b, false)]
    case 'Convert':
      return [{ _tag: 'Convert', ...ends(n.x, n) }]
    case 'Reduce':
      return [reduction(n)]
    case 'Broadcast':
      return [{ _tag: 'Broadcast', axes: n.axes, ...ends(n.x, n) }]
    case 'Reshape':
      return [{ _tag: 'Reshape', ...ends(n.x, n) }]
    case 'Permute':
      return [{ _tag: 'Permute', permutation: n.permutation, ...ends(n.x, n) }]
    case 'Slice':
      return [{ _tag: 'Slice', start: n.start, limit: n.limit, stride: n.stride, ...ends(n.x, n) }]
    case 'Pad':
      return [{ _tag: 'Pad', low: n.low, high: n.high, interior: n.interior, ...ends(n.x, n) }]
    case 'Concat':
      return placements(n)
    case 'Reverse':
      return [{ _tag: 'Reverse', axes: n.axes, ...ends(n.x, n) }]
    case 'Contract':
      return sides(n)
    case 'Conv':
      return convolved(n)
    case 'Window':
      return [n.op === 'sum' ? windowSum(n) : largest(n)]
    case 'Gather':
      return [
        { _tag: 'Gather', axis: n.axis, batch: n.batch, indices: n.indices, ...ends(n.x, n) },
        L.zero(n.indices, n)
      ]
    case 'Scatter':
      return [
        { _tag: 'Scatter', axis: n.axis, batch: n.batch, indices: n.indices, ...ends(n.x, n) },
        L.zero(n.indices, n)
      ]
  }
}

const differentiable = (l: Linear): Linear =>
  isFloat(l.from.dtype) && isFloat(l.to.dtype) ? l : L.zero(l.from, l.to)

const noDerivative = (n: Operation): Jacobian => operands(n).map((x) => [L.zero(x, n)])

/** The derivative of an operation by its operands; families with an inside have a block instead. */
export const derivative = (n: Operation | Custom): Jacobian =>
  n._tag === 'Custom'
    ? given(n).map((row) => row.map(differentiable))
    : isFloat(n.dtype)
      ? single(n).map((l) => [differentiable(l)])
      : noDerivative(n)
