/** Operations that are kernels of their own. */
import { freeAxes } from '../../graph/make.js'
import { isMove, isPointwise, isSource } from '../../graph/families.js'
import {
  isControl,
  type ArgReduce,
  type Concat,
  type Contract,
  type Gather,
  type Value,
  type Pad,
  type RandomBits,
  type Scatter
} from '../../graph/Expr.js'
import { dim, pick, range, size, strides, without, type Dims } from '../../tensor/dims.js'
import type { Context } from './context.js'
import { copied, settled, simple, stored } from './copy.js'
import type { Access, Kernel, Matrix } from '../kernel/kernel.js'
import { foreign, nested, type Embed } from './nested.js'
import { convolution, pooling } from './window.js'

const along = (v: Access, axes: Dims): Access => ({ ...v, steps: pick(v.steps, axes) })

const concat = (c: Context, n: Concat, i: number): ReadonlyArray<Kernel> => {
  const whole = c.dense(i)
  const step = dim(whole.steps, n.axis)
  const operands = c.operandsOf(i)
  let start = 0
  return n.xs.map((x, k) => {
    const to = { ...whole, offset: start * step }
    start += dim(x.shape, n.axis)
    return copied('concat', x.shape, n.dtype, c.access(operands[k]!), to)
  })
}

/** Padding with gaps between the elements, or in more pieces than are worth code of their own: over what is filled with the number. */
const pad = (c: Context, n: Pad, i: number): ReadonlyArray<Kernel> => {
  const whole = c.dense(i)
  const inner: Access = {
    buffer: i,
    offset: whole.steps.reduce((sum, s, k) => sum + s * dim(n.low, k), 0),
    steps: whole.steps.map((s, k) => s * (dim(n.interior, k) + 1))
  }
  const fill = simple('fill', n.shape, { _tag: 'Literal', dtype: n.dtype, value: n.value }, whole)
  return [fill, copied('pad', n.x.shape, n.dtype, c.access(c.operandsOf(i)[0]!), inner)]
}

const argReduce = (c: Context, n: ArgReduce, i: number): Kernel => {
  const rank = n.x.shape.length
  const order = [...without(range(0, rank), [n.axis]), n.axis]
  return {
    _tag: 'Arg',
    name: `arg${n.op}`,
    op: n.op,
    dtype: n.x.dtype,
    domain: pick(n.x.shape, order),
    x: along(c.access(c.operandsOf(i)[0]!), order),
    out: c.dense(i)
  }
}

/** The step of several axes that are walked as one. */
const joined = (shape: Dims, steps: Dims): number | undefined => {
  const axes = shape.flatMap((d, i) => (d === 1 ? [] : [{ d, step: dim(steps, i) }]))
  const walked = axes.every(({ step }, i) => {
    const next = axes[i + 1]
    return next === undefined || step === next.step * next.d
  })
  return walked ? (axes.at(-1)?.step ?? 0) : undefined
}

interface Roles {
  readonly batch: Dims
  readonly rows: Dims
  readonly columns: Dims
}

const matrixOf = (shape: Dims, view: Access, roles: Roles): Matrix | undefined => {
  const [batch, row, column] = [roles.batch, roles.rows, roles.columns].map((axes) =>
    joined(pick(shape, axes), pick(view.steps, axes))
  )
  if (batch === undefined || row === undefined || column === undefined) return undefined
  if (view.steps.some((s) => s < 0)) return undefined
  return { buffer: view.buffer, offset: view.offset, batch, row, column }
}

/** An operand as matrices; copied where its axes cannot be walked so. */
const operandMatrix = (c: Context, k: number, roles: Roles): readonly [Matrix, ReadonlyArray<Kernel>] => {
  const { shape, dtype } = c.aval(k)
  const view = c.access(k)
  const matrix = matrixOf(shape, view, roles)
  if (matrix !== undefined) return [matrix, []]
  const order = [...roles.batch, ...roles.rows, ...roles.columns]
  const arranged = pick(shape, order)
  const to = c.temporary(dtype, arranged)
  const [rows, columns] = [size(pick(shape, roles.rows)), size(pick(shape, roles.columns))]
  const dense: Matrix = { buffer: to.buffer, offset: 0, batch: rows * columns, row: columns, column: 1 }
  return [dense, [copied('arrange', arranged, dtype, along(view, order), to)]]
}

const contract = (c: Context, n: Contract, i: number): ReadonlyArray<Kernel> => {
  const [x = 0, y = 0] = c.operandsOf(i)
  const [ba, bb] = n.dims.batch
  const [ca, cb] = n.dims.contract
  const fa = freeAxes(n.a.shape.length, ba, ca)
  const fb = freeAxes(n.b.shape.length, bb, cb)
  const [a, before] = operandMatrix(c, x, { batch: ba, rows: fa, columns: ca })
  const [b, more] = operandMatrix(c, y, { batch: bb, rows: cb, columns: fb })
  const [batch, m, k] = [ba, fa, ca].map((axes) => size(pick(n.a.shape, axes))) as [number, number, number]
  const columns = size(pick(n.b.shape, fb))
  const epilogue = stored(n.dtype, [batch, m, columns], i)
  const product: Kernel = {
    _tag: 'Product',
    name: 'contract',
    dtype: n.dtype,
    batch,
    m,
    k,
    n: columns,
    a,
    b,
    packed: false,
    epilogue
  }
  return [...before, ...more, product]
}

const lookup = (c: Context, n: Gather | Scatter, i: number): ReadonlyArray<Kernel> => {
  const [x, before] = settled(c, c.operandsOf(i)[0]!)
  const [indices, more] = settled(c, c.operandsOf(i)[1]!)
  const whole = n._tag === 'Gather' ? n.x.shape : n.shape
  const kernel: Kernel = {
    _tag: 'Lookup',
    name: n._tag === 'Gather' ? 'take' : 'scatter',
    way: n._tag === 'Gather' ? 'gather' : 'scatter',
    dtype: n.dtype,
    batch: size(whole.slice(0, n.batch)),
    before: size(whole.slice(n.batch, n.axis)),
    size: dim(whole, n.axis),
    count: size(n.indices.shape.slice(n.batch)),
    length: size(whole.slice(n.axis + 1)),
    indexDtype: n.indices.dtype,
    indices,
    x,
    out: c.dense(i),
    whole,
    axis: n.axis
  }
  return [...before, ...more, kernel]
}

const bits = (c: Context, n: RandomBits, i: number): ReadonlyArray<Kernel> => {
  const [x, before] = settled(c, c.operandsOf(i)[0]!)
  const counters = size(n.counters)
  const keys = size(n.key.shape) / 2
  return [...before, { _tag: 'Bits', name: 'random bits', keys, counters, x, out: c.dense(i) }]
}

/** A move that no walk through the operand's memory can express. */
const moveCopied = (c: Context, n: Value, i: number): Kernel => {
  const k = c.operandsOf(i)[0]!
  const from = c.aval(k)
  return copied('reshape', from.shape, n.dtype, c.access(k), {
    buffer: i,
    offset: 0,
    steps: strides(from.shape)
  })
}

export const standalone = (c: Context, i: number, embed: Embed): ReadonlyArray<Kernel> => {
  const n = c.nodes[i]!
  if (isMove(n)) return [moveCopied(c, n, i)]
  if (isControl(n)) return nested(c, n, i, embed)
  if (n._tag === 'Custom') return foreign(c, n, i)
  if (isSource(n) || isPointwise(n)) return []
  switch (n._tag) {
    case 'Concat':
      return concat(c, n, i)
    case 'Pad':
      return pad(c, n, i)
    case 'ArgReduce':
      return [argReduce(c, n, i)]
    case 'Contract':
      return contract(c, n, i)
    case 'Conv':
      return convolution(c, n, i)
    case 'Window':
      return pooling(c, n, i)
    case 'Gather':
    case 'Scatter':
      return lookup(c, n, i)
    case 'RandomBits':
      return bits(c, n, i)
    case 'Reduce':
    case 'Project':
      return []
  }
}
