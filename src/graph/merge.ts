/** Merges structurally equal nodes. Inputs are told apart by identity, constants and operations by structure; there is no global table. */
import { equalDims } from '../tensor/dims.js'
import { eqTensor, elements } from '../tensor/Tensor.js'
import { isMany, type Constant, type Node, type Region, type Value } from './Expr.js'
import { attributesOf, isSource, operands, operation, regionsOf } from './families.js'
import { below, onSame, valueOf, walk, type Walk } from './fold.js'
import { isPair, numbersOf, type Attribute } from './form.js'
import { unaryForm } from './op.js'

/** The function that an operation applies, where its family has several. */
const functionOf = (n: Node): string | undefined => ('op' in n ? n.op : undefined)

/** Attributes of the same kinds of values, as those of one family are. */
const equalAttribute = (a: Attribute, b: Attribute): boolean =>
  typeof a === 'object' && typeof b === 'object'
    ? isPair(a)
      ? isPair(b) && a.every((x, i) => equalDims(x, b[i]!))
      : !isPair(b) && equalDims(a, b)
    : Object.is(a, b)

const equalAttributes = (a: Node, b: Node): boolean => {
  const [xs, ys] = [attributesOf(a), attributesOf(b)]
  return xs.length === ys.length && xs.every(([, x], i) => equalAttribute(x, ys[i]![1]))
}

const equalType = (a: Node, b: Node): boolean =>
  isMany(a) || isMany(b)
    ? isMany(a) && isMany(b) && operation(a) === operation(b)
    : a.dtype === b.dtype && functionOf(a) === functionOf(b) && equalDims(a.shape, b.shape)

/** Whether operations are equal in all but their operands and their insides. */
const equalHead = (a: Node, b: Node): boolean => a._tag === b._tag && equalType(a, b) && equalAttributes(a, b)

/** Mixes a number into a hash; the shift spreads high bits to where buckets are chosen. */
const hashNumber = (h: number, v: number): number => {
  const whole = Math.imul(h ^ (v | 0), 0x9e3779b1)
  const mixed = whole ^ ((v - Math.trunc(v)) * 2 ** 31)
  return mixed ^ (mixed >>> 15)
}

/** A few elements are enough to tell most constants apart; equal hashes are compared element by element. */
const hashConstant = (n: Constant): number => {
  const data = elements(n.value)
  const stride = Math.max(1, Math.floor(data.length / 64))
  let h = data.length
  for (let i = 0; i < data.length; i += stride) h = hashNumber(h, data[i] ?? 0)
  return h
}

/** What most often tells operations on the same operands apart. */
const numbersIn = (n: Node): ReadonlyArray<number> => {
  const first = attributesOf(n)[0]
  return first === undefined ? (isMany(n) ? [] : n.shape) : numbersOf(first[1])
}

const hash = (n: Node, kind: number, from: ReadonlyArray<number>): number =>
  n._tag === 'Constant'
    ? hashConstant(n)
    : numbersIn(n).reduce(hashNumber, from.reduce(hashNumber, Math.imul(kind + 1, 0x85ebca6b)))

/** The name under which equal operations are looked for. */
const kindOf = (n: Node): string => functionOf(n) ?? n._tag

const equalLeaf = (a: Node, b: Node): boolean =>
  a._tag === 'Constant' && b._tag === 'Constant'
    ? eqTensor.equals(a.value, b.value)
    : a._tag === 'Custom' && b._tag === 'Custom'
      ? a.rule === b.rule
      : true

/** Whether two regions do the same. */
export type SameRegions = (a: Region, b: Region) => boolean

/** Whether two operations on the same operands do the same. */
const equalInside = (a: Node, b: Node, same: SameRegions): boolean => {
  const [rs, ss] = [regionsOf(a), regionsOf(b)]
  return (
    equalHead(a, b) &&
    equalLeaf(a, b) &&
    rs.length === ss.length &&
    rs.every((r, i) => r === ss[i] || same(r, ss[i]!))
  )
}

/** Two regions are equal when, node by node in the order of a walk, they do the same to the same. */
export const equalRegions: SameRegions = (a, b) => {
  const [p, q] = [walk([...a.parameters, ...a.results]), walk([...b.parameters, ...b.results])]
  const places = (w: Walk, ns: ReadonlyArray<Node>): string => ns.map((n) => w.position.get(n)).join()
  const same = (n: Node, m: Node): boolean =>
    n._tag === 'Input' && m._tag === 'Input'
      ? n === m || (a.parameters.includes(n) && b.parameters.includes(m) && equalHead(n, m))
      : n._tag !== 'Input' && m._tag !== 'Input' && equalInside(n, m, equalRegions)
  return (
    p.order.length === q.order.length &&
    p.order.every((n, i) => same(n, q.order[i]!) && places(p, below(n)) === places(q, below(q.order[i]!))) &&
    places(p, [...a.parameters, ...a.results]) === places(q, [...b.parameters, ...b.results])
  )
}

/**
 * Graphs as a list without repetition, operands before users. The operands of `nodes[i]` are at the positions
 * `from[starts[i]], ..., from[starts[i + 1] - 1]`: flat, because there may be a million of them. `roots` are positions too.
 */
export interface Canonical {
  readonly nodes: ReadonlyArray<Node>
  readonly starts: Readonly<Int32Array>
  readonly from: ReadonlyArray<number>
  readonly roots: ReadonlyArray<number>
}

/** Positions by hash: the newest of each bucket, and for each position the one before it in its bucket. */
const lookupTable = (capacity: number) => {
  const buckets = 2 ** Math.ceil(Math.log2(2 * capacity + 1))
  const newest = new Int32Array(buckets).fill(-1)
  const older = new Int32Array(capacity)
  return {
    find: (h: number, isIt: (at: number) => boolean): number => {
      let at = newest[h & (buckets - 1)]!
      while (at >= 0 && !isIt(at)) at = older[at]!
      return at
    },
    insert: (h: number, at: number): void => {
      older[at] = newest[h & (buckets - 1)]!
      newest[h & (buckets - 1)] = at
    }
  }
}

/** Numbers for names, in order of appearance. */
const numbering = () => {
  const known = new Map<string, number>()
  return (name: string): number => {
    const k = known.get(name) ?? known.size
    known.set(name, k)
    return k
  }
}

/** What a transformation differentiates with respect to: only equal to itself, and nothing may be moved past it. */
const isCopy = (n: Node): boolean => n._tag === 'Unary' && n.op === 'copy'

const isUnique = (n: Node): boolean => (isSource(n) && n._tag !== 'Constant') || isCopy(n)

/**
 * What is done about marks that only transformations read. Copies are opaque while a transformation that is still going on may depend on them; a
 * printer, which comes after all transformations, has them `erased`. For a program that is to `run`, what stops derivatives is nothing either.
 */
export type Marks = 'kept' | 'erased' | 'run'

const isErased: Readonly<Record<Marks, (n: Node) => boolean>> = {
  kept: () => false,
  erased: isCopy,
  run: (n) => n._tag === 'Unary' && unaryForm[n.op].isMark
}

/** Every structure once; which regions are the same is for a law kit to plant a fault in. */
export const canonical = (
  roots: ReadonlyArray<Value>,
  marks: Marks,
  same: SameRegions = equalRegions
): Canonical => {
  const kept = marks === 'kept'
  const erased = isErased[marks]
  const { order, position } = walk(roots, (n) => kept && isCopy(n))
  const nodes: Array<Node> = []
  const flat: Array<number> = []
  const starts = new Int32Array(order.length + 1)
  const place = new Int32Array(order.length)
  const placeOf = (n: Node): number => place[valueOf(position, n)]!
  const table = lookupTable(order.length)
  const number = numbering()
  const add = (n: Node, from: ReadonlyArray<number>): number => {
    for (const k of from) flat.push(k)
    starts[nodes.push(n)] = flat.length
    return nodes.length - 1
  }
  const isFrom = (at: number, from: ReadonlyArray<number>): boolean => {
    const [start, end] = [starts[at]!, starts[at + 1]!]
    return from.length === end - start && from.every((k, i) => k === flat[start + i])
  }
  const placed = (n: Node): number => {
    if (erased(n)) return placeOf(operands(n)[0]!)
    if (isUnique(n)) return add(n, [])
    const from = below(n).map(placeOf)
    const h = hash(n, number(kindOf(n)), from)
    const known = table.find(h, (at) => isFrom(at, from) && equalInside(nodes[at]!, n, same))
    if (known >= 0) return known
    const own = onSame(
      n,
      from.map((k) => nodes[k]!)
    )
    table.insert(h, nodes.length)
    return add(own, from)
  }
  order.forEach((n, i) => {
    place[i] = placed(n)
  })
  return { nodes, starts, from: flat, roots: roots.map(placeOf) }
}

/** The same graphs with every structure occurring once. */
export const merge = (
  roots: ReadonlyArray<Value>,
  marks: Marks = 'kept',
  same: SameRegions = equalRegions
): ReadonlyArray<Value> => {
  const { nodes, roots: at } = canonical(roots, marks, same)
  return at.map((k) => nodes[k] as Value)
}
