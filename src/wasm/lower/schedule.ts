/**
 * Which operations are computed together. Elementwise operations and reductions over one domain join the earliest group in which all their
 * operands exist; groups are in the order in which they run, so that no cycle can arise.
 */
import type { Node } from '../../graph/Expr.js'
import type { Canonical } from '../../graph/merge.js'
import type { Dims } from '../../tensor/dims.js'
import { dense, moved, type Move, type View } from './view.js'

/** Positions that are computed together over one domain, or one operation that stands alone. */
export interface Group {
  readonly domain: Dims
  readonly members: ReadonlyArray<number>
  readonly alone: boolean
}

export interface Schedule {
  readonly groups: ReadonlyArray<Group>
  /** Where each value lies; those that have a buffer of their own are dense. */
  readonly views: ReadonlyArray<View>
  /** The group that computes each value; -1 for what is there before. */
  readonly at: Readonly<Int32Array>
}

/** So that a group stays one function of moderate size. */
const largest = 192

export const isMove = (n: Node): n is Move =>
  n._tag === 'Broadcast' ||
  n._tag === 'Permute' ||
  n._tag === 'Reshape' ||
  n._tag === 'Reverse' ||
  n._tag === 'Slice'

export const isPoint = (n: Node): boolean =>
  n._tag === 'Unary' ||
  n._tag === 'Binary' ||
  n._tag === 'Select' ||
  n._tag === 'Convert' ||
  n._tag === 'Iota'

const isLeaf = (n: Node): boolean => n._tag === 'Input' || n._tag === 'Constant' || n._tag === 'Invalid'

/** The domain over which an operation can be computed with others; `undefined` for those that stand alone. */
const domainOf = (n: Node): Dims | undefined =>
  isPoint(n) ? n.shape : n._tag === 'Reduce' ? n.x.shape : undefined

interface Open {
  readonly domain: Dims
  readonly alone: boolean
}

interface Draft {
  readonly groups: ReadonlyArray<Open>
  /** How many members each group has. */
  readonly counts: ReadonlyArray<number>
  readonly views: ReadonlyArray<View>
  readonly at: Int32Array
}

/** How many groups that are full are passed over before a new one is begun. */
const mostFull = 4

/** The earliest group from `first` on that has room, among some in ascending order. */
const roomAfter = (
  groups: ReadonlyArray<number>,
  first: number,
  counts: ReadonlyArray<number>
): number | undefined => {
  let [low, high] = [0, groups.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (groups[middle]! < first) low = middle + 1
    else high = middle
  }
  return groups.slice(low, low + mostFull).find((g) => counts[g]! < largest)
}

/** The groups in which all operands are ready as early as may be. */
const earliest = ({ nodes, starts, from }: Canonical): Draft => {
  const groups: Array<Open> = []
  const counts: Array<number> = []
  const found = (domain: Dims, alone: boolean): number => {
    counts.push(1)
    return groups.push({ domain, alone }) - 1
  }
  const over = new Map<string, Array<number>>()
  const views: Array<View> = []
  const at = new Int32Array(nodes.length).fill(-1)
  const operandsOf = (i: number): ReadonlyArray<number> => from.slice(starts[i], starts[i + 1])
  /** The first group in which an operand can be read over the domain of its reader. */
  const ready = (k: number): number => {
    const base = views[k]!.base
    const inside = base === k && isPoint(nodes[k]!)
    return at[base]! + (inside || at[base] === -1 ? 0 : 1)
  }
  const join = (i: number, domain: Dims): number => {
    const first = operandsOf(i).reduce((g, k) => Math.max(g, ready(k)), 0)
    const key = domain.join()
    const same = over.get(key) ?? []
    over.set(key, same)
    const known = roomAfter(same, first, counts)
    if (known !== undefined) {
      counts[known]!++
      return known
    }
    const made = found(domain, false)
    same.push(made)
    return made
  }
  nodes.forEach((n, i) => {
    const view = isMove(n) ? moved(n, views[operandsOf(i)[0]!]!) : undefined
    views.push(view ?? dense(i, n.shape))
    if (view !== undefined || isLeaf(n)) return
    const domain = domainOf(n)
    at[i] = domain === undefined ? found(n.shape, true) : join(i, domain)
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
        const direct = base === k && groups[group]?.alone === false
        sole[base] = direct && (sole[base] === -1 || sole[base] === group) ? group : scattered
      }
    }
  }
}

/**
 * Moves what only one later group uses into that group, so that it need not go through memory. Users come after their operands; so backwards,
 * whole chains move.
 */
const sunk = (program: Canonical, draft: Draft): Draft => {
  const { nodes } = program
  const at = draft.at.slice()
  const counts = [...draft.counts]
  const users = soleUsers(program, { ...draft, at })
  for (let i = nodes.length - 1; i >= 0; i--) {
    const to = users.of(i)
    const count = counts[to] ?? largest
    if (to !== at[i] && isPoint(nodes[i]!) && count < largest) {
      counts[to] = count + 1
      at[i] = to
    }
    users.note(i)
  }
  return { ...draft, counts, at }
}

const membersOf = ({ groups, at }: Draft): ReadonlyArray<ReadonlyArray<number>> => {
  const members: ReadonlyArray<Array<number>> = groups.map(() => [])
  at.forEach((g, i) => members[g]?.push(i))
  return members
}

/** The groups of a program; those that all has been moved out of are empty. */
export const schedule = (program: Canonical): Schedule => {
  const draft = sunk(program, earliest(program))
  const members = membersOf(draft)
  return {
    ...draft,
    groups: draft.groups.map(({ domain, alone }, g) => ({ domain, alone, members: members[g]! }))
  }
}
