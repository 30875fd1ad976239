/** Convolutions and pooling, window by window. */
import type { Conv, Window } from '../../graph/Expr.js'
import { dim, size, type Dims } from '../../tensor/dims.js'
import { allocate, type DType, type TypedArrayOf } from '../../tensor/DType.js'
import { windowPlaces } from '../../tensor/windows.js'
import { contract } from './contract.js'
import { better, rowReducer } from './reduce.js'

/** Calls `visit` for every position of a shape in row-major order. The index is the caller's to read only. */
const eachPosition = (shape: Dims, visit: (position: Dims, flat: number) => void): void => {
  const index = shape.map(() => 0)
  const count = size(shape)
  for (let flat = 0; flat < count; flat++) {
    visit(index, flat)
    for (let k = shape.length - 1; k >= 0; k--) {
      index[k] = (index[k] ?? 0) + 1
      if ((index[k] ?? 0) < dim(shape, k)) break
      index[k] = 0
    }
  }
}

/** Copies the channels of each element of the windows into a row per position, 0 where there is none. */
const patches = (n: Conv) => {
  const [spatial, kernel] = [n.x.shape.slice(2, -1), n.kernel.shape.slice(1, -2)]
  const [c, positions] = [dim(n.x.shape, n.x.shape.length - 1), n.shape.slice(2, -1)]
  const placesOf = windowPlaces(spatial, kernel, n.windows)
  const rows: Array<ReadonlyArray<number>> = []
  eachPosition(positions, (p) => rows.push(placesOf(p)))
  return (x: TypedArrayOf, start: number, out: TypedArrayOf): void => {
    let to = 0
    for (const places of rows)
      for (const at of places) {
        for (let i = 0; i < c; i++) out[to + i] = at < 0 ? 0 : x[start + at * c + i]!
        to += c
      }
  }
}

/** For each group and example, the product of its patches and the kernel: accumulated as products of matrices are. */
export const conv = (n: Conv, x: TypedArrayOf, kernel: TypedArrayOf): TypedArrayOf => {
  const out = allocate(n.dtype, size(n.shape))
  const [groups, examples, features] = [dim(n.shape, 0), dim(n.shape, 1), dim(n.shape, n.shape.length - 1)]
  const sizes = { batch: 1, m: size(n.shape.slice(2, -1)), k: size(n.kernel.shape.slice(1, -1)), n: features }
  if (out.length === 0) return out
  const [each, weights] = [size(n.x.shape.slice(2)), sizes.k * features]
  const [fill, patch] = [patches(n), allocate(n.dtype, sizes.m * sizes.k)]
  for (let g = 0; g < groups; g++)
    for (let e = 0; e < examples; e++) {
      const at = g * examples + e
      fill(x, at * each, patch)
      const one = contract(n.dtype, sizes, patch, kernel.subarray(g * weights, (g + 1) * weights))
      out.set(one, at * sizes.m * features)
    }
  return out
}

/** The place of the first largest of some elements; NaN wins. */
const firstLargest = (x: TypedArrayOf, places: ReadonlyArray<number>): number =>
  places.reduce((best, at) => (best < 0 || better('max', x[at]!, x[best]!) ? at : best), -1)

const combined = (op: 'sum' | 'max', dtype: DType, most: number) => {
  const [reduce, row] = [rowReducer(op, dtype), allocate(dtype, most)]
  return (x: TypedArrayOf, places: ReadonlyArray<number>): number => {
    places.forEach((at, i) => {
      row[i] = x[at]!
    })
    return reduce(row, 0, places.length)
  }
}

export const window = (n: Window, x: TypedArrayOf): TypedArrayOf => {
  const out = allocate(n.dtype, size(n.shape))
  const placesOf = windowPlaces(n.x.shape, n.size, n.windows)
  const one = n.op === 'argmax' ? firstLargest : combined(n.op, n.dtype, size(n.size))
  eachPosition(n.shape, (p, flat) => {
    out[flat] = one(
      x,
      placesOf(p).filter((at) => at >= 0)
    )
  })
  return out
}
