/**
 * What a compiled program consists of, as data.
 *
 * @since 0.1.0
 */
import type { Node } from '../../graph/Expr.js'
import { inputNames } from '../../graph/print.js'
import { size, type Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'

import { codeBytes, pageSize } from '../encode/module.js'
import {
  insidesOf,
  isNested,
  worksOf,
  type Access,
  type Element,
  type Inside,
  type Kernel,
  type Nested,
  type Patches,
  type Work
} from '../kernel/kernel.js'
import { reads, writes } from '../kernel/uses.js'
import type { Compiled } from '../compile/compile.js'
import { widthOf } from '../kernel/width.js'
import { operation } from '../../graph/families.js'

/**
 * A pass over memory that computes several operations at once.
 *
 * @since 0.1.0
 * @category model
 */
export interface KernelReport {
  /** The operations that are fused in it, in the order in which they are computed. */
  readonly operations: ReadonlyArray<string>
  /** The points at which it computes; for products batch, rows, terms and columns. */
  readonly domain: ReadonlyArray<number>
  /** Names of buffers. */
  readonly reads: ReadonlyArray<string>
  readonly writes: ReadonlyArray<string>
  /** Operations on numbers: each function of an element counts one, each term of a product two. */
  readonly flops: number
  /** Read and written, each element of a buffer once. */
  readonly bytesMoved: number
  /** Of its own function, without those that it calls. */
  readonly codeBytes: number
  /** The kernels of its regions, if it has some: a loop runs them so many times as it has steps, which flops and bytes of the loop count. */
  readonly inside?: ReadonlyArray<KernelReport>
}

/**
 * A place in memory.
 *
 * @since 0.1.0
 * @category model
 */
export interface BufferReport {
  readonly name: string
  /** The operation whose value it holds. */
  readonly holds: string
  readonly dtype: DType
  readonly size: number
  readonly address: number
  readonly bytes: number
  /** The first and last kernel that need it; -1 stands for before the first one, the number of kernels for after the last one. */
  readonly first: number
  readonly last: number
  /** The argument over which it is written, as the next run's; it begins where that does. Other buffers that live at once lie apart. */
  readonly over?: string
}

/**
 * What a compiled program consists of.
 *
 * @since 0.1.0
 * @category model
 */
export interface Explanation {
  readonly kernels: ReadonlyArray<KernelReport>
  /**
   * All other functions: those that run the kernels in order, that keep results for the next run and that give NaNs one form, and what kernels
   * call, mathematical functions and parts of products.
   */
  readonly functions: ReadonlyArray<{ readonly name: string; readonly codeBytes: number }>
  readonly buffers: ReadonlyArray<BufferReport>
  /** What is copied when a run has succeeded, because a result could not be written over the argument that it replaces. */
  readonly copies: ReadonlyArray<{ readonly from: string; readonly to: string; readonly bytes: number }>
  readonly flops: number
  readonly bytesMoved: number
  /** The size of the whole module; little of it is not code of kernels and functions. */
  readonly codeBytes: number
  /** Of the largest kernel's own use, behind all buffers. */
  readonly scratchBytes: number
  /** All buffers and what kernels use, with places used again. */
  readonly peakBytes: number
  /** What is asked of the host: whole pages. */
  readonly memoryBytes: number
  readonly constantBytes: number
}

const total = <A>(xs: ReadonlyArray<A>, f: (x: A) => number): number => xs.reduce((sum, x) => sum + f(x), 0)

const elementName = (e: Element): string | undefined => {
  switch (e._tag) {
    case 'Load':
    case 'Literal':
    case 'Accumulator':
      return undefined
    case 'Index':
      return 'iota'
    case 'Unary':
    case 'Binary':
      return e.op
    case 'Select':
      return 'where'
    case 'Convert':
      return 'convert'
  }
}

const namesIn = ({ elements, reductions }: Work): ReadonlyArray<string> => [
  ...elements.flatMap((e) => elementName(e) ?? []),
  ...reductions.map((r) => r.op)
]

const stepsOf = (k: Nested): number => (k._tag === 'Loop' ? k.steps : 1)

const operationsOf = (k: Kernel): ReadonlyArray<string> => {
  if (k._tag === 'Loop') return [`${k.name} of ${String(k.steps)} steps`]
  if (k._tag === 'Foreign') return [`${k.name} in JavaScript`]
  const names = worksOf(k).flatMap(namesIn)
  if ('epilogue' in k) return [k.name, ...names]
  return names.length === 0 ? [k.name] : names
}

const domainOf = (k: Kernel): Dims => {
  switch (k._tag) {
    case 'Loop':
      return [k.steps]
    case 'Repeat':
    case 'Branch':
    case 'Foreign':
      return []
    case 'Nest':
    case 'Arg':
      return k.domain
    case 'Rows':
      return k.stages.map((s) => s.domain).reduce((a, b) => (size(b) > size(a) ? b : a))
    case 'Product':
      return [k.batch, k.m, k.k, k.n]
    case 'Lookup':
      return [k.batch, k.before, k.count, k.length]
    case 'Bits':
      return [k.keys, k.counters]
    case 'Patches':
      return [...[...k.batch, ...k.rows, ...k.terms].map((x) => x.size), k.columns]
    case 'Pool':
      return k.axes.flatMap(({ positions, offsets }) => [positions, offsets])
  }
}

const flopsIn = ({ domain, elements, reductions }: Work): number =>
  size(domain) * (elements.filter((e) => 'args' in e).length + reductions.length)

/** What the kernels of regions come to, at each step. */
const inEach = (k: Nested, f: (k: Kernel) => number): number =>
  stepsOf(k) *
  total(
    insidesOf(k).flatMap((x) => x.kernels),
    f
  )

/** How many numbers are computed, as far as the module knows: so many at each point of the domain. Loops of unknown length count one step, branches all of them. */
const flopsOf = (k: Kernel): number => {
  switch (k._tag) {
    case 'Loop':
    case 'Repeat':
    case 'Branch':
      return inEach(k, flopsOf)
    case 'Nest':
    case 'Rows':
      return total(worksOf(k), flopsIn)
    case 'Product':
    case 'Patches':
      return 2 * size(domainOf(k)) + flopsIn(k.epilogue)
    case 'Lookup':
      return k.way === 'scatter' ? size(domainOf(k)) : 0
    case 'Foreign':
      return 0
    case 'Arg':
    case 'Bits':
    case 'Pool':
      return size(domainOf(k))
  }
}

/** Elements of a buffer that a walk over a domain touches. */
const touched = (domain: Dims, { steps }: Access): number =>
  domain.reduce((n, d, i) => (steps[i] === 0 ? n : n * d), 1)

type Moved = readonly [DType, number]

const elementsIn = ({ domain, elements, stores, reductions }: Work): ReadonlyArray<Moved> => {
  const of = (dtype: DType, access: Access): Moved => [dtype, touched(domain, access)]
  return [
    ...elements.flatMap((e) => (e._tag === 'Load' ? [of(e.dtype, e.access)] : [])),
    ...[...stores, ...reductions].map((s) => of(elements[s.element]!.dtype, s.access))
  ]
}

const product = (ns: ReadonlyArray<number>): number => ns.reduce((a, n) => a * n, 1)

/** Patches overlap: their elements count as often as they are read for one result. */
const patchesElements = ({ batch, rows, terms, columns }: Patches): number => {
  const [b, m, k] = [batch, rows, terms].map((axes) => product(axes.map((x) => x.size))) as [
    number,
    number,
    number
  ]
  return b * (m * k + k * columns)
}

/** How many elements of which dtypes move between memory and a kernel. */
const movedElements = (k: Exclude<Kernel, Nested>): ReadonlyArray<Moved> => {
  switch (k._tag) {
    case 'Foreign': {
      const written = k.declared.filter((_, i) => k.results[i] !== undefined)
      return [...k.operands, ...written].map((x) => [x.dtype, size(x.shape)])
    }
    case 'Nest':
    case 'Rows':
      return worksOf(k).flatMap(elementsIn)
    case 'Product':
      return [[k.dtype, k.batch * (k.m * k.k + k.k * k.n)], ...elementsIn(k.epilogue)]
    case 'Lookup': {
      const rows = k.batch * k.before * k.count * k.length
      const written = k.way === 'gather' ? rows : size(k.whole)
      return [
        [k.dtype, rows + written],
        [k.indexDtype, k.batch * k.count]
      ]
    }
    case 'Arg':
      return [
        [k.dtype, size(k.domain)],
        ['i32', size(k.domain.slice(0, -1))]
      ]
    case 'Bits':
      return [['u32', 2 * k.keys + k.keys * k.counters]]
    case 'Patches':
      return [[k.dtype, patchesElements(k)], ...elementsIn(k.epilogue)]
    case 'Pool':
      return [
        [k.dtype, product(k.axes.map((x) => x.positions)) * (product(k.axes.map((x) => x.offsets)) + 1)]
      ]
  }
}

const movedBytes = (k: Kernel): number =>
  isNested(k)
    ? inEach(k, movedBytes)
    : movedElements(k).reduce((sum, [dtype, n]) => sum + widthOf(dtype) * n, 0)

/** Names of buffers: inputs have their own, the others are numbered in the order in which they come to hold something. */
const namesOf = ({ listed: { nodes }, plan }: Compiled): ((buffer: number) => string) => {
  const inputs = inputNames(nodes.filter((n) => n._tag === 'Input'))
  const own = (buffer: number): string | undefined => {
    const n = nodes[buffer]
    return n === undefined ? undefined : inputs.get(n)
  }
  const made = plan.lifetimes.map((l) => l.buffer).filter((id) => own(id) === undefined)
  const numbers = new Map(made.map((id, i) => [id, `%${i}`]))
  return (id) => own(id) ?? numbers.get(id) ?? ''
}

/** Buffers that hold no value of the program hold copies, or what is inside of a loop or a branch. */
const heldBy = (n: Node | undefined, isFrame: boolean): string =>
  isFrame ? 'frame' : n === undefined ? 'copy' : n._tag === 'Constant' ? 'constant' : operation(n)

const unique = (names: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(names)]

/** Positions among the kernels that are emitted, for positions among all, those without anything to do included. */
const renumbered = ({ lowered, emitted }: Compiled): ((kernel: number) => number) => {
  const busy = new Set(emitted.kernels)
  let next = 0
  const numbers = lowered.kernels.map((k) => (busy.has(k) ? next++ : next))
  return (kernel) => (kernel < 0 ? kernel : (numbers[kernel] ?? next))
}

const buffersOf = (prepared: Compiled, name: (id: number) => string): ReadonlyArray<BufferReport> => {
  const { listed, lowered, plan, port } = prepared
  const number = renumbered(prepared)
  const over = (buffer: number): Pick<BufferReport, 'over'> => {
    const argument = plan.donated.get(buffer)
    return argument === undefined ? {} : { over: name(argument) }
  }
  const frames = new Set(lowered.kernels.filter(isNested).map((k) => k.frame))
  return plan.lifetimes.map(({ buffer, bytes, from, to }) => ({
    name: name(buffer),
    holds: heldBy(listed.nodes[buffer], frames.has(buffer)),
    dtype: lowered.buffer(buffer).dtype,
    size: lowered.buffer(buffer).size,
    address: port(buffer).at,
    bytes,
    first: number(from),
    last: number(to),
    ...over(buffer)
  }))
}

/** Bytes that move in a copy are from one buffer, or from several neighbours at once. */
const copiesOf = (buffers: ReadonlyArray<BufferReport>, { plan }: Compiled): Explanation['copies'] => {
  const nameAt = (address: number, first: boolean): string =>
    buffers.find((b) => b.address === address && b.first < 0 === first)?.name ?? ''
  return plan.transfers.map(({ from, to, bytes }) => ({
    from: nameAt(from, false),
    to: nameAt(to, true),
    bytes
  }))
}

/** Names of the buffers of a region. */
const namesInside = ({ nodes }: Inside): ((buffer: number) => string) => {
  const inputs = inputNames(nodes.filter((n) => n._tag === 'Input'))
  return (id) => {
    const n = nodes[id]
    return (n === undefined ? undefined : inputs.get(n)) ?? `%${String(id)}`
  }
}

/** A kernel, by what names its buffers. */
const kernelReport =
  (codeOf: (k: Kernel) => number | undefined) =>
  (name: (id: number) => string) =>
  (k: Kernel): KernelReport => ({
    operations: operationsOf(k),
    domain: domainOf(k),
    reads: unique(reads(k).map((a) => name(a.buffer))),
    writes: unique(writes(k).map((a) => name(a.buffer))),
    flops: flopsOf(k),
    bytesMoved: movedBytes(k),
    codeBytes: codeOf(k) ?? 0,
    ...(isNested(k) ? { inside: insideReports(codeOf, k) } : {})
  })

const insideReports = (codeOf: (k: Kernel) => number | undefined, k: Nested): ReadonlyArray<KernelReport> =>
  insidesOf(k).flatMap((x) =>
    x.kernels.filter((inner) => codeOf(inner) !== undefined).map(kernelReport(codeOf)(namesInside(x)))
  )

/** Reads off what has been prepared. */
export const explanationOf = (prepared: Compiled): Explanation => {
  const { emitted, plan, bytes } = prepared
  const { functions, pages } = emitted.module
  const code = functions.map((f) => ({ name: f.name, codeBytes: codeBytes(f) }))
  const name = namesOf(prepared)
  const buffers = buffersOf(prepared, name)
  const codeOf = (k: Kernel): number | undefined => code[emitted.indexOf.get(k) ?? -1]?.codeBytes
  const kernels = emitted.kernels.map(kernelReport(codeOf)(name))
  const own = new Set(emitted.indexOf.values())
  return {
    kernels,
    functions: code.filter((_, i) => !own.has(i)),
    buffers,
    copies: copiesOf(buffers, prepared),
    flops: total(kernels, (k) => k.flops),
    bytesMoved: total(kernels, (k) => k.bytesMoved),
    codeBytes: bytes.length,
    scratchBytes: emitted.scratch,
    peakBytes: plan.end + emitted.scratch,
    memoryBytes: pages * pageSize,
    constantBytes: total(buffers, (b) => (b.holds === 'constant' ? b.bytes : 0))
  }
}
