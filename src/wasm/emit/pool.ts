/** Windows combined: neighbouring channels side by side, the offsets of a window one after the other. */
import { isFloat, type DType } from '../../tensor/DType.js'
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
import { i32x4, shuffle32, v128 } from '../encode/simd.js'
import { i32, select, type Statement, type Value } from '../encode/value.js'
import type { Pool, Slide } from '../kernel/kernel.js'
import { accumulatorOf, identityOf, parts } from './accumulate.js'
import { binaryLanes, convertLanes, plain, selectLanes, type Lanes, type Vector } from './lanes.js'
import { loadLanes, storeLanes } from './memory.js'
import type { Site } from './site.js'
import { widthOf } from '../kernel/width.js'

interface Setting {
  readonly scope: Locals
  readonly k: Pool
  readonly width: number
  readonly x: Local<'i32'>
  readonly out: Local<'i32'>
  /** What `argmax` counts: the place of the element under the pointer, if the operand had no frame. */
  readonly at: Local<'i32'>
  /** The position along each axis, for `argmax`. */
  readonly positions: ReadonlyArray<Local<'i32'>>
  readonly totals: ReadonlyArray<Local<'v128'>>
  readonly place: Local<'v128'>
}

/** Vectors are kept in locals of their own before they are read again. */
const keeping = (scope: Locals) => {
  const list: Array<Statement> = []
  const once = (x: Vector): Vector => {
    const kept = scope.add('v128')
    list.push(kept.set(x))
    return kept.get
  }
  const lanes: Lanes = { ...plain, once }
  return { list, once, lanes }
}

/** Beyond so many offsets they are counted in loops. */
const mostUnrolled = 16

const count = (axes: ReadonlyArray<Slide>): number => axes.reduce((n, x) => n * x.offsets, 1)

/** Does something at every offset of a window: `x` bytes on, and so many elements on in what is counted. */
const eachOffset = (
  s: Setting,
  axes: ReadonlyArray<Slide>,
  f: (x: number, counted: number) => Statement
): Statement => {
  if (count(axes) <= mostUnrolled) {
    const offsets = axes.reduce<ReadonlyArray<readonly [number, number]>>(
      (done, a) =>
        done.flatMap(([x, n]) =>
          Array.from({ length: a.offsets }, (_, k): readonly [number, number] => [
            x + k * a.offset * s.width,
            n + k * a.dilation * a.counted
          ])
        ),
      [[0, 0]]
    )
    return sequence(...offsets.map(([x, n]) => f(x, n)))
  }
  return [...axes].reverse().reduce(
    (inner, a) => {
      if (a.offsets === 1) return inner
      const on = (by: number): Statement =>
        sequence(move(s.x, by * a.offset * s.width), move(s.at, by * a.dilation * a.counted))
      return sequence(counted(s.scope.add('i32'), 0, a.offsets, 1, sequence(inner, on(1))), on(-a.offsets))
    },
    f(0, 0)
  )
}

/** A scalar, and its neighbours in what is counted. */
const splatPlace = (x: Value<'i32'>, by: number): Vector =>
  i32x4.add(i32x4.splat(x), i32x4.lanes(by, by + 1, by + 2, by + 3))

const replaces = (d: DType, l: Lanes, x: Vector, best: Vector): Vector => {
  const beats = binaryLanes.gt(l, d, x, best)
  if (!isFloat(d)) return beats
  const isNaN = (v: Vector): Vector => binaryLanes.ne(l, d, v, v)
  return v128.andnot(v128.or(beats, isNaN(x)), isNaN(best))
}

/** The place of the first element that a window has along an axis. */
const firstAlong = (s: Setting, a: Slide, axis: number): Value<'i32'> => {
  const start = i32.sub(i32.mul(s.positions[axis]!.get, i32.const(a.stride)), i32.const(a.low))
  const missing = i32.sub(i32.const(a.low), i32.mul(s.positions[axis]!.get, i32.const(a.stride)))
  const skipped = i32.mul(
    i32.divS(i32.add(missing, i32.const(a.dilation - 1)), i32.const(a.dilation)),
    i32.const(a.dilation)
  )
  const first = select(i32.ltS(start, i32.const(0)), i32.add(start, skipped), start)
  return i32.mul(first, i32.const(a.counted))
}

const firstPlace = (s: Setting, axes: ReadonlyArray<Slide>): Value<'i32'> =>
  axes.reduce<Value<'i32'>>((sum, a, axis) => i32.add(sum, firstAlong(s, a, axis)), i32.const(0))

const load = (s: Setting, lanes: number, offset: number): Vector =>
  loadLanes(s.k.dtype, { base: s.x.get, offset }, 1, lanes)

const argmax = (s: Setting, axes: ReadonlyArray<Slide>, lanes: number): Statement => {
  const d = s.k.dtype
  const best = s.totals[0]!
  const one = (offset: number, by: number): Statement => {
    const { list, once, lanes: l } = keeping(s.scope)
    const x = once(load(s, lanes, offset))
    const mask = once(replaces(d, l, x, best.get))
    return sequence(
      ...list,
      best.set(selectLanes(d, mask, x, best.get)),
      s.place.set(v128.bitselect(splatPlace(s.at.get, by), s.place.get, mask))
    )
  }
  return sequence(
    best.set(identityOf('max', d)),
    s.place.set(splatPlace(firstPlace(s, axes), 0)),
    eachOffset(s, axes, one),
    storeLanes('i32', { base: s.out.get, offset: 0 }, s.place.get, 1, lanes)
  )
}

const combined = (s: Setting, op: 'sum' | 'max', axes: ReadonlyArray<Slide>, lanes: number): Statement => {
  const d = s.k.dtype
  const wide = accumulatorOf(op, d)
  const f = binaryLanes[op === 'sum' ? 'add' : 'max']
  const totals = wide === d || lanes <= 2 ? s.totals.slice(0, 1) : s.totals
  const one = (offset: number): Statement => {
    const { list, once, lanes: l } = keeping(s.scope)
    const halves = parts(d, wide, lanes, once(load(s, lanes, offset)))
    return sequence(...list, ...totals.map((t, i) => t.set(f(l, wide, t.get, halves[i]!))))
  }
  const [low, high] = totals.map((t) => convertLanes(wide, d, t.get))
  const { list, once } = keeping(s.scope)
  const result = once(high === undefined ? low! : shuffle32(low!, high, [0, 1, 4, 5]))
  const to = { base: s.out.get, offset: 0 }
  return sequence(
    ...totals.map((t) => t.set(identityOf(op, wide))),
    eachOffset(s, axes, one),
    ...list,
    storeLanes(d, to, result, 1, lanes)
  )
}

/** One window, or those of neighbouring channels. */
const oneWindow = (s: Setting, axes: ReadonlyArray<Slide>, lanes: number): Statement =>
  s.k.op === 'argmax' ? argmax(s, axes, lanes) : combined(s, s.k.op, axes, lanes)

/** Moves on along an axis by so many positions. */
const onward = (s: Setting, a: Slide, by: number): Statement =>
  sequence(
    move(s.x, by * a.position * s.width),
    move(s.out, by * a.out * widthOf(s.k.op === 'argmax' ? 'i32' : s.k.dtype)),
    s.k.op === 'argmax' ? move(s.at, by * a.stride * a.counted) : nothing
  )

/** An axis of channels: nothing slides along it, and they are neighbours. */
const areChannels = (a: Slide | undefined): boolean =>
  a?.offsets === 1 && a.position === 1 && a.out === 1 && a.low === 0 && a.stride === 1

const along = (s: Setting, axis: number, lanes: number, from: number, to: number): Statement => {
  const a = s.k.axes[axis]!
  const body = sequence(oneWindow(s, s.k.axes, lanes), onward(s, a, lanes))
  return from >= to ? nothing : counted(s.positions[axis]!, from, to, lanes, body)
}

/** All windows along the innermost axis. */
const innermost = (s: Setting, axis: number): Statement => {
  const a = s.k.axes[axis]
  if (a === undefined) return oneWindow(s, s.k.axes, 1)
  const lanes = areChannels(a) ? 16 / s.width : 1
  const whole = Math.floor(a.positions / lanes) * lanes
  const rest = a.positions - whole
  const tail =
    rest === 0
      ? nothing
      : sequence(s.positions[axis]!.set(i32.const(whole)), oneWindow(s, s.k.axes, rest), onward(s, a, rest))
  return sequence(along(s, axis, lanes, 0, whole), tail, onward(s, a, -a.positions))
}

/** The function of a kernel none of whose sizes is 0. */
export const emitPool = (site: Site, k: Pool): Func => {
  const scope = locals()
  const width = widthOf(k.dtype)
  const s: Setting = {
    scope,
    k,
    width,
    x: scope.add('i32'),
    out: scope.add('i32'),
    at: scope.add('i32'),
    positions: k.axes.map(() => scope.add('i32')),
    totals: [scope.add('v128'), scope.add('v128')],
    place: scope.add('v128')
  }
  const last = k.axes.length - 1
  const loops = k.axes
    .slice(0, -1)
    .reduceRight(
      (inner, a, axis) =>
        sequence(
          counted(s.positions[axis]!, 0, a.positions, 1, sequence(inner, onward(s, a, 1))),
          onward(s, a, -a.positions)
        ),
      innermost(s, last)
    )
  const body = sequence(
    s.x.set(i32.const(site.address(k.x.buffer) + k.x.offset * width)),
    s.out.set(i32.const(site.address(k.out.buffer))),
    s.at.set(i32.const(k.axes.reduce((sum, a) => sum - a.low * a.counted, 0))),
    loops
  )
  return { name: k.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
