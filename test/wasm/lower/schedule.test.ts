/** Groups of operations that are computed together. */
import { test } from 'vitest'
import { register, type Program } from '../../../laws/index.js'
import { fail, firstFailure, law, pass, type Verdict } from '../../../laws/law/index.js'
import { isMany, type Node } from '../../../src/graph/Expr.js'
import { canonical, type Canonical } from '../../../src/graph/merge.js'
import { equalDims, type Dims } from '../../../src/tensor/dims.js'
import { canHand, usual } from '../../../src/wasm/lower/group.js'
import { schedule, type Schedule } from '../../../src/wasm/lower/schedule.js'
import { randomPrograms } from '../../support/expressions.js'

/** The first of a list about which there is something to say. */
const every = <A>(xs: Iterable<A>, complaint: (x: A) => string | undefined): Verdict => {
  for (const x of xs) {
    const said = complaint(x)
    if (said !== undefined) return fail(said)
  }
  return pass
}

const range = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i)

/** What is computed, and not merely looked at in another way, is in one group. */
const once = ({ nodes }: Canonical, { groups, views, at }: Schedule): Verdict =>
  every(range(nodes.length), (i) => {
    const places = groups.flatMap((g, k) => g.members.filter((m) => m === i).map(() => k))
    const own = views[i]!.base === i && !['Input', 'Constant', 'Invalid'].includes(nodes[i]!._tag)
    const [place = -1] = places
    return places.length === (own ? 1 : 0) && at[i] === place
      ? undefined
      : `value ${i} is in groups ${places.join(' ')}, at ${at[i] ?? ''}`
  })

/** An operand is there when it is read: computed by an earlier group, or at the same point by an earlier member of the same one. */
const ready = (p: Canonical, { views, at }: Schedule): Verdict =>
  every(range(p.nodes.length), (i) => {
    if (at[i] === -1) return undefined
    // A result is where the operation is that makes it.
    if (p.nodes[i]!._tag === 'Project')
      return at[i] === at[p.from[p.starts[i]!]!] ? undefined : `result ${i} is elsewhere`
    const operands = p.from.slice(p.starts[i], p.starts[i + 1])
    const late = operands.find((k) => {
      const { base } = views[k]!
      const inside = base === k && canHand(p.nodes[k]!, p.nodes[i]!) && k < i && at[k] === at[i]
      return !inside && at[base]! >= at[i]!
    })
    return late === undefined ? undefined : `value ${i} reads ${late} before it is there`
  })

/** What has several results goes over no domain. */
const isOver = (domain: Dims, n: Node): boolean =>
  !isMany(n) && equalDims(n._tag === 'Reduce' ? n.x.shape : n.shape, domain)

const together = ({ nodes }: Canonical, { groups }: Schedule): Verdict =>
  every(groups.entries(), ([k, { alone, domain, members }]) =>
    alone
      ? members.slice(1).every((i) => nodes[i]!._tag === 'Project')
        ? undefined
        : `group ${k} is not alone`
      : members.every((i) => isOver(domain, nodes[i]!))
        ? undefined
        : `group ${k} has several domains`
  )

/** Members run in the order in which they are listed, which is that of the program. */
const ordered = (_: Canonical, { groups }: Schedule): Verdict =>
  every(groups.entries(), ([k, { members }]) =>
    members.every((i, j) => j === 0 || members[j - 1]! < i) ? undefined : `group ${k} is out of order`
  )

const judge = ({ results }: Program): Verdict => {
  const program = canonical(results, 'erased')
  const made = [usual, { ...usual, run: 1 }].map((limits) => schedule(program, limits))
  const laws = [once, ready, together, ordered]
  return firstFailure(...made.flatMap((m) => laws.map((f) => () => f(program, m))))
}

register({
  name: 'schedule',
  parents: [],
  laws: [
    law({
      name: 'groups',
      statement: {
        left: 'every value is computed once',
        right: 'over one domain, when its operands are there'
      },
      arbitrary: randomPrograms({ length: 40 }),
      judge,
      numRuns: 1000
    })
  ]
})(test)
