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
  type Global,
  type Local,
  type Locals
} from '../encode/control.js'
import { i32, type Statement, type Value } from '../encode/value.js'

import type { Alternative, Branch, Carry, Copy, Inside, Link, Loop, Repeat, Slice } from '../kernel/kernel.js'
import { copyBytes, joined } from './copy.js'

import { addressOf, type Moved, type Site } from './site.js'
import { mayFail } from '../kernel/fails.js'
import { widthOf } from '../kernel/width.js'

const bytesIn = (inside: Inside, buffer: number): number => {
  const { dtype, size: n } = inside.buffer(buffer)
  return n * widthOf(dtype)
}

/** The module around a region: what lies in its frame, which begins at an address, and what lies outside. */
const within = (site: Site, inside: Inside, at: number, links: ReadonlyArray<Link>): Site => {
  const outside = new Map(links.map((l) => [l.inside, l.outside]))
  return {
    ...site,
    address: (id) => {
      const there = outside.get(id)
      return there === undefined ? at + (inside.plan.address(id) ?? 0) : site.address(there)
    },
    moved: (id) => {
      const there = outside.get(id)
      return there === undefined ? undefined : site.moved(there)
    },
    sizeOf: (id) => inside.buffer(id).size
  }
}

/** Behind what has moved already by as many slices as a variable says. */
const movedOn = (outer: Moved | undefined, step: Global, bytes: number): Moved => {
  const by = i32.mul(step.get, i32.const(bytes))
  return {
    name: `${outer?.name ?? ''} ${String(step.index)} x ${String(bytes)}`,
    bytes: outer === undefined ? by : i32.add(outer.bytes, by)
  }
}

/** The inside of a loop with slices in place: they lie in their stacks, as far on as a variable says. */
const along = (inner: Site, site: Site, step: Global, slices: ReadonlyArray<Slice>): Site => {
  const own = new Map(slices.map((l) => [l.inside, l]))
  return {
    ...inner,
    address: (id) => {
      const slice = own.get(id)
      return slice === undefined ? inner.address(id) : site.address(slice.outside)
    },
    moved: (id) => {
      const slice = own.get(id)
      return slice === undefined ? inner.moved(id) : movedOn(site.moved(slice.outside), step, slice.bytes)
    }
  }
}

/** Moves between two places of which one is the frame's. */
const copied = (inner: Site, site: Site, links: ReadonlyArray<Copy>): Statement =>
  sequence(
    ...links.map(({ outside, inside, bytes }) =>
      copyBytes(addressOf(site, outside), addressOf(inner, inside), bytes)
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
      copyBytes(addressOf(inner, slot), addressOf(site, first), bytesIn(body, slot))
    )
  )

const carriedOut = ({ site, inner, body }: Setting, carried: ReadonlyArray<Carry>): Statement => {
  const links = carried.flatMap(({ slot, last }) =>
    last === undefined ? [] : [{ inside: slot, outside: last, bytes: bytesIn(body, slot) }]
  )
  return copied(inner, site, links)
}

/** A slice of a stack that is copied: where it is moves on with the steps; and its place in the frame. */
interface Copied {
  readonly pointer: Local<'i32'>
  readonly start: Value<'i32'>
  readonly place: number
  readonly bytes: number
}

type Copies = ReadonlyArray<Copied>

const copiedSlices = (
  { site, inner }: Setting,
  scope: Locals,
  { reverse }: Loop,
  rows: number,
  links: ReadonlyArray<Copy>
): ReadonlyArray<Copied> =>
  links.map(({ outside, inside, bytes }) => {
    const start = addressOf(site, outside, reverse ? (rows - 1) * bytes : 0)
    return { pointer: scope.add('i32'), start, place: inner.address(inside), bytes }
  })

const taken = ({ pointer, place, bytes }: Copied): Statement =>
  copyBytes(i32.const(place), pointer.get, bytes)

const put = ({ pointer, place, bytes }: Copied): Statement => copyBytes(pointer.get, i32.const(place), bytes)

/** What has no answer ends the loop, if anything in it may have none. */
const goesOn = (site: Site, { kernels }: Inside, counted: Value<'i32'>): Value<'i32'> =>
  kernels.some(mayFail) ? i32.and(counted, i32.eqz(site.failed)) : counted

const isCopied = (l: Slice): boolean => !l.inPlace

/** The inside with what lies in place, and what counts the steps for it. */
const placed = ({ site, inner }: Setting, { steps, reverse, sliced, stacked }: Loop) => {
  const slices = [...sliced, ...stacked].filter((l) => l.inPlace)
  if (slices.length === 0) return { start: nothing, inner, next: nothing }
  const step = site.variable()
  return {
    start: step.set(i32.const(reverse ? steps - 1 : 0)),
    inner: along(inner, site, step, slices),
    next: step.set(i32.add(step.get, i32.const(reverse ? -1 : 1)))
  }
}

const onwards = (copies: ReadonlyArray<Copied>, reverse: boolean): Statement =>
  sequence(...copies.map((x) => move(x.pointer, reverse ? -x.bytes : x.bytes)))

/** Carries as they are before the first of so many steps: a counter says how many are left until then. */
const keeping = (scope: Locals, { every, reverse }: Loop, kept: ReadonlyArray<Copied>) => {
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
  const { start, inner, next } = placed(s, k)
  const copies = (links: ReadonlyArray<Copy>, rows: number) => copiedSlices(s, scope, k, rows, links)
  const [sliced, stacked] = [k.sliced, k.stacked].map((l) => copies(l.filter(isCopied), k.steps)) as [
    Copies,
    Copies
  ]
  const kept = copies(k.kept, Math.ceil(k.steps / k.every))
  const keeps = keeping(scope, k, kept)
  const step = sequence(
    ...sliced.map(taken),
    keeps.keep,
    site.run(inner, k.body.kernels),
    ...stacked.map(put),
    onward(k.body, s.at),
    onwards([...sliced, ...stacked], k.reverse),
    next
  )
  const again = i32.ne(rest.tee(i32.sub(rest.get, i32.const(1))), i32.const(0))
  const loop = sequence(
    ...[...sliced, ...kept, ...stacked].map((x) => x.pointer.set(x.start)),
    keeps.start,
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
  const answer = i32.load({ base: addressOf(condition, k.condition.outputs[0]!), offset: 0 })
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
      : sequence(index.set(i32.load({ base: addressOf(site, k.index), offset: 0 })), chosen(index, parts))
  return { name: k.name, parameters: [], results: [], locals: scope.types(), body: code }
}
