/** Merges structurally equal nodes. Inputs are told apart by identity, constants and operations by structure; there is no global table. */
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

const hashNumber = (h: number, v: number): number =>
  Math.imul(h ^ (v | 0), 0x9e3779b1) ^ ((v - Math.trunc(v)) * 2 ** 31)

/** A few elements are enough to tell most constants apart; equal hashes are compared element by element. */
const hashConstant = (n: Constant): number => {
  const data = elements(n.value)
  const stride = Math.max(1, Math.floor(data.length / 64))
  let h = data.length
  for (let i = 0; i < data.length; i += stride) h = hashNumber(h, data[i] ?? 0)
  return h
}

const hash = (n: Node, from: ReadonlyArray<number>): number =>
  n._tag === 'Constant' ? hashConstant(n) : from.reduce(hashNumber, from.length)

/** The name under which equal operations are looked for. */
const kind = (n: Node): string => (n._tag === 'Unary' || n._tag === 'Binary' ? n.op : n._tag)

const equalLeaf = (a: Node, b: Node): boolean =>
  a._tag === 'Constant' && b._tag === 'Constant'
    ? eqTensor.equals(a.value, b.value)
    : a._tag === 'Custom' && b._tag === 'Custom'
      ? a.rule === b.rule
      : true

/** A node and the positions of its operands. */
export interface Entry {
  readonly node: Node
  readonly from: ReadonlyArray<number>
}

const equalEntry = (a: Entry, b: Entry): boolean =>
  a.from.every((k, i) => k === b.from[i]) && label(a.node) === label(b.node) && equalLeaf(a.node, b.node)

/** Graphs as a list without repetition, operands before users; `roots` are positions in it. */
export interface Canonical {
  readonly entries: ReadonlyArray<Entry>
  readonly roots: ReadonlyArray<number>
}

/** Positions by kind and hash; those with the same hash are chained. */
const lookupTable = (entries: ReadonlyArray<Entry>) => {
  const heads = new Map<string, Map<number, number>>()
  const older: Array<number> = []
  return {
    find: (e: Entry, h: number): number => {
      let at = heads.get(kind(e.node))?.get(h) ?? -1
      for (; at >= 0; at = older[at] ?? -1) {
        const candidate = entries[at]
        if (candidate !== undefined && equalEntry(candidate, e)) return at
      }
      return at
    },
    insert: (e: Entry, h: number, at: number): void => {
      const head = heads.get(kind(e.node)) ?? new Map<number, number>()
      older[at] = head.get(h) ?? -1
      head.set(h, at)
      heads.set(kind(e.node), head)
    }
  }
}

/** Every structure once; inputs and invalid nodes are only equal to themselves. */
export const canonical = (roots: ReadonlyArray<Node>): Canonical => {
  const entries: Array<Entry> = []
  const position = new Map<Node, number>()
  const table = lookupTable(entries)
  for (const n of topological(roots)) {
    const from = operands(n).map((x) => valueOf(position, x))
    const entry = {
      node: reuse(
        n,
        from.map((k) => entries[k]!.node)
      ),
      from
    }
    const unique = n._tag === 'Input' || n._tag === 'Invalid'
    const h = unique ? 0 : hash(n, from)
    const known = unique ? -1 : table.find(entry, h)
    position.set(n, known < 0 ? entries.length : known)
    if (known >= 0) continue
    if (!unique) table.insert(entry, h, entries.length)
    entries.push(entry)
  }
  return { entries, roots: roots.map((r) => valueOf(position, r)) }
}

/** The same graphs with every structure occurring once. */
export const merge = (roots: ReadonlyArray<Node>): ReadonlyArray<Node> => {
  const { entries, roots: at } = canonical(roots)
  return at.map((k) => entries[k]!.node)
}
