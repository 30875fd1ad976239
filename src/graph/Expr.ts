/**
 * The expression graph: one closed union of families. A node describes a computation and never performs it. Everything is explicit here
 * (semantics as in StableHLO): implicit broadcasting, negative axes and literals are resolved by the public layer above.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Shape } from '../shape/index.js'
import type { Dims } from '../tensor/dims.js'
import type { Windows } from '../tensor/windows.js'
import type { DType } from '../tensor/DType.js'
import type { BinaryOp, ReduceOp, UnaryOp, WindowOp } from './op.js'
import type { Placed } from './place.js'
import { isTensor, type Tensor } from '../tensor/Tensor.js'
import { isLeaf } from '../tensor/Tree.js'
import { likenessOf, refusal } from './refusal.js'

export type { BinaryOp, ReduceOp, UnaryOp, WindowOp } from './op.js'

/**
 * A description of a computation that yields a tensor of shape `S` and dtype `D`. A tensor is one too: a constant.
 *
 * @since 0.1.0
 * @category model
 */
export interface Expr<S = Shape, out D extends DType = DType> {
  readonly _tag: Value['_tag'] | 'Tensor'
  readonly shape: Readonly<S>
  readonly dtype: D
}

/**
 * Shape and dtype of a value: all that the rules know about an operand ("abstract value").
 *
 * @since 0.1.0
 * @category model
 */
export interface Aval {
  readonly shape: Dims
  readonly dtype: DType
}

/** Paired axes of a contraction: result axes are batch, then the free axes of `a`, then those of `b`. */
export interface ContractDims {
  readonly batch: readonly [Dims, Dims]
  readonly contract: readonly [Dims, Dims]
}

/**
 * A linear map between tangent spaces, given by itself and its transpose.
 *
 * @since 0.1.0
 * @category primitives
 */
export interface LinearMap {
  readonly apply: (tangent: Expr) => Expr
  readonly transpose: (cotangent: Expr) => Expr
}

/**
 * What a user's own primitive must say about itself; the laws that admit it are those of the built-in ones.
 *
 * @since 0.1.0
 * @category primitives
 */
export interface CustomRule {
  readonly name: string
  /** Shapes and dtypes of the results, or what is wrong with the operands. */
  readonly results: (operands: ReadonlyArray<Aval>) => Either<string, ReadonlyArray<Aval>>
  /** The meaning: a pure function of tensors. */
  readonly reference: (operands: ReadonlyArray<Tensor>) => ReadonlyArray<Tensor>
  /** For each result, one linear map per operand; `undefined` stands for zero. */
  readonly derivative: (
    operands: ReadonlyArray<Expr>,
    results: ReadonlyArray<Expr>
  ) => ReadonlyArray<ReadonlyArray<LinearMap | undefined>>
  /** The same on a batch, where all operands and results have a leading axis of a size. Without it a batch is one example after the other. */
  readonly batch?: (size: number) => CustomRule
}

/**
 * Why an expression is invalid: what was asked for, of what, and what to do about it.
 *
 * @since 0.1.0
 * @category errors
 */
export interface BuildError {
  readonly _tag: 'BuildError'
  readonly operation: string
  readonly message: string
  readonly operands: ReadonlyArray<Aval>
  /** The layers around the operation, outermost first. */
  readonly path: ReadonlyArray<string>
  /** The caller's source line. */
  readonly at: string
}

/** A value: its type, and its place if it is traced. */
interface Typed extends Aval, Placed {}

export interface Input extends Typed {
  readonly _tag: 'Input'
  readonly name: string
}
export interface Constant extends Typed {
  readonly _tag: 'Constant'
  readonly value: Tensor
}
export interface Invalid extends Typed {
  readonly _tag: 'Invalid'
  readonly errors: ReadonlyArray<BuildError>
}
export interface Iota extends Typed {
  readonly _tag: 'Iota'
  readonly axis: number
}
export interface Unary extends Typed {
  readonly _tag: 'Unary'
  readonly op: UnaryOp
  readonly x: Value
  /** Of a copy: what a policy of checkpointing knows it by. */
  readonly name?: string
}
export interface Binary extends Typed {
  readonly _tag: 'Binary'
  readonly op: BinaryOp
  readonly a: Value
  readonly b: Value
}
/** `where(condition, a, b)`, element by element. */
export interface Select extends Typed {
  readonly _tag: 'Select'
  readonly condition: Value
  readonly a: Value
  readonly b: Value
}
export interface Convert extends Typed {
  readonly _tag: 'Convert'
  readonly x: Value
}
export interface Reduce extends Typed {
  readonly _tag: 'Reduce'
  readonly op: ReduceOp
  readonly x: Value
  readonly axes: Dims
}
export interface ArgReduce extends Typed {
  readonly _tag: 'ArgReduce'
  readonly op: 'max' | 'min'
  readonly x: Value
  readonly axis: number
}
/** Adds axes: axis `i` of the operand becomes axis `axes[i]` of the result, with the same size; `axes` increases. */
export interface Broadcast extends Typed {
  readonly _tag: 'Broadcast'
  readonly x: Value
  readonly axes: Dims
}
export interface Reshape extends Typed {
  readonly _tag: 'Reshape'
  readonly x: Value
}
/** Axis `i` of the result is axis `permutation[i]` of the operand. */
export interface Permute extends Typed {
  readonly _tag: 'Permute'
  readonly x: Value
  readonly permutation: Dims
}
export interface Slice extends Typed {
  readonly _tag: 'Slice'
  readonly x: Value
  readonly start: Dims
  readonly limit: Dims
  readonly stride: Dims
}
export interface Pad extends Typed {
  readonly _tag: 'Pad'
  readonly x: Value
  readonly low: Dims
  readonly high: Dims
  readonly interior: Dims
  readonly value: number
}
export interface Concat extends Typed {
  readonly _tag: 'Concat'
  readonly xs: ReadonlyArray<Value>
  readonly axis: number
}
export interface Reverse extends Typed {
  readonly _tag: 'Reverse'
  readonly x: Value
  readonly axes: Dims
}
export interface Contract extends Typed {
  readonly _tag: 'Contract'
  readonly a: Value
  readonly b: Value
  readonly dims: ContractDims
}
/**
 * A convolution (cross-correlation, as networks have it) over any number of axes: `x [g, n, ..s, c]`, `kernel [g, ..k, c, f]` and result
 * `[g, n, ..p, f]`, the sum over offsets `k` and channels `c`. The leading axis of groups is what keeps the family closed: derivatives by
 * both operands, and batching of both, are convolutions again, after permutations and reshapes only. Beyond its edges `x` is 0.
 */
export interface Conv extends Typed {
  readonly _tag: 'Conv'
  readonly x: Value
  readonly kernel: Value
  readonly windows: Windows
}

/** A reduction of every window that slides over the axes of `x`: pooling. */
export interface Window extends Typed {
  readonly _tag: 'Window'
  readonly op: WindowOp
  readonly x: Value
  readonly size: Dims
  readonly windows: Windows
}
/** `out[b.., p.., i.., q..] = x[b.., p.., indices[b.., i..], q..]`: looks rows up along one axis; the first `batch` axes are shared. */
export interface Gather extends Typed {
  readonly _tag: 'Gather'
  readonly x: Value
  readonly indices: Value
  readonly axis: number
  readonly batch: number
}
/** The transpose of `Gather`: adds updates into zeros, `out[b.., p.., indices[b.., i..], q..] += x[b.., p.., i.., q..]`. */
export interface Scatter extends Typed {
  readonly _tag: 'Scatter'
  readonly x: Value
  readonly indices: Value
  readonly axis: number
  readonly batch: number
}
/** The threefry words of counters 0, 1, ... under each key: `[..keys, 2] -> [..keys, ..counters, 2]`. */
export interface RandomBits extends Typed {
  readonly _tag: 'RandomBits'
  readonly key: Value
  readonly counters: Dims
}
/** A user's primitive. */
export interface Custom extends Placed {
  readonly _tag: 'Custom'
  readonly rule: CustomRule
  readonly xs: ReadonlyArray<Value>
  readonly results: ReadonlyArray<Aval>
}
/**
 * A function as a piece of graph: `results` in terms of `parameters`, which come in the order of the arguments.
 *
 * @since 0.1.0
 * @category model
 */
export interface Region {
  readonly parameters: ReadonlyArray<Input>
  readonly results: ReadonlyArray<Value>
}

/**
 * A derivative in the place of that which follows from a body: a region of the call's operands, its results, and directions. Forward (`jvp`) those are
 * tangents of the operands that are arguments (not captured), and it results in tangents of the first results; in reverse (`vjp`), cotangents of the first
 * results, and it results in those of the arguments. The results behind the first ones are what a reverse rule keeps of the values (residuals).
 */
export interface CallRule {
  readonly mode: 'jvp' | 'vjp'
  readonly captured: number
  readonly primals: number
  readonly region: Region
}

/** A call of a region. What is computed in it is kept apart from equal values outside: a checkpoint. */
export interface Call extends Placed {
  readonly _tag: 'Call'
  readonly body: Region
  readonly rule: CallRule | undefined
  /** How many of the results, the last ones, are kept for the derivative, which does not compute them again. */
  readonly saved: number
  /** Computes the same, and is what is differentiated. */
  readonly equal: Region | undefined
  readonly xs: ReadonlyArray<Value>
  readonly results: ReadonlyArray<Aval>
}

/**
 * A loop over the leading axis of its inputs (`lax.scan`). Operands are captured values, the first carries, and stacked inputs, and the body has a
 * parameter for each: `(captured, carries, slices) -> (carries, outputs)`. Results are the last carries, the outputs stacked, and each carry before
 * every step (or chunk), stacked. Of the stacks only those are made that are projected: so derivatives read the carries without rewriting the loop.
 */
export interface Scan extends Placed {
  readonly _tag: 'Scan'
  readonly body: Region
  readonly captured: number
  readonly carries: number
  readonly length: number
  /** From the last slice to the first. */
  readonly reverse: boolean
  /**
   * Checkpointing: lengths of chunks, the longest first. Carries are kept before each of the longest only, and a derivative in reverse runs a chunk
   * again, by chunks of the next length.
   */
  readonly chunks: Dims
  /**
   * How many carries a derivative in reverse holds at a time, by a binomial schedule (revolve), or none: it goes by chunks then. Its own derivative does
   * always.
   */
  readonly snapshots: number
  readonly xs: ReadonlyArray<Value>
  readonly results: ReadonlyArray<Aval>
}

/** A loop that goes on while a condition holds. Both regions have the same parameters, captured values and carries; results are the last carries. */
export interface While extends Placed {
  readonly _tag: 'While'
  readonly condition: Region
  readonly body: Region
  readonly captured: number
  readonly xs: ReadonlyArray<Value>
  readonly results: ReadonlyArray<Aval>
}

/** One of several regions on the same operands, by an index (of type i32, brought within the range), which is the first operand. */
export interface Case extends Placed {
  readonly _tag: 'Case'
  readonly branches: ReadonlyArray<Region>
  readonly xs: ReadonlyArray<Value>
  readonly results: ReadonlyArray<Aval>
}

/** The families with an inside. */
export type Control = Call | Scan | While | Case

/** One result of a node with several; the only way to read one. */
export interface Project extends Typed {
  readonly _tag: 'Project'
  readonly x: Many
  readonly index: number
}

/** Values that are there before anything is computed, or that cannot be. */
export type Source = Input | Constant | Invalid

/** Element by element: what stands at a place follows from what the operands have there, and from the place. */
export type Pointwise = Iota | Unary | Binary | Select | Convert

/** Each element is one of the operand, and where it lies there follows from the shapes. */
export type Move = Broadcast | Reshape | Permute | Slice | Reverse

/** Elements are looked up by their indices. */
export type Lookup = Gather | Scatter

/** The families with one result: what a value can be. */
export type Value =
  | Source
  | Pointwise
  | Move
  | Reduce
  | ArgReduce
  | Pad
  | Concat
  | Contract
  | Conv
  | Window
  | Lookup
  | RandomBits
  | Project

/** The families with any number of results: they have no shape of their own, and only `Project` reads them. */
export type Many = Custom | Control

/** The closed union of families. */
export type Node = Value | Many

/** What is made from its operands: every family but the reading of one result among several. */
export type Operation = Exclude<Value, Project>

const families: Readonly<Record<Value['_tag'], true>> = {
  Input: true,
  Constant: true,
  Invalid: true,
  Iota: true,
  Unary: true,
  Binary: true,
  Select: true,
  Convert: true,
  Reduce: true,
  ArgReduce: true,
  Broadcast: true,
  Reshape: true,
  Permute: true,
  Slice: true,
  Pad: true,
  Concat: true,
  Reverse: true,
  Contract: true,
  Conv: true,
  Window: true,
  Gather: true,
  Scatter: true,
  RandomBits: true,
  Project: true
}

const several: Readonly<Record<Many['_tag'], true>> = {
  Custom: true,
  Call: true,
  Scan: true,
  While: true,
  Case: true
}

/** Whether a node has results to project rather than a value. */
export const isMany = (n: Node): n is Many => Object.hasOwn(several, n._tag)

/** Whether a node has an inside. */
export const isControl = (n: Node): n is Control => isMany(n) && n._tag !== 'Custom'

/** What is no expression, such as a list of numbers or the description of an argument. The error takes the name of the function that meets it. */
const notAnExpression = (u: unknown): Invalid => {
  const like = likenessOf(u)
  const place = { operands: [], path: [], at: '' }
  const error: BuildError = { _tag: 'BuildError', operation: '', message: refusal(u), ...place }
  return { _tag: 'Invalid', ...like, errors: [error] }
}

/** The union behind a typed expression; a tensor becomes a constant. */
export const node = (e: unknown): Value =>
  isTensor(e)
    ? { _tag: 'Constant', value: e, shape: e.shape, dtype: e.dtype }
    : isLeaf(e) && Object.hasOwn(families, e._tag)
      ? (e as Value)
      : notAnExpression(e)
