/** Copies of operands in the order in which tiles read them: `b` as panels `[k][columns]`, `a` as tiles `[k][rows]`. */
import { counted, move, nothing, sequence, type Local, type Locals } from '../../encode/control.js'
import { shuffle32, v128 } from '../../encode/simd.js'
import type { Place, Statement } from '../../encode/value.js'
import type { Product } from '../../kernel/kernel.js'
import { literal, type Vector } from '../lanes.js'
import { loadLanes } from '../memory.js'
import { panelBytes, type Tiling } from './tiling.js'

const times = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i)

const repeated = (scope: Locals, count: number, body: () => Statement): Statement =>
  count === 0 ? nothing : count === 1 ? body() : counted(scope.add('i32'), 0, count, 1, body())

/** From where to where; both pointers may be moved. */
export interface Copy {
  readonly from: Local<'i32'>
  readonly fromAddress: number
  readonly to: Local<'i32'>
  readonly toAddress: number
}

export interface Columns {
  readonly panels: number
  /** Columns of each panel that exist; the others are zero. */
  readonly columns: number
}

const existing = (t: Tiling, columns: number, v: number): number =>
  Math.max(0, Math.min(t.lanes, columns - v * t.lanes))

/** One row of each panel. */
const rowOfPanels = (p: Product, t: Tiling, { panels, columns }: Columns, copy: Copy): Statement =>
  sequence(
    ...times(panels).flatMap((g) =>
      times(t.vectors).map((v) => {
        const n = existing(t, columns, v)
        const column = g * t.columns + v * t.lanes
        const place = { base: copy.from.get, offset: copy.fromAddress + column * p.b.column * t.width }
        const x = n === 0 ? literal(p.dtype, 0) : loadLanes(p.dtype, place, p.b.column, n)
        return v128.store({ base: copy.to.get, offset: copy.toAddress + g * panelBytes(t, p.k) + v * 16 }, x)
      })
    ),
    move(copy.from, p.b.row * t.width),
    move(copy.to, 16 * t.vectors)
  )

/** The rows of a 4 x 4 matrix from its columns. */
const transposed = (c: ReadonlyArray<Vector>): ReadonlyArray<Vector> => {
  const [even, odd] = [[0, 4, 1, 5] as const, [2, 6, 3, 7] as const]
  const pairs = (order: ReadonlyArray<number>): readonly [Vector, Vector] => [
    shuffle32(c[0]!, c[2]!, order),
    shuffle32(c[1]!, c[3]!, order)
  ]
  const [[a, b], [d, e]] = [pairs(even), pairs(odd)]
  return [shuffle32(a, b, even), shuffle32(a, b, odd), shuffle32(d, e, even), shuffle32(d, e, odd)]
}

/** Four rows of each panel from columns that lie in one piece. */
const fourRows = (
  scope: Locals,
  p: Product,
  t: Tiling,
  { panels, columns }: Columns,
  copy: Copy
): Statement => {
  const registers = times(4).map(() => scope.add('v128'))
  const square = (g: number, v: number): Statement => {
    const n = existing(t, columns, v)
    const column = g * t.columns + v * t.lanes
    const place = (j: number): Place => ({
      base: copy.from.get,
      offset: copy.fromAddress + (column + j) * p.b.column * t.width
    })
    const at = (i: number): Place => ({
      base: copy.to.get,
      offset: copy.toAddress + g * panelBytes(t, p.k) + i * 16 * t.vectors + v * 16
    })
    return sequence(
      ...registers.map((r, j) => r.set(j < n ? v128.load(place(j)) : literal(p.dtype, 0))),
      ...transposed(registers.map((r) => r.get)).map((x, i) => v128.store(at(i), x))
    )
  }
  return sequence(
    ...times(panels).flatMap((g) => times(t.vectors).map((v) => square(g, v))),
    move(copy.from, 4 * t.width),
    move(copy.to, 4 * 16 * t.vectors)
  )
}

/** Panels that lie side by side. */
export const packPanels = (scope: Locals, p: Product, t: Tiling, which: Columns, copy: Copy): Statement => {
  const squares = p.b.row === 1 && p.b.column !== 1 && t.width === 4 ? Math.floor(p.k / 4) : 0
  return sequence(
    repeated(scope, squares, () => fourRows(scope, p, t, which, copy)),
    repeated(scope, p.k - 4 * squares, () => rowOfPanels(p, t, which, copy))
  )
}

/** One column of so many tiles, `rows` of each of which exist. */
const columnOfTiles = (p: Product, t: Tiling, tiles: number, rows: number, copy: Copy): Statement =>
  sequence(
    ...times(tiles).flatMap((g) =>
      times(Math.ceil(rows / t.lanes)).map((v) => {
        const first = g * t.rows + v * t.lanes
        const place = { base: copy.from.get, offset: copy.fromAddress + first * p.a.row * t.width }
        const x = loadLanes(p.dtype, place, p.a.row, Math.min(t.lanes, rows - v * t.lanes))
        return v128.store(
          { base: copy.to.get, offset: copy.toAddress + g * p.k * t.rows * t.width + v * 16 },
          x
        )
      })
    ),
    move(copy.from, p.a.column * t.width),
    move(copy.to, t.rows * t.width)
  )

/** Tiles whose columns are read in one piece. */
const tilesTogether = 4

/** All of `a`; pointers end where they began. */
export const packTiles = (scope: Locals, p: Product, t: Tiling, copy: Copy): Statement => {
  const [whole, rest] = [Math.floor(p.m / t.rows), p.m % t.rows]
  const [blocks, single] = [Math.floor(whole / tilesTogether), whole % tilesTogether]
  const tile = p.k * t.rows * t.width
  const some = (tiles: number, rows: number): Statement =>
    sequence(
      repeated(scope, p.k, () => columnOfTiles(p, t, tiles, rows, copy)),
      move(copy.from, (tiles * t.rows * p.a.row - p.k * p.a.column) * t.width),
      move(copy.to, (tiles - 1) * tile)
    )
  const tiles = whole + (rest === 0 ? 0 : 1)
  return sequence(
    repeated(scope, blocks, () => some(tilesTogether, t.rows)),
    single === 0 ? nothing : some(single, t.rows),
    rest === 0 ? nothing : some(1, rest),
    move(copy.from, -tiles * t.rows * p.a.row * t.width),
    move(copy.to, -tiles * tile)
  )
}
