/** From a scheduled graph to kernels over buffers. */
import type { Node, Pad } from '../../graph/Expr.js'
import { isSource } from '../../graph/families.js'
import type { Canonical } from '../../graph/merge.js'
import { dim, strides, type Dims } from '../../tensor/dims.js'
import { elements } from '../../tensor/Tensor.js'
import { standalone } from './standalone.js'
import { copied } from './copy.js'
import { context, type Context } from './context.js'
import type { Access, Element, Kernel, Lowered, Nest, Reduction, Store } from '../kernel/kernel.js'
import type { Embed } from './nested.js'
import { blockOf, piecesOf, type Block, type Piece } from './pieces.js'
import { canHand, usual, type Limits } from './group.js'
import type { Group } from './schedule.js'
import { isDense, sameWalk } from '../kernel/view.js'

/** The value of a constant all of whose elements are the same: it need not be in memory. */
const uniform = (n: Node): number | undefined => {
  if (n._tag !== 'Constant') return undefined
  const data = elements(n.value)
  return data.length > 0 && data.every((x: number) => Object.is(x, data[0])) ? data[0] : undefined
}

type Read = Extract<Element, { readonly _tag: 'Load' | 'Literal' }>

/** Walks that begin elsewhere: `start` steps from where they did. */
const from = (access: Access, start: Dims): Access => ({
  ...access,
  offset: start.reduce((at, k, axis) => at + k * dim(access.steps, axis), access.offset)
})

/** What is read of a value from one of its elements on. */
const loadOf = ({ nodes, aval, access }: Context, i: number, start: Dims): Read => {
  const view = access(i)
  const { dtype } = aval(i)
  const value = uniform(nodes[view.buffer]!)
  return value === undefined
    ? { _tag: 'Load', dtype, access: from(view, start) }
    : { _tag: 'Literal', dtype, value }
}

const elementOf = (n: Node, args: ReadonlyArray<number>, start: Dims): Element | undefined => {
  if (n._tag === 'Unary') return { _tag: n._tag, op: n.op, dtype: n.dtype, from: n.x.dtype, args }
  if (n._tag === 'Binary') return { _tag: n._tag, op: n.op, dtype: n.dtype, from: n.a.dtype, args }
  if (n._tag === 'Select') return { _tag: n._tag, dtype: n.dtype, args }
  if (n._tag === 'Convert') return { _tag: n._tag, dtype: n.dtype, from: n.x.dtype, args }
  return n._tag === 'Iota'
    ? { _tag: 'Index', dtype: n.dtype, axis: n.axis, start: dim(start, n.axis) }
    : undefined
}

const reductionOf = (n: Node, i: number, element: number): Reduction | undefined => {
  if (n._tag !== 'Reduce') return undefined
  const own = [...strides(n.shape)]
  const steps = n.x.shape.map((_, axis) => (n.axes.includes(axis) ? 0 : (own.shift() ?? 0)))
  return { op: n.op, dtype: n.dtype, element, access: { buffer: i, offset: 0, steps } }
}

/** Buffers have numbers, and constants names of their own: 0 and -0, which are one key of a map, must differ. */
const keyOf = (r: Read): number | string =>
  r._tag === 'Load' ? r.access.buffer : `${r.dtype} ${Object.is(r.value, -0) ? '-0' : String(r.value)}`

const sameRead = (a: Element | undefined, b: Read): boolean =>
  b._tag === 'Literal' || (a?._tag === 'Load' && sameWalk(a.access, b.access))

/** Puts what is read into a list of elements, each once, and answers with its position. */
const reading = (list: Array<Element>): ((r: Read) => number) => {
  const known = new Map<number | string, Array<number>>()
  return (r) => {
    const key = keyOf(r)
    const places = known.get(key) ?? []
    const at = places.find((k) => sameRead(list[k], r))
    if (at !== undefined) return at
    const made = list.push(r) - 1
    places.push(made)
    known.set(key, places)
    return made
  }
}

/** In pieces that lie in the block of a padded value its operand is read, in others there is the number. */
const paddedIn = (c: Context, i: number, n: Pad, { start, inside }: Piece<Padded>): Read =>
  inside.some((b) => b.member === i)
    ? loadOf(
        c,
        c.operandsOf(i)[0]!,
        start.map((k, axis) => k - dim(n.low, axis))
      )
    : { _tag: 'Literal', dtype: n.dtype, value: n.value }

/** The work of a group in one piece of its domain; what it reads from memory is read once. */
const nestOf = (c: Context, members: ReadonlyArray<number>, name: string, piece: Piece<Padded>): Nest => {
  const { start, shape: domain } = piece
  const list: Array<Element> = []
  const once = reading(list)
  const own = new Map<number, number>()
  const read = (k: number): number => own.get(k) ?? once(loadOf(c, k, start))
  const stores: Array<Store> = []
  const reductions: Array<Reduction> = []
  for (const i of members) {
    const n = c.nodes[i]!
    if (n._tag === 'Pad') own.set(i, once(paddedIn(c, i, n, piece)))
    else {
      const args = c.operandsOf(i).map(read)
      const element = elementOf(n, args, start)
      const reduction = reductionOf(n, i, args[0] ?? 0)
      if (element !== undefined) own.set(i, list.push(element) - 1)
      if (reduction !== undefined) reductions.push(reduction)
    }
    if (own.has(i) && c.kept(i)) stores.push({ element: own.get(i)!, access: from(c.dense(i), start) })
  }
  return { _tag: 'Nest', name, domain, elements: list, stores, reductions }
}

/** The block of a padded member. */
interface Padded extends Block {
  readonly member: number
}

/** The work of one group, piece by piece. */
const nestsOf = (c: Context, { domain, members }: Group, group: number): ReadonlyArray<Nest> => {
  const padded = members.flatMap((member): ReadonlyArray<Padded> => {
    const n = c.nodes[member]!
    const block = n._tag === 'Pad' ? blockOf(n) : undefined
    return block === undefined ? [] : [{ ...block, member }]
  })
  const name = padded.length === members.length ? 'pad' : `group ${group}`
  return piecesOf(domain, padded).map((piece) => nestOf(c, members, name, piece))
}

/** Values that are read elsewhere than where they are computed. */
const keptValues = (c: Omit<Context, 'kept'>, roots: ReadonlyArray<number>): ReadonlySet<number> => {
  const kept = new Set<number>(roots.map((k) => c.access(k).buffer))
  c.nodes.forEach((n, i) => {
    if (c.plan.at[i] === -1) return
    for (const k of c.operandsOf(i)) {
      const base = c.access(k).buffer
      const isAtHand = base === k && c.plan.at[k] === c.plan.at[i] && canHand(c.nodes[k]!, n)
      if (!isAtHand) kept.add(base)
    }
  })
  return kept
}

/** Where each root lies from beginning to end; moved ones are copied. */
const delivered = (c: Context, root: number): readonly [Access, ReadonlyArray<Kernel>] => {
  const [view, { shape, dtype }] = [c.access(root), c.aval(root)]
  // An input's own place belongs to the next run, and a constant's to all of them.
  const of = c.nodes[view.buffer]
  const isThere = of !== undefined && isSource(of)
  if (!isThere && isDense({ ...view, base: view.buffer }, shape)) return [view, []]
  const to = c.temporary(dtype, shape)
  return [to, [copied('output', shape, dtype, view, to)]]
}

export const lower = (program: Canonical, embed: Embed, limits: Limits = usual): Lowered => {
  const base = context(program, limits)
  const kept = keptValues(base, program.roots)
  const c: Context = { ...base, kept: (i) => kept.has(i) }
  const kernels = c.plan.groups.flatMap((g, k): ReadonlyArray<Kernel> =>
    g.alone ? standalone(c, g.members[0]!, embed) : g.members.length === 0 ? [] : nestsOf(c, g, k)
  )
  const outputs = program.roots.map((root) => delivered(c, root))
  return {
    kernels: [...kernels, ...outputs.flatMap(([, copies]) => copies)],
    outputs: outputs.map(([access]) => access.buffer),
    buffer: c.buffer,
    constants: c.constants()
  }
}
