/** What a memory plan must keep, whatever the program: judged from the plan and the kernels alone, before anything runs. */
import { reserved } from '../../../src/wasm/compile/emit.js'
import type { Node } from '../../../src/graph/Expr.js'
import {
  insidesOf,
  isNested,
  worksOf,
  type Access,
  type Axis,
  type Inside,
  type Kernel,
  type Lowered,
  type Nested,
  type Work
} from '../../../src/wasm/kernel/kernel.js'
import { reads, writes } from '../../../src/wasm/kernel/uses.js'
import type { Lifetime, Plan } from '../../../src/wasm/kernel/plan.js'
import type { Compiled } from '../../../src/wasm/compile/compile.js'
import { dim, type Dims } from '../../../src/tensor/dims.js'
import { bytesIn, describeIn, padded } from './buffers.js'
import { operation } from '../../../src/graph/families.js'

/** The elements between which an access stays: so far it steps along each axis. */
interface Reach {
  readonly buffer: number
  readonly least: number
  readonly most: number
}

interface Walked {
  readonly size: number
  readonly step: number
}

const reach = (buffer: number, offset: number, axes: ReadonlyArray<Walked>): ReadonlyArray<Reach> => {
  if (axes.some((x) => x.size === 0)) return []
  const ends = axes.map(({ size, step }) => (size - 1) * step)
  const total = (some: ReadonlyArray<number>): number => some.reduce((a, b) => a + b, offset)
  return [{ buffer, least: total(ends.filter((x) => x < 0)), most: total(ends.filter((x) => x > 0)) }]
}

const over = ({ buffer, offset, steps }: Access, domain: Dims): ReadonlyArray<Reach> =>
  reach(
    buffer,
    offset,
    domain.map((size, i) => ({ size, step: dim(steps, i) }))
  )

const inWork = ({ domain, elements, stores, reductions }: Work): ReadonlyArray<Reach> => [
  ...elements.flatMap((e) => (e._tag === 'Load' ? over(e.access, domain) : [])),
  ...[...stores, ...reductions].flatMap(({ access }) => over(access, domain))
]

const along = (axes: ReadonlyArray<Axis>, operand: 'a' | 'b'): ReadonlyArray<Walked> =>
  axes.map((x) => ({ size: x.size, step: x[operand] }))

const sized = (buffer: number, ...sizes: Dims): ReadonlyArray<Reach> =>
  reach(buffer, 0, [{ size: sizes.reduce((a, b) => a * b, 1), step: 1 }])

/** Everything that a kernel touches besides its elementwise work. */
const operandsOf = (k: Kernel): ReadonlyArray<Reach> => {
  switch (k._tag) {
    case 'Nest':
    case 'Rows':
    case 'Foreign':
    case 'Loop':
    case 'Repeat':
    case 'Branch':
      return []
    case 'Product': {
      const { a, b } = k
      const batch = (step: number): Walked => ({ size: k.batch, step })
      const [m, inner, n] = [k.m, k.k, k.n]
      return [
        ...reach(a.buffer, a.offset, [
          batch(a.batch),
          { size: m, step: a.row },
          { size: inner, step: a.column }
        ]),
        ...(k.packed
          ? sized(b.buffer, inner, n)
          : reach(b.buffer, b.offset, [
              batch(b.batch),
              { size: inner, step: b.row },
              { size: n, step: b.column }
            ]))
      ]
    }
    case 'Patches': {
      const axes = [...k.batch, ...k.rows, ...k.terms]
      const columns = { size: k.columns, step: 1 }
      return [
        ...reach(k.a.buffer, k.a.offset, along(axes, 'a')),
        ...reach(k.b.buffer, k.b.offset, [...along([...k.batch, ...k.terms], 'b'), columns])
      ]
    }
    case 'Lookup': {
      const [rows, whole] = [k.count, k.size].map((n) => [k.batch, k.before, n, k.length])
      const [x, out] = k.way === 'gather' ? [whole!, rows!] : [rows!, whole!]
      return [
        ...sized(k.x.buffer, ...x),
        ...sized(k.indices.buffer, k.batch, k.count),
        ...sized(k.out.buffer, ...out)
      ]
    }
    case 'Arg':
      return [...over(k.x, k.domain), ...over(k.out, k.domain.slice(0, -1))]
    case 'Bits':
      return sized(k.x.buffer, k.keys, 2)
    case 'Pool':
      return [
        ...reach(
          k.x.buffer,
          k.x.offset,
          k.axes.flatMap((x) => [
            { size: x.positions, step: x.position },
            { size: x.offsets, step: x.offset }
          ])
        ),
        ...reach(
          k.out.buffer,
          k.out.offset,
          k.axes.map((x) => ({ size: x.positions, step: x.out }))
        )
      ]
  }
}

/** A plan with what it is of. */
interface Judged extends Lowered {
  /** Kernels that have something to do. */
  readonly busy: ReadonlyArray<Kernel>
  readonly plan: Plan
  readonly elsewhere: ReadonlySet<number>
  readonly nodes: ReadonlyArray<Node>
  /** The first address. */
  readonly start: number
  readonly carried: ReadonlyArray<{ readonly argument: number; readonly result: number }>
  readonly name: (buffer: number) => string
}

/** No access leaves its buffer. */
const leaving = (p: Judged): ReadonlyArray<string> =>
  p.busy.flatMap((k, i) =>
    [...worksOf(k).flatMap(inWork), ...operandsOf(k)].flatMap(({ buffer, least, most }) =>
      least >= 0 && most < p.buffer(buffer).size
        ? []
        : [`kernel ${i} (${k.name}) reaches elements ${least} to ${most} of ${p.name(buffer)}`]
    )
  )

/** Whole vectors, between the first address and the last. */
const unplaced = (p: Judged): ReadonlyArray<string> =>
  p.plan.lifetimes.flatMap(({ buffer, bytes }) => {
    const at = p.plan.address(buffer) ?? 0
    const holds = at >= p.start && at % 16 === 0 && at + padded(bytes) <= p.plan.end
    return holds ? [] : [`${p.name(buffer)} is not at whole vectors before ${p.plan.end}`]
  })

/** Kernels use what is alive, and write neither arguments nor constants. */
const untimely = (p: Judged): ReadonlyArray<string> => {
  const known = new Map(p.plan.lifetimes.map((l) => [l.buffer, l]))
  const { name } = p
  return p.kernels.flatMap((k, i) => {
    const isDead = (buffer: number): boolean => {
      const life = known.get(buffer)
      if (p.elsewhere.has(buffer)) return false
      return life === undefined || life.from > i || life.to < i
    }
    const dead = [...reads(k), ...writes(k)].filter((a) => isDead(a.buffer))
    const given = writes(k).filter((a) => (known.get(a.buffer)?.from ?? 0) < 0)
    return [
      ...dead.map((a) => `kernel ${i} (${k.name}) uses ${name(a.buffer)}, which is not alive there`),
      ...given.map((a) => `kernel ${i} (${k.name}) writes ${name(a.buffer)}, which is there before`)
    ]
  })
}

interface Placed extends Lifetime {
  readonly at: number
}

/** The first of some in the order of their addresses that lies at an address or behind. */
const firstFrom = (placed: ReadonlyArray<Placed>, at: number): number => {
  let [low, high] = [0, placed.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (placed[middle]!.at < at) low = middle + 1
    else high = middle
  }
  return low
}

/** What is alive, by address; those whose time is over leave before others come. */
const alive = () => {
  const now: Array<Placed> = []
  const endings = new Map<number, Array<Placed>>()
  let time = -2
  const leave = (l: Placed): void => {
    now.splice(now.indexOf(l, firstFrom(now, l.at)), 1)
  }
  return {
    /** Those beside which a new one would lie. */
    neighbours: (l: Placed): ReadonlyArray<Placed> => {
      for (; time < l.from - 1; time++) endings.get(time + 1)?.forEach(leave)
      const i = firstFrom(now, l.at)
      return now.slice(Math.max(0, i - 1), i + 1)
    },
    enter: (l: Placed): void => {
      now.splice(firstFrom(now, l.at), 0, l)
      const same = endings.get(l.to)
      if (same === undefined) endings.set(l.to, [l])
      else same.push(l)
    }
  }
}

/** Buffers that are alive at once lie apart, but for a result over the argument that is donated to it, which stands for both. */
const overlapping = (p: Judged): ReadonlyArray<string> => {
  const { lifetimes, address, donated } = p.plan
  const placed = lifetimes
    .flatMap((l) => (l.bytes === 0 || donated.has(l.buffer) ? [] : [{ ...l, at: address(l.buffer) ?? 0 }]))
    .sort((a, b) => a.from - b.from)
  const { neighbours, enter } = alive()
  const { name } = p
  return placed.flatMap((l) => {
    const near = neighbours(l).filter((o) => o.at < l.at + l.bytes && l.at < o.at + o.bytes)
    enter(l)
    return near.map((o) => `${name(l.buffer)} overlaps ${name(o.buffer)}`)
  })
}

/** An argument has room for what is written over it, is donated once, and is read no more then. */
const misdonated = (p: Judged): ReadonlyArray<string> => {
  const { donated } = p.plan
  const { name } = p
  const [written, read] = [new Map<number, number>(), new Map<number, number>()]
  p.kernels.forEach((k, i) => {
    for (const { buffer } of writes(k)) written.set(buffer, written.get(buffer) ?? i)
    for (const { buffer } of reads(k)) read.set(buffer, i)
  })
  const byArgument = new Map([...donated].map(([result, argument]) => [argument, result]))
  const wrong = (result: number, argument: number): boolean =>
    bytesIn(p.buffer(result)) > bytesIn(p.buffer(argument)) ||
    p.nodes[argument]?._tag !== 'Input' ||
    byArgument.get(argument) !== result ||
    (read.get(argument) ?? -1) > (written.get(result) ?? -1)
  return [...donated].flatMap(([result, argument]) =>
    wrong(result, argument) ? [`${name(result)} is written over ${name(argument)}`] : []
  )
}

/** What is copied is all of a result, to all of the argument in its place. */
const mistransferred = (p: Judged): ReadonlyArray<string> => {
  const { plan, name } = p
  const wanted = p.carried.flatMap(({ argument, result }) => {
    const [from, to] = [plan.address(result), plan.address(argument)]
    const bytes = bytesIn(p.buffer(argument))
    return to === undefined || to === from || bytes === 0 ? [] : [{ from, to, bytes, argument, result }]
  })
  const key = (t: {
    readonly from: number | undefined
    readonly to: number
    readonly bytes: number
  }): string => [t.from, t.to, t.bytes].join()
  const made = new Set(plan.transfers.map(key))
  const missing = wanted.filter((w) => !made.has(key(w)))
  const more =
    plan.transfers.length === wanted.length
      ? []
      : [
          `${plan.transfers.length} transfers for ${wanted.length}: ${plan.transfers.map(key).join(' ')}, for ${p.carried.map((c) => name(c.result)).join(', ')}`
        ]
  return [...missing.map((w) => `${name(w.result)} is not copied to ${name(w.argument)} in full`), ...more]
}

const judges = [unplaced, overlapping, untimely, misdonated, mistransferred, leaving]

/** What is wrong with the plans of regions, those within them included. */
const insideOf = (p: Compiled, kernels: ReadonlyArray<Kernel>): ReadonlyArray<Judged> =>
  kernels
    .filter(isNested)
    .flatMap((k) => insidesOf(k).flatMap((x) => [ofRegion(p, k, x), ...insideOf(p, x.kernels)]))

const ofRegion = (p: Compiled, k: Nested, x: Inside): Judged => {
  const next = k._tag !== 'Branch' && x === k.body ? k.carried : []
  const describe = (buffer: number): string => {
    const n = x.nodes[buffer]
    const what = n === undefined ? 'copy' : n._tag === 'Input' ? n.name : operation(n)
    const at = x.plan.address(buffer) ?? -1
    return `buffer ${buffer} (${what}) of a ${k.name} at ${at} to ${at + bytesIn(x.buffer(buffer))}`
  }
  return {
    ...x,
    busy: x.kernels.filter((inner) => p.emitted.indexOf.has(inner)),
    start: 0,
    carried: next.map(({ slot }, i) => ({ argument: slot, result: x.outputs[i]! })),
    name: describe
  }
}

/** The argument that lies at an address. */
const argumentAt = ({ listed, port }: Compiled, at: number | undefined): number =>
  listed.nodes.findIndex((n, i) => n._tag === 'Input' && port(i).size > 0 && port(i).at === at)

const ofProgram = (p: Compiled): Judged => ({
  ...p.lowered,
  busy: p.emitted.kernels,
  plan: p.plan,
  elsewhere: new Set(),
  nodes: p.listed.nodes,
  start: reserved,
  carried: [...p.carried].map((k) => ({
    argument: argumentAt(p, p.inputs[k]?.at),
    result: p.lowered.outputs[k]!
  })),
  name: describeIn(p)
})

/** All that is wrong with the plan of a program and those of its regions. */
export const unsound = (p: Compiled): ReadonlyArray<string> =>
  [ofProgram(p), ...insideOf(p, p.lowered.kernels)].flatMap((x) => judges.flatMap((judge) => judge(x)))
