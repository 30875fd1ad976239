/** What a program is made of when it runs: kernels that read and write buffers, one after the other. */
import type { Aval, BinaryOp, CustomRule, Node, ReduceOp, UnaryOp, WindowOp } from '../../graph/Expr.js'
import type { Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'
import type { Tensor } from '../../tensor/Tensor.js'
import type { Plan } from './plan.js'

/** What a buffer holds. */
export interface Buffer {
  readonly dtype: DType
  readonly size: number
}

/** Elements of a buffer, one for each point of a domain: at `offset + sum_k i_k steps_k`. Buffers go by their position in the program. */
export interface Access {
  readonly buffer: number
  readonly offset: number
  readonly steps: Dims
}

/** What is computed at one point of the domain; arguments are positions of earlier elements. */
export type Element = { readonly dtype: DType } & (
  | { readonly _tag: 'Load'; readonly access: Access }
  | { readonly _tag: 'Literal'; readonly value: number }
  /** The position along one axis of the domain, the first being `start`. */
  | { readonly _tag: 'Index'; readonly axis: number; readonly start: number }
  /** What the kernel has in registers already: the sum of a product, or of a patch. */
  | { readonly _tag: 'Accumulator' }
  | {
      readonly _tag: 'Unary'
      readonly op: UnaryOp
      readonly from: DType
      readonly args: ReadonlyArray<number>
    }
  | {
      readonly _tag: 'Binary'
      readonly op: BinaryOp
      readonly from: DType
      readonly args: ReadonlyArray<number>
    }
  | { readonly _tag: 'Select'; readonly args: ReadonlyArray<number> }
  | { readonly _tag: 'Convert'; readonly from: DType; readonly args: ReadonlyArray<number> }
)

export interface Store {
  readonly element: number
  readonly access: Access
}

/** The accumulator that a point adds to: steps are 0 along reduced axes. */
export interface Reduction extends Store {
  readonly dtype: DType
  readonly op: ReduceOp
}

/** Elementwise work and reductions over one domain. */
export interface Work {
  readonly domain: Dims
  readonly elements: ReadonlyArray<Element>
  readonly stores: ReadonlyArray<Store>
  readonly reductions: ReadonlyArray<Reduction>
}

/** The same, in one pass of its own. */
export interface Nest extends Work {
  readonly _tag: 'Nest'
  readonly name: string
}

/** Nests that go through their common outer axes together: at each point of those one after the other, each over axes of its own. */
export interface Rows {
  readonly _tag: 'Rows'
  readonly name: string
  /** With these axes the domain of every stage begins. */
  readonly outer: Dims
  readonly stages: ReadonlyArray<Nest>
  /** Buffers with room for what is at one point of those axes, over which that of the next is written: no other kernel needs them. */
  readonly passing: ReadonlySet<number>
}

/** A matrix in memory, one for each of a batch: steps in elements, none of them negative. */
export interface Matrix {
  readonly buffer: number
  readonly offset: number
  readonly batch: number
  readonly row: number
  readonly column: number
}

/** `sum_k a[b, i, k] b[b, k, j]`, and what is made of it while it is in registers: `epilogue`, over batch, rows and columns. */
export interface Product {
  readonly _tag: 'Product'
  readonly name: string
  readonly dtype: DType
  readonly batch: number
  readonly m: number
  readonly k: number
  readonly n: number
  readonly a: Matrix
  readonly b: Matrix
  /** Whether `b` lies in panels already, in the order in which tiles read it; then these are its rows. */
  readonly packed: boolean
  readonly epilogue: Work
}

/** Rows taken from, or added to, places along one axis: see `Gather` and `Scatter` of the graph. */
export interface Lookup {
  readonly _tag: 'Lookup'
  readonly name: string
  readonly way: 'gather' | 'scatter'
  readonly dtype: DType
  readonly batch: number
  readonly before: number
  /** Size of the axis that is looked up. */
  readonly size: number
  readonly count: number
  readonly length: number
  readonly indexDtype: DType
  readonly indices: Access
  readonly x: Access
  readonly out: Access
  readonly whole: Dims
  readonly axis: number
}

export interface Arg {
  readonly _tag: 'Arg'
  readonly name: string
  readonly op: 'max' | 'min'
  readonly dtype: DType
  /** The axes that stay, then the one that is searched. */
  readonly domain: Dims
  readonly x: Access
  readonly out: Access
}

/** Threefry words. */
export interface Bits {
  readonly _tag: 'Bits'
  readonly name: string
  readonly keys: number
  readonly counters: number
  readonly x: Access
  readonly out: Access
}

/** One axis of a contraction: its size, and how far a step along it goes in each operand. */
export interface Axis {
  readonly size: number
  readonly a: number
  readonly b: number
}

/**
 * A product whose operand `a` is read where it lies: `sum_k a[i + k] b[k, j]`, where `i` and `k` are walks along any number of axes. Patches of
 * a convolution are such walks; they are never written down. Columns of `b` are neighbours. `epilogue` is what is made of the sums while they are
 * in registers, over the axes of the batch, those of the rows, and the columns.
 */
export interface Patches {
  readonly _tag: 'Patches'
  readonly name: string
  readonly dtype: DType
  readonly a: Access
  readonly b: Access
  readonly batch: ReadonlyArray<Axis>
  readonly rows: ReadonlyArray<Axis>
  readonly terms: ReadonlyArray<Axis>
  readonly columns: number
  readonly epilogue: Work
}

/** One axis along which windows slide: steps in elements per position and per offset, in the operand and in the result. */
export interface Slide {
  readonly positions: number
  readonly offsets: number
  /** How far apart in the operand. */
  readonly position: number
  readonly offset: number
  /** The same in what `argmax` counts. */
  readonly counted: number
  /** Of windows: `stride`, `low`, `dilation`. */
  readonly stride: number
  readonly low: number
  readonly dilation: number
  readonly out: number
}

/** Every window of the operand combined; the operand reaches as far as the windows do. */
export interface Pool {
  readonly _tag: 'Pool'
  readonly name: string
  readonly op: WindowOp
  readonly dtype: DType
  readonly x: Access
  readonly out: Access
  readonly axes: ReadonlyArray<Slide>
}

/** A program as kernels in the order in which they run. */
export interface Lowered {
  readonly kernels: ReadonlyArray<Kernel>
  /** The buffer of each root. */
  readonly outputs: ReadonlyArray<number>
  readonly buffer: (id: number) => Buffer
  /** What buffers hold before the first run and in all of them. */
  readonly constants: ReadonlyMap<number, Tensor>
}

/**
 * The program of a region within a kernel. It has a plan of its own, whose memory is one buffer of the program around it, a frame: so every address is
 * a constant. What is read where it lies outside, and what is written there, has no place in the frame.
 */
export interface Inside extends Lowered {
  /** The values of the region by buffer, for reports. */
  readonly nodes: ReadonlyArray<Node>
  readonly parameters: ReadonlyArray<number>
  /** Addresses are counted from the beginning of the frame; transfers make carries that a step has computed those of the next one. */
  readonly plan: Plan
  /** Buffers that lie in the program around the region. */
  readonly elsewhere: ReadonlySet<number>
  /** Those of them that lie in a stack, at each step of a loop in another slice of it. */
  readonly inPlace: ReadonlySet<number>
  /** Results that kernels of the region make, each in a buffer that holds nothing else. */
  readonly made: ReadonlySet<number>
  /** What a loop does once for all its steps, with buffers that lie around it. */
  readonly packed: ReadonlyArray<Packing>
}

/** A buffer that is filled from another one, in another order. */
export interface Packing {
  readonly inside: number
  readonly dtype: DType
  readonly shape: Dims
  readonly from: Access
}

/** A buffer of the program around a region, and the one of the region that stands for it. */
export interface Link {
  readonly outside: number
  readonly inside: number
}

/** What is copied between two such buffers, of which one may have more: so many bytes, from the beginning or at each step. */
export interface Copy extends Link {
  readonly bytes: number
}

/** A slice of a stack. In place it is read or made where it lies, and nothing is copied. */
export interface Slice extends Copy {
  readonly inPlace: boolean
}

/** What goes from step to step: from its first value to a place in the frame, and from there to where the last one is wanted. */
export interface Carry {
  readonly first: number
  readonly slot: number
  readonly last: number | undefined
}

interface Repeated {
  readonly name: string
  readonly frame: number
  readonly body: Inside
  /** What is read where it lies. */
  readonly given: ReadonlyArray<Link>
  readonly carried: ReadonlyArray<Carry>
}

/** So many steps. Slices of the stacks on the outside that are not in place are copied to and from the frame before and after each. */
export interface Loop extends Repeated {
  readonly _tag: 'Loop'
  readonly steps: number
  readonly reverse: boolean
  /** Before each step. */
  readonly sliced: ReadonlyArray<Slice>
  /** Before each step, or the first of so many, from places of carries. */
  readonly kept: ReadonlyArray<Copy>
  readonly every: number
  /** After each step. */
  readonly stacked: ReadonlyArray<Slice>
}

/** Steps as long as another region, whose frame lies behind that of the body, says so. */
export interface Repeat extends Repeated {
  readonly _tag: 'Repeat'
  readonly condition: Inside
  /** Of the condition: what is read where it lies, and the carries. */
  readonly asked: ReadonlyArray<Link>
  readonly slots: ReadonlyArray<{ readonly body: number; readonly condition: number }>
}

/** A region that may run: results that it makes are made where they are wanted, others are copied there. */
export interface Alternative {
  readonly inside: Inside
  readonly given: ReadonlyArray<Link>
  readonly copied: ReadonlyArray<Copy>
}

/** One of several regions, by an index that is brought within the range; the only one without it. */
export interface Branch {
  readonly _tag: 'Branch'
  readonly name: string
  readonly frame: number
  readonly index: number | undefined
  readonly alternatives: ReadonlyArray<Alternative>
  readonly results: ReadonlyArray<number>
}

/** A function of tensors outside of the module, which is called between kernels: a user's primitive. Results that nobody reads are left out. */
export interface Foreign {
  readonly _tag: 'Foreign'
  readonly name: string
  readonly rule: CustomRule
  readonly operands: ReadonlyArray<Held>
  /** Of each result that is read. */
  readonly results: ReadonlyArray<number | undefined>
  readonly declared: ReadonlyArray<Aval>
}

/** A value and the buffer that begins with it. */
export interface Held extends Aval {
  readonly buffer: number
}

/** Kernels with programs inside. */
export type Nested = Loop | Repeat | Branch

export type Kernel = Nest | Rows | Product | Lookup | Arg | Bits | Patches | Pool | Foreign | Nested

export const isNested = (k: Kernel): k is Nested =>
  k._tag === 'Loop' || k._tag === 'Repeat' || k._tag === 'Branch'

/** The programs inside of a kernel. */
export const insidesOf = (k: Nested): ReadonlyArray<Inside> =>
  k._tag === 'Loop'
    ? [k.body]
    : k._tag === 'Repeat'
      ? [k.condition, k.body]
      : k.alternatives.map((a) => a.inside)

/** The elementwise work and reductions of a kernel, one after the other at each point or row. */
export const worksOf = (k: Kernel): ReadonlyArray<Work> =>
  k._tag === 'Nest' ? [k] : k._tag === 'Rows' ? k.stages : 'epilogue' in k ? [k.epilogue] : []
