/**
 * What exact programs have to know of each family: above all how large results of integers can get, as bounds of absolute values from bounds of
 * operands. Partial sums and products count. The table is total, so that a new family without a row does not compile.
 */
import type { Constant, Operation, ReduceOp, WindowOp } from '../../src/graph/Expr.js'
import { dim, pick, range, size } from '../../src/tensor/dims.js'
import { isFloat, isInteger, type DType } from '../../src/tensor/DType.js'
import { elements } from '../../src/tensor/Tensor.js'
import { fromValues } from '../arbitrary/tensor.js'
import { keys } from './sample.js'
import { binaryTraits, unaryTraits } from './traits.js'

/** Up to here every integer is an element of the dtype, and sums and products of integers are exact. */
export const largest: Readonly<Record<DType, number>> = {
  f32: 2 ** 24,
  f64: 2 ** 53,
  i32: 2 ** 31,
  u32: 2 ** 32 - 1,
  bool: 1
}

/** What arguments may be: small enough for a product of two, or a sum of many, to be exact. */
export const largestArgument: Readonly<Record<DType, number>> = { ...largest, f32: 2 ** 10, f64: 2 ** 24 }

type Bounds = ReadonlyArray<number>

const truth = (): number => 1

const reduction: Readonly<Record<ReduceOp, (x: number, count: number) => number>> = {
  sum: (x, count) => x * count,
  prod: (x, count) => Math.max(1, x) ** count,
  max: (x) => x,
  min: (x) => x,
  and: truth,
  or: truth
}

const sliding: Readonly<Record<WindowOp, (x: number, count: number, all: number) => number>> = {
  sum: (x, count) => x * count,
  max: (x) => x,
  argmax: (_x, _count, all) => Math.max(0, all - 1)
}

const converted = (from: DType, to: DType, x: number): number =>
  to === 'bool' ? 1 : (to === 'u32' && from === 'i32') || (to === 'i32' && x >= largest.i32) ? Infinity : x

const biggest = (xs: Iterable<number>): number => {
  let most = 0
  for (const x of xs) most = Math.max(most, Math.abs(x))
  return most
}

/** What exact programs have to know of a family. */
interface Row<N extends Operation> {
  /** How often it is tried. */
  readonly frequency: number
  /** Whether its results are elements of its operands, so that large ones can be avoided further below. */
  readonly passesOn: boolean
  /** With whole numbers as attributes, and with functions that take integers to integers. */
  readonly integral: (n: N) => Operation
  /** The largest absolute value as if nothing wrapped around. */
  readonly bound: (n: N, xs: Bounds) => number
}

type Rows = { readonly [T in Operation['_tag']]: Row<Extract<Operation, { readonly _tag: T }>> }

const itself = (n: Operation): Operation => n
const first = (_: Operation, [a = 0]: Bounds): number => a

/** A constant is an element of its own, and nothing stands in the place of an argument. */
const made = { frequency: 1, passesOn: false, integral: itself }
const moved = { frequency: 1, passesOn: true, integral: itself, bound: first }

/** Halves become ones: the derivative of an extremum at a tie has them. */
const whole = (x: number): number => Math.ceil(x) + 0

const wholes = (n: Constant): Operation =>
  isFloat(n.dtype) ? { ...n, value: fromValues(n.shape, n.dtype, Array.from(elements(n.value), whole)) } : n

const rows: Rows = {
  Input: { ...made, frequency: 0, bound: (n) => largestArgument[n.dtype] },
  Constant: { ...made, integral: wholes, bound: (n) => biggest(elements(n.value)) },
  Invalid: { ...made, frequency: 0, bound: () => Infinity },
  Iota: { ...made, bound: (n) => Math.max(0, dim(n.shape, n.axis) - 1) },
  Unary: {
    frequency: 2,
    passesOn: false,
    integral: (n) => ({ ...n, op: unaryTraits[n.op].standIn }),
    bound: (n, xs) => unaryTraits[n.op].bound(isInteger(n.dtype), ...xs)
  },
  Binary: {
    frequency: 4,
    passesOn: false,
    integral: (n) => ({ ...n, op: binaryTraits[n.op].standIn }),
    bound: (n, xs) => binaryTraits[n.op].bound(isInteger(n.dtype), ...xs)
  },
  Select: { ...made, bound: (_, [, b = 0, c = 0]) => Math.max(b, c) },
  Convert: { ...made, bound: (n, [a = 0]) => converted(n.x.dtype, n.dtype, a) },
  Reduce: {
    ...made,
    frequency: 2,
    bound: (n, [a = 0]) => reduction[n.op](a, size(pick(n.x.shape, n.axes)))
  },
  ArgReduce: { ...made, bound: (n) => Math.max(0, dim(n.x.shape, n.axis) - 1) },
  Broadcast: moved,
  Reshape: moved,
  Permute: moved,
  Slice: { ...moved, frequency: 2 },
  Pad: {
    frequency: 2,
    passesOn: true,
    integral: (n) => ({ ...n, value: whole(n.value) }),
    bound: (n, [a = 0]) => Math.max(a, Math.abs(n.value))
  },
  Concat: { ...moved, frequency: 4, bound: (_, xs) => biggest(xs) },
  Reverse: moved,
  Contract: {
    ...made,
    frequency: 3,
    bound: (n, [a = 0, b = 0]) => a * b * size(pick(n.a.shape, n.dims.contract[0]))
  },
  Conv: { ...made, bound: (n, [a = 0, b = 0]) => a * b * size(n.kernel.shape.slice(1, -1)) },
  Window: { ...made, bound: (n, [a = 0]) => sliding[n.op](a, size(n.size), size(n.x.shape)) },
  Gather: moved,
  Scatter: { ...made, bound: (n, [a = 0]) => a * size(n.indices.shape.slice(n.batch)) },
  RandomBits: { ...made, bound: () => largest.u32 }
}

/** The row of a node's own family takes that node. */
const rowOf = (n: Operation): Row<Operation> => rows[n._tag] as Row<Operation>

export const passesOn = (n: Operation): boolean => rowOf(n).passesOn

/** The operation that is most like one and takes integers to integers. */
export const integral = (n: Operation): Operation => rowOf(n).integral(n)

/** No element is larger; where integers wrap around, they may be anything. */
export const boundOf = (n: Operation, xs: Bounds): number => {
  const bound = rowOf(n).bound(n, xs)
  return isFloat(n.dtype) ? bound : Math.min(bound, largest[n.dtype])
}

type Tried = Exclude<Operation['_tag'], 'Input' | 'Invalid'>

const isTried = (family: Operation['_tag']): family is Tried => rows[family].frequency > 0

/** The families that exact programs grow from. */
export const exactFamilies: ReadonlyArray<Tried> = keys(rows).filter(isTried)

/** Each family as often as it is tried. */
export const frequentFamilies: ReadonlyArray<Tried> = exactFamilies.flatMap((family) =>
  range(0, rows[family].frequency).map(() => family)
)
