/** Simplification: a pass over graphs, made of local rewrites. */
import { isControl, isMany, type Node, type Region, type Value } from '../graph/Expr.js'
import { below, onSame, reuse, reusingInside, rewrite, valueOf } from '../graph/fold.js'
import { canonical, type Canonical, type Marks } from '../graph/merge.js'
import { factsOf, type Facts, type Known } from './facts.js'
import { rewrites } from './rewrites.js'

/** The first rewrite that applies, or nothing. */
const step = (n: Value, known: Known): Value | undefined => {
  for (const r of rewrites) {
    const next = r.at(n, known)
    if (next !== undefined) return next
  }
  return undefined
}

const simplest = (n: Value, known: Known): Value => {
  let result = n
  for (let next = step(result, known); next !== undefined; next = step(result, known)) result = next
  return result
}

/** One pass over nodes whose operands come before them, each of which is simple before its users. */
const pass = ({ nodes, starts, from, roots }: Canonical): ReadonlyArray<Value> => {
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
    const settled = onSame(
      n,
      from.slice(starts[i], starts[i + 1]).map((k) => simple[k]!)
    )
    const result = isMany(settled) ? settled : simplest(settled, known)
    if (!facts.has(result)) facts.set(result, factsOf(result, below(result).map(known)))
    simple.push(result)
  })
  return roots.map((k) => simple[k] as Value)
}

/** The same with simple insides. */
const simpleInside = (listed: Canonical, marks: Marks): Canonical => {
  if (!listed.nodes.some(isControl)) return listed
  const roots = rewrite(
    listed.roots.map((k) => listed.nodes[k] as Value),
    { value: reuse, many: reusingInside(simplerIn(marks)) }
  )
  return canonical(roots, marks)
}

const simplerIn =
  (marks: Marks) =>
  ({ parameters, results }: Region): Region => ({ parameters, results: simplify(results, marks) })

/** The same graphs, simplified as far as the rewrites go. Merging can bring a rewrite about, so both repeat until nothing changes. */
export const simplify = (roots: ReadonlyArray<Value>, marks: Marks = 'kept'): ReadonlyArray<Value> => {
  for (let current = simpleInside(canonical(roots, marks), marks); ;) {
    const merged = current.roots.map((k) => current.nodes[k] as Value)
    const next = pass(current)
    if (next.every((n, i) => n === merged[i])) return merged
    current = canonical(next, marks)
  }
}
