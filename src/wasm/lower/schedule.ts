/**
 * Which operations are computed together. Elementwise operations and reductions over one domain join the earliest group in which all their
 * operands exist; groups are in the order in which they run, so that no cycle can arise. Padding joins groups that go through their domain in
 * pieces, and what reads what is padded follows it there.
 */
import type { Node } from '../../graph/Expr.js'
import { isMove, isPointwise, isSource } from '../../graph/families.js'
import type { Canonical } from '../../graph/merge.js'
import {
  canHand,
  grouping,
  openGroups,
  shapeOf,
  suits,
  usual,
  withBlock,
  type Grouping,
  type Limits,
  type Open
} from './group.js'
import { dense, moved, type View } from '../kernel/view.js'

/** Positions that are computed together over one domain. */
export interface Group extends Open {
  readonly members: ReadonlyArray<number>
}

export interface Schedule {
  readonly groups: ReadonlyArray<Group>
  /** Where each value lies; those that have a buffer of their own are dense. */
  readonly views: ReadonlyArray<View>
  /** The group that computes each value; -1 for what is there before. */
  readonly at: Readonly<Int32Array>
}

interface Draft {
  readonly groups: ReadonlyArray<Open>
  /** How many members each group has. */
  readonly counts: ReadonlyArray<number>
  readonly views: ReadonlyArray<View>
  readonly at: Int32Array
}

/** The groups in which all operands are ready as early as may be. */
const earliest = ({ nodes, starts, from }: Canonical, ways: Grouping): Draft => {
  const { groups, counts, alone, join } = openGroups(ways)
  const views: Array<View> = []
  const at = new Int32Array(nodes.length).fill(-1)
  const isInside = (k: number, reader: Node): boolean =>
    views[k]!.base === k && at[k] !== -1 && canHand(nodes[k]!, reader)
  /** The first group in which an operand can be read over the domain of its reader. */
  const ready = (k: number, reader: Node): number => {
    const group = at[views[k]!.base]!
    return group + (isInside(k, reader) || group === -1 ? 0 : 1)
  }
  nodes.forEach((node, i) => {
    const operands = from.slice(starts[i], starts[i + 1])
    const view = isMove(node) ? moved(node, views[operands[0]!]!) : undefined
    views.push(view ?? dense(i, shapeOf(node)))
    if (view !== undefined || isSource(node)) return
    if (node._tag === 'Project') {
      at[i] = at[operands[0]!]!
      return
    }
    const domain = ways.domainOf(node)
    const first = operands.reduce((g, k) => Math.max(g, ready(k, node)), 0)
    const follows = (g: number): boolean => operands.some((k) => at[k] === g && isInside(k, node))
    at[i] = domain === undefined ? alone(shapeOf(node)) : join(domain, { node, first, follows })
  })
  return { groups, counts, views, at }
}

/** Several groups, or a use that is not element by element. */
const scattered = -2

/** The one group in which a value is used element by element; -1 for none. */
const soleUsers = ({ nodes, starts, from, roots }: Canonical, { groups, views, at }: Draft) => {
  const sole = new Int32Array(nodes.length).fill(-1)
  for (const k of roots) sole[views[k]!.base] = scattered
  return {
    of: (i: number): number => sole[i]!,
    note: (user: number): void => {
      const group = at[user]!
      if (group < 0) return
      for (let j = starts[user]!; j < starts[user + 1]!; j++) {
        const k = from[j]!
        const base = views[k]!.base
        const direct = base === k && groups[group]?.alone === false && canHand(nodes[k]!, nodes[user]!)
        sole[base] = direct && (sole[base] === -1 || sole[base] === group) ? group : scattered
      }
    }
  }
}

/**
 * Moves what only one later group uses into that group, so that it need not go through memory. Users come after their operands; so backwards,
 * whole chains move.
 */
const sunk = (program: Canonical, draft: Draft, { blockIn, hasRoom }: Grouping): Draft => {
  const { nodes } = program
  const [at, counts, groups] = [draft.at.slice(), [...draft.counts], [...draft.groups]]
  const users = soleUsers(program, { ...draft, at })
  for (let i = nodes.length - 1; i >= 0; i--) {
    const [to, n] = [users.of(i), nodes[i]!]
    const [group, block] = [groups[to], blockIn(n)]
    const isFree = group !== undefined && to !== at[i] && (isPointwise(n) || block !== undefined)
    if (isFree && suits(group, n) && hasRoom(group, counts[to]!, block)) {
      counts[to]!++
      groups[to] = withBlock(group, block)
      at[i] = to
    }
    users.note(i)
  }
  return { ...draft, groups, counts, at }
}

const membersOf = ({ groups, at }: Draft): ReadonlyArray<ReadonlyArray<number>> => {
  const members: ReadonlyArray<Array<number>> = groups.map(() => [])
  at.forEach((g, i) => members[g]?.push(i))
  return members
}

/** The groups of a program; those that all has been moved out of are empty. */
export const schedule = (program: Canonical, limits: Limits = usual): Schedule => {
  const ways = grouping(limits)
  const draft = sunk(program, earliest(program, ways), ways)
  const members = membersOf(draft)
  return {
    ...draft,
    groups: draft.groups.map((group, g) => ({ ...group, members: members[g]! }))
  }
}
