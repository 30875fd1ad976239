/** The meaning of every family: the tensors that a node yields, given those of its operands. */
import * as E from 'fp-ts/lib/Either.js'
import { applied } from '../graph/primitive.js'
import { freeAxes } from '../graph/make.js'
import { runError, type RunError } from '../graph/failure.js'
import type {
  Binary,
  Concat,
  Contract,
  Gather,
  Iota,
  Node,
  Value,
  Pad,
  RandomBits,
  Reduce,
  Scatter,
  Source,
  ArgReduce
} from '../graph/Expr.js'
import { unaryForm } from '../graph/op.js'
import { dim, equalDims, pick, range, showDims, size, strides, without, type Dims } from '../tensor/dims.js'
import { allocate, isInteger, type TypedArrayOf } from '../tensor/DType.js'
import { threefry2x32 } from '../tensor/threefry.js'
import { elements, own, type Tensor } from '../tensor/Tensor.js'
import { control, type Inside } from './control.js'
import { contract } from './kernels/contract.js'
import * as elementwise from './kernels/elementwise.js'
import { argReduceRows, reduceRows } from './kernels/reduce.js'
import { conv, window } from './kernels/window.js'
import { broadcasted, permuted, read, reversed, sliced, write, type View } from './kernels/strided.js'

type Values = ReadonlyArray<Tensor>
type Result = E.Either<RunError, Values>

const done = (n: Value, data: TypedArrayOf): Result => E.right([own(n.shape, n.dtype, data)])

const view = (n: Value, x: Tensor, v: View): Result => done(n, read(n.dtype, elements(x), v))

/** The operand with its axes in the given order, dense; not copied when they already are. */
const arranged = (x: Tensor, order: Dims): TypedArrayOf =>
  equalDims(order, range(0, order.length))
    ? elements(x)
    : read(x.dtype, elements(x), permuted(x.shape, order))

const iota = (n: Iota): Result => {
  const out = allocate(n.dtype, size(n.shape))
  const [d, step] = [dim(n.shape, n.axis), dim(strides(n.shape), n.axis)]
  for (let i = 0; i < out.length; i++) out[i] = Math.floor(i / step) % d
  return done(n, out)
}

const binary = (n: Binary, a: Tensor, b: Tensor): Result =>
  (n.op === 'div' || n.op === 'rem') && isInteger(a.dtype) && elements(b).includes(0)
    ? E.left(
        runError(
          n.op,
          `integer division by 0 in ${a.dtype}${showDims(n.shape)}; guard the divisor with where(...)`
        )
      )
    : done(n, elementwise.binary(n.op, a.dtype, n.dtype, elements(a), elements(b)))

/** Reduced axes are brought to the end. */
const rows = (
  x: Tensor,
  axes: Dims
): { readonly data: TypedArrayOf; readonly count: number; readonly length: number } => {
  const kept = without(range(0, x.shape.length), axes)
  return {
    data: arranged(x, [...kept, ...axes]),
    count: size(pick(x.shape, kept)),
    length: size(pick(x.shape, axes))
  }
}

const reduce = (n: Reduce, x: Tensor): Result => {
  const r = rows(
    x,
    [...n.axes].sort((a, b) => a - b)
  )
  return done(n, reduceRows(n.op, n.dtype, r.data, r.count, r.length))
}

const argReduce = (n: ArgReduce, x: Tensor): Result => {
  const r = rows(x, [n.axis])
  return done(n, argReduceRows(n.op, r.data, r.count, r.length))
}

const pad = (n: Pad, x: Tensor): Result => {
  const out = allocate(n.dtype, size(n.shape))
  out.fill(n.value)
  write(
    out,
    elements(x),
    sliced(
      n.shape,
      x.shape,
      n.low,
      n.interior.map((i) => i + 1)
    )
  )
  return done(n, out)
}

const concat = (n: Concat, xs: Values): Result => {
  const out = allocate(n.dtype, size(n.shape))
  const ones = n.shape.map(() => 1)
  let at = 0
  for (const x of xs) {
    write(
      out,
      elements(x),
      sliced(
        n.shape,
        x.shape,
        n.shape.map((_, i) => (i === n.axis ? at : 0)),
        ones
      )
    )
    at += dim(x.shape, n.axis)
  }
  return done(n, out)
}

const product = (n: Contract, a: Tensor, b: Tensor): Result => {
  const [ba, bb] = n.dims.batch
  const [ca, cb] = n.dims.contract
  const fa = freeAxes(a.shape.length, ba, ca)
  const fb = freeAxes(b.shape.length, bb, cb)
  const sizes = {
    batch: size(pick(a.shape, ba)),
    m: size(pick(a.shape, fa)),
    k: size(pick(a.shape, ca)),
    n: size(pick(b.shape, fb))
  }
  return done(
    n,
    contract(n.dtype, sizes, arranged(a, [...ba, ...fa, ...ca]), arranged(b, [...bb, ...cb, ...fb]))
  )
}

/** A lookup as blocks: for each batch, each place before the axis and each index, one row of what follows the axis. */
const lookup = (
  n: Gather | Scatter,
  whole: Dims,
  indices: Tensor,
  visit: (row: number, at: number, length: number) => void
): RunError | undefined => {
  const [batch, before] = [size(whole.slice(0, n.batch)), size(whole.slice(n.batch, n.axis))]
  const [d, length, count] = [
    dim(whole, n.axis),
    size(whole.slice(n.axis + 1)),
    size(indices.shape.slice(n.batch))
  ]
  const index = elements(indices)
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < count; i++) {
      const k = index[b * count + i]!
      if (k < 0 || k >= d)
        return runError(
          n._tag === 'Gather' ? 'take' : 'scatter',
          `index ${String(k)} is out of range for axis ${String(n.axis)} of ${showDims(whole)}; valid are 0 to ${String(d - 1)}`
        )
      for (let p = 0; p < before; p++)
        visit(((b * before + p) * count + i) * length, ((b * before + p) * d + k) * length, length)
    }
  return undefined
}

const gather = (n: Gather, x: Tensor, indices: Tensor): Result => {
  const [out, data] = [allocate(n.dtype, size(n.shape)), elements(x)]
  const fault = lookup(n, x.shape, indices, (row, at, length) => {
    for (let i = 0; i < length; i++) out[row + i] = data[at + i]!
  })
  return fault === undefined ? done(n, out) : E.left(fault)
}

const scatter = (n: Scatter, x: Tensor, indices: Tensor): Result => {
  const [total, data] = [allocate(n.dtype === 'f32' ? 'f64' : n.dtype, size(n.shape)), elements(x)]
  const fault = lookup(n, n.shape, indices, (row, at, length) => {
    for (let i = 0; i < length; i++) total[at + i] = total[at + i]! + data[row + i]!
  })
  return fault === undefined ? done(n, n.dtype === 'f32' ? Float32Array.from(total) : total) : E.left(fault)
}

const randomBits = (n: RandomBits, key: Tensor): Result => {
  const [out, k, count] = [allocate('u32', size(n.shape)), elements(key), size(n.counters)]
  for (let i = 0; i < out.length / 2; i++) {
    const [owner, counter] = [Math.floor(i / count), i % count]
    const [hi, lo] = threefry2x32(
      k[2 * owner]!,
      k[2 * owner + 1]!,
      Math.floor(counter / 2 ** 32),
      counter >>> 0
    )
    out[2 * i] = hi
    out[2 * i + 1] = lo
  }
  return done(n, out)
}

/** Operations: everything that has a value of its own once its operands have. */
type Computed = Exclude<Node, Source>

export const compute = (n: Computed, xs: ReadonlyArray<Values>, inside: Inside): Result => {
  const operand = (i: number): Tensor => xs[i]?.[0] as Tensor
  const [a, b, c] = [operand(0), operand(1), operand(2)]
  switch (n._tag) {
    case 'Iota':
      return iota(n)
    case 'Unary':
      // Tensors are immutable, so a copy may share its operand's elements.
      if (unaryForm[n.op].isMark) return done(n, elements(a))
      return done(n, elementwise.unary(n.op, a.dtype, n.dtype, elements(a)))
    case 'Binary':
      return binary(n, a, b)
    case 'Select':
      return done(n, elementwise.select(n.dtype, elements(a), elements(b), elements(c)))
    case 'Convert':
      return done(n, elementwise.convert(a.dtype, n.dtype, elements(a)))
    case 'Reduce':
      return reduce(n, a)
    case 'ArgReduce':
      return argReduce(n, a)
    case 'Broadcast':
      return view(n, a, broadcasted(a.shape, n.shape, n.axes))
    case 'Reshape':
      return done(n, elements(a))
    case 'Permute':
      return view(n, a, permuted(a.shape, n.permutation))
    case 'Slice':
      return view(n, a, sliced(a.shape, n.shape, n.start, n.stride))
    case 'Pad':
      return pad(n, a)
    case 'Concat':
      return concat(
        n,
        xs.map((_, i) => operand(i))
      )
    case 'Reverse':
      return view(n, a, reversed(a.shape, n.axes))
    case 'Contract':
      return product(n, a, b)
    case 'Conv':
      return done(n, conv(n, elements(a), elements(b)))
    case 'Window':
      return done(n, window(n, elements(a)))
    case 'Gather':
      return gather(n, a, b)
    case 'Scatter':
      return scatter(n, a, b)
    case 'RandomBits':
      return randomBits(n, a)
    case 'Custom':
      return applied(
        n,
        xs.map((_, i) => operand(i))
      )
    case 'Call':
    case 'Scan':
    case 'While':
    case 'Case':
      return control(
        n,
        xs.map((_, i) => operand(i)),
        inside
      )
    case 'Project':
      return E.right([xs[0]?.[n.index] as Tensor])
  }
}
