/**
 * Which operations are computed together. Elementwise operations and reductions over one domain join the earliest group in which all their
 * operands exist; groups are in the order in which they run, so that no cycle can arise. Padding joins groups that go through their domain in
 * pieces, and what reads what is padded follows it there.
 */
import type { Node } from '../../graph/Expr.js'
import type { Canonical } from '../../graph/merge.js'
import type { Dims } from '../../tensor/dims.js'
import { isInteger } from '../../tensor/DType.js'
import { blockOf, piecesOf, runOf, type Block } from './pieces.js'
import { dense, moved, type Move, type View } from './view.js'

interface Open {
  readonly domain: Dims
  /** One operation that stands alone. */
  readonly alone: boolean
  /** Where padded members have the elements of their operands: if there are any, the domain is gone through in pieces. */
  readonly blocks: ReadonlyArray<Block>
}

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

/** Whether a member of a group can hand its value to another one without memory: not to padding, which reads it elsewhere. */
export const canHand = (n: Node, reader: Node): boolean =>
  (isPoint(n) || n._tag === 'Pad') && reader._tag !== 'Pad'

/** Every piece of a domain has its own code. */
const mostPieces = 8
const largestInPieces = 64

/** Shorter runs are computed faster over the whole domain, after it has been padded in memory. */
const leastRun = 32

const blockIn = (n: Node): Block | undefined => {
  const block = n._tag === 'Pad' ? blockOf(n) : undefined
  return block !== undefined && piecesOf(n.shape, [block]).length <= mostPieces ? block : undefined
}

const isLeaf = (n: Node): boolean => n._tag === 'Input' || n._tag === 'Constant' || n._tag === 'Invalid'

/** The domain over which an operation can be computed with others; `undefined` for those that stand alone. */
const domainOf = (n: Node): Dims | undefined =>
  isPoint(n) || blockIn(n) !== undefined ? n.shape : n._tag === 'Reduce' ? n.x.shape : undefined

interface Draft {
  readonly groups: ReadonlyArray<Open>
  /** How many members each group has. */
  readonly counts: ReadonlyArray<number>
  readonly views: ReadonlyArray<View>
  readonly at: Int32Array
}

/** How many groups that have no room are passed over before a new one is begun. */
const mostFull = 4

/** The earliest group from `first` on that has room, among some in ascending order. */
const roomAfter = (
  groups: ReadonlyArray<number>,
  first: number,
  hasRoom: (g: number) => boolean
): number | undefined => {
  let [low, high] = [0, groups.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (groups[middle]! < first) low = middle + 1
    else high = middle
  }
  return groups.slice(low, low + mostFull).find(hasRoom)
}

/** Whether a group can take one more member, which may be padded, besides as many as it has. */
const hasRoom = ({ domain, blocks }: Open, count: number, block?: Block): boolean => {
  if (blocks.length === 0) return block === undefined && count < largest
  const all = block === undefined ? blocks : [...blocks, block]
  const pieces = piecesOf(domain, all).length
  return pieces <= mostPieces && pieces * (count + 1) <= largestInPieces
}

/** What divides integers names the shape of all when it fails. */
const canBeInPieces = (n: Node): boolean =>
  isPoint(n) && !(n._tag === 'Binary' && (n.op === 'div' || n.op === 'rem') && isInteger(n.dtype))

/** Whether a group goes through its domain in a way in which what is not padded can be computed. */
const takes = ({ domain, blocks }: Open, n: Node): boolean =>
  blocks.length === 0 || (canBeInPieces(n) && blocks.every((b) => runOf(domain, b) >= leastRun))

/** The groups in which all operands are ready as early as may be. */
const earliest = ({ nodes, starts, from }: Canonical): Draft => {
  const groups: Array<Open> = []
  const counts: Array<number> = []
  const found = (group: Open): number => {
    counts.push(1)
    return groups.push(group) - 1
  }
  const over = new Map<string, Array<number>>()
  const views: Array<View> = []
  const at = new Int32Array(nodes.length).fill(-1)
  const operandsOf = (i: number): ReadonlyArray<number> => from.slice(starts[i], starts[i + 1])
  const inside = (k: number, reader: Node): boolean =>
    views[k]!.base === k && at[k] !== -1 && canHand(nodes[k]!, reader)
  /** The first group in which an operand can be read over the domain of its reader. */
  const ready = (k: number, reader: Node): number => {
    const group = at[views[k]!.base]!
    return group + (inside(k, reader) || group === -1 ? 0 : 1)
  }
  /** Groups in pieces take what is padded and what reads it, the others everything else. */
  const admits = (g: number, i: number, block: Block | undefined): boolean => {
    const [group, n] = [groups[g]!, nodes[i]!]
    const follows = (): boolean => operandsOf(i).some((k) => at[k] === g && inside(k, n))
    const isFit = block !== undefined || group.blocks.length === 0 || (takes(group, n) && follows())
    return isFit && hasRoom(group, counts[g]!, block)
  }
  const join = (i: number, domain: Dims): number => {
    const n = nodes[i]!
    const block = blockIn(n)
    const first = operandsOf(i).reduce((g, k) => Math.max(g, ready(k, n)), 0)
    const key = domain.join()
    const same = over.get(key) ?? []
    over.set(key, same)
    const known = roomAfter(same, first, (g) => admits(g, i, block))
    if (known === undefined) {
      const made = found({ domain, alone: false, blocks: block === undefined ? [] : [block] })
      same.push(made)
      return made
    }
    counts[known]!++
    const group = groups[known]!
    if (block !== undefined) groups[known] = { ...group, blocks: [...group.blocks, block] }
    return known
  }
  nodes.forEach((n, i) => {
    const view = isMove(n) ? moved(n, views[operandsOf(i)[0]!]!) : undefined
    views.push(view ?? dense(i, n.shape))
    if (view !== undefined || isLeaf(n)) return
    const domain = domainOf(n)
    at[i] = domain === undefined ? found({ domain: n.shape, alone: true, blocks: [] }) : join(i, domain)
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
        const direct = base === k && groups[group]?.alone === false && nodes[user]!._tag !== 'Pad'
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
    const group = draft.groups[to]
    const n = nodes[i]!
    if (group !== undefined && to !== at[i] && isPoint(n) && takes(group, n) && hasRoom(group, counts[to]!)) {
      counts[to]!++
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
    groups: draft.groups.map((group, g) => ({ ...group, members: members[g]! }))
  }
}
