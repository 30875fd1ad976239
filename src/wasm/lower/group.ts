/**
 * Groups of operations that are computed together over one domain, while a program is being scheduled. Those with padded members go through their
 * domains in pieces.
 */
import { isMany, type Node } from '../../graph/Expr.js'
import { fails, isPointwise } from '../../graph/families.js'
import type { Dims } from '../../tensor/dims.js'
import { blockOf, piecesOf, runOf, type Block } from './pieces.js'

export interface Open {
  readonly domain: Dims
  /** One operation that stands alone. */
  readonly alone: boolean
  /** Where padded members have the elements of their operands: if there are any, the domain is gone through in pieces. */
  readonly blocks: ReadonlyArray<Block>
}

/** So that a group stays one function of moderate size. */
const largest = 192

/** Several results lie in buffers of their own. */
export const shapeOf = (n: Node): Dims => (isMany(n) ? [] : n.shape)

/** Whether a member of a group can hand its value to another one without memory: not to padding, which reads it elsewhere. */
export const canHand = (n: Node, reader: Node): boolean =>
  (isPointwise(n) || n._tag === 'Pad') && reader._tag !== 'Pad'

/** When a domain is gone through in pieces. */
export interface Limits {
  /** At most so many, as each has code of its own. */
  readonly pieces: number
  /** At most so many members, counted in every piece. */
  readonly members: number
  /** Shorter runs are computed faster over the whole domain, after it has been padded in memory. */
  readonly run: number
}

export const usual: Limits = { pieces: 9, members: 64, run: 20 }

/** What may be in a group. */
export const grouping = (limits: Limits) => {
  const blockIn = (n: Node): Block | undefined => {
    if (n._tag !== 'Pad') return undefined
    const block = blockOf(n)
    return block !== undefined && piecesOf(n.shape, [block]).length <= limits.pieces ? block : undefined
  }
  return {
    /** Where a padded value has the elements of its operand, if it can be computed in pieces. */
    blockIn,
    /** The domain over which an operation can be computed with others; `undefined` for those that stand alone. */
    domainOf: (n: Node): Dims | undefined =>
      n._tag === 'Reduce' ? n.x.shape : isPointwise(n) || blockIn(n) !== undefined ? shapeOf(n) : undefined,
    /** Whether a group can have one more member, which may be padded, besides as many as it has. */
    hasRoom: ({ domain, blocks }: Open, count: number, block?: Block): boolean => {
      if (blocks.length === 0) return block === undefined && count < largest
      const all = block === undefined ? blocks : [...blocks, block]
      const pieces = piecesOf(domain, all).length
      const isWide = all.every((b) => runOf(domain, b) >= limits.run)
      return isWide && pieces <= limits.pieces && pieces * (count + 1) <= limits.members
    }
  }
}

export type Grouping = ReturnType<typeof grouping>

/** What divides integers names the shape of all when it fails. */
const canBeInPieces = (n: Node): boolean => isPointwise(n) && !fails(n)

/** Whether a group goes through its domain in a way in which an operation can be computed. */
export const suits = ({ blocks }: Open, n: Node): boolean =>
  blocks.length === 0 ? n._tag !== 'Pad' : n._tag === 'Pad' || canBeInPieces(n)

/** How many groups that have no room are passed over before a new one is begun. */
const mostFull = 4

/** The earliest group from `first` on that has room, among some in ascending order. */
const roomAfter = (
  groups: ReadonlyArray<number>,
  first: number,
  admits: (g: number) => boolean
): number | undefined => {
  let [low, high] = [0, groups.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (groups[middle]! < first) low = middle + 1
    else high = middle
  }
  return groups.slice(low, low + mostFull).find(admits)
}

/** A group with one more padded member, if that is one. */
export const withBlock = (group: Open, block: Block | undefined): Open =>
  block === undefined ? group : { ...group, blocks: [...group.blocks, block] }

/** An operation that looks for a group. */
interface Joining {
  readonly node: Node
  /** The first group in which its operands are ready. */
  readonly first: number
  /** Whether one of them is at hand in a group. */
  readonly follows: (group: number) => boolean
}

/** Groups in the order in which they are begun. */
export const openGroups = ({ blockIn, hasRoom }: Grouping) => {
  const groups: Array<Open> = []
  const counts: Array<number> = []
  const over = new Map<string, Array<number>>()
  const begun = (group: Open): number => {
    counts.push(1)
    return groups.push(group) - 1
  }
  /** Groups in pieces take what is padded and what reads it, the others everything else. */
  const admits = (g: number, { node, follows }: Joining, block: Block | undefined): boolean => {
    const group = groups[g]!
    const isNear = block !== undefined || group.blocks.length === 0 || follows(g)
    return isNear && suits(group, node) && hasRoom(group, counts[g]!, block)
  }
  const joined = (g: number, block: Block | undefined): number => {
    counts[g]!++
    groups[g] = withBlock(groups[g]!, block)
    return g
  }
  return {
    groups,
    counts,
    /** Begins a group for one operation. */
    alone: (domain: Dims): number => begun({ domain, alone: true, blocks: [] }),
    /** Joins the earliest group over a domain that there is, or begins one. */
    join: (domain: Dims, joining: Joining): number => {
      const block = blockIn(joining.node)
      const key = domain.join()
      const same = over.get(key) ?? []
      over.set(key, same)
      const known = roomAfter(same, joining.first, (g) => admits(g, joining, block))
      if (known !== undefined) return joined(known, block)
      const made = begun({ domain, alone: false, blocks: block === undefined ? [] : [block] })
      same.push(made)
      return made
    }
  }
}
