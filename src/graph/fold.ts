/** The one walk over graphs: iterative, each node once, operands before users. Nothing else in the library recurs over a graph. */
import * as make from './make.js'
import {
  isControl,
  isMany,
  type Invalid,
  type Many,
  type Node,
  type Operation,
  type Project,
  type Region,
  type Value
} from './Expr.js'

const none: ReadonlyArray<Value> = []
const noRegions: ReadonlyArray<Region> = []

/** The values that a node is made from, in the order of its fields; none of a projection, which is part of a node. */
export const operands = (n: Node): ReadonlyArray<Value> => {
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Iota':
    case 'Project':
      return none
    case 'Unary':
    case 'Convert':
    case 'Reduce':
    case 'ArgReduce':
    case 'Broadcast':
    case 'Reshape':
    case 'Permute':
    case 'Slice':
    case 'Pad':
    case 'Reverse':
    case 'Window':
      return [n.x]
    case 'Binary':
    case 'Contract':
      return [n.a, n.b]
    case 'Conv':
      return [n.x, n.kernel]
    case 'Select':
      return [n.condition, n.a, n.b]
    case 'Concat':
    case 'Custom':
    case 'Call':
    case 'Scan':
    case 'While':
    case 'Case':
      return n.xs
    case 'Gather':
    case 'Scatter':
      return [n.x, n.indices]
    case 'RandomBits':
      return [n.key]
  }
}

/** The nodes that a node refers to: its operands, or the one of which it is a result. */
export const below = (n: Node): ReadonlyArray<Node> => (n._tag === 'Project' ? [n.x] : operands(n))

/** The same operation on other operands, through its smart constructor, so that shapes are checked and derived anew. */
export const rebuild = (n: Operation, xs: ReadonlyArray<Value>): Value => {
  const [a = n, b = n, c = n] = xs
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
      return n
    case 'Iota':
      return make.iota(n.axis, n.shape, n.dtype)
    case 'Unary':
      return make.unary(n.op, a)
    case 'Binary':
      return make.binary(n.op, a, b)
    case 'Select':
      return make.select(a, b, c)
    case 'Convert':
      return make.convert(n.dtype, a)
    case 'Reduce':
      return make.reduce(n.op, n.axes, a)
    case 'ArgReduce':
      return make.argReduce(n.op, n.axis, a)
    case 'Broadcast':
      return make.broadcast(n.shape, n.axes, a)
    case 'Reshape':
      return make.reshape(n.shape, a)
    case 'Permute':
      return make.permute(n.permutation, a)
    case 'Slice':
      return make.slice(n.start, n.limit, n.stride, a)
    case 'Pad':
      return make.pad(n.low, n.high, n.interior, n.value, a)
    case 'Concat':
      return make.concat(n.axis, xs)
    case 'Reverse':
      return make.reverse(n.axes, a)
    case 'Contract':
      return make.contract(n.dims, a, b)
    case 'Conv':
      return make.conv(n.shape.slice(2, -1), n.windows, b, a)
    case 'Window':
      return make.window(n.op, n.shape, n.size, n.windows, a)
    case 'Gather':
      return make.gather(n.axis, n.batch, b, a)
    case 'Scatter':
      return make.scatter(n.shape[n.axis] ?? 0, n.axis, n.batch, b, a)
    case 'RandomBits':
      return make.randomBits(n.counters, a)
  }
}

/** The regions inside a node, in the order of its fields. */
export const regionsOf = (n: Node): ReadonlyArray<Region> => {
  if (!isControl(n)) return noRegions
  switch (n._tag) {
    case 'Call':
    case 'Scan':
      return [n.body]
    case 'While':
      return [n.condition, n.body]
    case 'Case':
      return n.branches
  }
}

const remake = (n: Many, xs: ReadonlyArray<Value>, regions: ReadonlyArray<Region>): Many | Invalid => {
  const [a, b] = regions
  switch (n._tag) {
    case 'Custom':
      return make.custom(n.rule, xs)
    case 'Call':
      return make.call(a ?? n.body, xs)
    case 'Scan':
      return make.scan(n, a ?? n.body, xs)
    case 'While':
      return make.whileLoop(n.captured, a ?? n.condition, b ?? n.body, xs)
    case 'Case':
      return make.choose(regions, xs[0]!, xs.slice(1))
  }
}

/** The same operation with several results on other operands, and with other insides: its results. */
export const rebuildMany = (
  n: Many,
  xs: ReadonlyArray<Value>,
  regions: ReadonlyArray<Region> = regionsOf(n)
): ReadonlyArray<Value> => make.resultsOf(remake(n, xs, regions), n.results)

/** Nodes in an order in which operands come before users, and the place of each in it. */
export interface Walk {
  readonly order: ReadonlyArray<Node>
  readonly position: ReadonlyMap<Node, number>
}

/** All nodes below the roots, each once; nodes for which `stop` holds are kept and not entered. */
export const walk = (roots: ReadonlyArray<Node>, stop: (n: Node) => boolean = () => false): Walk => {
  const order: Array<Node> = []
  const position = new Map<Node, number>()
  // The path from a root to the node being looked at, with each node's operands and how many of them have been visited.
  const path: Array<Node> = []
  const under: Array<ReadonlyArray<Node>> = []
  const visited: Array<number> = []
  // A node that has no place yet is not on the path either: graphs have no cycles.
  const enter = (n: Node): void => {
    if (position.has(n)) return
    path.push(n)
    under.push(stop(n) ? none : below(n))
    visited.push(0)
  }
  for (const root of roots) {
    enter(root)
    for (let n = path.at(-1); n !== undefined; n = path.at(-1)) {
      const top = path.length - 1
      const k = visited[top] ?? 0
      const next = under[top]?.[k]
      visited[top] = k + 1
      if (next !== undefined) enter(next)
      else {
        position.set(n, order.push(n) - 1)
        path.pop()
        under.pop()
        visited.pop()
      }
    }
  }
  return { order, position }
}

/** The order of a walk. */
export const topological = (roots: ReadonlyArray<Node>, stop?: (n: Node) => boolean): ReadonlyArray<Node> =>
  walk(roots, stop).order

/** All values below the roots, operands before users. */
export const valuesBelow = (roots: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  topological(roots).filter((n) => !isMany(n))

/** The value of a node that is known to be in the map; operands come first, so it is. */
export const valueOf = <A>(values: ReadonlyMap<Node, A>, n: Node): A => values.get(n) as A

/** What a fold makes of a node, given what it has made of its operands: one thing for a value, one for each result of several. */
export interface Algebra<A> {
  readonly value: (n: Operation, xs: ReadonlyArray<A>) => A
  /** `own` are the projections of the node that occur in the graph, by index. */
  readonly many: (n: Many, xs: ReadonlyArray<A>, own: Projections) => ReadonlyArray<A>
}

export type Projections = ReadonlyArray<Project | undefined>

/** The projections of each node with several results. */
export const projections = (order: ReadonlyArray<Node>): ReadonlyMap<Many, Projections> => {
  const found = new Map<Many, Array<Project | undefined>>()
  for (const n of order) {
    if (n._tag !== 'Project') continue
    const known = found.get(n.x) ?? []
    known[n.index] = n
    found.set(n.x, known)
  }
  return found
}

/** The values that an algebra gives to the nodes, each node once; what is known before is not entered. Projections are read here and nowhere else. */
export const fold = <A>(
  roots: ReadonlyArray<Value>,
  algebra: Algebra<A>,
  known: ReadonlyMap<Node, A> = new Map()
): ((n: Value) => A) => {
  const { order, position } = walk(roots, (n) => known.has(n))
  const own = projections(order)
  const values: Array<A> = []
  const results: Array<ReadonlyArray<A>> = []
  const of = (n: Value): A => values[valueOf(position, n)]!
  order.forEach((n, i) => {
    if (known.has(n)) values[i] = valueOf(known, n)
    else if (isMany(n)) results[i] = algebra.many(n, operands(n).map(of), own.get(n) ?? [])
    else if (n._tag === 'Project') values[i] = results[valueOf(position, n.x)]![n.index]!
    else values[i] = algebra.value(n, operands(n).map(of))
  })
  return of
}

/** Rebuilds graphs bottom-up with a rewrite of each node; shared nodes stay shared. */
export const rewrite = (roots: ReadonlyArray<Value>, f: Algebra<Value>): ReadonlyArray<Value> =>
  roots.map(fold(roots, f))

const unchanged = (n: Node, xs: ReadonlyArray<Value>): boolean => operands(n).every((x, i) => x === xs[i])

/** The operation on new operands, or the very same node when they are the old ones. */
export const reuse = (n: Operation, xs: ReadonlyArray<Value>): Value =>
  unchanged(n, xs) ? n : rebuild(n, xs)

/** The results of the operation on new operands, or the very same ones. */
export const reuseMany = (n: Many, xs: ReadonlyArray<Value>, own: Projections): ReadonlyArray<Value> =>
  unchanged(n, xs) ? n.results.map((_, k) => own[k] ?? make.project(k, n)) : rebuildMany(n, xs)

/** Every operation on new operands. */
export const reusing: Algebra<Value> = { value: reuse, many: reuseMany }

/** Every operation on new operands, what is inside of nodes changed too. */
export const reusingInside =
  (inside: (r: Region) => Region): Algebra<Value>['many'] =>
  (n, xs, own) =>
    isControl(n) ? rebuildMany(n, xs, regionsOf(n).map(inside)) : reuseMany(n, xs, own)

/** Graphs with some values in the places of others; the rest is the same operations on them. */
export const substitute = (
  roots: ReadonlyArray<Value>,
  places: ReadonlyMap<Value, Value>
): ReadonlyArray<Value> => roots.map(fold(roots, reusing, places))

/** The same operation on other operands: it has results, as long as those fit. */
const remade = (n: Many, xs: ReadonlyArray<Value>): Node => {
  const [first] = rebuildMany(n, xs)
  return first?._tag === 'Project' ? first.x : n
}

/** A node when others stand for those below it, which have the same shapes; the very same where they are its own. */
export const onSame = (n: Node, under: ReadonlyArray<Node>): Node => {
  if (below(n).every((x, i) => x === under[i])) return n
  const [first] = under
  if (n._tag === 'Project') return first !== undefined && isMany(first) ? make.project(n.index, first) : n
  const xs = under.filter((x) => !isMany(x))
  return isMany(n) ? remade(n, xs) : rebuild(n, xs)
}
