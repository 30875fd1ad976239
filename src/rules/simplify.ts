/** Simplification: a pass over graphs, made of local rewrites. */
import type { Node } from '../graph/Expr.js'
import { operands, reuse, valueOf } from '../graph/fold.js'
import { canonical, type Canonical, type Marks } from '../graph/merge.js'
import { factsOf, type Facts, type Known } from './facts.js'
import { rewrites } from './rewrites.js'

/** The first rewrite that applies, or nothing. */
const step = (n: Node, known: Known): Node | undefined => {
  for (const r of rewrites) {
    const next = r.at(n, known)
    if (next !== undefined) return next
  }
  return undefined
}

/** One pass over nodes whose operands come before them, each of which is simple before its users. */
const pass = ({ nodes, starts, from, roots }: Canonical): ReadonlyArray<Node> => {
  const facts = new Map<Node, Facts>()
  const known: Known = (n) => valueOf(facts, n)
  const simple: Array<Node> = []
  nodes.forEach((n, i) => {
    // A copy is what a transformation knows its argument by: nothing is done to it, and nothing is known of it.
    if (n._tag === 'Unary' && n.op === 'copy') {
      facts.set(n, { total: false, plusZero: false })
      simple.push(n)
      return
    }
    let result = reuse(
      n,
      from.slice(starts[i], starts[i + 1]).map((k) => simple[k]!)
    )
    for (let next = step(result, known); next !== undefined; next = step(result, known)) result = next
    if (!facts.has(result)) facts.set(result, factsOf(result, operands(result).map(known)))
    simple.push(result)
  })
  return roots.map((k) => simple[k]!)
}

/** The same graphs, simplified as far as the rewrites go. Merging can bring a rewrite about, so both repeat until nothing changes. */
export const simplify = (roots: ReadonlyArray<Node>, marks: Marks = 'kept'): ReadonlyArray<Node> => {
  for (let current = canonical(roots, marks); ;) {
    const merged = current.roots.map((k) => current.nodes[k]!)
    const next = pass(current)
    if (next.every((n, i) => n === merged[i])) return merged
    current = canonical(next, marks)
  }
}
