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
import { storedIn } from '../../lower/copy.js'
import type { Product, Work } from '../../kernel/kernel.js'
import { accumulators } from '../reducing.js'
import type { Site } from '../site.js'
import { packPanels, packTiles, type Columns } from './pack.js'
import { epilogueOf, moveWalks } from './epilogue.js'
import { narrowed, registersOf, roomFor } from './accumulators.js'
import { accumulateTile, epilogueTile, type Setting } from './tile.js'
import { panelBytes, tilesBytes, tilingOf, type Tiling } from './tiling.js'

const tileStep = ({ p, t }: Setting): number =>
  t.packA ? p.k * t.rows * t.width : t.rows * p.a.row * t.width

/** From one panel to the next. */
const panelStep = ({ p, t }: Setting): number =>
  t.packB || p.packed ? panelBytes(t, p.k) : t.columns * t.width

/** The same for so many panels, to the next of which it moves; the pointers end where they began. */
const eachPanel = (
  { scope, t, at, epilogue }: Setting,
  panels: number,
  step: number,
  body: Statement
): Statement => {
  if (panels === 1) return body
  const next = sequence(body, move(at.b, step), moveWalks(epilogue.walks, 0, 0, t.columns))
  return sequence(
    counted(scope.add('i32'), 0, panels, 1, next),
    move(at.b, -panels * step),
    moveWalks(epilogue.walks, 0, 0, -panels * t.columns)
  )
}

/** Tile by tile all rows, by what is done with so many of them; the pointers to `a` and the results end behind them. */
const eachRows = (s: Setting, tile: (rows: number) => Statement): Statement => {
  const { p, t, at, epilogue } = s
  const some = (rows: number): Statement =>
    sequence(tile(rows), move(at.a, tileStep(s)), moveWalks(epilogue.walks, 0, rows, 0))
  const [full, rest] = [Math.floor(p.m / t.rows), p.m % t.rows]
  return sequence(
    full === 0 ? nothing : full === 1 ? some(t.rows) : counted(s.scope.add('i32'), 0, full, 1, some(t.rows)),
    rest === 0 ? nothing : some(rest)
  )
}

/** The rows of one tile in some panels; pointers end where they began. */
const tiles = (s: Setting, rows: number, panels: number, columns: number): Statement => {
  const some: Setting = { ...s, registers: narrowed(s.registers, columns, s.t.lanes) }
  return eachPanel(
    s,
    panels,
    panelStep(s),
    sequence(accumulateTile(some, rows), epilogueTile(some, rows, columns))
  )
}

/** Where no other kernel writes to: so it stands for all that is done. Buffers of several regions have the same numbers. */
const placeOf = ({ region }: Site, { stores, reductions }: Work): string => {
  const { buffer, offset } = [...stores, ...reductions][0]!.access
  return `${buffer} + ${offset}${region === 0 ? '' : ` in region ${region}`}`
}

/** All that the code of a panel depends on. */
const panelName = (
  site: Site,
  { p, t, from, sums }: Setting,
  rows: number,
  panels: number,
  columns: number
): string => {
  const rest = storedIn(p.epilogue) === undefined ? `, to ${placeOf(site, p.epilogue)} and others` : ''
  return `rows ${p.dtype} ${rows} of ${p.m} x ${p.k} x ${panels * columns} of ${p.n}, ${t.rows} x ${t.vectors} at ${from.aRow} ${from.aStep} ${from.bStep} ${sums}${rest}`
}

/**
 * The function of pointers to `a`, `b` and whatever is read and written of the results that computes some or all rows of some panels. One loop at
 * most stands around that over the terms: with more of them V8 unrolls it further and orders the instructions worse, by up to a sixth.
 */
const panelFunction = (site: Site, s: Setting, rows: number, panels: number, columns: number): Func => {
  const parameters = [0, 0, ...s.epilogue.walks].map(() => 'i32' as const)
  const scope = locals(parameters)
  const [a, b] = [local('i32', 0), local('i32', 1)]
  const pointers = s.epilogue.walks.map((_, i) => local('i32', i + 2))
  const places = storedIn(s.p.epilogue) === undefined ? site : { ...site, address: () => 0 }
  const inside: Setting = {
    ...s,
    scope,
    registers: registersOf(scope, s.t),
    at: { a, b },
    from: { ...s.from, aAddress: 0, bAddress: 0 },
    epilogue: epilogueOf(places, scope, s.p.epilogue, s.t.lanes, () => pointers.shift() ?? scope.add('i32')),
    end: scope.add('i32')
  }
  const some = (n: number): Statement => tiles(inside, n, panels, columns)
  const { code } = rows === s.p.m ? eachRows(inside, some) : some(rows)
  return {
    name: panelName(site, s, rows, panels, columns),
    parameters,
    results: [],
    locals: scope.types(),
    body: code
  }
}

/** From so many multiplications on, hosts need not wait for the end of a product to run faster code, and products of one shape share it. */
const apart = 32768

/** Calls the function of so many rows of some panels. */
const called = (site: Site, s: Setting, rows: number, panels: number, columns: number): Statement => {
  const { p, at, from, epilogue } = s
  const only = storedIn(p.epilogue)
  const pointer = (x: Local<'i32'>, address: number): Value => i32.add(x.get, i32.const(address))
  return callStatement(
    site.shared(panelName(site, s, rows, panels, columns), () =>
      panelFunction(site, s, rows, panels, columns)
    ),
    pointer(at.a, from.aAddress),
    pointer(at.b, from.bAddress),
    ...epilogue.walks.map((w) => pointer(w.pointer, only === undefined ? 0 : site.address(only)))
  )
}

/** All rows of some panels, by functions or here and now; pointers end where they began. */
const rowsOf = (site: Site, s: Setting, panels: number, columns: number): Statement => {
  const { p, t, at, epilogue } = s
  const isApart = p.m * p.k * p.n >= apart
  if (isApart && panels === 1) return called(site, s, p.m, panels, columns)
  return sequence(
    eachRows(s, (rows) =>
      isApart ? called(site, s, rows, panels, columns) : tiles(s, rows, panels, columns)
    ),
    move(at.a, -Math.ceil(p.m / t.rows) * tileStep(s)),
    moveWalks(epilogue.walks, 0, -p.m, 0)
  )
}

/** The room of a product beyond its operands: sums in double precision, panels, tiles, and what is needed behind them. */
interface Room {
  readonly sums: number
  readonly panels: number
  readonly tiles: number
  readonly behind: Site
}

const roomOf = (site: Site, p: Product, t: Tiling): Room => {
  const sums = roomFor(t)
  const panels = t.packB ? t.group * panelBytes(t, p.k) : 0
  const bytes = Math.ceil((sums + panels + (t.packA ? tilesBytes(t, p.m, p.k) : 0)) / 16) * 16
  const at = site.scratch(bytes)
  const behind: Site = { ...site, scratch: (more) => site.scratch(bytes + more) + bytes }
  return { sums: at, panels: at + sums, tiles: at + sums + panels, behind }
}

interface Bases {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly source: Local<'i32'>
}

/** Packs some panels side by side. */
const packed = (s: Setting, bases: Bases, addresses: Addresses, which: Columns): Statement => {
  const { scope, p, t, at } = s
  const copy = { from: bases.source, fromAddress: addresses.b, to: at.b, toAddress: addresses.panels }
  return sequence(
    bases.source.set(bases.b.get),
    at.b.set(i32.const(0)),
    packPanels(scope, p, t, which, copy),
    at.b.set(i32.const(0))
  )
}

/** Panels side by side, packed together if at all; all pointers end behind them. */
const groupOf = (site: Site, s: Setting, bases: Bases, addresses: Addresses, which: Columns): Statement => {
  const { p, t, at, epilogue } = s
  const { panels, columns } = which
  return sequence(
    t.packB ? packed(s, bases, addresses, which) : nothing,
    t.together
      ? rowsOf(site, s, panels, columns)
      : eachPanel(s, panels, panelStep(s), rowsOf(site, s, 1, columns)),
    moveWalks(epilogue.walks, 0, 0, panels * t.columns),
    t.packB ? move(bases.b, panels * t.columns * p.b.column * t.width) : move(at.b, panels * panelStep(s))
  )
}

interface Addresses {
  readonly a: number
  readonly b: number
  readonly panels: number
  readonly tiles: number
}

/** All panels, in groups. */
const allPanels = (site: Site, s: Setting, bases: Bases, addresses: Addresses): Statement => {
  const { t, scope } = s
  const full = t.rest === t.columns ? t.panels : t.panels - 1
  const [groups, single] = [Math.floor(full / t.group), full % t.group]
  const group = (panels: number, columns: number): Statement =>
    groupOf(site, s, bases, addresses, { panels, columns })
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
  const along = t.packB ? walked * p.b.column * t.width : t.panels * panelStep(s)
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
    move(bases.b, p.b.batch * t.width - along),
    moveWalks(s.epilogue.walks, 1, 0, -walked)
  )
}

/** The function of a product none of whose sizes is 0. */
export const emitProduct = (site: Site, p: Product): Func => {
  const scope = locals()
  const t = tilingOf(p)
  const room = roomOf(site, p, t)
  const epilogue = epilogueOf(room.behind, scope, p.epilogue, t.lanes)
  const { emission, reductions, walks } = epilogue
  const [a, b, source, tiles, panel] = [0, 1, 2, 3, 4].map(() => scope.add('i32')) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>
  ]
  const addresses: Addresses = {
    a: site.address(p.a.buffer) + p.a.offset * t.width,
    b: site.address(p.b.buffer) + p.b.offset * t.width,
    panels: room.panels,
    tiles: room.tiles
  }
  const setting: Setting = {
    scope,
    p,
    t,
    registers: registersOf(scope, t),
    at: { a: t.packA ? tiles : a, b: t.packB ? panel : b },
    epilogue,
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
  const matrix = oneMatrix(room.behind, setting, { a, b, source }, addresses)
  const body = sequence(
    accumulators(emission, reductions, 'before'),
    a.set(site.moved(p.a.buffer)?.bytes ?? i32.const(0)),
    b.set(site.moved(p.b.buffer)?.bytes ?? i32.const(0)),
    ...walks.map((w) => w.pointer.set(w.from)),
    p.batch === 1 ? matrix : counted(scope.add('i32'), 0, p.batch, 1, matrix),
    accumulators(emission, reductions, 'after')
  )
  return { name: p.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
