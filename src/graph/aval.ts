/** Shapes and dtypes, without the rest of what has them. */
import { equalDims } from '../tensor/dims.js'
import type { Aval } from './Expr.js'

export const avalOf = ({ shape, dtype }: Aval): Aval => ({ shape, dtype })

export const sameAval = (a: Aval, b: Aval): boolean => a.dtype === b.dtype && equalDims(a.shape, b.shape)

/** One of each, along a new leading axis. */
export const stackedAval = (count: number, { shape, dtype }: Aval): Aval => ({
  shape: [count, ...shape],
  dtype
})

/** What lies at one place of the leading axis. */
export const slicedAval = ({ shape, dtype }: Aval): Aval => ({ shape: shape.slice(1), dtype })
