/** Simplification: a pass over graphs, made of local rewrites. */
import { isControl, isMany, type Node, type Region, type Value } from '../graph/Expr.js'
import { regionsOf } from '../graph/families.js'
import { below, onInsides, onSame, valueOf } from '../graph/fold.js'
import { inPlaceOf } from '../graph/place.js'
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

/** What an inside becomes; the same again for one that has been asked for, or that is an answer. */
type Inside = (r: Region) => Region

const simplerIn = (marks: Marks): Inside => {
  const known = new Map<Region, Region>()
  return (r) => {
    const simple = known.get(r) ?? simpleRegion(r, marks)
    known.set(r, simple).set(simple, simple)
    return simple
  }
}

const simpleRegion = (r: Region, marks: Marks): Region => {
  const results = simplify(r.results, marks)
  return sameNodes(results, r.results) ? r : { ...r, results }
}

const sameNodes = (a: ReadonlyArray<Node>, b: ReadonlyArray<Node>): boolean => a.every((n, i) => n === b[i])

/** A node with simple insides; the very same where they are already. */
const withInsides = (n: Node, inside: Inside): Node => {
  if (!isControl(n)) return n
  const regions = regionsOf(n)
  const simple = regions.map(inside)
  return simple.every((r, i) => r === regions[i]) ? n : onInsides(n, simple)
}

/** One pass over nodes whose operands come before them, each of which is simple before its users. */
const pass = ({ nodes, starts, from, roots }: Canonical, inside: Inside): ReadonlyArray<Value> => {
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
    const result = isMany(settled)
      ? withInsides(settled, inside)
      : inPlaceOf(settled, () => simplest(settled, known))
    if (!facts.has(result)) facts.set(result, factsOf(result, below(result).map(known)))
    simple.push(result)
  })
  return roots.map((k) => simple[k] as Value)
}

/** The same graphs, simplified as far as the rewrites go. Merging can bring a rewrite about, so both repeat until nothing changes. */
export const simplify = (roots: ReadonlyArray<Value>, marks: Marks = 'kept'): ReadonlyArray<Value> => {
  const inside = simplerIn(marks)
  for (let current = canonical(roots, marks); ;) {
    const merged = current.roots.map((k) => current.nodes[k] as Value)
    const next = pass(current, inside)
    if (sameNodes(next, merged)) return merged
    current = canonical(next, marks)
  }
}
