/** The one walk over graphs: iterative, each node once, operands before users. Nothing else in the library recurs over a graph. */
import {
  isMany,
  type Many,
  type Node,
  type Operation,
  type Project,
  type Region,
  type Value
} from './Expr.js'
import { operands, rebuild, rebuildMany, regionsOf } from './families.js'
import * as make from './make.js'

const none: ReadonlyArray<Value> = []

/** The nodes that a node refers to: its operands, or the one of which it is a result. */
export const below = (n: Node): ReadonlyArray<Node> => (n._tag === 'Project' ? [n.x] : operands(n))

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
  (n, xs, own) => {
    const regions = regionsOf(n)
    const next = regions.map(inside)
    return next.every((r, i) => r === regions[i]) ? reuseMany(n, xs, own) : rebuildMany(n, xs, next)
  }

/** Graphs with some values in the places of others; the rest is the same operations on them. */
export const substitute = (
  roots: ReadonlyArray<Value>,
  places: ReadonlyMap<Value, Value>
): ReadonlyArray<Value> => roots.map(fold(roots, reusing, places))

/** The same operation on other operands: it has results, as long as those fit. */
const remade = (n: Many, xs: ReadonlyArray<Value>, regions?: ReadonlyArray<Region>): Node => {
  const [first] = rebuildMany(n, xs, regions)
  return first?._tag === 'Project' ? first.x : n
}

/** The same node with other insides, whose results have the same shapes. */
export const onInsides = (n: Many, regions: ReadonlyArray<Region>): Node => remade(n, operands(n), regions)

/** A node when others stand for those below it, which have the same shapes; the very same where they are its own. */
export const onSame = (n: Node, under: ReadonlyArray<Node>): Node => {
  if (below(n).every((x, i) => x === under[i])) return n
  const [first] = under
  if (n._tag === 'Project') return first !== undefined && isMany(first) ? make.project(n.index, first) : n
  const xs = under.filter((x) => !isMany(x))
  return isMany(n) ? remade(n, xs) : rebuild(n, xs)
}
