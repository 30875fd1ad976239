/**
 * What a compiled program consists of, as data.
 *
 * @since 0.1.0
 */
import type { Node } from '../../graph/Expr.js'
import { inputNames } from '../../graph/print.js'
import type { DType } from '../../tensor/DType.js'

import { codeBytes, pageSize } from '../encode/module.js'
import {
  insidesOf,
  isNested,
  worksOf,
  type Element,
  type Inside,
  type Kernel,
  type Loop,
  type Nested,
  type Work
} from '../kernel/kernel.js'
import { reads, writes } from '../kernel/uses.js'
import type { Compiled } from '../compile/compile.js'
import { operation } from '../../graph/families.js'
import { copiedEach, domainOf, flopsOf, movedBytes, total } from './work.js'

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
  /** The scopes (`named`, layers of `sequential`) of the values that it writes, if they are in some. */
  readonly scopes?: ReadonlyArray<string>
  /** The kernels of its regions, if it has some: a loop runs them so many times as it has steps, which flops and bytes of the loop count. */
  readonly inside?: ReadonlyArray<KernelReport>
  /** Of a loop: the buffers of which each step reads or makes a slice where it lies. */
  readonly inPlace?: ReadonlyArray<string>
  /** Of what has regions: bytes that are copied to and from their frame, at each step if there are several. They count among the bytes moved. */
  readonly copied?: number
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

const operationsOf = (k: Kernel): ReadonlyArray<string> => {
  if (k._tag === 'Loop') return [`${k.name} of ${String(k.steps)} steps`]
  if (k._tag === 'Foreign') return [`${k.name} in JavaScript`]
  const names = worksOf(k).flatMap(namesIn)
  if ('epilogue' in k) return [k.name, ...names]
  return names.length === 0 ? [k.name] : names
}

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

/** Where the values that a kernel writes were asked for. */
const scopesOf = (k: Kernel, nodes: ReadonlyArray<Node>): Pick<KernelReport, 'scopes'> => {
  const paths = writes(k).flatMap((a) => nodes[a.buffer]?.place?.path.join('/') ?? [])
  const scopes = unique(paths.filter((p) => p !== ''))
  return scopes.length === 0 ? {} : { scopes }
}

/** A kernel, by what names its buffers. */
const kernelReport =
  (codeOf: (k: Kernel) => number | undefined) =>
  (name: (id: number) => string, nodes: ReadonlyArray<Node>) =>
  (k: Kernel): KernelReport => ({
    operations: operationsOf(k),
    domain: domainOf(k),
    reads: unique(reads(k).map((a) => name(a.buffer))),
    writes: unique(writes(k).map((a) => name(a.buffer))),
    flops: flopsOf(k),
    bytesMoved: movedBytes(k),
    codeBytes: codeOf(k) ?? 0,
    ...scopesOf(k, nodes),
    ...(isNested(k) ? { inside: insideReports(codeOf, k), copied: copiedEach(k) } : {}),
    ...(k._tag === 'Loop' ? { inPlace: inPlaceIn(k, name) } : {})
  })

const inPlaceIn = ({ sliced, stacked }: Loop, name: (id: number) => string): ReadonlyArray<string> =>
  unique([...sliced, ...stacked].flatMap((l) => (l.inPlace ? [name(l.outside)] : [])))

const insideReports = (codeOf: (k: Kernel) => number | undefined, k: Nested): ReadonlyArray<KernelReport> =>
  insidesOf(k).flatMap((x) =>
    x.kernels
      .filter((inner) => codeOf(inner) !== undefined)
      .map(kernelReport(codeOf)(namesInside(x), x.nodes))
  )

/** Reads off what has been prepared. */
export const explanationOf = (prepared: Compiled): Explanation => {
  const { emitted, plan, bytes } = prepared
  const { functions, pages } = emitted.module
  const code = functions.map((f) => ({ name: f.name, codeBytes: codeBytes(f) }))
  const name = namesOf(prepared)
  const buffers = buffersOf(prepared, name)
  const codeOf = (k: Kernel): number | undefined => code[emitted.indexOf.get(k) ?? -1]?.codeBytes
  const kernels = emitted.kernels.map(kernelReport(codeOf)(name, prepared.listed.nodes))
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
