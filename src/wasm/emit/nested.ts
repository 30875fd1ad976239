/** Kernels with programs inside: loops and branches around calls of the functions of those. */
import {
  either,
  locals,
  move,
  nothing,
  repeat,
  sequence,
  when,
  type Func,
  type Local,
  type Locals
} from '../encode/control.js'
import { i32, type Statement, type Value } from '../encode/value.js'

import type { Alternative, Branch, Carry, Copy, Inside, Link, Loop, Repeat } from '../kernel/kernel.js'
import { copyBytes, joined } from './copy.js'

import type { Site } from './site.js'
import { mayFail } from '../kernel/fails.js'
import { widthOf } from '../kernel/width.js'

const bytesIn = (inside: Inside, buffer: number): number => {
  const { dtype, size: n } = inside.buffer(buffer)
  return n * widthOf(dtype)
}

/** The module around a region: what lies in its frame, which begins at an address, and what lies outside. */
const within = (site: Site, inside: Inside, at: number, links: ReadonlyArray<Link>): Site => {
  const outside = new Map(links.map((l) => [l.inside, site.address(l.outside)]))
  return {
    ...site,
    address: (id) => outside.get(id) ?? at + (inside.plan.address(id) ?? 0),
    sizeOf: (id) => inside.buffer(id).size
  }
}

/** Moves between two places of which one is the frame's. */
const copied = (inner: Site, site: Site, links: ReadonlyArray<Copy>): Statement =>
  sequence(
    ...links.map(({ outside, inside, bytes }) =>
      copyBytes(i32.const(site.address(outside)), i32.const(inner.address(inside)), bytes)
    )
  )

/** What a step leaves for the next one. */
const onward = ({ plan: { transfers } }: Inside, at: number): Statement =>
  sequence(...joined(transfers).map((t) => copyBytes(i32.const(at + t.to), i32.const(at + t.from), t.bytes)))

/** A region in its frame, and the code around it that all loops have. */
interface Setting {
  readonly site: Site
  readonly inner: Site
  readonly body: Inside
  readonly at: number
}

const settingOf = (site: Site, k: Loop | Repeat): Setting => {
  const at = site.address(k.frame)
  return { site, inner: within(site, k.body, at, k.given), body: k.body, at }
}

const carriedIn = ({ site, inner, body }: Setting, carried: ReadonlyArray<Carry>): Statement =>
  sequence(
    ...carried.map(({ first, slot }) =>
      copyBytes(i32.const(inner.address(slot)), i32.const(site.address(first)), bytesIn(body, slot))
    )
  )

const carriedOut = ({ site, inner, body }: Setting, carried: ReadonlyArray<Carry>): Statement => {
  const links = carried.flatMap(({ slot, last }) =>
    last === undefined ? [] : [{ inside: slot, outside: last, bytes: bytesIn(body, slot) }]
  )
  return copied(inner, site, links)
}

/** A slice of a stack that moves on with the steps, and its place in the frame. */
interface Slice {
  readonly pointer: Local<'i32'>
  readonly start: number
  readonly place: number
  readonly bytes: number
}

const slicesOf = (
  { site, inner }: Setting,
  scope: Locals,
  { reverse }: Loop,
  rows: number,
  links: ReadonlyArray<Copy>
): ReadonlyArray<Slice> =>
  links.map(({ outside, inside, bytes }) => {
    const start = site.address(outside) + (reverse ? (rows - 1) * bytes : 0)
    return { pointer: scope.add('i32'), start, place: inner.address(inside), bytes }
  })

const taken = ({ pointer, place, bytes }: Slice): Statement => copyBytes(i32.const(place), pointer.get, bytes)

const put = ({ pointer, place, bytes }: Slice): Statement => copyBytes(pointer.get, i32.const(place), bytes)

/** What has no answer ends the loop, if anything in it may have none. */
const goesOn = (site: Site, { kernels }: Inside, counted: Value<'i32'>): Value<'i32'> =>
  kernels.some(mayFail) ? i32.and(counted, i32.eqz(site.failed)) : counted

const onwards = (slices: ReadonlyArray<Slice>, reverse: boolean): Statement =>
  sequence(...slices.map((x) => move(x.pointer, reverse ? -x.bytes : x.bytes)))

/** Carries as they are before the first of so many steps: a counter says how many are left until then. */
const keeping = (scope: Locals, { every, reverse }: Loop, kept: ReadonlyArray<Slice>) => {
  const all = sequence(...kept.map(put), onwards(kept, reverse))
  if (every === 1 || kept.length === 0) return { start: nothing, keep: all }
  const left = scope.add('i32')
  return {
    start: left.set(i32.const(1)),
    keep: sequence(
      left.set(i32.sub(left.get, i32.const(1))),
      when(i32.eqz(left.get), sequence(all, left.set(i32.const(every))))
    )
  }
}

export const emitLoop = (site: Site, k: Loop): Func => {
  const scope = locals()
  const rest = scope.add('i32')
  const s = settingOf(site, k)
  const [sliced, stacked] = [
    slicesOf(s, scope, k, k.steps, k.sliced),
    slicesOf(s, scope, k, k.steps, k.stacked)
  ]
  const kept = slicesOf(s, scope, k, Math.ceil(k.steps / k.every), k.kept)
  const { start, keep } = keeping(scope, k, kept)
  const step = sequence(
    ...sliced.map(taken),
    keep,
    site.run(s.inner, k.body.kernels),
    ...stacked.map(put),
    onward(k.body, s.at),
    onwards([...sliced, ...stacked], k.reverse)
  )
  const again = i32.ne(rest.tee(i32.sub(rest.get, i32.const(1))), i32.const(0))
  const loop = sequence(
    ...[...sliced, ...kept, ...stacked].map((x) => x.pointer.set(i32.const(x.start))),
    start,
    rest.set(i32.const(k.steps)),
    repeat(step, goesOn(site, k.body, again))
  )
  const { code } = sequence(carriedIn(s, k.carried), k.steps === 0 ? nothing : loop, carriedOut(s, k.carried))
  return { name: k.name, parameters: [], results: [], locals: scope.types(), body: code }
}

/** The condition has its own part of the frame, behind that of the body, whose carries it reads. */
const asking = ({ site, inner, body, at }: Setting, k: Repeat): Site => {
  const outside = within(site, k.condition, at + body.plan.end, k.asked)
  const slots = new Map(k.slots.map((x) => [x.condition, inner.address(x.body)]))
  return { ...outside, address: (id) => slots.get(id) ?? outside.address(id) }
}

export const emitRepeat = (site: Site, k: Repeat): Func => {
  const scope = locals()
  const going = scope.add('i32')
  const s = settingOf(site, k)
  const condition = asking(s, k)
  const answer = i32.load({ base: i32.const(condition.address(k.condition.outputs[0]!)), offset: 0 })
  const fails = [...k.body.kernels, ...k.condition.kernels].some(mayFail)
  const ask = sequence(
    site.run(condition, k.condition.kernels),
    going.set(fails ? i32.and(answer, i32.eqz(site.failed)) : answer)
  )
  const step = sequence(site.run(s.inner, k.body.kernels), onward(k.body, s.at), ask)
  const { code } = sequence(
    carriedIn(s, k.carried),
    ask,
    when(going.get, repeat(step, going.get)),
    carriedOut(s, k.carried)
  )
  return { name: k.name, parameters: [], results: [], locals: scope.types(), body: code }
}

const alternativeOf = (
  site: Site,
  frame: number,
  { inside, given, copied: links }: Alternative
): Statement => {
  const inner = within(site, inside, site.address(frame), given)
  return sequence(site.run(inner, inside.kernels), copied(inner, site, links))
}

/** The first of some statements for an index up to 0, the last one from their number on. */
const chosen = (index: Local<'i32'>, parts: ReadonlyArray<Statement>): Statement =>
  parts
    .slice(0, -1)
    .reduceRight(
      (otherwise, part, k) => either(i32.leS(index.get, i32.const(k)), part, otherwise),
      parts.at(-1) ?? nothing
    )

export const emitBranch = (site: Site, k: Branch): Func => {
  const scope = locals()
  const index = scope.add('i32')
  const parts = k.alternatives.map((a) => alternativeOf(site, k.frame, a))
  const { code } =
    k.index === undefined
      ? sequence(...parts)
      : sequence(
          index.set(i32.load({ base: i32.const(site.address(k.index)), offset: 0 })),
          chosen(index, parts)
        )
  return { name: k.name, parameters: [], results: [], locals: scope.types(), body: code }
}
