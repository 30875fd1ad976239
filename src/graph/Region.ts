/**
 * Regions: pieces of graph with parameters, which nodes hold and transformations map to others. What a function refers to besides its arguments is
 * captured: everything that does not depend on a parameter becomes an operand of the node that holds the region, so that a body is closed, needs no
 * scopes to be understood, and computes nothing twice that is the same at every step (loop-invariant code motion).
 */
import { isMany, type Input, type Node, type Region, type Value } from './Expr.js'
import { below, substitute, walk } from './fold.js'
import * as make from './make.js'

export type { Region } from './Expr.js'

/** A region without free variables, and the values that it captured: they are its first parameters. */
export interface Closed {
  readonly region: Region
  readonly captured: ReadonlyArray<Value>
}

/** Numbers that are the same everywhere are written into a body rather than handed to it. */
const isLiteral = (n: Node): boolean =>
  (n._tag === 'Constant' && n.shape.length === 0) ||
  (n._tag === 'Broadcast' && n.x._tag === 'Constant' && n.x.shape.length === 0)

/** Nodes that depend on one of some others. */
export const dependent = (order: ReadonlyArray<Node>, on: ReadonlyArray<Node>): ReadonlySet<Node> => {
  const found = new Set<Node>(on)
  for (const n of order) if (below(n).some((x) => found.has(x))) found.add(n)
  return found
}

/** The values outside that something inside refers to, in the order of a walk. */
const frontier = (
  order: ReadonlyArray<Node>,
  inside: ReadonlySet<Node>,
  results: ReadonlyArray<Value>
): ReadonlyArray<Value> => {
  const free = new Set<Node>()
  const note = (x: Node): void => {
    if (!inside.has(x) && !isLiteral(x)) free.add(x)
  }
  for (const n of order) if (inside.has(n)) below(n).forEach(note)
  results.forEach(note)
  return order.filter((n) => !isMany(n)).filter((n) => free.has(n))
}

/** Closes a piece of graph over what it refers to. */
export const close = (parameters: ReadonlyArray<Input>, results: ReadonlyArray<Value>): Closed => {
  const sources = new Set<Node>(parameters)
  const { order } = walk(results, (n) => sources.has(n))
  const captured = frontier(order, dependent(order, parameters), results)
  const inner = make.inputsLike('captured', captured)
  const places = new Map<Value, Value>(captured.map((x, i) => [x, inner[i]!]))
  return { region: { parameters: [...inner, ...parameters], results: substitute(results, places) }, captured }
}

/** The results of a region on values in the places of its parameters (beta reduction). */
export const inline = ({ parameters, results }: Region, xs: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  substitute(results, new Map<Value, Value>(parameters.map((p, i) => [p, xs[i] ?? p])))
