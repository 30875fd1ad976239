/**
 * Looks for a cause: every value of a program is a result of one that is compiled by the same engine, and so has the same bits; regions are programs of
 * their own, and loops are gone through step by step.
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  isMany,
  type Case,
  type Control,
  type Node,
  type Scan,
  type Value,
  type While
} from '../../graph/Expr.js'
import { isSource } from '../../graph/families.js'
import type { CompileError, RunError } from '../../graph/failure.js'
import { below, projections, topological, type Projections } from '../../graph/fold.js'
import { scanParts } from '../../graph/make.js'
import type { Run } from '../../graph/program.js'
import { dependent, type Region } from '../../graph/Region.js'
import type { Engine } from '../../program/index.js'
import { size } from '../../tensor/dims.js'
import { elements, own, type Tensor } from '../../tensor/Tensor.js'
import type { CauseStep, Found } from './Cause.js'
import { firstOf, type CauseKind, type Judge } from './kinds.js'
import { watched } from './watch.js'

type Values = ReadonlyArray<Tensor>
export type Failure = CompileError | RunError
type Outcome<A> = E.Either<Failure, A>

/** A region with its programs: the one that watches itself, and the one that results in every value. */
interface Programs {
  readonly region: Region
  /** As the user's program makes them. */
  readonly order: ReadonlyArray<Node>
  readonly asked: ReadonlyArray<Value>
  readonly own: ReadonlyMap<Node, Projections>
  readonly watch: Run
  readonly full: () => Outcome<Run>
}

/** A search in progress: what it looks for, and the programs that it has made. */
export interface Search {
  readonly judge: Judge
  /** Whether only what leads to a bad result counts. */
  readonly isLeading: boolean
  /** Whether regions in which nothing is bad can be told without looking at all values. */
  readonly canSkip: boolean
  readonly shown: ReadonlySet<CauseKind>
  readonly programs: (region: Region) => Outcome<Programs>
}

/** In the order in which the user's program asked for them; what is made of constants only comes first. */
const inOrder = (nodes: ReadonlyArray<Node>): ReadonlyArray<Node> =>
  nodes
    .map((n, i) => [n, n.place?.order ?? -1, i] as const)
    .sort((a, b) => a[1] - b[1] || a[2] - b[2])
    .map(([n]) => n)

const prepared = (engine: Engine, given: Region): Outcome<Programs> => {
  const region = engine.optimized?.(given) ?? given
  const nodes = topological(region.results)
  const asked = nodes.filter((n) => !isMany(n) && !isSource(n)) as ReadonlyArray<Value>
  let full: Outcome<Run> | undefined
  return E.map((watch: Run) => ({
    region,
    order: inOrder(nodes),
    asked,
    own: projections(nodes),
    watch,
    full: () => (full ??= engine.compile({ parameters: region.parameters, results: asked }))
  }))(engine.compile(watched(region)))
}

/** Programs of regions, each made once. */
export const programsOf = (engine: Engine): Search['programs'] => {
  const known = new Map<Region, Outcome<Programs>>()
  return (region) => {
    const made = known.get(region) ?? prepared(engine, region)
    known.set(region, made)
    return made
  }
}

/** The results of a region, and whether anything in it is bad. */
const watchedRun = (p: Programs, xs: Values): Outcome<readonly [Values, boolean]> =>
  E.map((ys: Values) => [ys.slice(0, -1), Number.isNaN(elements(ys[ys.length - 1]!)[0])] as const)(
    p.watch(xs)
  )

/** The tensors of all nodes of a region; of nodes with several results those that are read. */
type Known = (n: Node) => Values

const known = ({ region, asked, own: read }: Programs, xs: Values, ys: Values): Known => {
  const values = new Map<Node, Tensor>(asked.map((n, i) => [n, ys[i]!]))
  region.parameters.forEach((p, i) => values.set(p, xs[i]!))
  const one = (n: Node): Values => {
    const t = n._tag === 'Constant' ? n.value : values.get(n)
    return t === undefined ? [] : [t]
  }
  return (n) => (isMany(n) ? (read.get(n) ?? []).flatMap((x) => (x === undefined ? [] : one(x))) : one(n))
}

/** The values and nodes through which what is bad has come to the results. */
const leading = (roots: ReadonlyArray<Value>, isBad: (n: Node) => boolean): ReadonlySet<Node> => {
  const found = new Set<Node>()
  const rest: Array<Node> = roots.filter(isBad)
  for (let n = rest.pop(); n !== undefined; n = rest.pop()) {
    if (found.has(n)) continue
    found.add(n)
    rest.push(...below(n).filter(isBad))
  }
  return found
}

/** Where a node was asked for, or, if it is made of constants only, where it is first read. */
const placeOf = (n: Node, order: ReadonlyArray<Node>): Pick<Found, 'place' | 'isRead'> => {
  if (n.place !== undefined) return { place: n.place, isRead: false }
  const users = dependent(order, [n])
  return { place: order.find((m) => m.place !== undefined && users.has(m))?.place, isRead: true }
}

const operandsOf = (n: Node, values: Known): Values => below(n).flatMap(values)

/** What an operation without an inside shows. */
const judged = (
  s: Search,
  n: Node,
  p: Programs,
  values: Known,
  inside: ReadonlyArray<CauseStep>
): Found | undefined => {
  if (n._tag === 'Project' || isSource(n)) return undefined
  const [xs, ys] = [operandsOf(n, values), values(n)]
  const symptom = s.judge(n, xs, ys)
  if (symptom === undefined) return undefined
  const at = Math.max(
    0,
    ys.findIndex((y) => firstOf(y, s.shown) !== undefined)
  )
  const result = (p.own.get(n as Control) ?? []).flatMap((x) => (x === undefined ? [] : [x.index]))[at] ?? 0
  return {
    node: n,
    result,
    symptom,
    operands: xs,
    value: ys[at]!,
    inside,
    ...placeOf(n, topological(p.region.results))
  }
}

/** The cause inside a region on some values, if there is one. */
export const search = (
  s: Search,
  region: Region,
  xs: Values,
  inside: ReadonlyArray<CauseStep>
): Outcome<Found | undefined> => {
  const made = s.programs(region)
  if (E.isLeft(made)) return made
  const p = made.right
  const full = p.full()
  if (E.isLeft(full)) return full
  const all = full.right(xs)
  if (E.isLeft(all)) return all
  const values = known(p, xs, all.right)
  const isBad = (n: Node): boolean => values(n).some((t) => firstOf(t, s.shown) !== undefined)
  const among = s.isLeading ? leading(p.region.results, isBad) : undefined
  for (const n of p.order) {
    if (among?.has(n) === false) continue
    const inner =
      isMany(n) && n._tag !== 'Custom' ? within(s, n, operandsOf(n, values), inside) : E.right(undefined)
    if (E.isLeft(inner)) return inner
    const found = inner.right ?? judged(s, n, p, values, inside)
    if (found !== undefined) return E.right(found)
  }
  return E.right(undefined)
}

/** A region on the way: its results, and the cause in it. */
interface Passed {
  readonly results: Values
  readonly found: Found | undefined
}

const pass = (s: Search, region: Region, xs: Values, inside: ReadonlyArray<CauseStep>): Outcome<Passed> => {
  const made = s.programs(region)
  if (E.isLeft(made)) return made
  const run = watchedRun(made.right, xs)
  if (E.isLeft(run)) return run
  const [results, rings] = run.right
  const isWorth = s.isLeading ? results.some((t) => firstOf(t, s.shown) !== undefined) : rings || !s.canSkip
  if (!isWorth) return E.right({ results, found: undefined })
  return E.map((found: Found | undefined) => ({ results, found }))(search(s, region, xs, inside))
}

const sliceAt = (x: Tensor, t: number): Tensor => {
  const shape = x.shape.slice(1)
  return own(shape, x.dtype, elements(x).slice(t * size(shape), (t + 1) * size(shape)))
}

const inScan = (
  s: Search,
  n: Scan,
  xs: Values,
  inside: ReadonlyArray<CauseStep>
): Outcome<Found | undefined> => {
  const { captured, carried: first, inputs } = scanParts(n, xs)
  let carried = first
  for (let k = 0; k < n.length; k++) {
    const step = n.reverse ? n.length - 1 - k : k
    const at: CauseStep = { _tag: 'Scan', step, length: n.length }
    const given = [...captured, ...carried, ...inputs.map((x) => sliceAt(x, step))]
    const passed = pass(s, n.body, given, [...inside, at])
    if (E.isLeft(passed)) return passed
    if (passed.right.found !== undefined) return E.right(passed.right.found)
    carried = passed.right.results.slice(0, n.carries)
  }
  return E.right(undefined)
}

const inWhile = (
  s: Search,
  n: While,
  xs: Values,
  inside: ReadonlyArray<CauseStep>
): Outcome<Found | undefined> => {
  const fixed = xs.slice(0, n.captured)
  let carried: Values = xs.slice(n.captured)
  for (let step = 0; ; step++) {
    const at = (part: 'condition' | 'body') => [...inside, { _tag: 'While', step, part } as const]
    const test = pass(s, n.condition, [...fixed, ...carried], at('condition'))
    if (E.isLeft(test)) return test
    if (test.right.found !== undefined) return E.right(test.right.found)
    if (elements(test.right.results[0]!)[0] === 0) return E.right(undefined)
    const next = pass(s, n.body, [...fixed, ...carried], at('body'))
    if (E.isLeft(next)) return next
    if (next.right.found !== undefined) return E.right(next.right.found)
    carried = next.right.results
  }
}

const inCase = (s: Search, n: Case, [index, ...xs]: Values, inside: ReadonlyArray<CauseStep>) => {
  const branches = n.branches.length
  const branch = Math.min(Math.max(elements(index!)[0]!, 0), branches - 1)
  return pass(s, n.branches[branch]!, xs, [...inside, { _tag: 'Branch', branch, branches }])
}

/** The cause inside a node, if it is there. */
const within = (
  s: Search,
  n: Control,
  xs: Values,
  inside: ReadonlyArray<CauseStep>
): Outcome<Found | undefined> => {
  switch (n._tag) {
    case 'Scan':
      return inScan(s, n, xs, inside)
    case 'While':
      return inWhile(s, n, xs, inside)
    case 'Case':
      return E.map((p: Passed) => p.found)(inCase(s, n, xs, inside))
    case 'Call':
      return E.map((p: Passed) => p.found)(pass(s, n.body, xs, [...inside, { _tag: 'Call' }]))
  }
}

/** An argument that is bad to begin with. */
export const badInput = (
  { parameters }: Region,
  xs: Values,
  shown: ReadonlySet<CauseKind>
): Found | undefined => {
  const at = xs.findIndex((x) => firstOf(x, shown) !== undefined)
  const [n, value] = [parameters[at], xs[at]]
  if (n === undefined || value === undefined) return undefined
  const symptom = firstOf(value, shown)!
  return { node: n, result: 0, symptom, operands: [], value, place: n.place, isRead: false, inside: [] }
}
