/** How a matrix product is cut into tiles. None of this changes a result: the terms of every sum are added in one order. */
import type { Product } from '../../kernel/kernel.js'
import { widthOf } from '../../kernel/width.js'

export interface Tiling {
  /** Bytes of an element. */
  readonly width: number
  /** Elements of a vector. */
  readonly lanes: number
  /** A tile is so many rows by so many vectors of sums, in registers. */
  readonly rows: number
  readonly vectors: number
  /** Elements in a row of a tile; columns of `b` come in panels of that many. */
  readonly columns: number
  readonly panels: number
  /** Columns of the last panel. */
  readonly rest: number
  /** Whether `b` is copied to panels, so many at a time. */
  readonly packB: boolean
  readonly group: number
  /** Whether each tile of rows takes all panels of a group in turn, rather than each panel all rows. */
  readonly together: boolean
  /** Whether `a` is copied to tiles. */
  readonly packA: boolean
}

const mostRows = 4

/** Fewer rows leave registers for more columns. */
const vectorsFor: Readonly<Record<number, number>> = { 1: 8, 2: 4, 3: 2, 4: 2 }

/** Panels that are packed together: rows of `b` are then read in long pieces. More of them save ways through `a`, if a cache holds them all. */
const usualGroup = 4
const mostInGroup = 8

/** Bytes of a group of panels that leave room for the rest in the nearest cache, and in the next one. */
const nearest = 16384
const next = 262144

/** Rows of `a` that no near cache holds should not be read for each panel anew. */
const large = 1048576

export const tilingOf = (p: Product): Tiling => {
  const width = widthOf(p.dtype)
  const lanes = 16 / width
  const rows = Math.min(mostRows, p.m)
  const vectors = vectorsFor[rows]!
  const columns = lanes * vectors
  const panels = Math.ceil(p.n / columns)
  const held = Math.floor((p.m * p.k * width < large ? nearest : next) / (p.k * columns * width))
  const group = Math.min(panels, held < usualGroup ? usualGroup : Math.min(mostInGroup, held))
  return {
    width,
    lanes,
    rows,
    vectors,
    columns,
    panels,
    rest: p.n - (panels - 1) * columns,
    packB: !p.packed && (p.b.column !== 1 || p.b.row <= 0 || (p.m > mostRows && p.k * p.n > 256)),
    group,
    together: group <= held,
    packA: p.a.column !== 1 && panels > 2
  }
}

/** Bytes of a panel, and of the tiles of all rows with what the last vector of fewer rows than it has lanes reaches beyond them. */
export const panelBytes = (t: Tiling, k: number): number => k * t.columns * t.width
export const tilesBytes = (t: Tiling, m: number, k: number): number =>
  Math.ceil(m / t.rows) * t.rows * k * t.width + (t.rows % t.lanes === 0 ? 0 : 16)

/** The panels to which `b` is copied, if it is and they have no gaps. */
export const panelsOf = (p: Product): Pick<Tiling, 'columns'> | undefined => {
  const t = tilingOf(p)
  return t.packB && t.rest === t.columns ? t : undefined
}
