/** Run-time arithmetic on shapes. Shapes are row-major; axes here are already normalised (0 <= axis < rank). */

export type Dims = ReadonlyArray<number>

export const size = (shape: Dims): number => shape.reduce((n, d) => n * d, 1)

export const dim = (shape: Dims, axis: number): number => shape[axis] ?? 1

/** Row-major strides in elements: `strides([2, 3, 4])` is `[12, 4, 1]`. */
export const strides = (shape: Dims): ReadonlyArray<number> => {
  const out = new Array<number>(shape.length).fill(1)
  for (let i = shape.length - 2; i >= 0; i--) out[i] = dim(out, i + 1) * dim(shape, i + 1)
  return out
}

export const equalDims = (a: Dims, b: Dims): boolean => a.length === b.length && a.every((d, i) => d === b[i])

export const range = (start: number, stop: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, stop - start) }, (_, i) => start + i)

export const without = (shape: Dims, axes: Dims): Dims => shape.filter((_, i) => !axes.includes(i))

export const pick = (shape: Dims, axes: Dims): Dims => axes.map((i) => dim(shape, i))

export const insertAt = (shape: Dims, axis: number, d: number): Dims => [
  ...shape.slice(0, axis),
  d,
  ...shape.slice(axis)
]

export const replaceAt = (shape: Dims, axis: number, d: number): Dims =>
  shape.map((s, i) => (i === axis ? d : s))

export const isPermutation = (perm: Dims, rank: number): boolean =>
  perm.length === rank && range(0, rank).every((i) => perm.includes(i))

export const invertPermutation = (perm: Dims): Dims => perm.map((_, i) => perm.indexOf(i))

export const isDim = (d: number): boolean => Number.isSafeInteger(d) && d >= 0

/** Why a number is not one of some things that are counted, if it is not. */
export const countProblem = (n: unknown, things: string): string | undefined =>
  typeof n === 'number' && isDim(n)
    ? undefined
    : `${String(n)} is not a number of ${things}; numbers are integers >= 0`

export const showDims = (shape: Dims): string => `[${shape.join(', ')}]`

/** NumPy broadcasting of two shapes, or `undefined` where they do not fit. */
export const broadcastDims = (a: Dims, b: Dims): Dims | undefined => {
  const rank = Math.max(a.length, b.length)
  const at = (s: Dims, i: number): number => s[i - (rank - s.length)] ?? 1
  const out = range(0, rank).map((i) =>
    at(a, i) === 1 ? at(b, i) : at(b, i) === 1 || at(b, i) === at(a, i) ? at(a, i) : -1
  )
  return out.includes(-1) ? undefined : out
}

/** More axes than any tensor has, few enough for whatever goes through them. */
export const mostAxes = 64

/** Beyond this no engine can hold a tensor in one array. */
const mostElements = 2 ** 31 - 1

/** Why some numbers are not a shape, if they are not. */
export const shapeProblem = (shape: Dims): string | undefined =>
  !shape.every(isDim)
    ? `${showDims(shape)} is not a shape; sizes are integers >= 0`
    : size(shape) > mostElements
      ? `${showDims(shape)} has more than ${String(mostElements)} elements`
      : undefined
