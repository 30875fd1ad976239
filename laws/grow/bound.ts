/** How large the results of integers can get: bounds of absolute values, from bounds of operands. Partial sums and products count. */
import type { Value, ReduceOp, WindowOp } from '../../src/graph/Expr.js'
import { dim, pick, size } from '../../src/tensor/dims.js'
import { isFloat, isInteger, type DType } from '../../src/tensor/DType.js'
import { elements } from '../../src/tensor/Tensor.js'
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

/** The bound as if nothing wrapped around. */
const unwrapped = (n: Value, [a = 0, b = 0, c = 0, ...more]: Bounds): number => {
  switch (n._tag) {
    case 'Input':
      return largestArgument[n.dtype]
    case 'Constant':
      return biggest(elements(n.value))
    case 'Iota':
      return Math.max(0, dim(n.shape, n.axis) - 1)
    case 'Unary':
      return unaryTraits[n.op].bound(isInteger(n.dtype), a)
    case 'Binary':
      return binaryTraits[n.op].bound(isInteger(n.dtype), a, b)
    case 'Select':
      return Math.max(b, c)
    case 'Convert':
      return converted(n.x.dtype, n.dtype, a)
    case 'Reduce':
      return reduction[n.op](a, size(pick(n.x.shape, n.axes)))
    case 'ArgReduce':
      return Math.max(0, dim(n.x.shape, n.axis) - 1)
    case 'Pad':
      return Math.max(a, Math.abs(n.value))
    case 'Concat':
      return biggest([a, b, c, ...more])
    case 'Contract':
      return a * b * size(pick(n.a.shape, n.dims.contract[0]))
    case 'Conv':
      return a * b * size(n.kernel.shape.slice(1, -1))
    case 'Window':
      return sliding[n.op](a, size(n.size), size(n.x.shape))
    case 'Scatter':
      return a * size(n.indices.shape.slice(n.batch))
    case 'RandomBits':
      return largest.u32
    case 'Broadcast':
    case 'Reshape':
    case 'Permute':
    case 'Slice':
    case 'Reverse':
    case 'Gather':
      return a
    case 'Project':
    case 'Invalid':
      return Infinity
  }
}

/** No element is larger; where integers wrap around, they may be anything. */
export const boundOf = (n: Value, xs: Bounds): number => {
  const bound = unwrapped(n, xs)
  return isFloat(n.dtype) ? bound : Math.min(bound, largest[n.dtype])
}
