/**
 * Batching of families with an inside: the region of a whole batch in the place of that of one example. Which carries differ between examples is a
 * fixed point over the body; what all examples share is computed once.
 */
import {
  isMany,
  type Call,
  type CallRule,
  type Case,
  type Control,
  type Region,
  type Scan,
  type Value,
  type While
} from '../../graph/Expr.js'
import * as make from '../../graph/make.js'
import { inline } from '../../graph/Region.js'
import { full } from '../../graph/terms.js'
import { range } from '../../tensor/dims.js'
import { settled } from './block.js'

/** A value in the batched graph: with the batch as axis 0, or unchanged where it does not depend on the example. */
export interface Batched {
  readonly value: Value
  readonly batched: boolean
}

/** Repeats what every example shares. */
export const repeat = (count: number, x: Value): Value =>
  make.broadcast([count, ...x.shape], range(1, x.shape.length + 1), x)

const whole = (count: number, { value, batched }: Batched): Value => (batched ? value : repeat(count, value))

/** A region for a batch, some of whose parameters have one; which of its results do. */
export interface Inside {
  readonly parameters: Region['parameters']
  readonly results: ReadonlyArray<Batched>
}

export interface Batching {
  readonly count: number
  readonly region: (region: Region, batched: ReadonlyArray<boolean>) => Inside
}

type Flags = ReadonlyArray<boolean>

const flagsOf = (xs: ReadonlyArray<Batched>): Flags => xs.map((x) => x.batched)

const valuesOf = (xs: ReadonlyArray<Batched>): ReadonlyArray<Value> => xs.map((x) => x.value)

/** The region with a batch in some results more. */
const withBatch = (count: number, { parameters, results }: Inside, flags: Flags): Region => ({
  parameters,
  results: results.map((y, i) => (flags[i] === true ? whole(count, y) : y.value))
})

const marked = (flags: Flags, values: ReadonlyArray<Value>): ReadonlyArray<Batched> =>
  values.map((value, i) => ({ value, batched: flags[i] === true }))

/** A function with a rule has a batch in all arguments, results and directions: what is shared is repeated, and cotangents of it are summed by that. */
const ruled = (b: Batching, n: Call, rule: CallRule, xs: ReadonlyArray<Batched>): ReadonlyArray<Batched> => {
  const given = xs.map((x, i) => (i < rule.captured ? x : { value: whole(b.count, x), batched: true }))
  const flags = rule.region.parameters.map((_, i) => given[i]?.batched ?? true)
  const [inside, derived] = [b.region(n.body, flagsOf(given)), b.region(rule.region, flags)]
  const body = withBatch(
    b.count,
    inside,
    n.results.map(() => true)
  )
  const region = withBatch(
    b.count,
    derived,
    rule.region.results.map(() => true)
  )
  const made = make.call(body, valuesOf(given), { rule: { ...rule, region } })
  return marked(
    n.results.map(() => true),
    make.resultsOf(made, body.results)
  )
}

const call = (b: Batching, n: Call, xs: ReadonlyArray<Batched>): ReadonlyArray<Batched> => {
  if (n.rule !== undefined) return ruled(b, n, n.rule, xs)
  const inside = b.region(n.body, flagsOf(xs))
  const same = n.equal && b.region(n.equal, flagsOf(xs))
  const flags = inside.results.map((y, i) => y.batched || same?.results[i]?.batched === true)
  const [body, equal] = [withBatch(b.count, inside, flags), same && withBatch(b.count, same, flags)]
  return marked(flags, make.resultsOf(make.call(body, valuesOf(xs), { ...n, equal }), body.results))
}

/** Of the results of all branches those of the one taken, by one index for all or one for each example. */
export const selected = (index: Value, ways: ReadonlyArray<ReadonlyArray<Value>>): ReadonlyArray<Value> => {
  const axes = range(0, index.shape.length)
  const earlier = (y: Value, k: number): Value =>
    make.broadcast(y.shape, axes, make.binary('le', index, full(k, index)))
  return ways
    .slice(0, -1)
    .reduceRight<ReadonlyArray<Value>>(
      (later, way, k) => way.map((y, i) => make.select(earlier(y, k), y, later[i]!)),
      ways.at(-1) ?? []
    )
}

const branches = (b: Batching, n: Case, [index, ...xs]: ReadonlyArray<Batched>): ReadonlyArray<Batched> => {
  const insides = n.branches.map((region) => b.region(region, flagsOf(xs)))
  if (index === undefined) return []
  if (index.batched) {
    const all = n.results.map(() => true)
    const ways = insides.map((inside) => inline(withBatch(b.count, inside, all), valuesOf(xs)))
    return marked(all, selected(index.value, ways))
  }
  const flags = n.results.map((_, i) => insides.some(({ results }) => results[i]?.batched === true))
  const regions = insides.map((inside) => withBatch(b.count, inside, flags))
  return marked(
    flags,
    make.resultsOf(make.choose(regions, index.value, valuesOf(xs)), regions[0]?.results ?? [])
  )
}

/** Exchanges the first two axes: those of the batch and of the steps. */
const exchanged = (x: Value): Value => make.permute([1, 0, ...range(2, x.shape.length)], x)

/** Stacks have the batch behind the steps, so that slices have it in front. */
const stacksOf = (xs: ReadonlyArray<Batched>): ReadonlyArray<Value> =>
  xs.map(({ value, batched }) => (batched ? exchanged(value) : value))

const scan = (b: Batching, n: Scan, xs: ReadonlyArray<Batched>): ReadonlyArray<Batched> => {
  const { captured: fixed, carried: first, inputs } = make.scanParts(n, xs)
  const [carried, inside] = settled(flagsOf(first), (flags) => {
    const made = b.region(n.body, [...flagsOf(fixed), ...flags, ...flagsOf(inputs)])
    return [flagsOf(made.results.slice(0, n.carries)), made]
  })
  const outputs = flagsOf(inside.results.slice(n.carries))
  const body = withBatch(b.count, inside, [...carried, ...outputs])
  const starts = first.map((x, i) => (carried[i] === true ? whole(b.count, x) : x.value))
  const made = make.scan(n, body, [...valuesOf(fixed), ...starts, ...stacksOf(inputs)])
  const flags = [...carried, ...outputs, ...carried]
  const results = make.resultsOf(made, isMany(made) ? made.results : n.results)
  return marked(flags, results).map(({ value, batched }, i) =>
    batched && i >= n.carries ? { value: exchanged(value), batched } : { value, batched }
  )
}

/** A step only for examples whose condition still holds; the others wait. */
const waiting = (count: number, test: Region, body: Region, captured: number): Region => {
  const [goesOn] = inline(test, body.parameters)
  const carries = body.parameters.slice(captured)
  return {
    parameters: body.parameters,
    results: body.results.map((y, i) =>
      goesOn === undefined
        ? y
        : make.select(make.broadcast(y.shape, [0], goesOn), y, carries[i] ?? repeat(count, y))
    )
  }
}

const whileLoop = (b: Batching, n: While, xs: ReadonlyArray<Batched>): ReadonlyArray<Batched> => {
  const [fixed, first] = [xs.slice(0, n.captured), xs.slice(n.captured)]
  const [flags, [inside, test]] = settled(flagsOf(first), (carried) => {
    const all = [...flagsOf(fixed), ...carried]
    const [made, asked] = [b.region(n.body, all), b.region(n.condition, all)] as const
    const differs = asked.results.some((y) => y.batched)
    return [flagsOf(made.results).map((f) => f || differs), [made, asked]]
  })
  const starts = first.map((x, i) => (flags[i] === true ? whole(b.count, x) : x.value))
  const operands = [...valuesOf(fixed), ...starts]
  const differs = test.results.some((y) => y.batched)
  const each: Region = { parameters: test.parameters, results: valuesOf(test.results) }
  const any: Region = { ...each, results: each.results.map((y) => make.reduce('or', [0], y)) }
  const body = withBatch(b.count, inside, flags)
  const made = differs
    ? make.whileLoop(n.captured, any, waiting(b.count, each, body, n.captured), operands)
    : make.whileLoop(n.captured, each, body, operands)
  return marked(flags, make.resultsOf(made, starts))
}

export const batchControl = (b: Batching, n: Control, xs: ReadonlyArray<Batched>): ReadonlyArray<Batched> => {
  switch (n._tag) {
    case 'Call':
      return call(b, n, xs)
    case 'Case':
      return branches(b, n, xs)
    case 'Scan':
      return scan(b, n, xs)
    case 'While':
      return whileLoop(b, n, xs)
  }
}
