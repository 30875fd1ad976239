/** How wide elements are, in memory and in registers. */
import type { DType } from '../../tensor/DType.js'
import type { Work } from './kernel.js'

/** Bytes. Booleans take 32 bits in the engine's memory, so that masks and elements have the same width. */
export const widthOf = (dtype: DType): 4 | 8 => (dtype === 'f64' ? 8 : 4)

/** Points that are worked on at once. */
export const widthIn = ({ elements, reductions }: Work): 2 | 4 =>
  elements.some((x) => x.dtype === 'f64' || ('from' in x && x.from === 'f64')) ||
  reductions.some((r) => r.dtype === 'f64')
    ? 2
    : 4
