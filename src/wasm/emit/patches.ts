/**
 * Products over walks: a tile of a few rows by one or two vectors of columns is accumulated in registers, and both operands are read where
 * they lie. Long sums are added up in blocks, and the blocks in f64.
 */
import type { DType } from '../../tensor/DType.js'
import {
  counted,
  locals,
  move,
  nothing,
  sequence,
  type Func,
  type Local,
  type Locals
} from '../encode/control.js'
import { f32x4, f64x2, i32x4, shuffle32, v128 } from '../encode/simd.js'
import { i32, type Statement } from '../encode/value.js'
import type { Axis, Patches } from '../lower/kernel.js'
import { binaryLanes, plain, type Vector } from './lanes.js'
import { loadLanes, storeLanes, widthOf } from './memory.js'
import type { Site } from './site.js'

/** Terms that are added up in single precision before they are added to a sum in double precision. */
const block = 256
const zeroOf = (d: DType): Vector =>
  d === 'f64' ? f64x2.const(0) : d === 'f32' ? f32x4.const(0) : i32x4.const(0)

interface Setting {
  readonly scope: Locals
  readonly p: Patches
  readonly width: number
  readonly vectors: number
  readonly sums: ReadonlyArray<ReadonlyArray<Local<'v128'>>>
  readonly bs: ReadonlyArray<Local<'v128'>>
  readonly splat: Local<'v128'>
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly out: Local<'i32'>
  /** Room for a tile in double precision. */
  readonly room: number
  /** The axis along which the rows of a tile lie, and the others. */
  readonly inner: Axis
  readonly outer: ReadonlyArray<Axis>
  /** Rows of a tile. */
  readonly rows: number
}

const count = (axes: ReadonlyArray<Axis>): number => axes.reduce((n, x) => n * x.size, 1)

/** Moves both operands by so many steps of an axis. */
const step = (s: Setting, x: Axis, by: number): Statement =>
  sequence(move(s.a, x.a * by * s.width), move(s.b, x.b * by * s.width))

/** One term of every sum of a tile. */
const term = (s: Setting, rows: number): Statement => {
  const d = s.p.dtype
  const bs = s.bs.map((x, v) => x.set(v128.load({ base: s.b.get, offset: v * 16 })))
  const each = s.sums.slice(0, rows).map((row, i) => {
    const x = loadLanes(d, { base: s.a.get, offset: i * s.inner.a * s.width }, 0, 1)
    const add = (sum: Local<'v128'>, v: number): Statement =>
      sum.set(binaryLanes.add(plain, d, sum.get, binaryLanes.mul(plain, d, s.splat.get, s.bs[v]!.get)))
    return sequence(s.splat.set(x), ...row.map(add))
  })
  return sequence(...bs, ...each)
}

const looped = (s: Setting, times: number, body: Statement): Statement =>
  times === 0 ? nothing : times === 1 ? body : counted(s.scope.add('i32'), 0, times, 1, body)

/** All terms along some axes; operands end where they began. */
const terms = (s: Setting, axes: ReadonlyArray<Axis>, rows: number): Statement => {
  const [x, ...rest] = axes
  if (x === undefined) return term(s, rows)
  const body = sequence(terms(s, rest, rows), step(s, x, 1))
  return sequence(looped(s, x.size, body), step(s, x, -x.size))
}

const clear = (s: Setting, rows: number): Statement =>
  sequence(...s.sums.slice(0, rows).flatMap((row) => row.map((sum) => sum.set(zeroOf(s.p.dtype)))))

const upper = (x: Vector): Vector => shuffle32(x, x, [2, 3, 2, 3])

const roomAt = (s: Setting, i: number, v: number, half: number) => ({
  base: i32.const(0),
  offset: s.room + ((i * s.vectors + v) * 2 + half) * 16
})

/** Does something for both halves of every sum. */
const halves = (
  s: Setting,
  rows: number,
  f: (half: number, at: ReturnType<typeof roomAt>, sum: Local<'v128'>) => Statement
): Statement =>
  sequence(
    ...s.sums
      .slice(0, rows)
      .flatMap((row, i) => row.flatMap((sum, v) => [0, 1].map((h) => f(h, roomAt(s, i, v, h), sum))))
  )

/** Adds the sums of a block to those in double precision. */
const flush = (s: Setting, rows: number): Statement =>
  halves(s, rows, (h, at, sum) =>
    v128.store(at, f64x2.add(v128.load(at), f64x2.promoteLowF32(h === 0 ? sum.get : upper(sum.get))))
  )

/** The sums in double precision, rounded into the registers. */
const settle = (s: Setting, rows: number): Statement =>
  sequence(
    ...s.sums.slice(0, rows).flatMap((row, i) =>
      row.map((sum, v) => {
        const [low, high] = [0, 1].map((h) => f32x4.demoteF64(v128.load(roomAt(s, i, v, h))))
        return sum.set(shuffle32(low!, high!, [0, 1, 4, 5]))
      })
    )
  )

/** All terms along some axes, in blocks that are flushed one by one; operands end where they began. */
const blocks = (s: Setting, axes: ReadonlyArray<Axis>, rows: number): Statement => {
  const [x, ...rest] = axes
  const one = (inner: Statement): Statement => sequence(clear(s, rows), inner, flush(s, rows))
  if (x === undefined) return one(term(s, rows))
  const each = Math.floor(block / count(rest))
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

const accumulate = (s: Setting, rows: number): Statement =>
  s.p.dtype !== 'f32' || count(s.p.terms) <= block
    ? sequence(clear(s, rows), terms(s, s.p.terms, rows))
    : sequence(
        halves(s, rows, (_, at) => v128.store(at, f64x2.const(0))),
        blocks(s, s.p.terms, rows),
        settle(s, rows)
      )

const store = (s: Setting, rows: number, columns: number): Statement => {
  const lanes = 16 / s.width
  return sequence(
    ...s.sums.slice(0, rows).flatMap((row, i) =>
      row.flatMap((sum, v) => {
        const n = Math.min(lanes, columns - v * lanes)
        const at = { base: s.out.get, offset: (i * s.inner.out + v * lanes) * s.width }
        return n <= 0 ? [] : [storeLanes(s.p.dtype, at, sum.get, 1, n)]
      })
    )
  )
}

/** All rows along the axis of tiles; pointers end where they began. */
const tiles = (s: Setting, columns: number): Statement => {
  const tile = (rows: number): Statement =>
    sequence(
      accumulate(s, rows),
      store(s, rows, columns),
      move(s.a, rows * s.inner.a * s.width),
      move(s.out, rows * s.inner.out * s.width)
    )
  const rest = s.inner.size % s.rows
  return sequence(
    looped(s, Math.floor(s.inner.size / s.rows), tile(s.rows)),
    rest === 0 ? nothing : tile(rest),
    move(s.a, -s.inner.size * s.inner.a * s.width),
    move(s.out, -s.inner.size * s.inner.out * s.width)
  )
}

/** Loops around a body along axes that the result has; pointers end where they began. */
const around = (s: Setting, axes: ReadonlyArray<Axis>, body: Statement): Statement =>
  [...axes].reverse().reduce((inner, x) => {
    const on = (by: number): Statement => sequence(step(s, x, by), move(s.out, x.out * by * s.width))
    return sequence(looped(s, x.size, sequence(inner, on(1))), on(-x.size))
  }, body)

const one: Axis = { size: 1, a: 0, b: 0, out: 0 }

/** More rows by two vectors than four do not fit the registers. */
const rowsOfTile = (vectors: number): number => (vectors === 1 ? 8 : 4)

/** Tiles of which axis leave the least work undone by full registers. */
const waste = ({ size: n }: Axis, vectors: number): number => {
  const rows = rowsOfTile(vectors)
  return (Math.ceil(n / rows) * (rows + vectors)) / n
}

const settingOf = (site: Site, scope: Locals, p: Patches): Setting => {
  const width = widthOf(p.dtype)
  const vectors = p.columns <= 16 / width ? 1 : 2
  const inner = p.rows.reduce(
    (best, x) => (waste(x, vectors) <= waste(best, vectors) ? x : best),
    p.rows[0] ?? one
  )
  const rows = rowsOfTile(vectors)
  return {
    scope,
    p,
    width,
    vectors,
    sums: Array.from({ length: rows }, () => Array.from({ length: vectors }, () => scope.add('v128'))),
    bs: Array.from({ length: vectors }, () => scope.add('v128')),
    splat: scope.add('v128'),
    a: scope.add('i32'),
    b: scope.add('i32'),
    out: scope.add('i32'),
    room: site.scratch(rows * vectors * 32),
    inner,
    outer: p.rows.filter((x) => x !== inner),
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
  const panel = (n: number): Statement =>
    sequence(around(s, s.outer, tiles(s, n)), move(s.b, columns * width), move(s.out, columns * width))
  const walked = (full + (rest === 0 ? 0 : 1)) * columns
  const panels = sequence(
    looped(s, full, panel(columns)),
    rest === 0 ? nothing : panel(rest),
    move(s.b, -walked * width),
    move(s.out, -walked * width)
  )
  const start = ({ buffer, offset }: Patches['a']) => i32.const(site.address(buffer) + offset * width)
  const body = sequence(
    s.a.set(start(p.a)),
    s.b.set(start(p.b)),
    s.out.set(start(p.out)),
    around(s, p.batch, panels)
  )
  return { name: p.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
