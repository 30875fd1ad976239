/** Arguments that cover every exponent, the middle of the range and the edges. */
import { doubles, singles, type Floats } from './run.js'

/** A sequence of 32-bit numbers (xorshift, Marsaglia 2003). */
const random32 = (seed: number): (() => number) => {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

const limits = [2 ** -149, 2 ** -126, 2 ** -1074, 2 ** -1022, 2 ** 127 * (2 - 2 ** -23), Number.MAX_VALUE]
const turning = [0.35, 0.414, 0.5, 0.625, 0.875, 1, 2, 3, 10, 20, 28, 2 ** 20, 2 ** 52, 2 ** 60, 2 ** 66]
const exponents = [
  86.9, 87.1, 88.72, 88.73, 89.41, 103.97, 104, 707.9, 708.1, 709.78, 709.79, 710.47, 745.2, 746
]
const sizes = [0, Infinity, 1e-8, 1e-20, 0.1, 0.9, 1.1, ...limits, ...turning, ...exponents]

/** Both signs of each, and NaN. */
export const edges: ReadonlyArray<number> = [...sizes.flatMap((x) => [x, -x]), NaN]

/** Of four numbers: 0, to be replaced by any bits, a moderate one, one of the range of exp, one of any size up to 2^12. */
const draw = (next: () => number, index: number, range: number): number => {
  const unit = next() / 2 ** 32
  switch (index % 4) {
    case 0:
      return 0
    case 1:
      return (unit - 0.5) * 20
    case 2:
      return (unit - 0.5) * range
    default:
      return (next() % 2 === 0 ? 1 : -1) * 2 ** (unit * 42 - 30)
  }
}

/** `count` numbers; those of any bits are put there as bits, so that NaNs keep theirs. */
export const sample32 = (count: number, seed: number): Floats => {
  const next = random32(seed)
  const floats = singles(Float32Array.from({ length: count }, (_, i) => draw(next, i, 220)))
  for (let i = 0; i < count; i += 4) (floats.bits as Uint32Array)[i] = next()
  return floats
}

export const sample64 = (count: number, seed: number): Floats => {
  const next = random32(seed)
  const floats = doubles(Float64Array.from({ length: count }, (_, i) => draw(next, i, 1500)))
  const words = new Uint32Array(floats.values.buffer)
  for (let i = 0; i < 2 * count; i += 8) words.set([next(), next()], i)
  return floats
}

/** Lists filled up to whole vectors with ones. */
const padded = (xs: ReadonlyArray<number>): ReadonlyArray<number> => [
  ...xs,
  ...new Array<number>((4 - (xs.length % 4)) % 4).fill(1)
]

export const list32 = (xs: ReadonlyArray<number>): Floats => singles(Float32Array.from(padded(xs)))
export const list64 = (xs: ReadonlyArray<number>): Floats => doubles(Float64Array.from(padded(xs)))
