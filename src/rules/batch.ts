/**
 * Batching, written once per family: the operation that does to every slice along a new leading axis what the old one did to one example.
 * No loop is introduced; axes are renumbered.
 */
import * as make from '../graph/make.js'
import { batchControl, repeat, type Batched, type Inside } from './control/batch.js'

export { repeat, type Batched } from './control/batch.js'
import type {
  Contract,
  Conv,
  Custom,
  Gather,
  Many,
  Node,
  Operation,
  Region,
  Scatter,
  Value,
  Window
} from '../graph/Expr.js'
import { fold, reuse, reuseMany, type Projections } from '../graph/fold.js'
import { inPlaceOf, placed } from '../graph/place.js'
import { full } from '../graph/terms.js'
import { dim, range, size, type Dims } from '../tensor/dims.js'
import { withLeading } from '../tensor/windows.js'
import { rebuildMany } from '../graph/families.js'
import { stackedAval } from '../graph/aval.js'

/** The rules of batching that a law kit can plant a fault in: those of families with an inside. Unless it does, the library's own. */
export interface BatchRules {
  readonly control: typeof batchControl
}

export const batchRules: BatchRules = { control: batchControl }

const up = (axes: Dims): Dims => axes.map((a) => a + 1)

const only = (value: Value): Batched => ({ value, batched: true })

const toFront = (axis: number, x: Value): Value =>
  axis === 0 ? x : make.permute([axis, ...range(0, x.shape.length).filter((a) => a !== axis)], x)

/** A product with one batched side has the batch among that side's free axes, so that it stays one matrix product. */
const contract = (n: Contract, a: Value, b: Value, aBatched: boolean, bBatched: boolean): Value => {
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
const conv = (
  count: number,
  n: Conv,
  x: Value,
  kernel: Value,
  xBatched: boolean,
  kBatched: boolean
): Value => {
  const [spatial, rank] = [n.shape.slice(2, -1), n.shape.length]
  const [groups, examples, features] = [dim(n.shape, 0), dim(n.shape, 1), dim(n.shape, rank - 1)]
  if (xBatched && kBatched) {
    const joined = (y: Value): Value => make.reshape([count * groups, ...y.shape.slice(2)], y)
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
const window = (count: number, n: Window, x: Value): Value => {
  const y = make.window(n.op, [count, ...n.shape], [1, ...n.size], withLeading(1, n.windows), x)
  if (n.op !== 'argmax') return y
  const before = make.binary('mul', make.iota(0, y.shape, 'i32'), full(size(n.x.shape), y))
  return make.binary('sub', y, before)
}

const gather = (
  count: number,
  n: Gather,
  x: Value,
  indices: Value,
  xBatched: boolean,
  iBatched: boolean
): Value => {
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
  x: Value,
  indices: Value,
  xBatched: boolean,
  iBatched: boolean
): Value => {
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

/** A loop over examples, which each are given to the primitive. */
const eachOf = (count: number, n: Custom, xs: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const parameters = make.inputsLike('example', n.xs)
  const options = { captured: 0, carries: 0, length: count, reverse: false }
  const body = { parameters, results: rebuildMany(n, parameters) }
  return make.scanned(options, body, xs)
}

/** A user's primitive on a batch: by its own rule if it has one. */
const custom = (count: number, n: Custom, xs: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const { batch } = n.rule
  const results = n.results.map((r) => stackedAval(count, r))
  return batch === undefined ? eachOf(count, n, xs) : make.resultsOf(make.custom(batch(count), xs), results)
}

/** The operands, all with a leading batch axis. */
const wholes = (count: number, xs: ReadonlyArray<Batched>): ReadonlyArray<Value> =>
  xs.map((x) => (x.batched ? x.value : repeat(count, x.value)))

/** The results of an operation with several, on a batch of operands. */
export const batchMany = (
  count: number,
  n: Many,
  xs: ReadonlyArray<Batched>,
  own: Projections,
  rules: BatchRules = batchRules
): ReadonlyArray<Batched> =>
  xs.some((x) => x.batched)
    ? n._tag === 'Custom'
      ? custom(count, n, wholes(count, xs)).map(only)
      : rules.control({ count, region: (r, flags) => batchRegion(count, r, flags, rules) }, n, xs)
    : reuseMany(
        n,
        xs.map((x) => x.value),
        own
      ).map((value) => ({ value, batched: false }))

export const batch = (count: number, n: Operation, xs: ReadonlyArray<Batched>): Batched => {
  const given = xs.map((x) => x.value)
  if (!xs.some((x) => x.batched)) return { value: reuse(n, given), batched: false }
  const whole = wholes(count, xs)
  const [a = n, b = n, c = n] = whole
  const [ga = n, gb = n] = given
  const flags = [xs[0]?.batched ?? false, xs[1]?.batched ?? false] as const
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Iota':
      return { value: n, batched: false }
    case 'Unary':
      return only(n.name === undefined ? make.unary(n.op, a) : make.named(n.name, a))
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
  }
}

/** A region on a whole batch: parameters with a batch have one more leading axis. */
export const batchRegion = (
  count: number,
  { parameters, results }: Region,
  batched: ReadonlyArray<boolean>,
  rules: BatchRules = batchRules
): Inside => {
  const wide = parameters.map((p, i) =>
    batched[i] === true ? placed(make.input(p.name, [count, ...p.shape], p.dtype), [p]) : p
  )
  const known = parameters.map((p, i) => [p, { value: wide[i] ?? p, batched: batched[i] === true }] as const)
  return { parameters: wide, results: batchResults(count, results, new Map(known), rules) }
}

/** The results of a graph when some of its values are known to have a batch. */
export const batchResults = (
  count: number,
  results: ReadonlyArray<Value>,
  known: ReadonlyMap<Node, Batched>,
  rules: BatchRules = batchRules
): ReadonlyArray<Batched> =>
  results.map(
    fold<Batched>(
      results,
      {
        value: (n, xs) => inPlaceOf(n, () => batch(count, n, xs)),
        many: (n, xs, own) => inPlaceOf(n, () => batchMany(count, n, xs, own, rules))
      },
      known
    )
  )
