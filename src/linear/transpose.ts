/**
 * The transpose of a linear map, `<v, L u> = <transpose(L) v, u>`: again a map of the language. Only this language is ever transposed,
 * never the full one.
 */
import * as make from '../graph/make.js'
import { dim, invertPermutation, pick, range, without, type Dims } from '../tensor/dims.js'
import { swapped, transposed } from '../tensor/windows.js'
import { compose, type Contract, type Conv, type Linear, type Pad, type Slice } from './Linear.js'

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
  const free = make.freeAxes(l.from.shape.length, batch, contract)
  const otherFree = make.freeAxes(l.other.shape.length, otherBatch, otherContract)
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

/** Axis numbers of an array of `rank` axes with the last two exchanged. */
const lastExchanged = (rank: number): Dims => [...range(0, rank - 2), rank - 1, rank - 2]

/** What went to a position comes back from it: the kernel is turned around and its channels and features are exchanged. */
const transposeInput = (l: Conv): Linear => {
  const rank = l.other.shape.length
  const around = make.reverse(range(1, rank - 2), l.other)
  return {
    _tag: 'Conv',
    side: 'input',
    other: make.permute(lastExchanged(rank), around),
    windows: transposed(l.windows, l.other.shape.slice(1, -2)),
    from: l.to,
    to: l.from
  }
}

/** `[g, n, ..s, c] -> [g, ..s, n, c]`: where a kernel has its channels is the batch. */
const asKernel = (rank: number): Dims => [0, ...range(2, rank - 1), 1, rank - 1]

/**
 * For each offset the products over all positions and the batch: a convolution in which the cotangent is the kernel, positions and offsets
 * change places, and batch and channels do.
 */
const transposeKernel = (l: Conv): Linear => {
  const rank = l.other.shape.length
  const kernel = pick(l.to.shape, asKernel(rank))
  const axes = [0, rank - 1, ...range(2, rank - 1), 1]
  const other = make.permute(axes, l.other)
  const { dtype } = l.from
  const product = { dtype, shape: pick(l.from.shape, invertPermutation(asKernel(rank))) }
  const middle = { dtype, shape: kernel }
  return compose(
    { _tag: 'Permute', permutation: asKernel(rank), from: product, to: l.from },
    compose(
      { _tag: 'Conv', side: 'kernel', other, windows: swapped(l.windows), from: middle, to: product },
      { _tag: 'Permute', permutation: asKernel(rank), from: l.to, to: middle }
    )
  )
}

export const transpose = (l: Linear): Linear => {
  const [from, to] = [l.to, l.from]
  switch (l._tag) {
    case 'Zero':
    case 'Id':
    case 'Scale':
    case 'Divide':
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
    case 'Conv':
      return l.side === 'input' ? transposeInput(l) : transposeKernel(l)
    case 'WindowSum':
      return { ...l, windows: transposed(l.windows, l.size), from, to }
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
