/** Trees made again and again from other leaves. */
import { byteWidth, type DType } from './DType.js'
import { size, type Dims } from './dims.js'
import { veiled, type Member, type Part, type Section } from './lazy.js'
import { literalWith } from './literals.js'
import { isContainer, isLeaf, type Leaf } from './Tree.js'

const arrayOf = (parts: ReadonlyArray<Part>): Part => {
  const [a, b, c] = parts
  switch (parts.length) {
    case 1:
      return (leaves) => [a!(leaves)]
    case 2:
      return (leaves) => [a!(leaves), b!(leaves)]
    case 3:
      return (leaves) => [a!(leaves), b!(leaves), c!(leaves)]
    default:
      return (leaves) => parts.map((part) => part(leaves))
  }
}

const recordOf = (keys: ReadonlyArray<string>, parts: ReadonlyArray<Part>): Part => {
  // An assignment to this key would not make a member.
  if (keys.includes('__proto__'))
    return (leaves) => Object.fromEntries(keys.map((key, i) => [key, parts[i]!(leaves)]))
  return (leaves) => {
    const out: Record<string, unknown> = {}
    for (let i = 0; i < keys.length; i++) out[keys[i]!] = parts[i]!(leaves)
    return out
  }
}

/** Freezes the containers of a tree; leaves are what their makers make of them. */
const frozen = (tree: unknown): unknown => {
  if (!isContainer(tree)) return tree
  Object.values(tree).forEach(frozen)
  return Object.freeze(tree)
}

/** Results of at most so many bytes are copied at once: that takes no longer than to prepare for copying them later. */
export const smallest = 4096

/** What it takes hosts to make what is handed out, in nanoseconds, about: a copied array; an accessor; the record around accessors. */
const costs = { copy: 100, accessor: 200, record: 250 }

const costOf = ({ shape, dtype }: Leaf): number =>
  size(shape as Dims) * byteWidth[dtype as DType] <= smallest ? costs.copy : costs.accessor + costs.record

/** A tree that can be made: with all its members, or with some that are made when somebody looks. */
interface Made {
  readonly whole: Part
  readonly part: Part
  readonly cost: number
  readonly leaves: number
  readonly sections: ReadonlyArray<Section>
}

const total = (members: ReadonlyArray<Made>, of: (m: Made) => number): number =>
  members.reduce((sum, m) => sum + of(m), 0)

const together = (members: ReadonlyArray<Made>, build: (parts: ReadonlyArray<Part>) => Part): Made => ({
  whole: build(members.map((m) => m.whole)),
  part: build(members.map((m) => m.part)),
  cost: total(members, (m) => m.cost),
  leaves: total(members, (m) => m.leaves),
  sections: members.flatMap((m) => m.sections)
})

/** The same record with members that are made when somebody looks, if that is less work. */
const put = (plain: Made, section: Section, members: ReadonlyArray<readonly [string, Made]>): Made => {
  const cost = costs.record + costs.accessor * members.filter(([, m]) => m.leaves > 0).length
  if (plain.leaves === 0 || cost >= plain.cost) return plain
  const tree = section.tree as Readonly<Record<string, unknown>>
  const of = ([key, m]: readonly [string, Made]): Member => ({
    key,
    part: m.leaves > 0 ? (leaves) => frozen(m.whole(leaves)) : undefined,
    value: tree[key]
  })
  return { ...plain, part: veiled(section, members.map(of)), cost, sections: [section] }
}

const made = (tree: unknown, from: number): Made => {
  if (isLeaf(tree)) {
    const part: Part = (leaves) => leaves.leaf(from)
    return { whole: part, part, cost: costOf(tree), leaves: 1, sections: [] }
  }
  if (!isContainer(tree)) return { whole: () => tree, part: () => tree, cost: 0, leaves: 0, sections: [] }
  let next = from
  const keys = Object.keys(tree)
  const members = keys.map((key) => {
    const member = made(tree[key], next)
    next += member.leaves
    return [key, member] as const
  })
  const parts = members.map(([, m]) => m)
  return Array.isArray(tree)
    ? together(parts, arrayOf)
    : put(
        together(parts, (ps) => literalWith(keys)?.(...ps) ?? recordOf(keys, ps)),
        { tree, from },
        members
      )
}

/** How a tree is made, and its records whose members are made when somebody looks. */
export interface Refiller {
  readonly part: Part
  readonly sections: ReadonlyArray<Section>
}

/** `refill` of one tree for many times: its structure is looked at once. `lazily` is for leaves that may be asked for at any time. */
export const refiller = (tree: unknown, lazily = false): Refiller => {
  const { whole, part, sections } = made(tree, 0)
  return lazily ? { part, sections } : { part: whole, sections: [] }
}
