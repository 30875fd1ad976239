/**
 * Faults in the derivatives of families with an inside, by `Calculus.block`. The right rule makes a loop, a branch or a call, and the fault changes that.
 */
import * as make from '../../src/graph/make.js'
import {
  type Case,
  type Control,
  type Many,
  type Region,
  type Scan,
  type Value
} from '../../src/graph/Expr.js'
import { rebuildMany } from '../../src/graph/families.js'
import { full } from '../../src/graph/terms.js'
import { isThere, type Block, type Slots } from '../../src/rules/control/block.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import type { Equivalent, Mutant } from './mutant.js'

type Values = ReadonlyArray<Value>
export type Tag = Control['_tag']
export type Of<T extends Tag> = Extract<Control, { readonly _tag: T }>

export const nameOf: Readonly<Record<Tag, string>> = {
  Scan: 'scan',
  Case: 'branch',
  Call: 'call',
  While: 'loop'
}

const wrongBlock = <T extends Tag>(tag: T, change: (b: Block, n: Of<T>) => Block): Calculus => ({
  ...calculus,
  block: (n, modes) => {
    const right = calculus.block(n, modes)
    return n._tag === tag ? change(right, n as Of<T>) : right
  }
})

const planted = <T extends Tag>(
  tag: T,
  what: string,
  change: (b: Block, n: Of<T>) => Partial<Block>,
  near = nameOf[tag]
): Mutant => ({
  fault: `${tag}: ${what}`,
  near: `Region ${near}`,
  rules: wrongBlock(tag, (b, n) => ({ ...b, ...change(b, n) }))
})

/** The node that the right rule makes, replaced by another one. */
const remade = <T extends Tag>(tag: T, slots: Slots, change: (m: Of<T>) => Many): Slots => {
  const [made] = slots.flatMap((s) => (s?._tag === 'Project' && s.x._tag === tag ? [s.x as Of<T>] : []))
  if (made === undefined) return slots
  const other = change(made)
  return slots.map((s) => (s?._tag === 'Project' && s.x === made ? make.project(s.index, other) : s))
}

/** A fault in what the rule makes, in one mode. */
const wrongNode = <T extends Tag>(
  tag: T,
  mode: keyof Block,
  what: string,
  change: (m: Of<T>, n: Of<T>) => Many,
  near?: string
): Mutant =>
  planted(
    tag,
    `${mode}: ${what}`,
    (b, n) =>
      mode === 'push'
        ? { push: (ts) => remade(tag, b.push(ts), (m) => change(m, n)) }
        : { pull: (cs, wanted) => remade(tag, b.pull(cs, wanted), (m) => change(m, n)) },
    near
  )

const only = (slots: Slots, keep: (i: number) => boolean): Slots =>
  slots.map((s, i) => (keep(i) ? s : undefined))

const twice = (slots: Slots): Slots => slots.map((s) => s && make.binary('mul', full(2, s), s))

/** Faults that any of them can have. */
const general = (['Scan', 'Case', 'Call'] as const).flatMap((tag): ReadonlyArray<Mutant> => [
  planted(tag, 'push: a factor 2', (b) => ({ push: (ts) => twice(b.push(ts)) })),
  planted(tag, 'pull: a factor 2', (b) => ({ pull: (cs, wanted) => twice(b.pull(cs, wanted)) })),
  planted(tag, 'push: the first operand that moves is forgotten', (b) => ({
    push: (ts) => b.push(only(ts, (i) => i !== ts.findIndex(isThere)))
  })),
  planted(tag, 'push: the last operand that moves is forgotten', (b) => ({
    push: (ts) => b.push(only(ts, (i) => i !== ts.map(isThere).lastIndexOf(true)))
  })),
  planted(tag, 'pull: the last operand is forgotten', (b, n) => ({
    pull: (cs, wanted) => only(b.pull(cs, wanted), (i) => i !== n.xs.length - 1)
  })),
  planted(tag, 'pull: the first result with a cotangent is forgotten', (b) => ({
    pull: (cs, wanted) =>
      b.pull(
        only(cs, (i) => i !== cs.findIndex(isThere)),
        wanted
      )
  }))
])

const withOperands = (m: Many, xs: Values): Many => {
  const [first] = rebuildMany(m, xs)
  return first?._tag === 'Project' ? first.x : m
}

const withBody = (m: Scan, body: Region, more: Values = []): Many => {
  const made = make.scan(m, body, [...m.xs, ...more])
  return made._tag === 'Invalid' ? m : made
}

export const isStack = (m: Scan, i: number): boolean => i >= m.captured + m.carries

const backwards = (x: Value): Value => make.reverse([0], x)

/** Some stacked inputs of a loop from their other end, counted from the first of them. */
const turned = (m: Scan, from: number, to: number): Many =>
  withOperands(
    m,
    m.xs.map((x, i) => {
      const k = i - m.captured - m.carries
      return isStack(m, i) && k >= from && k < to ? backwards(x) : x
    })
  )

/** The loop of cotangents, whose carried cotangents are zero after a step in the middle. */
const interrupted = (m: Scan, carries: number): Many => {
  const t = make.input('place', [], 'i32')
  const isThen = make.binary('eq', t, full(Math.floor(m.length / 2), t))
  const results = m.body.results.map((y, i) =>
    i < carries ? make.select(make.broadcast(y.shape, [], isThen), full(0, y), y) : y
  )
  return withBody(m, { parameters: [...m.body.parameters, t], results }, [make.iota(0, [m.length], 'i32')])
}

/** Sums over steps, of which only the last is left. */
const unsummed = (m: Scan): Many =>
  withBody(m, {
    ...m.body,
    results: m.body.results.map((y, i) => {
      const sum = m.body.parameters[m.captured + i]
      return i < m.carries && y._tag === 'Binary' && y.op === 'add' && y.a === sum ? y.b : y
    })
  })

const outputsOf = (n: Scan): readonly [number, number] => [n.carries, n.results.length - n.carries]

const scans: ReadonlyArray<Mutant> = [
  wrongNode('Scan', 'pull', 'goes the way of the values', (m) => ({ ...m, reverse: !m.reverse })),
  wrongNode('Scan', 'push', 'goes the other way', (m) => ({ ...m, reverse: !m.reverse })),
  wrongNode('Scan', 'pull', 'carries read in the wrong order', (m, n) => turned(m, 0, n.carries)),
  wrongNode('Scan', 'push', 'carries read in the wrong order', (m, n) => turned(m, 0, n.carries)),
  wrongNode('Scan', 'pull', 'inputs read in the wrong order', (m, n) => {
    const inputs = n.xs.length - n.captured - n.carries
    return turned(m, n.carries, n.carries + inputs)
  }),
  wrongNode('Scan', 'pull', 'cotangents of outputs in the wrong order', (m, n) =>
    turned(m, n.xs.length - n.captured, Infinity)
  ),
  wrongNode('Scan', 'pull', 'the cotangent of the carry is forgotten at one step', (m, n) =>
    interrupted(m, Math.min(n.carries, m.carries))
  ),
  wrongNode('Scan', 'pull', 'captured values have the cotangent of one step', unsummed),
  planted('Scan', 'pull: captured values are forgotten', (b, n) => ({
    pull: (cs, wanted) => only(b.pull(cs, wanted), (i) => i >= n.captured)
  })),
  planted('Scan', 'pull: the first carry is forgotten', (b, n) => ({
    pull: (cs, wanted) => only(b.pull(cs, wanted), (i) => i < n.captured || i >= n.captured + n.carries)
  })),
  planted('Scan', 'pull: outputs are forgotten', (b, n) => ({
    pull: (cs, wanted) =>
      b.pull(
        only(cs, (i) => i < outputsOf(n)[0] || i >= outputsOf(n)[1]),
        wanted
      )
  })),
  planted('Scan', 'pull: last carries are forgotten', (b, n) => ({
    pull: (cs, wanted) =>
      b.pull(
        only(cs, (i) => i >= n.carries),
        wanted
      )
  })),
  planted('Scan', 'pull: carries before each step are forgotten', (b, n) => ({
    pull: (cs, wanted) =>
      b.pull(
        only(cs, (i) => i < outputsOf(n)[1]),
        wanted
      )
  })),
  planted('Scan', 'push: carries before each step do not move', (b, n) => ({
    push: (ts) => only(b.push(ts), (i) => i < outputsOf(n)[1])
  })),
  planted('Scan', 'push: a carry that does not move at first never does', (b, n) => ({
    push: (ts) => only(b.push(ts), (i) => i >= n.carries || isThere(ts[n.captured + i]))
  }))
]

const withIndex = (m: Case, f: (index: Value) => Value): Many =>
  withOperands(m, [f(m.xs[0]!), ...m.xs.slice(1)])

const always =
  (k: number) =>
  (index: Value): Value =>
    full(k, index)

const branches = (['push', 'pull'] as const).flatMap((mode): ReadonlyArray<Mutant> => [
  wrongNode('Case', mode, 'the branch after it', (m) =>
    withIndex(m, (index) => make.binary('add', make.binary('max', index, full(0, index)), full(1, index)))
  ),
  wrongNode('Case', mode, 'the first branch', (m) => withIndex(m, always(0))),
  wrongNode('Case', mode, 'the last branch', (m) => withIndex(m, always(99))),
  // Of a loop with a bound, steps that are not taken are.
  wrongNode(
    'Case',
    mode,
    'the mask is ignored',
    (m) => (m.branches.length === 2 ? withIndex(m, always(1)) : m),
    'bounded loop'
  ),
  wrongNode('Case', mode, 'nothing is brought within the range', (m) =>
    withIndex(m, (index) => make.binary('max', make.unary('neg', index), index))
  )
])

const same = (a: Value, b: Value): boolean => a.shape.join() === b.shape.join() && a.dtype === b.dtype

/** The first operand, in the place of all others that are like it. */
const confused = (m: Many, count: number): Many => {
  const [first] = m._tag === 'Case' ? m.xs.slice(1) : m.xs
  return first === undefined
    ? m
    : withOperands(
        m,
        m.xs.map((x, i) => (i < count && same(x, first) ? first : x))
      )
}

const calls: ReadonlyArray<Mutant> = [
  wrongNode('Call', 'pull', 'computed anew with other operands', (m, n) => confused(m, n.xs.length)),
  wrongNode('Call', 'push', 'computed anew with other operands', (m, n) => confused(m, n.xs.length)),
  wrongNode('Case', 'pull', 'computed anew with other operands', (m, n) => confused(m, n.xs.length)),
  wrongNode('Call', 'pull', 'computed anew with operands exchanged', (m, n) =>
    n.xs.length > 1 && same(n.xs[0]!, n.xs[1]!) ? withOperands(m, [m.xs[1]!, m.xs[0]!, ...m.xs.slice(2)]) : m
  )
]

const loops: ReadonlyArray<Mutant> = [
  planted('While', 'push: captured values do not move', (b, n) => ({
    push: (ts) => b.push(only(ts, (i) => i >= n.captured))
  })),
  planted('While', 'push: first carries do not move', (b, n) => ({
    push: (ts) => b.push(only(ts, (i) => i < n.captured))
  })),
  planted('While', 'push: a carry that does not move at first never does', (b, n) => ({
    push: (ts) => only(b.push(ts), (i) => isThere(ts[n.captured + i]))
  })),
  planted('While', 'push: a factor 2', (b) => ({ push: (ts) => twice(b.push(ts)) }))
]

export const controlMutants: ReadonlyArray<Mutant> = [...general, ...scans, ...branches, ...calls, ...loops]

export const controlEquivalents: ReadonlyArray<Equivalent> = []
