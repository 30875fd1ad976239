/**
 * The transpose of a linear map, `<v, L u> = <transpose(L) v, u>`: again a map of the language. Only this language is ever transposed,
 * never the full one.
 */
import { freeAxes } from '../graph/build/index.js'
import { dim, invertPermutation, range, without } from '../tensor/dims.js'
import { compose, type Contract, type Linear, type Pad, type Slice } from './Linear.js'

/** Slicing drops elements; its transpose puts zeros where they were. */
const transposeSlice = (l: Slice): Linear => {
  const stop = (i: number): number => {
    const n = dim(l.to.shape, i)
    return n === 0 ? dim(l.start, i) : dim(l.start, i) + (n - 1) * dim(l.stride, i) + 1
  }
  return {
    _tag: 'Pad',
    from: l.to,
    to: l.from,
    low: l.start,
    high: l.from.shape.map((d, i) => d - stop(i)),
    interior: l.stride.map((s) => s - 1)
  }
}

const transposePad = (l: Pad): Linear => ({
  _tag: 'Slice',
  from: l.to,
  to: l.from,
  start: l.low,
  limit: l.to.shape.map((d, i) => (dim(l.from.shape, i) === 0 ? dim(l.low, i) : d - dim(l.high, i))),
  stride: l.interior.map((s) => s + 1)
})

/**
 * For `y = contract(t, other)` the cotangent has axes (batch, free of t, free of other). Contracting the last group against `other` leaves
 * (batch, free of t, contracted); a permutation puts these back where `t` had them. The right side is the mirror image.
 */
const transposeContract = (l: Contract): Linear => {
  const [mine, theirs] = l.side === 'left' ? ([0, 1] as const) : ([1, 0] as const)
  const [batch, contract] = [l.dims.batch[mine], l.dims.contract[mine]]
  const [otherBatch, otherContract] = [l.dims.batch[theirs], l.dims.contract[theirs]]
  const free = freeAxes(l.from.shape.length, batch, contract)
  const otherFree = freeAxes(l.other.shape.length, otherBatch, otherContract)
  const nb = batch.length
  const otherAt = l.side === 'left' ? nb + free.length : nb
  const group = range(otherAt, otherAt + otherFree.length)
  const dims = { batch: [range(0, nb), otherBatch] as const, contract: [group, otherFree] as const }
  // Contracting on the left leaves the contracted axes of `other` in increasing order; find whose partners they are.
  const order = [...otherContract]
    .sort((p, q) => p - q)
    .map((axis) => dim(contract, otherContract.indexOf(axis)))
  const layout = [...batch, ...free, ...order]
  const middle = { dtype: l.from.dtype, shape: layout.map((axis) => dim(l.from.shape, axis)) }
  const product: Linear = { _tag: 'Contract', side: 'left', other: l.other, dims, from: l.to, to: middle }
  return compose(
    { _tag: 'Permute', permutation: invertPermutation(layout), from: middle, to: l.from },
    product
  )
}

export const transpose = (l: Linear): Linear => {
  const [from, to] = [l.to, l.from]
  switch (l._tag) {
    case 'Zero':
    case 'Id':
    case 'Scale':
    case 'Mask':
    case 'Reshape':
    case 'Reverse':
    case 'Convert':
      return { ...l, from, to }
    case 'Sum':
      return { _tag: 'Broadcast', axes: without(range(0, to.shape.length), l.axes), from, to }
    case 'Broadcast':
      return { _tag: 'Sum', axes: without(range(0, from.shape.length), l.axes), from, to }
    case 'Permute':
      return { _tag: 'Permute', permutation: invertPermutation(l.permutation), from, to }
    case 'Slice':
      return transposeSlice(l)
    case 'Pad':
      return transposePad(l)
    case 'Contract':
      return transposeContract(l)
    case 'Gather':
      return { _tag: 'Scatter', axis: l.axis, batch: l.batch, indices: l.indices, from, to }
    case 'Scatter':
      return { _tag: 'Gather', axis: l.axis, batch: l.batch, indices: l.indices, from, to }
    case 'Compose':
      return compose(transpose(l.first), transpose(l.second))
    case 'Given':
      return { _tag: 'Given', map: { apply: l.map.transpose, transpose: l.map.apply }, from, to }
  }
}
