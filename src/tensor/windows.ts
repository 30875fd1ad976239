/** Windows that slide over the axes of a tensor: which element lies at an offset of a window at a position. */
import { dim, type Dims } from './dims.js'

/**
 * One number for each axis. The window at position `p` has at its offset `k` the element `i` with
 * `i * inputDilation = p * strides + k * windowDilation - low`, if there is one; `low` may be negative.
 */
export interface Windows {
  readonly strides: Dims
  readonly low: Dims
  readonly inputDilation: Dims
  readonly windowDilation: Dims
}

/** The element of an axis of size `d`, or -1. */
export const elementAt = (w: Windows, axis: number, d: number, p: number, k: number): number => {
  const at = p * dim(w.strides, axis) + k * dim(w.windowDilation, axis) - dim(w.low, axis)
  const i = at / dim(w.inputDilation, axis)
  return Number.isInteger(i) && i >= 0 && i < d ? i : -1
}

/** The windows by which positions are seen from elements, with offsets in reverse. */
export const transposed = (w: Windows, size: Dims): Windows => ({
  strides: w.inputDilation,
  inputDilation: w.strides,
  windowDilation: w.windowDilation,
  low: w.low.map((low, i) => (dim(size, i) - 1) * dim(w.windowDilation, i) - low)
})

/** The windows by which offsets are seen from positions: the two change places. */
export const swapped = (w: Windows): Windows => ({
  ...w,
  strides: w.windowDilation,
  windowDilation: w.strides
})

/** The same windows after axes along which nothing slides. */
export const withLeading = (axes: number, w: Windows): Windows => {
  const lead = (value: number): Dims => Array.from({ length: axes }, () => value)
  return {
    strides: [...lead(1), ...w.strides],
    low: [...lead(0), ...w.low],
    inputDilation: [...lead(1), ...w.inputDilation],
    windowDilation: [...lead(1), ...w.windowDilation]
  }
}

/** The elements of each window, by their place in row-major order of `shape`; -1 where a window reaches beyond. */
export const windowPlaces = (
  shape: Dims,
  size: Dims,
  w: Windows
): ((position: Dims) => ReadonlyArray<number>) => {
  const next = (places: ReadonlyArray<number>, axis: number, p: number): ReadonlyArray<number> => {
    const d = dim(shape, axis)
    const along = Array.from({ length: dim(size, axis) }, (_, k) => elementAt(w, axis, d, p, k))
    return places.flatMap((at) => along.map((i) => (at < 0 || i < 0 ? -1 : at * d + i)))
  }
  return (position) => position.reduce<ReadonlyArray<number>>((places, p, axis) => next(places, axis, p), [0])
}
