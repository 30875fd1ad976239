/** All that merges kernels, in order. */
import { flow } from 'fp-ts/lib/function.js'
import { withEpilogues } from './epilogue.js'
import { rows } from './rows.js'

export const fused = flow(withEpilogues, rows)
