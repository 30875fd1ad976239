/** What a program is made of when it runs: kernels that read and write buffers, one after the other. */
import type { BinaryOp, ReduceOp, UnaryOp, WindowOp } from '../../graph/Expr.js'
import type { Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'

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

export type Kernel = Nest | Rows | Product | Lookup | Arg | Bits | Patches | Pool

/** The elementwise work and reductions of a kernel, one after the other at each point or row. */
export const worksOf = (k: Kernel): ReadonlyArray<Work> =>
  k._tag === 'Nest' ? [k] : k._tag === 'Rows' ? k.stages : 'epilogue' in k ? [k.epilogue] : []
