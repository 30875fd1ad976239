/** Operations with regions: kernels that run programs of their own. */
import type { Aval, Call, Case, Custom, Region, Scan, While } from '../../graph/Expr.js'
import { scanParts } from '../../graph/make.js'
import { range, size } from '../../tensor/dims.js'
import type { Alternative, Carry, Copy, Inside, Kernel, Link, Slice } from '../kernel/kernel.js'
import type { Context } from './context.js'
import { copied, settled } from './copy.js'
import { widthOf } from '../kernel/width.js'

/** What of a region lies in the frame, by position. Everything else lies outside. */
export interface Frame {
  /** Parameters that have places in it: slices and carries. */
  readonly own: ReadonlyArray<number>
  /** The parameters that the first results become in the next step. */
  readonly next: ReadonlyArray<number>
  /** Whether the region runs several times, so that what is the same each time is worth doing before. */
  readonly repeats: boolean
  /** Results that are made where they are wanted, if the region makes them itself. */
  readonly outside: boolean
  /** Parameters and results that are slices of stacks: they lie there if they can. */
  readonly slices: { readonly parameters: ReadonlyArray<number>; readonly results: ReadonlyArray<number> }
}

const none: Frame = {
  own: [],
  next: [],
  repeats: false,
  outside: false,
  slices: { parameters: [], results: [] }
}

/** From a region to the program of it within a kernel. */
export type Embed = (region: Region, frame: Frame) => Inside

/** Buffers that hold operands from beginning to end, and what copies them there. */
const wholes = (c: Context, operands: ReadonlyArray<number>) => {
  const all = operands.map((k) => settled(c, k))
  return { before: all.flatMap(([, copies]) => copies), buffers: all.map(([{ buffer }]) => buffer) }
}

/** Constants of a region have places outside, where nothing else is written. */
const constantLinks = (c: Context, { constants, buffer }: Inside): ReadonlyArray<Link> =>
  [...constants].map(([inside, value]) => ({ inside, outside: c.constant(buffer(inside), value) }))

const linked = (c: Context, x: Inside, buffers: ReadonlyArray<number>): ReadonlyArray<Link> => [
  ...buffers.map((outside, i) => ({ outside, inside: x.parameters[i]! })),
  ...constantLinks(c, x)
]

/** What is done before a loop for all its steps, in buffers outside. */
const packedBefore = (c: Context, { packed }: Inside, given: ReadonlyArray<Link>) => {
  const outside = new Map(given.map((l) => [l.inside, l.outside]))
  const all = packed.map(({ inside, dtype, shape, from }) => {
    const to = c.temporary(dtype, shape)
    const source = { ...from, buffer: outside.get(from.buffer)! }
    return { link: { inside, outside: to.buffer }, kernel: copied('pack', shape, dtype, source, to) }
  })
  return { before: all.map((x) => x.kernel), links: all.map((x) => x.link) }
}

const frameOf = (c: Context, ...bytes: ReadonlyArray<number>): number => {
  const shape = [bytes.reduce((a, b) => Math.max(a, b), 0) / 4]
  return c.temporary('i32', shape).buffer
}

/** Carries from step to step; of results those that are read have a buffer. */
const carries = (
  first: ReadonlyArray<number>,
  slots: ReadonlyArray<number>,
  last: ReadonlyArray<number | undefined>
): ReadonlyArray<Carry> => first.map((x, i) => ({ first: x, slot: slots[i]!, last: last[i] }))

/** Copies of those values that are read, which have some shapes inside. */
const read = (
  outside: ReadonlyArray<number | undefined>,
  inside: ReadonlyArray<number>,
  likes: ReadonlyArray<Aval>
): ReadonlyArray<Copy> =>
  outside.flatMap((o, i) =>
    o === undefined ? [] : [{ outside: o, inside: inside[i]!, bytes: bytesOf(likes[i]!) }]
  )

const slices = ({ inPlace }: Inside, links: ReadonlyArray<Copy>): ReadonlyArray<Slice> =>
  links.map((l) => ({ ...l, inPlace: inPlace.has(l.inside) }))

const bytesOf = ({ shape, dtype }: Aval): number => size(shape) * widthOf(dtype)

/** A body without the outputs that nobody reads. */
const trimmed = (n: Scan, results: ReadonlyArray<number | undefined>): Region => ({
  parameters: n.body.parameters,
  results: n.body.results.filter((_, i) => i < n.carries || results[i] !== undefined)
})

const scan = (c: Context, n: Scan, i: number, embed: Embed): ReadonlyArray<Kernel> => {
  const { before, buffers } = wholes(c, c.operandsOf(i))
  const results = c.results(i)
  const [end, carriesFrom] = [n.xs.length, n.captured]
  const region = trimmed(n, results)
  const body = embed(region, {
    own: range(carriesFrom, end),
    next: range(carriesFrom, carriesFrom + n.carries),
    repeats: n.length > 1,
    outside: false,
    slices: {
      parameters: range(carriesFrom + n.carries, end),
      results: range(n.carries, region.results.length)
    }
  })
  const [x, own] = [scanParts(n, buffers), scanParts(n, body.parameters)]
  const likes = scanParts(n, region.parameters)
  const outputs = results.slice(n.carries, n.body.results.length).filter((r) => r !== undefined)
  const given = linked(c, body, x.captured)
  const once = packedBefore(c, body, given)
  return [
    ...before,
    ...once.before,
    {
      _tag: 'Loop',
      name: 'scan',
      steps: n.length,
      reverse: n.reverse,
      frame: frameOf(c, body.plan.end),
      body,
      given: [...given, ...once.links],
      carried: carries(x.carried, own.carried, results),
      sliced: slices(body, read(x.inputs, own.inputs, likes.inputs)).filter(
        (l) => l.inPlace || body.plan.address(l.inside) !== undefined
      ),
      every: n.chunks[0] ?? 1,
      kept: read(results.slice(n.body.results.length), own.carried, likes.carried),
      stacked: slices(body, read(outputs, body.outputs.slice(n.carries), region.results.slice(n.carries)))
    }
  ]
}

const whileLoop = (c: Context, n: While, i: number, embed: Embed): ReadonlyArray<Kernel> => {
  const { before, buffers } = wholes(c, c.operandsOf(i))
  const own = range(n.captured, n.xs.length)
  const body = embed(n.body, { ...none, own, next: own, repeats: true })
  const condition = embed(n.condition, none)
  const [given, first] = [buffers.slice(0, n.captured), buffers.slice(n.captured)]
  const slots = body.parameters.slice(n.captured)
  const constant = linked(c, body, given)
  const once = packedBefore(c, body, constant)
  return [
    ...before,
    ...once.before,
    {
      _tag: 'Repeat',
      name: 'while',
      frame: frameOf(c, body.plan.end + condition.plan.end),
      body,
      condition,
      given: [...constant, ...once.links],
      asked: linked(c, condition, given),
      carried: carries(first, slots, c.results(i)),
      slots: condition.parameters.slice(n.captured).map((k, j) => ({ body: slots[j]!, condition: k }))
    }
  ]
}

/** Results that a region does not make in their places are copied there, such as parameters that it answers with. */
const alternative = (
  c: Context,
  region: Region,
  operands: ReadonlyArray<number>,
  results: ReadonlyArray<number | undefined>,
  embed: Embed
): Alternative => {
  const wanted = { ...region, results: region.results.filter((_, k) => results[k] !== undefined) }
  const inside = embed(wanted, { ...none, outside: true })
  const all = read(
    results.filter((r) => r !== undefined),
    inside.outputs,
    wanted.results
  )
  const made = all.filter((l) => inside.made.has(l.inside))
  const first = made.filter((l, k) => made.findIndex((m) => m.inside === l.inside) === k)
  return {
    inside,
    given: [...linked(c, inside, operands), ...first],
    copied: all.filter((l) => !first.includes(l))
  }
}

const branches = (c: Context, n: Call | Case, i: number, embed: Embed): ReadonlyArray<Kernel> => {
  const { before, buffers } = wholes(c, c.operandsOf(i))
  const results = c.results(i)
  const [index, operands] = n._tag === 'Case' ? [buffers[0], buffers.slice(1)] : [undefined, buffers]
  const regions = n._tag === 'Case' ? n.branches : [n.body]
  const alternatives = regions.map((r) => alternative(c, r, operands, results, embed))
  return [
    ...before,
    {
      _tag: 'Branch',
      name: n._tag === 'Case' ? 'choose' : 'call',
      frame: frameOf(c, ...alternatives.map((a) => a.inside.plan.end)),
      index,
      alternatives,
      results: results.filter((r) => r !== undefined)
    }
  ]
}

/** A user's primitive, which is no part of the module. */
export const foreign = (c: Context, n: Custom, i: number): ReadonlyArray<Kernel> => {
  const { before, buffers } = wholes(c, c.operandsOf(i))
  return [
    ...before,
    {
      _tag: 'Foreign',
      name: n.rule.name,
      rule: n.rule,
      operands: n.xs.map(({ shape, dtype }, k) => ({ shape, dtype, buffer: buffers[k]! })),
      results: c.results(i),
      declared: n.results
    }
  ]
}

export const nested = (
  c: Context,
  n: Call | Case | Scan | While,
  i: number,
  embed: Embed
): ReadonlyArray<Kernel> => {
  switch (n._tag) {
    case 'Scan':
      return scan(c, n, i, embed)
    case 'While':
      return whileLoop(c, n, i, embed)
    case 'Call':
    case 'Case':
      return branches(c, n, i, embed)
  }
}
