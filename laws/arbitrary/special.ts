/** Special values: those that formulas forget. */
import { isFloat, type DType } from '../../src/tensor/DType.js'

/**
 * What to mix into the values of a tensor: `negativeZero`, `nan` (the canonical one) and `infinity` of both signs into floats; `extremes`, the
 * largest and smallest values of any number type; `ties`, elements equal to the one before.
 *
 * @since 0.1.0
 * @category model
 */
export type Special = 'negativeZero' | 'nan' | 'infinity' | 'extremes' | 'ties'

const largest: Readonly<Record<DType, number>> = {
  f32: (2 - 2 ** -23) * 2 ** 127,
  f64: Number.MAX_VALUE,
  i32: 2 ** 31 - 1,
  u32: 2 ** 32 - 1,
  bool: 1
}

/** The most negative integer, and the smallest positive float. */
const least: Readonly<Record<DType, number>> = {
  f32: 2 ** -149,
  f64: Number.MIN_VALUE,
  i32: -(2 ** 31),
  u32: 0,
  bool: 0
}

/** Small floats become the smallest of their sign and large ones the largest; an integer goes to the end that it is nearer to. */
const extreme = (dtype: DType, x: number): number => {
  if (!isFloat(dtype)) return x < 0 ? least[dtype] : largest[dtype]
  const sign = x < 0 ? -1 : 1
  return sign * (Math.abs(x) < 1 ? least : largest)[dtype]
}

/** The special value in place of `x`, where the dtype has it. */
export const specialValue = (special: Special, dtype: DType, x: number, before: number): number => {
  if (special === 'ties') return before
  if (special === 'extremes') return extreme(dtype, x)
  if (!isFloat(dtype)) return x
  if (special === 'negativeZero') return -0
  return special === 'nan' ? NaN : x < 0 ? -Infinity : Infinity
}
