/**
 * Matrix products. A tile of 4 rows by 2 vectors is accumulated in registers; columns of `b` are packed into panels as wide as a tile, where
 * that pays. Long sums are added up in blocks, and the blocks in f64.
 */
import type { DType } from '../../tensor/DType.js'
import { counted, locals, sequence, type Func, type Local, type Locals } from '../encode/control.js'
import { f32x4, f64x2, i32x4, shuffle32, v128 } from '../encode/simd.js'
import { i32, statement, type Statement } from '../encode/value.js'
import type { Product } from '../lower/kernel.js'
import { binaryLanes, type Lanes, type Vector } from './lanes.js'
import { loadLanes, storeLanes, widthOf } from './memory.js'
import type { Site } from './site.js'

const tileRows = 4
const tileVectors = 2
/** Terms that are added up in single precision before they are added to a sum in double precision. */
const block = 256

const nothing = statement()

const move = (p: Local<'i32'>, bytes: number): Statement =>
  bytes === 0 ? nothing : p.set(i32.add(p.get, i32.const(bytes)))

/** Products need no operation that these could be used for. */
const plain: Lanes = { call: (_, __, x) => x, once: (x) => x, integer: (_, __, x) => x }

const multiplyAdd = (d: DType, sum: Vector, a: Vector, b: Vector): Vector =>
  binaryLanes.add(plain, d, sum, binaryLanes.mul(plain, d, a, b))

const zeroOf = (d: DType): Vector =>
  d === 'f64' ? f64x2.const(0) : d === 'f32' ? f32x4.const(0) : i32x4.const(0)

interface Panels {
  readonly width: number
  readonly lanes: number
  /** Elements in a row of a tile. */
  readonly columns: number
  readonly count: number
  /** Elements of the last panel. */
  readonly rest: number
  readonly packed: boolean
}

const panelsOf = (p: Product): Panels => {
  const width = widthOf(p.dtype)
  const lanes = 16 / width
  const columns = lanes * tileVectors
  const count = Math.ceil(p.n / columns)
  const packed = p.b.column !== 1 || (p.m > tileRows && p.k * p.n > 256)
  return { width, lanes, columns, count, rest: p.n - (count - 1) * columns, packed }
}

/** Copies one column panel: `[k][columns]`, with whatever lies beyond the last column. */
const packPanel = (
  scope: Locals,
  p: Product,
  { width, lanes }: Panels,
  columns: number,
  from: Local<'i32'>,
  to: { readonly pointer: Local<'i32'>; readonly address: number }
): Statement => {
  const base = { base: from.get, offset: 0 }
  const vectors = Array.from({ length: tileVectors }, (_, v) => {
    const n = Math.max(0, Math.min(lanes, columns - v * lanes))
    const place = { base: base.base, offset: v * lanes * p.b.column * width }
    const x = n === 0 ? zeroOf(p.dtype) : loadLanes(p.dtype, place, p.b.column, n)
    return v128.store({ base: to.pointer.get, offset: to.address + v * 16 }, x)
  })
  return counted(
    scope.add('i32'),
    0,
    p.k,
    1,
    sequence(...vectors, move(from, p.b.row * width), move(to.pointer, 16 * tileVectors))
  )
}

interface Tile {
  readonly rows: number
  /** How many columns are stored. */
  readonly columns: number
}

interface Registers {
  readonly sums: ReadonlyArray<ReadonlyArray<Local<'v128'>>>
  readonly b: ReadonlyArray<Local<'v128'>>
  readonly a: Local<'v128'>
}

const registersOf = (scope: Locals): Registers => ({
  sums: Array.from({ length: tileRows }, () => Array.from({ length: tileVectors }, () => scope.add('v128'))),
  b: Array.from({ length: tileVectors }, () => scope.add('v128')),
  a: scope.add('v128')
})

interface Pointers {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly out: Local<'i32'>
}

/** Where the operands of a tile begin beyond their pointers, and how far they go for one term. */
interface Sources {
  readonly aAddress: number
  readonly bAddress: number
  readonly bStep: number
}

const clear = (p: Product, r: Registers, rows: number): Statement =>
  sequence(...r.sums.slice(0, rows).flatMap((row) => row.map((s) => s.set(zeroOf(p.dtype)))))

/** One term of every sum of a tile. */
const term = (p: Product, r: Registers, at: Pointers, from: Sources, rows: number): Statement => {
  const width = widthOf(p.dtype)
  const bs = r.b.map((b, v) => b.set(v128.load({ base: at.b.get, offset: from.bAddress + v * 16 })))
  const each = r.sums.slice(0, rows).map((row, i) => {
    const place = { base: at.a.get, offset: from.aAddress + i * p.a.row * width }
    const x = r.a.set(loadLanes(p.dtype, place, 0, 1))
    return sequence(x, ...row.map((s, v) => s.set(multiplyAdd(p.dtype, s.get, r.a.get, r.b[v]!.get))))
  })
  return sequence(...bs, ...each, move(at.a, p.a.column * width), move(at.b, from.bStep))
}

const storeTile = (p: Product, r: Registers, out: Local<'i32'>, address: number, tile: Tile): Statement => {
  const width = widthOf(p.dtype)
  const lanes = 16 / width
  return sequence(
    ...r.sums.slice(0, tile.rows).flatMap((row, i) =>
      row.flatMap((s, v) => {
        const n = Math.min(lanes, tile.columns - v * lanes)
        if (n <= 0) return []
        const place = { base: out.get, offset: address + (i * p.n + v * lanes) * width }
        return [storeLanes(p.dtype, place, s.get, 1, n)]
      })
    )
  )
}

const upper = (x: Vector): Vector => shuffle32(x, x, [2, 3, 2, 3])

/** Adds the sums of a block to sums in double precision, `address` of which is constant. */
const flush = (r: Registers, address: number, rows: number, first: boolean): Statement =>
  sequence(
    ...r.sums.slice(0, rows).flatMap((row, i) =>
      row.flatMap((s, v) =>
        [s.get, upper(s.get)].map((half, h) => {
          const place = { base: i32.const(0), offset: address + ((i * tileVectors + v) * 2 + h) * 16 }
          const wide = f64x2.promoteLowF32(half)
          return v128.store(place, first ? wide : f64x2.add(v128.load(place), wide))
        })
      )
    )
  )

/** The sums in double precision, rounded into the registers. */
const settle = (r: Registers, address: number, rows: number): Statement =>
  sequence(
    ...r.sums.slice(0, rows).flatMap((row, i) =>
      row.map((s, v) => {
        const half = (h: number): Vector =>
          f32x4.demoteF64(
            v128.load({ base: i32.const(0), offset: address + ((i * tileVectors + v) * 2 + h) * 16 })
          )
        return s.set(shuffle32(half(0), half(1), [0, 1, 4, 5]))
      })
    )
  )

interface Setting {
  readonly scope: Locals
  readonly p: Product
  readonly registers: Registers
  readonly at: Pointers
  readonly from: Sources
  /** Room for a tile in double precision. */
  readonly sums: number
}

const terms = (s: Setting, rows: number, count: number): Statement => {
  const one = term(s.p, s.registers, s.at, s.from, rows)
  return count === 1 ? one : counted(s.scope.add('i32'), 0, count, 1, one)
}

/** All terms of a tile; pointers end where they began. */
const accumulateTile = (s: Setting, rows: number): Statement => {
  const { p, registers, at, from } = s
  const back = sequence(move(at.a, -p.k * p.a.column * widthOf(p.dtype)), move(at.b, -p.k * from.bStep))
  const whole = (n: number): Statement => sequence(clear(p, registers, rows), terms(s, rows, n))
  if (p.dtype !== 'f32' || p.k <= block) return sequence(whole(p.k), back)
  const [rounds, rest] = [Math.floor(p.k / block), p.k % block]
  const next = sequence(whole(block), flush(registers, s.sums, rows, false))
  return sequence(
    whole(block),
    flush(registers, s.sums, rows, true),
    rounds === 1 ? nothing : counted(s.scope.add('i32'), 1, rounds, 1, next),
    rest === 0 ? nothing : sequence(whole(rest), flush(registers, s.sums, rows, false)),
    settle(registers, s.sums, rows),
    back
  )
}

/** All rows of one panel. */
const panelRows = (s: Setting, outAddress: number, columns: number): Statement => {
  const { p, at } = s
  const width = widthOf(p.dtype)
  const tile = (rows: number): Statement =>
    sequence(
      accumulateTile(s, rows),
      storeTile(p, s.registers, at.out, outAddress, { rows, columns }),
      move(at.a, rows * p.a.row * width),
      move(at.out, rows * p.n * width)
    )
  const [full, rest] = [Math.floor(p.m / tileRows), p.m % tileRows]
  return sequence(
    full === 0 ? nothing : counted(s.scope.add('i32'), 0, full, 1, tile(tileRows)),
    rest === 0 ? nothing : tile(rest),
    move(at.a, -p.m * p.a.row * width),
    move(at.out, -p.m * p.n * width)
  )
}

/** The function of a product none of whose sizes is 0. */
export const emitProduct = (site: Site, p: Product): Func => {
  const scope = locals()
  const panels = panelsOf(p)
  const { width, columns, packed } = panels
  const room = site.scratch((packed ? p.k * 16 * tileVectors : 0) + tileRows * tileVectors * 32)
  const packedAt = room + tileRows * tileVectors * 32
  const [a, b, out, source, panel] = [
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32')
  ]
  const setting: Setting = {
    scope,
    p,
    registers: registersOf(scope),
    at: { a, b: packed ? panel : b, out },
    from: {
      aAddress: site.address(p.a.buffer) + p.a.offset * width,
      bAddress: packed ? packedAt : site.address(p.b.buffer) + p.b.offset * width,
      bStep: packed ? 16 * tileVectors : p.b.row * width
    },
    sums: room
  }
  const bStart = site.address(p.b.buffer) + p.b.offset * width
  const onePanel = (n: number): Statement => {
    const pack = packed
      ? sequence(
          source.set(i32.add(b.get, i32.const(bStart))),
          panel.set(i32.const(0)),
          packPanel(scope, p, panels, n, source, { pointer: panel, address: packedAt }),
          panel.set(i32.const(0))
        )
      : nothing
    return sequence(
      pack,
      panelRows(setting, site.address(p.out.buffer), n),
      move(b, columns * p.b.column * width),
      move(out, columns * width)
    )
  }
  const full = panels.rest === columns ? panels.count : panels.count - 1
  const oneBatch = sequence(
    full === 0 ? nothing : counted(scope.add('i32'), 0, full, 1, onePanel(columns)),
    panels.rest === columns ? nothing : onePanel(panels.rest),
    move(a, p.a.batch * width),
    move(b, p.b.batch * width - panelsWalked(full, panels, p) * p.b.column * width),
    move(out, p.m * p.n * width - panelsWalked(full, panels, p) * width)
  )
  const body = sequence(
    ...[a, b, out].map((x) => x.set(i32.const(0))),
    p.batch === 1 ? oneBatch : counted(scope.add('i32'), 0, p.batch, 1, oneBatch)
  )
  return { name: p.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}

/** How many columns the pointers have gone past. */
const panelsWalked = (full: number, panels: Panels, _: Product): number =>
  (full + (panels.rest === panels.columns ? 0 : 1)) * panels.columns
