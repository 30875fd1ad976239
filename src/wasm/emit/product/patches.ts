/**
 * Products over walks: a tile of a few rows by one or two vectors of columns is accumulated in registers, and both operands are read where
 * they lie.
 */
import {
  counted,
  locals,
  move,
  nothing,
  sequence,
  type Func,
  type Local,
  type Locals
} from '../../encode/control.js'
import type { Statement } from '../../encode/value.js'
import type { Axis, Patches } from '../../kernel/kernel.js'

import { isFloat } from '../../../tensor/DType.js'
import { addressOf, type Site } from '../site.js'
import { epilogueOf, applyEpilogue, moveWalks, type Epilogue } from './epilogue.js'
import {
  clear,
  flush,
  narrowed,
  registersOf,
  settle,
  term as termOf,
  usualBlock,
  type Sums
} from './accumulators.js'
import { widthOf } from '../../kernel/width.js'

/** An axis of the results, and its position among those. */
interface Along extends Axis {
  readonly at: number
}

interface Setting {
  readonly scope: Locals
  readonly p: Patches
  readonly width: number
  readonly vectors: number
  readonly sums: Sums
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly epilogue: Epilogue
  /** The axis along which the rows of a tile lie, and the others. */
  readonly inner: Along
  readonly outer: ReadonlyArray<Along>
  /** Rows of a tile. */
  readonly rows: number
}

const count = (axes: ReadonlyArray<Axis>): number => axes.reduce((n, x) => n * x.size, 1)

/** Moves both operands by so many steps of an axis. */
const step = (s: Setting, x: Axis, by: number): Statement =>
  sequence(move(s.a, x.a * by * s.width), move(s.b, x.b * by * s.width))

/** Moves along all that is made of the sums by so many steps of an axis. */
const on = ({ p, epilogue }: Setting, at: number, by: number): Statement =>
  moveWalks(epilogue.walks, ...p.epilogue.domain.map((_, i) => (i === at ? by : 0)))

const onColumns = (s: Setting, by: number): Statement =>
  sequence(move(s.b, by * s.width), on(s, s.p.epilogue.domain.length - 1, by))

/** One term of every sum of a tile. */
const term = (s: Setting, rows: number): Statement =>
  termOf(
    s.sums,
    rows,
    (row) => ({ base: s.a.get, offset: row * s.inner.a * s.width }),
    (v) => ({ base: s.b.get, offset: v * 16 })
  )

const looped = (s: Setting, times: number, body: Statement): Statement =>
  times === 0 ? nothing : times === 1 ? body : counted(s.scope.add('i32'), 0, times, 1, body)

/** All terms along some axes; operands end where they began. */
const terms = (s: Setting, axes: ReadonlyArray<Axis>, rows: number): Statement => {
  const [x, ...rest] = axes
  if (x === undefined) return term(s, rows)
  const body = sequence(terms(s, rest, rows), step(s, x, 1))
  return sequence(looped(s, x.size, body), step(s, x, -x.size))
}

/** All terms along some axes, in blocks that are flushed one by one; operands end where they began. */
const blocks = (s: Setting, axes: ReadonlyArray<Axis>, rows: number): Statement => {
  const [x, ...rest] = axes
  const one = (inner: Statement): Statement =>
    sequence(clear(s.sums, rows), inner, flush(s.sums, rows, false))
  if (x === undefined) return one(term(s, rows))
  const each = Math.floor(usualBlock / count(rest))
  if (each === 0)
    return sequence(looped(s, x.size, sequence(blocks(s, rest, rows), step(s, x, 1))), step(s, x, -x.size))
  const some = (n: number): Statement =>
    sequence(one(terms(s, [{ ...x, size: n }, ...rest], rows)), step(s, x, n))
  const left = x.size % each
  return sequence(
    looped(s, Math.floor(x.size / each), some(each)),
    left === 0 ? nothing : some(left),
    step(s, x, -x.size)
  )
}

const accumulate = (s: Setting, rows: number): Statement => {
  const cleared = clear(s.sums, rows)
  return !isFloat(s.p.dtype) || count(s.p.terms) <= usualBlock
    ? sequence(cleared, terms(s, s.p.terms, rows))
    : sequence(cleared, flush(s.sums, rows, true), blocks(s, s.p.terms, rows), settle(s.sums, rows, false))
}

/** All rows along the axis of tiles; pointers end where they began. */
const tiles = (given: Setting, columns: number): Statement => {
  const registers = narrowed(given.sums.registers, columns, 16 / given.width)
  const s: Setting = { ...given, sums: { ...given.sums, registers } }
  const { inner } = s
  const move = (rows: number): Statement => sequence(step(s, inner, rows), on(s, inner.at, rows))
  const tile = (rows: number): Statement =>
    sequence(
      accumulate(s, rows),
      applyEpilogue(s.epilogue, s.sums.registers.sums, inner.at, { rows, columns }),
      move(rows)
    )
  const rest = inner.size % s.rows
  return sequence(
    looped(s, Math.floor(inner.size / s.rows), tile(s.rows)),
    rest === 0 ? nothing : tile(rest),
    move(-inner.size)
  )
}

/** Loops around a body along axes that the result has; pointers end where they began. */
const around = (s: Setting, axes: ReadonlyArray<Along>, body: Statement): Statement =>
  [...axes].reverse().reduce((inner, x) => {
    const move = (by: number): Statement => sequence(step(s, x, by), on(s, x.at, by))
    return sequence(looped(s, x.size, sequence(inner, move(1))), move(-x.size))
  }, body)

const one: Along = { size: 1, a: 0, b: 0, at: -1 }

/** More rows by two vectors than four do not fit the registers. */
const rowsOfTile = (vectors: number): number => (vectors === 1 ? 8 : 4)

/** Tiles of which axis leave the least work undone by full registers. */
const waste = ({ size: n }: Axis, vectors: number): number => {
  const rows = rowsOfTile(vectors)
  return (Math.ceil(n / rows) * (rows + vectors)) / n
}

/** The axis along which the rows of tiles lie. */
const innerOf = (axes: ReadonlyArray<Along>, vectors: number): Along =>
  axes.reduce((best, x) => (waste(x, vectors) <= waste(best, vectors) ? x : best), axes[0] ?? one)

const settingOf = (site: Site, scope: Locals, p: Patches): Setting => {
  const width = widthOf(p.dtype)
  const vectors = p.columns <= 16 / width ? 1 : 2
  const axes = p.rows.map((x, i): Along => ({ ...x, at: p.batch.length + i }))
  const inner = innerOf(axes, vectors)
  const rows = rowsOfTile(vectors)
  const registers = registersOf(scope, { rows, vectors })
  return {
    scope,
    p,
    width,
    vectors,
    sums: { dtype: p.dtype, registers, room: site.scratch(rows * vectors * 32) },
    a: scope.add('i32'),
    b: scope.add('i32'),
    epilogue: epilogueOf(site, scope, p.epilogue, 16 / width),
    inner,
    outer: axes.filter((x) => x !== inner),
    rows
  }
}

/** The function of a product none of whose sizes is 0. */
export const emitPatches = (site: Site, p: Patches): Func => {
  const scope = locals()
  const s = settingOf(site, scope, p)
  const { width } = s
  const columns = (16 / width) * s.vectors
  const [full, rest] = [Math.floor(p.columns / columns), p.columns % columns]
  const panel = (n: number): Statement => sequence(around(s, s.outer, tiles(s, n)), onColumns(s, columns))
  const walked = (full + (rest === 0 ? 0 : 1)) * columns
  const panels = sequence(
    looped(s, full, panel(columns)),
    rest === 0 ? nothing : panel(rest),
    onColumns(s, -walked)
  )
  const start = ({ buffer, offset }: Patches['a']) => addressOf(site, buffer, offset * width)
  const batch = p.batch.map((x, at): Along => ({ ...x, at }))
  const body = sequence(
    s.a.set(start(p.a)),
    s.b.set(start(p.b)),
    ...s.epilogue.walks.map((w) => w.pointer.set(w.from)),
    around(s, batch, panels)
  )
  return { name: p.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
