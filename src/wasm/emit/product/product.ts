/**
 * Matrix products. A tile of rows by vectors is accumulated in registers; operands are copied to panels and tiles where that pays.
 */
import {
  callStatement,
  counted,
  local,
  locals,
  move,
  nothing,
  sequence,
  type Func,
  type Local
} from '../../encode/control.js'
import { i32, type Statement, type Value } from '../../encode/value.js'
import type { Product } from '../../lower/kernel.js'
import type { Site } from '../site.js'
import { packPanels, packTiles } from './pack.js'
import { accumulateTile, registersOf, storeTile, type Setting } from './tile.js'
import { panelBytes, tilesBytes, tilingOf, type Tiling } from './tiling.js'

const tileStep = ({ p, t }: Setting): number =>
  t.packA ? p.k * t.rows * t.width : t.rows * p.a.row * t.width

/** All rows of one panel; the pointers to `a` and the results end behind them. */
const panelRows = (s: Setting, outAddress: number, columns: number): Statement => {
  const { p, t, at } = s
  const tile = (rows: number): Statement =>
    sequence(
      accumulateTile(s, rows),
      storeTile(s, outAddress, rows, columns),
      move(at.a, tileStep(s)),
      move(at.out, rows * p.n * t.width)
    )
  const [full, rest] = [Math.floor(p.m / t.rows), p.m % t.rows]
  return sequence(
    full === 0 ? nothing : full === 1 ? tile(t.rows) : counted(s.scope.add('i32'), 0, full, 1, tile(t.rows)),
    rest === 0 ? nothing : tile(rest)
  )
}

/** All that the code of a panel depends on. */
const panelName = ({ p, t, from, sums }: Setting, columns: number): string =>
  `rows ${p.dtype} ${p.m} x ${p.k} x ${columns} of ${p.n}, ${t.rows} x ${t.vectors} at ${from.aRow} ${from.aStep} ${from.bStep} ${sums}`

/** The function of pointers to `a`, `b` and the results that computes all rows of one panel. */
const panelFunction = (s: Setting, columns: number): Func => {
  const parameters = ['i32', 'i32', 'i32'] as const
  const scope = locals(parameters)
  const [a, b, out] = [local('i32', 0), local('i32', 1), local('i32', 2)]
  const inside: Setting = {
    ...s,
    scope,
    registers: registersOf(scope, s.t),
    at: { a, b, out },
    from: { ...s.from, aAddress: 0, bAddress: 0 },
    end: scope.add('i32')
  }
  const { code } = panelRows(inside, 0, columns)
  return { name: panelName(s, columns), parameters, results: [], locals: scope.types(), body: code }
}

/** From so many multiplications on, hosts need not wait for the end of a product to run faster code, and products of one shape share it. */
const apart = 32768

/** The rows of one panel, by a function or here and now; pointers end where they began. */
const panel = (site: Site, s: Setting, outAddress: number, columns: number): Statement => {
  const { p, t, at, from } = s
  if (p.m * p.k * p.n < apart)
    return sequence(
      panelRows(s, outAddress, columns),
      move(at.a, -Math.ceil(p.m / t.rows) * tileStep(s)),
      move(at.out, -p.m * p.n * t.width)
    )
  const pointer = (x: Local<'i32'>, address: number): Value => i32.add(x.get, i32.const(address))
  return callStatement(
    site.shared(panelName(s, columns), () => panelFunction(s, columns)),
    pointer(at.a, from.aAddress),
    pointer(at.b, from.bAddress),
    pointer(at.out, outAddress)
  )
}

/** The room of a product beyond its operands: sums in double precision, panels, tiles. */
interface Room {
  readonly sums: number
  readonly panels: number
  readonly tiles: number
}

const roomOf = (site: Site, p: Product, t: Tiling): Room => {
  const sums = t.rows * t.vectors * 32
  const panels = t.packB ? t.group * panelBytes(t, p.k) : 0
  const at = site.scratch(sums + panels + (t.packA ? tilesBytes(t, p.m, p.k) : 0))
  return { sums: at, panels: at + sums, tiles: at + sums + panels }
}

interface Bases {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly source: Local<'i32'>
}

/** Panels side by side, packed together if at all. */
const groupOf = (
  site: Site,
  s: Setting,
  bases: Bases,
  addresses: Addresses,
  panels: number,
  columns: number
): Statement => {
  const { scope, p, t, at } = s
  const copy = { from: bases.source, fromAddress: addresses.b, to: at.b, toAddress: addresses.panels }
  const one = sequence(
    panel(site, s, addresses.out, columns),
    move(at.out, t.columns * t.width),
    move(at.b, t.packB ? panelBytes(t, p.k) : t.columns * t.width)
  )
  return sequence(
    t.packB
      ? sequence(
          bases.source.set(bases.b.get),
          at.b.set(i32.const(0)),
          packPanels(scope, p, t, { panels, columns }, copy),
          at.b.set(i32.const(0))
        )
      : nothing,
    panels === 1 ? one : counted(scope.add('i32'), 0, panels, 1, one),
    t.packB ? move(bases.b, panels * t.columns * p.b.column * t.width) : nothing
  )
}

interface Addresses {
  readonly a: number
  readonly b: number
  readonly out: number
  readonly panels: number
  readonly tiles: number
}

/** All panels, in groups. */
const allPanels = (site: Site, s: Setting, bases: Bases, addresses: Addresses): Statement => {
  const { t, scope } = s
  const full = t.rest === t.columns ? t.panels : t.panels - 1
  const [groups, single] = [Math.floor(full / t.group), full % t.group]
  const group = (panels: number, columns: number): Statement =>
    groupOf(site, s, bases, addresses, panels, columns)
  return sequence(
    groups === 0
      ? nothing
      : groups === 1
        ? group(t.group, t.columns)
        : counted(scope.add('i32'), 0, groups, 1, group(t.group, t.columns)),
    single === 0 ? nothing : group(single, t.columns),
    t.rest === t.columns ? nothing : group(1, t.rest)
  )
}

/** One matrix of the batch, and on to the next. */
const oneMatrix = (site: Site, s: Setting, bases: Bases, addresses: Addresses): Statement => {
  const { scope, p, t, at } = s
  const walked = t.panels * t.columns
  const packing = t.packA
    ? sequence(
        bases.source.set(bases.a.get),
        at.a.set(i32.const(0)),
        packTiles(scope, p, t, {
          from: bases.source,
          fromAddress: addresses.a,
          to: at.a,
          toAddress: addresses.tiles
        })
      )
    : nothing
  return sequence(
    packing,
    allPanels(site, s, bases, addresses),
    move(bases.a, p.a.batch * t.width),
    move(bases.b, (p.b.batch - walked * (t.packB ? p.b.column : 1)) * t.width),
    move(at.out, (p.m * p.n - walked) * t.width)
  )
}

/** The function of a product none of whose sizes is 0. */
export const emitProduct = (site: Site, p: Product): Func => {
  const scope = locals()
  const t = tilingOf(p)
  const room = roomOf(site, p, t)
  const [a, b, source, out, tiles, panel] = [0, 1, 2, 3, 4, 5].map(() => scope.add('i32')) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>
  ]
  const addresses: Addresses = {
    a: site.address(p.a.buffer) + p.a.offset * t.width,
    b: site.address(p.b.buffer) + p.b.offset * t.width,
    out: site.address(p.out.buffer),
    panels: room.panels,
    tiles: room.tiles
  }
  const setting: Setting = {
    scope,
    p,
    t,
    registers: registersOf(scope, t),
    at: { a: t.packA ? tiles : a, b: t.packB ? panel : b, out },
    from: {
      aAddress: t.packA ? addresses.tiles : addresses.a,
      aRow: t.packA ? t.width : p.a.row * t.width,
      aStep: (t.packA ? t.rows : p.a.column) * t.width,
      bAddress: t.packB ? addresses.panels : addresses.b,
      bStep: (t.packB ? t.columns : p.b.row) * t.width
    },
    end: scope.add('i32'),
    sums: room.sums
  }
  const matrix = oneMatrix(site, setting, { a, b, source }, addresses)
  const body = sequence(
    ...[a, b, out].map((x) => x.set(i32.const(0))),
    p.batch === 1 ? matrix : counted(scope.add('i32'), 0, p.batch, 1, matrix)
  )
  return { name: p.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
