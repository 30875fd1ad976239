/** Families with an inside: their regions are closed, so every value that they use is an operand. */
import { isDim, showDims, type Dims } from '../tensor/dims.js'
import { avalOf, sameAval, slicedAval, stackedAval } from './aval.js'
import { showAval } from './error.js'
import type { Aval, Call, CallRule, Case, Control, Invalid, Region, Scan, Value, While } from './Expr.js'
import { always, none, type ManyForms } from './form.js'
import { several, type Problem } from './guard.js'
import { resultsOf } from './many.js'

/** The first pair that differs. */
const differing = (xs: ReadonlyArray<Aval>, ys: ReadonlyArray<Aval>): number =>
  xs.findIndex((x, i) => ys[i] === undefined || !sameAval(x, ys[i]))

/** What a region is given must be what its parameters are. */
const misfit = (what: string, xs: ReadonlyArray<Aval>, parameters: ReadonlyArray<Aval>): Problem => {
  if (xs.length !== parameters.length)
    return `${what} takes ${String(parameters.length)} values, got ${String(xs.length)}`
  const i = differing(xs, parameters)
  const [x, p] = [xs[i], parameters[i]]
  return x === undefined || p === undefined
    ? undefined
    : `${what} takes ${showAval(p)} in place ${String(i)}, got ${showAval(x)}`
}

export const carryChanges = (carry: string, before: string, after: string): string =>
  `${carry} is ${before} before a step and ${after} after it; it must stay the same`

/** A carry has one shape and dtype at every step. */
const carryProblem = (before: ReadonlyArray<Aval>, after: ReadonlyArray<Aval>): Problem => {
  const i = differing(before, after)
  const [a, b] = [before[i], after[i]]
  if (a === undefined) return undefined
  const which = before.length > 1 ? `carry ${String(i)}` : 'the carry'
  return b === undefined
    ? `the body returns ${String(after.length)} values, too few for ${String(before.length)} carries`
    : carryChanges(which, showAval(a), showAval(b))
}

const errorsOf = (...regions: ReadonlyArray<Region>): ReadonlyArray<Value> =>
  regions.flatMap(({ results }) => results.filter((y) => y._tag === 'Invalid'))

/** What directions are like, and what becomes of them. */
const directions = (
  { mode, captured, primals }: CallRule,
  xs: ReadonlyArray<Aval>,
  ys: ReadonlyArray<Aval>
) => {
  const [args, results] = [xs.slice(captured), ys.slice(0, primals)]
  return mode === 'jvp' ? { from: args, to: results } : { from: results, to: args }
}

const ruleProblem = (
  rule: CallRule | undefined,
  xs: ReadonlyArray<Aval>,
  ys: ReadonlyArray<Aval>
): Problem => {
  if (rule === undefined) return undefined
  const { from, to } = directions(rule, xs, ys)
  const { parameters, results } = rule.region
  return (
    misfit('the rule', [...xs, ...ys, ...from], parameters) ?? misfit('the result of the rule', results, to)
  )
}

const equalProblem = (equal: Region | undefined, xs: ReadonlyArray<Aval>, ys: ReadonlyArray<Aval>): Problem =>
  equal && (misfit('what is equal', xs, equal.parameters) ?? misfit('the result of it', equal.results, ys))

/** What a call is told besides its function and arguments. */
export interface CallOptions {
  readonly rule?: CallRule | undefined
  readonly saved?: number
  readonly equal?: Region | undefined
}

/** Regions of a call besides its function. */
const besides = ({ rule, equal }: Pick<CallOptions, 'rule' | 'equal'>): ReadonlyArray<Region> => [
  ...(rule === undefined ? [] : [rule.region]),
  ...(equal === undefined ? [] : [equal])
]

export const call = (
  body: Region,
  xs: ReadonlyArray<Value>,
  { rule, saved = 0, equal }: CallOptions = {}
): Call | Invalid =>
  several(
    'call',
    [...xs, ...errorsOf(body, ...besides({ rule, equal }))],
    () =>
      misfit('the function', xs, body.parameters) ??
      ruleProblem(rule, xs, body.results) ??
      equalProblem(equal, xs, body.results),
    () => ({ _tag: 'Call', body, rule, saved, equal, xs, results: body.results.map(avalOf) })
  )

/** What a scan is told besides its body and operands. */
export interface ScanOptions {
  readonly captured: number
  readonly carries: number
  readonly length: number
  readonly reverse: boolean
  readonly chunks?: Dims
  readonly snapshots?: number
}

/** Lengths of the inputs that are not that of the loop. */
const lengthProblem = (length: number, inputs: ReadonlyArray<Aval>): Problem => {
  if (!isDim(length)) return `${String(length)} is not a number of steps`
  const odd = inputs.find((x) => x.shape[0] !== length)
  return odd === undefined
    ? undefined
    : `an input ${showDims(odd.shape)} does not have ${String(length)} slices along its first axis`
}

/** Operands of a scan, or parameters of its body, or what belongs to each, by what they are for. */
export interface ScanParts<A> {
  readonly captured: ReadonlyArray<A>
  readonly carried: ReadonlyArray<A>
  readonly inputs: ReadonlyArray<A>
}

export const scanParts = <A>(
  { captured, carries }: Pick<ScanOptions, 'captured' | 'carries'>,
  xs: ReadonlyArray<A>
): ScanParts<A> => ({
  captured: xs.slice(0, captured),
  carried: xs.slice(captured, captured + carries),
  inputs: xs.slice(captured + carries)
})

const scanProblem = (options: ScanOptions, body: Region, xs: ReadonlyArray<Value>): Problem => {
  const { captured, carried, inputs } = scanParts(options, xs)
  return (
    lengthProblem(options.length, inputs) ??
    misfit('the body', [...captured, ...carried, ...inputs.map(slicedAval)], body.parameters) ??
    carryProblem(carried, body.results.slice(0, options.carries))
  )
}

/** Chunks shorter than the loop, and each than the one before it. */
const chunksOf = ({ chunks = [], length }: ScanOptions): Dims =>
  chunks.filter((size, i) => size > 1 && size < Math.min(length, ...chunks.slice(0, i)))

/** Where there is room for all carries, none are left out. */
const snapshotsOf = ({ snapshots = 0, length }: ScanOptions): number => (snapshots < length ? snapshots : 0)

/** How often a loop keeps its carries: before each step, or each of its longest chunks. */
export const keptRows = ({
  length,
  chunks: [size = 1] = []
}: Pick<ScanOptions, 'length' | 'chunks'>): number => Math.ceil(length / size)

/** What a scan comes to: the last carries, the outputs, and the carries that are kept. */
const scanAvals = (options: ScanOptions, body: Region, xs: ReadonlyArray<Aval>): ReadonlyArray<Aval> => {
  const { carried } = scanParts(options, xs)
  const rows = keptRows({ length: options.length, chunks: chunksOf(options) })
  return [
    ...carried.map(avalOf),
    ...body.results.slice(options.carries).map((y) => stackedAval(options.length, y)),
    ...carried.map((x) => stackedAval(rows, x))
  ]
}

export const scan = (options: ScanOptions, body: Region, xs: ReadonlyArray<Value>): Scan | Invalid =>
  several(
    'scan',
    [...xs, ...errorsOf(body)],
    () => scanProblem(options, body, xs),
    () => {
      const { captured, carries, length, reverse } = options
      const results = scanAvals(options, body, xs)
      const chunks = chunksOf(options)
      const snapshots = snapshotsOf(options)
      return { _tag: 'Scan', body, captured, carries, length, reverse, chunks, snapshots, xs, results }
    }
  )

/** All results of a scan, in error too. */
export const scanned = (options: ScanOptions, body: Region, xs: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  resultsOf(scan(options, body, xs), scanAvals(options, body, xs))

const flag = (what: string, results: ReadonlyArray<Aval>): Problem => {
  const [only] = results
  return results.length === 1 && only !== undefined && sameAval(only, { shape: [], dtype: 'bool' })
    ? undefined
    : `${what} must be one bool[], got ${results.map(showAval).join(', ')}`
}

export const whileLoop = (
  captured: number,
  condition: Region,
  body: Region,
  xs: ReadonlyArray<Value>
): While | Invalid =>
  several(
    'whileLoop',
    [...xs, ...errorsOf(condition, body)],
    () =>
      misfit('the condition', xs, condition.parameters) ??
      misfit('the body', xs, body.parameters) ??
      flag('the condition', condition.results) ??
      carryProblem(xs.slice(captured), body.results),
    () => ({ _tag: 'While', captured, condition, body, xs, results: xs.slice(captured).map(avalOf) })
  )

const branchProblem = (branches: ReadonlyArray<Region>, xs: ReadonlyArray<Aval>): Problem => {
  const [first] = branches
  if (first === undefined) return 'needs at least one branch'
  const odd = branches.find(
    (b) => b.results.length !== first.results.length || differing(b.results, first.results) >= 0
  )
  const shown = ({ results }: Region): string => results.map(showAval).join(', ')
  return (
    branches.map((b) => misfit('a branch', xs, b.parameters)).find((m) => m !== undefined) ??
    (odd === undefined
      ? undefined
      : `branches have different results, ${shown(first)} and ${shown(odd)}; they must be the same`)
  )
}

export const choose = (
  branches: ReadonlyArray<Region>,
  index: Value,
  xs: ReadonlyArray<Value>
): Case | Invalid =>
  several(
    'choose',
    [index, ...xs, ...errorsOf(...branches)],
    () =>
      (sameAval(index, { shape: [], dtype: 'i32' })
        ? undefined
        : `the index must be i32[], got ${showAval(index)}`) ?? branchProblem(branches, xs),
    () => ({
      _tag: 'Case',
      branches,
      xs: [index, ...xs],
      results: (branches[0]?.results ?? []).map(avalOf)
    })
  )

export const controls: ManyForms<Control> = {
  Call: {
    name: ({ rule }) => (rule === undefined ? 'call' : rule.mode === 'jvp' ? 'customJvp' : 'customVjp'),
    operands: (n) => n.xs,
    attributes: ({ rule, saved }) =>
      rule === undefined
        ? [['saved', saved, saved > 0]]
        : [
            ['forward', rule.mode === 'jvp'],
            ['primals', rule.primals]
          ],
    regions: (n) => [n.body, ...besides(n)],
    make: ({ rule, saved, equal }, xs, [body, ...more]) =>
      call(body!, xs, { saved, rule: rule && { ...rule, region: more[0]! }, equal: equal && more.at(-1) }),
    fails: always
  },
  Scan: {
    operands: (n) => n.xs,
    attributes: (n) => [
      ['captured', n.captured, n.captured > 0],
      ['carries', n.carries],
      ['length', n.length],
      ['reverse', n.reverse, n.reverse],
      ['chunks', n.chunks, n.chunks.length > 0],
      ['snapshots', n.snapshots, n.snapshots > 0]
    ],
    regions: (n) => [n.body],
    make: (n, xs, [body]) => scan(n, body!, xs),
    fails: always
  },
  While: {
    operands: (n) => n.xs,
    attributes: (n) => [['captured', n.captured, n.captured > 0]],
    regions: (n) => [n.condition, n.body],
    make: (n, xs, [condition, body]) => whileLoop(n.captured, condition!, body!, xs),
    fails: always
  },
  Case: {
    operands: (n) => n.xs,
    attributes: none,
    regions: (n) => n.branches,
    make: (_, [index, ...xs], branches) => choose(branches, index!, xs),
    fails: always
  }
}
