/** Moves elements between a dense array and a strided view: all that broadcast, permute, slice, reverse, pad and concat are. */
import { dim, size, strides, type Dims } from '../../tensor/dims.js'
import { allocate, type DType, type TypedArrayOf } from '../../tensor/DType.js'

/** A view: element `i` lies at `offset + sum_k i_k * step_k`. */
export interface View {
  readonly shape: Dims
  readonly offset: number
  readonly steps: Dims
}

/** Calls `row(dense position, view position)` for each row along the last axis, in row-major order. */
const eachRow = (v: View, row: (dense: number, at: number) => void): void => {
  const rank = v.shape.length
  const width = rank === 0 ? 1 : dim(v.shape, rank - 1)
  const rows = width === 0 ? 0 : size(v.shape) / width
  const index = new Int32Array(Math.max(0, rank - 1))
  let at = v.offset
  for (let r = 0; r < rows; r++) {
    row(r * width, at)
    for (let k = rank - 2; k >= 0; k--) {
      at += dim(v.steps, k)
      index[k] = index[k]! + 1
      if (index[k]! < dim(v.shape, k)) break
      at -= dim(v.steps, k) * dim(v.shape, k)
      index[k] = 0
    }
  }
}

const lastStep = (v: View): number => (v.steps.length === 0 ? 0 : dim(v.steps, v.steps.length - 1))
const width = (v: View): number => (v.shape.length === 0 ? 1 : dim(v.shape, v.shape.length - 1))

/** Reads a view of `x` into a dense array. */
export const read = (dtype: DType, x: TypedArrayOf, v: View): TypedArrayOf => {
  const out = allocate(dtype, size(v.shape))
  const [n, step] = [width(v), lastStep(v)]
  eachRow(v, (dense, at) => {
    if (step === 0) out.fill(x[at]!, dense, dense + n)
    else if (step === 1) for (let i = 0; i < n; i++) out[dense + i] = x[at + i]!
    else for (let i = 0; i < n; i++) out[dense + i] = x[at + i * step]!
  })
  return out
}

/** Writes a dense array into a view of `out`, which the caller owns. */
export const write = (out: TypedArrayOf, x: TypedArrayOf, v: View): void => {
  const [n, step] = [width(v), lastStep(v)]
  eachRow(v, (dense, at) => {
    for (let i = 0; i < n; i++) out[at + i * step] = x[dense + i]!
  })
}

const along = (steps: Dims, axes: Dims): Dims => axes.map((a) => dim(steps, a))

export const permuted = (shape: Dims, permutation: Dims): View => ({
  shape: permutation.map((p) => dim(shape, p)),
  offset: 0,
  steps: along(strides(shape), permutation)
})

/** Axes that the operand lacks are read with step 0. */
export const broadcasted = (from: Dims, to: Dims, axes: Dims): View => {
  const own = strides(from)
  return { shape: to, offset: 0, steps: to.map((_, i) => (axes.includes(i) ? dim(own, axes.indexOf(i)) : 0)) }
}

export const sliced = (from: Dims, to: Dims, start: Dims, stride: Dims): View => {
  const own = strides(from)
  return {
    shape: to,
    offset: own.reduce((o, s, i) => o + s * dim(start, i), 0),
    steps: own.map((s, i) => s * dim(stride, i))
  }
}

export const reversed = (shape: Dims, axes: Dims): View => {
  const own = strides(shape)
  return {
    shape,
    offset: axes.reduce((o, a) => o + Math.max(0, dim(shape, a) - 1) * dim(own, a), 0),
    steps: own.map((s, i) => (axes.includes(i) ? -s : s))
  }
}
