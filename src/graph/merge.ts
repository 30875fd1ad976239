/** Merges structurally equal nodes. Inputs are told apart by identity, constants and operations by structure; there is no global table. */
import { byteWidth } from '../tensor/DType.js'
import { eqTensor, elements } from '../tensor/Tensor.js'
import type { Constant, Node } from './Expr.js'
import { operands, reuse, topological, valueOf } from './fold.js'

/** Everything about an operation but its operands, as text. */
const label = (n: Node): string => {
  const head = `${n._tag} ${n.dtype} ${n.shape.join(',')}`
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Select':
    case 'Convert':
    case 'Reshape':
      return head
    case 'Iota':
      return `${head} ${String(n.axis)}`
    case 'Unary':
    case 'Binary':
      return `${head} ${n.op}`
    case 'Reduce':
      return `${head} ${n.op} ${n.axes.join(',')}`
    case 'ArgReduce':
      return `${head} ${n.op} ${String(n.axis)}`
    case 'Broadcast':
    case 'Reverse':
      return `${head} ${n.axes.join(',')}`
    case 'Permute':
      return `${head} ${n.permutation.join(',')}`
    case 'Slice':
      return `${head} ${[n.start, n.limit, n.stride].join(';')}`
    case 'Pad':
      return `${head} ${[n.low, n.high, n.interior].join(';')} ${Object.is(n.value, -0) ? '-0' : String(n.value)}`
    case 'Concat':
      return `${head} ${String(n.axis)}`
    case 'Contract':
      return `${head} ${[...n.dims.batch, ...n.dims.contract].join(';')}`
    case 'Gather':
    case 'Scatter':
      return `${head} ${String(n.axis)} ${String(n.batch)}`
    case 'RandomBits':
      return `${head} ${n.counters.join(',')}`
    case 'Custom':
      return `${head} ${n.rule.name}`
    case 'Project':
      return `${head} ${String(n.index)}`
  }
}

/** A cheap digest of a constant; equal digests are compared element by element. */
const digest = (n: Constant): string => {
  const data = elements(n.value)
  const stride = Math.max(1, Math.floor(data.length / 64))
  const sample = Array.from({ length: Math.min(64, data.length) }, (_, i) => data[i * stride])
  return `${label(n)} ${String(data.length * byteWidth[n.dtype])} ${sample.join(',')}`
}

const equalLeaf = (a: Node, b: Node): boolean =>
  a._tag === 'Constant' && b._tag === 'Constant'
    ? eqTensor.equals(a.value, b.value)
    : a._tag === 'Custom' && b._tag === 'Custom'
      ? a.rule === b.rule
      : true

/** The same graphs with every structure occurring once. */
export const merge = (roots: ReadonlyArray<Node>): ReadonlyArray<Node> => {
  const ids = new Map<Node, number>()
  const canonical = new Map<Node, Node>()
  const buckets = new Map<string, Array<Node>>()
  for (const n of topological(roots)) {
    const xs = operands(n).map((x) => valueOf(canonical, x))
    const candidate = reuse(n, xs)
    const own = n._tag === 'Input' || n._tag === 'Invalid'
    const key = n._tag === 'Constant' ? digest(n) : `${label(n)} ${xs.map((x) => ids.get(x)).join(' ')}`
    const bucket = own ? [] : (buckets.get(key) ?? [])
    const known = bucket.find((m) => equalLeaf(m, candidate))
    if (known === undefined) {
      ids.set(candidate, ids.size)
      bucket.push(candidate)
      if (!own) buckets.set(key, bucket)
    }
    canonical.set(n, known ?? candidate)
  }
  return roots.map((r) => valueOf(canonical, r))
}
