/**
 * Batching, written once per family: the operation that does to every slice along a new leading axis what the old one did to one example.
 * No loop is introduced; axes are renumbered.
 */
import * as make from '../graph/make/index.js'
import type { Contract, Conv, Custom, Gather, Node, Scatter, Window } from '../graph/Expr.js'
import { operands } from '../graph/fold.js'
import { full } from '../graph/terms.js'
import { dim, range, size, type Dims } from '../tensor/dims.js'
import { withLeading } from '../tensor/windows.js'
import { filled } from '../tensor/Tensor.js'

/** A value in the batched graph: its results, with the batch as axis 0, or unchanged where they do not depend on the example. */
export interface Batched {
  readonly results: ReadonlyArray<Node>
  readonly batched: boolean
}

const up = (axes: Dims): Dims => axes.map((a) => a + 1)

const only = (n: Node): Batched => ({ results: [n], batched: true })

/** Repeats what every example shares. */
export const repeat = (count: number, x: Node): Node =>
  make.broadcast([count, ...x.shape], range(1, x.shape.length + 1), x)

const toFront = (axis: number, x: Node): Node =>
  axis === 0 ? x : make.permute([axis, ...range(0, x.shape.length).filter((a) => a !== axis)], x)

/** A product with one batched side has the batch among that side's free axes, so that it stays one matrix product. */
const contract = (n: Contract, a: Node, b: Node, aBatched: boolean, bBatched: boolean): Node => {
  const [ba, bb] = n.dims.batch
  const [ca, cb] = n.dims.contract
  const batch = [aBatched ? up(ba) : ba, bBatched ? up(bb) : bb] as const
  const contracted = [aBatched ? up(ca) : ca, bBatched ? up(cb) : cb] as const
  if (aBatched && bBatched)
    return make.contract(
      {
        batch: [
          [0, ...batch[0]],
          [0, ...batch[1]]
        ],
        contract: contracted
      },
      a,
      b
    )
  const product = make.contract({ batch, contract: contracted }, a, b)
  return toFront(aBatched ? ba.length : ba.length + make.freeAxes(n.a.shape.length, ba, ca).length, product)
}

/**
 * One convolution for all examples: they join the batch where all have one kernel, the features where all have one operand, and the groups
 * where each has its own.
 */
const conv = (count: number, n: Conv, x: Node, kernel: Node, xBatched: boolean, kBatched: boolean): Node => {
  const [spatial, rank] = [n.shape.slice(2, -1), n.shape.length]
  const [groups, examples, features] = [dim(n.shape, 0), dim(n.shape, 1), dim(n.shape, rank - 1)]
  if (xBatched && kBatched) {
    const joined = (y: Node): Node => make.reshape([count * groups, ...y.shape.slice(2)], y)
    return make.reshape([count, ...n.shape], make.conv(spatial, n.windows, joined(kernel), joined(x)))
  }
  if (xBatched) {
    const beside = make.permute([1, 0, ...range(2, rank + 1)], x)
    const joined = make.reshape([groups, count * examples, ...n.x.shape.slice(2)], beside)
    const y = make.conv(spatial, n.windows, kernel, joined)
    return toFront(1, make.reshape([groups, count, ...n.shape.slice(1)], y))
  }
  const beside = make.permute([...range(1, rank), 0, rank], kernel)
  const joined = make.reshape([...n.kernel.shape.slice(0, -1), count * features], beside)
  const y = make.conv(spatial, n.windows, joined, x)
  return toFront(rank - 1, make.reshape([...n.shape.slice(0, -1), count, features], y))
}

/** Places are counted within each example. */
const window = (count: number, n: Window, x: Node): Node => {
  const y = make.window(n.op, [count, ...n.shape], [1, ...n.size], withLeading(1, n.windows), x)
  if (n.op !== 'argmax') return y
  const before = make.binary('mul', make.iota(0, y.shape, 'i32'), full(size(n.x.shape), y))
  return make.binary('sub', y, before)
}

const gather = (
  count: number,
  n: Gather,
  x: Node,
  indices: Node,
  xBatched: boolean,
  iBatched: boolean
): Node => {
  if (xBatched && iBatched) return make.gather(n.axis + 1, n.batch + 1, indices, x)
  if (n.batch > 0)
    return make.gather(
      n.axis + 1,
      n.batch + 1,
      iBatched ? indices : repeat(count, indices),
      xBatched ? x : repeat(count, x)
    )
  return xBatched
    ? make.gather(n.axis + 1, 0, indices, x)
    : toFront(n.axis, make.gather(n.axis, 0, indices, x))
}

const scatter = (
  count: number,
  n: Scatter,
  x: Node,
  indices: Node,
  xBatched: boolean,
  iBatched: boolean
): Node => {
  const d = n.shape[n.axis] ?? 0
  if (xBatched && !iBatched && n.batch === 0) return make.scatter(d, n.axis + 1, 0, indices, x)
  return make.scatter(
    d,
    n.axis + 1,
    n.batch + 1,
    iBatched ? indices : repeat(count, indices),
    xBatched ? x : repeat(count, x)
  )
}

/** A user's primitive knows no batch: it is applied to each example, and the results are stacked. */
const custom = (count: number, n: Custom, xs: ReadonlyArray<Node>): Batched => {
  const example = (x: Node, i: number): Node =>
    make.reshape(
      x.shape.slice(1),
      make.slice(
        [i, ...x.shape.slice(1).map(() => 0)],
        [i + 1, ...x.shape.slice(1)],
        x.shape.map(() => 1),
        x
      )
    )
  const calls = range(0, count).map((i) =>
    make.custom(
      n.rule,
      xs.map((x) => example(x, i))
    )
  )
  const stacked = n.results.map((r, k) => {
    const rows = calls.map((c) => make.reshape([1, ...r.shape], c._tag === 'Custom' ? make.project(k, c) : c))
    return rows.length === 0 ? make.constant(filled([0, ...r.shape], r.dtype, 0)) : make.concat(0, rows)
  })
  return { results: stacked, batched: true }
}

export const batch = (count: number, n: Node, xs: ReadonlyArray<Batched>): Batched => {
  if (n._tag === 'Project')
    return { results: [xs[0]?.results[n.index] ?? n], batched: xs[0]?.batched ?? false }
  if (!xs.some((x) => x.batched))
    return {
      results: n._tag === 'Custom' ? n.results.map((_, k) => make.project(k, n)) : [n],
      batched: false
    }
  const given = xs.map((x, i) => x.results[0] ?? operands(n)[i] ?? n)
  /** The operands, all with a leading batch axis. */
  const whole = xs.map((x, i) => (x.batched ? given[i] : repeat(count, given[i] ?? n)) ?? n)
  const [a = n, b = n, c = n] = whole
  const [ga = n, gb = n] = given
  const flags = [xs[0]?.batched ?? false, xs[1]?.batched ?? false] as const
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Iota':
      return { results: [n], batched: false }
    case 'Unary':
      return only(make.unary(n.op, a))
    case 'Binary':
      return only(make.binary(n.op, a, b))
    case 'Select':
      return only(make.select(a, b, c))
    case 'Convert':
      return only(make.convert(n.dtype, a))
    case 'Reduce':
      return only(make.reduce(n.op, up(n.axes), a))
    case 'ArgReduce':
      return only(make.argReduce(n.op, n.axis + 1, a))
    case 'Broadcast':
      return only(make.broadcast([count, ...n.shape], [0, ...up(n.axes)], a))
    case 'Reshape':
      return only(make.reshape([count, ...n.shape], a))
    case 'Permute':
      return only(make.permute([0, ...up(n.permutation)], a))
    case 'Slice':
      return only(make.slice([0, ...n.start], [count, ...n.limit], [1, ...n.stride], a))
    case 'Pad':
      return only(make.pad([0, ...n.low], [0, ...n.high], [0, ...n.interior], n.value, a))
    case 'Concat':
      return only(make.concat(n.axis + 1, whole))
    case 'Reverse':
      return only(make.reverse(up(n.axes), a))
    case 'Contract':
      return only(contract(n, ga, gb, ...flags))
    case 'Conv':
      return only(conv(count, n, ga, gb, ...flags))
    case 'Window':
      return only(window(count, n, a))
    case 'Gather':
      return only(gather(count, n, ga, gb, ...flags))
    case 'Scatter':
      return only(scatter(count, n, ga, gb, ...flags))
    case 'RandomBits':
      return only(make.randomBits(n.counters, a))
    case 'Custom':
      return custom(count, n, whole)
  }
}
