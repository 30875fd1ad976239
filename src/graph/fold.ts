/** The one walk over graphs: iterative, each node once, operands before users. Nothing else in the library recurs over a graph. */
import * as make from './make/index.js'
import type { Node } from './Expr.js'

const none: ReadonlyArray<Node> = []

/** The nodes that a node is made from, in the order of its fields. */
export const operands = (n: Node): ReadonlyArray<Node> => {
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Iota':
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
    case 'Project':
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
      return n.xs
    case 'Gather':
    case 'Scatter':
      return [n.x, n.indices]
    case 'RandomBits':
      return [n.key]
  }
}

/** The same operation on other operands, through its smart constructor, so that shapes are checked and derived anew. */
export const rebuild = (n: Node, xs: ReadonlyArray<Node>): Node => {
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
    case 'Custom':
      return make.custom(n.rule, xs)
    case 'Project':
      return a._tag === 'Custom' ? make.project(n.index, a) : a
  }
}

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
  const below: Array<ReadonlyArray<Node>> = []
  const visited: Array<number> = []
  // A node that has no place yet is not on the path either: graphs have no cycles.
  const enter = (n: Node): void => {
    if (position.has(n)) return
    path.push(n)
    below.push(stop(n) ? none : operands(n))
    visited.push(0)
  }
  for (const root of roots) {
    enter(root)
    for (let n = path.at(-1); n !== undefined; n = path.at(-1)) {
      const top = path.length - 1
      const k = visited[top] ?? 0
      const next = below[top]?.[k]
      visited[top] = k + 1
      if (next !== undefined) enter(next)
      else {
        position.set(n, order.push(n) - 1)
        path.pop()
        below.pop()
        visited.pop()
      }
    }
  }
  return { order, position }
}

/** The order of a walk. */
export const topological = (roots: ReadonlyArray<Node>, stop?: (n: Node) => boolean): ReadonlyArray<Node> =>
  walk(roots, stop).order

/** The value of a node that is known to be in the map; operands come first, so it is. */
export const valueOf = <A>(values: ReadonlyMap<Node, A>, n: Node): A => values.get(n) as A

/** The values that an algebra gives to the nodes: `algebra(node, values of its operands)`, each node once. */
export const fold = <A>(
  roots: ReadonlyArray<Node>,
  algebra: (n: Node, xs: ReadonlyArray<A>) => A
): ((n: Node) => A) => {
  const { order, position } = walk(roots)
  const values: Array<A> = []
  const of = (n: Node): A => values[valueOf(position, n)]!
  for (const n of order) values.push(algebra(n, operands(n).map(of)))
  return of
}

/** Rebuilds graphs bottom-up with a rewrite of each node; shared nodes stay shared. */
export const rewrite = (
  roots: ReadonlyArray<Node>,
  f: (n: Node, xs: ReadonlyArray<Node>) => Node
): ReadonlyArray<Node> => roots.map(fold<Node>(roots, f))

/** The operation on new operands, or the very same node when they are the old ones. */
export const reuse = (n: Node, xs: ReadonlyArray<Node>): Node =>
  operands(n).every((x, i) => x === xs[i]) ? n : rebuild(n, xs)
