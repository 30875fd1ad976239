/** Lookups: rows taken from places along an axis, or added to them. */
import { showDims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'
import {
  counted,
  either,
  locals,
  nothing,
  sequence,
  type Func,
  type Local,
  type Locals
} from '../encode/control.js'
import { f32x4, f64x2, v128 } from '../encode/simd.js'
import { i32, type Place, type Statement } from '../encode/value.js'
import type { Lookup } from '../kernel/kernel.js'
import { binaryLanes, plain, type Vector } from './lanes.js'
import { loadLanes, storeLanes } from './memory.js'
import type { Site } from './site.js'
import { widthOf } from '../kernel/width.js'

/** Does something for each group of neighbouring elements of a row. */
const eachPart = (
  i: Local<'i32'>,
  length: number,
  lanes: number,
  f: (at: Local<'i32'>, lanes: number) => Statement
): Statement => {
  const [rounds, rest] = [Math.floor(length / lanes), length % lanes]
  return sequence(
    rounds === 0 ? nothing : counted(i, 0, rounds * lanes, lanes, f(i, lanes)),
    rest === 0 ? nothing : sequence(i.set(i32.const(rounds * lanes)), f(i, rest))
  )
}

const elementAt = (row: Local<'i32'>, i: Local<'i32'>, width: number, address: number): Place => ({
  base: i32.mul(i32.add(row.get, i.get), i32.const(width)),
  offset: address
})

const message =
  (l: Lookup) =>
  (k: number): string =>
    `index ${String(l.indexDtype === 'u32' ? k >>> 0 : k)} is out of range for axis ${String(l.axis)} of ${showDims(l.whole)}; valid are 0 to ${String(l.size - 1)}`

/** Sums of f32 are kept in f64 until all rows have been added. */
const accumulatorDtype = (l: Lookup): DType => (l.way === 'scatter' && l.dtype === 'f32' ? 'f64' : l.dtype)

const added = (l: Lookup, sum: Vector, x: Vector): Vector =>
  l.dtype === 'f32'
    ? f64x2.add(sum, f64x2.promoteLowF32(x))
    : binaryLanes[l.dtype === 'bool' ? 'or' : 'add'](plain, l.dtype, sum, x)

/** A lookup with what its loops count, and where it adds up. */
interface Setting {
  readonly site: Site
  readonly l: Lookup
  /** Along the shared axes, those before the looked-up one, the indices, and the elements of a row. */
  readonly b: Local<'i32'>
  readonly p: Local<'i32'>
  readonly i: Local<'i32'>
  readonly j: Local<'i32'>
  /** The index. */
  readonly k: Local<'i32'>
  /** The first element of the row that goes with an index, and of that which is looked up. */
  readonly row: Local<'i32'>
  readonly place: Local<'i32'>
  readonly wide: DType
  readonly sums: number
  /** Elements of the whole. */
  readonly total: number
}

const settingOf = (site: Site, l: Lookup, scope: Locals): Setting => {
  const [b, p, i, j, k] = [
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32')
  ]
  const [row, place] = [scope.add('i32'), scope.add('i32')]
  const wide = accumulatorDtype(l)
  const total = l.batch * l.before * l.size * l.length
  const sums = wide === l.dtype ? site.address(l.out.buffer) : site.scratch(Math.ceil((total * 8) / 16) * 16)
  return { site, l, b, p, i, j, k, row, place, wide, sums, total }
}

/** Some elements of a row, taken or added. */
const moveOf = ({ site, l, j, row, place, wide, sums }: Setting, n: number): Statement => {
  const width = widthOf(l.dtype)
  const load = (from: Local<'i32'>): Vector =>
    loadLanes(l.dtype, elementAt(from, j, width, site.address(l.x.buffer)), 1, n)
  if (l.way === 'gather') {
    const to = elementAt(row, j, width, site.address(l.out.buffer))
    return storeLanes(l.dtype, to, load(place), 1, n)
  }
  const to = elementAt(place, j, widthOf(wide), sums)
  return storeLanes(wide, to, added(l, loadLanes(wide, to, 1, n), load(row)), 1, n)
}

/** The row of an index. */
const rowOf = (s: Setting): Statement => {
  const { l, b, p, i, j, k, row, place, wide } = s
  const block = i32.add(i32.mul(b.get, i32.const(l.before)), p.get)
  return sequence(
    row.set(i32.mul(i32.add(i32.mul(block, i32.const(l.count)), i.get), i32.const(l.length))),
    place.set(i32.mul(i32.add(i32.mul(block, i32.const(l.size)), k.get), i32.const(l.length))),
    eachPart(j, l.length, wide === 'f64' ? 2 : 4, (_, n) => moveOf(s, n))
  )
}

/** All rows of an index, if it is one. */
const lookedUp = (s: Setting): Statement => {
  const { site, l, b, p, i, k } = s
  const rows = rowOf(s)
  const index = i32.load({
    base: i32.shl(i32.add(i32.mul(b.get, i32.const(l.count)), i.get), i32.const(2)),
    offset: site.address(l.indices.buffer)
  })
  return sequence(
    k.set(index),
    either(
      i32.ltU(k.get, i32.const(l.size)),
      l.before * l.length === 0 ? nothing : counted(p, 0, l.before, 1, rows),
      site.fault(l.name, message(l), k.get)
    )
  )
}

const cleared = ({ j, wide, sums, total }: Setting): Statement => {
  const bytes = Math.ceil((total * widthOf(wide)) / 16) * 16
  return counted(j, 0, bytes, 16, v128.store({ base: j.get, offset: sums }, f64x2.const(0)))
}

const rounded = ({ site, l, j, sums, total }: Setting): Statement =>
  counted(
    j,
    0,
    Math.ceil(total / 2) * 8,
    8,
    v128.store64Lane(
      { base: j.get, offset: site.address(l.out.buffer) },
      f32x4.demoteF64(v128.load({ base: i32.shl(j.get, i32.const(1)), offset: sums })),
      0
    )
  )

export const emitLookup = (site: Site, l: Lookup): Func => {
  const scope = locals()
  const s = settingOf(site, l, scope)
  const one = lookedUp(s)
  const isEmpty = l.batch * l.count === 0
  const body = sequence(
    l.way === 'scatter' && s.total > 0 ? cleared(s) : nothing,
    isEmpty ? nothing : counted(s.b, 0, l.batch, 1, counted(s.i, 0, l.count, 1, one)),
    s.wide !== l.dtype && s.total > 0 ? rounded(s) : nothing
  )
  return { name: l.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
