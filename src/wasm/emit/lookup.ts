/** Lookups: rows taken from places along an axis, or added to them. */
import { showDims } from '../../tensor/dims.js'
import { counted, either, locals, nothing, sequence, type Func, type Local } from '../encode/control.js'
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
const accumulatorDtype = (l: Lookup) => (l.way === 'scatter' && l.dtype === 'f32' ? 'f64' : l.dtype)

const added = (l: Lookup, sum: Vector, x: Vector): Vector =>
  l.dtype === 'f32'
    ? f64x2.add(sum, f64x2.promoteLowF32(x))
    : binaryLanes[l.dtype === 'bool' ? 'or' : 'add'](plain, l.dtype, sum, x)

export const emitLookup = (site: Site, l: Lookup): Func => {
  const scope = locals()
  const [b, p, i, j, k] = [
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32'),
    scope.add('i32')
  ]
  const [row, place] = [scope.add('i32'), scope.add('i32')]
  const width = widthOf(l.dtype)
  const wide = accumulatorDtype(l)
  const total = l.batch * l.before * l.size * l.length
  const inScratch = wide !== l.dtype
  const sums = inScratch ? site.scratch(Math.ceil((total * 8) / 16) * 16) : site.address(l.out.buffer)
  const lanes = wide === 'f64' ? 2 : 4
  const x = (n: number): Vector =>
    loadLanes(l.dtype, elementAt(row, j, width, site.address(l.x.buffer)), 1, n)
  const gather = (_: Local<'i32'>, n: number): Statement => {
    const from = elementAt(place, j, width, site.address(l.x.buffer))
    const to = elementAt(row, j, width, site.address(l.out.buffer))
    return storeLanes(l.dtype, to, loadLanes(l.dtype, from, 1, n), 1, n)
  }
  const scatter = (_: Local<'i32'>, n: number): Statement => {
    const to = elementAt(place, j, widthOf(wide), sums)
    return storeLanes(wide, to, added(l, loadLanes(wide, to, 1, n), x(n)), 1, n)
  }
  const block = i32.add(i32.mul(b.get, i32.const(l.before)), p.get)
  const rows = sequence(
    row.set(i32.mul(i32.add(i32.mul(block, i32.const(l.count)), i.get), i32.const(l.length))),
    place.set(i32.mul(i32.add(i32.mul(block, i32.const(l.size)), k.get), i32.const(l.length))),
    eachPart(j, l.length, lanes, l.way === 'gather' ? gather : scatter)
  )
  const index = i32.load({
    base: i32.shl(i32.add(i32.mul(b.get, i32.const(l.count)), i.get), i32.const(2)),
    offset: site.address(l.indices.buffer)
  })
  const one = sequence(
    k.set(index),
    either(
      i32.ltU(k.get, i32.const(l.size)),
      l.before * l.length === 0 ? nothing : counted(p, 0, l.before, 1, rows),
      site.fault(l.name, message(l), k.get)
    )
  )
  const bytes = Math.ceil((total * widthOf(wide)) / 16) * 16
  const clear = counted(j, 0, bytes, 16, v128.store({ base: j.get, offset: sums }, f64x2.const(0)))
  const round = counted(
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
  const isEmpty = l.batch * l.count === 0
  const body = sequence(
    l.way === 'scatter' && total > 0 ? clear : nothing,
    isEmpty ? nothing : counted(b, 0, l.batch, 1, counted(i, 0, l.count, 1, one)),
    inScratch && total > 0 ? round : nothing
  )
  return { name: l.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
