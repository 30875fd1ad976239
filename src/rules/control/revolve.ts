/**
 * Binomial checkpointing of a loop, in its derivative in reverse: a table of what is done before each step goes back, made when the graph is, and a loop
 * in reverse that follows it. It carries the states that it holds (snapshots), runs on from the nearest one before a step, and holds some of those on
 * the way. Held are never more than the budget, and no schedule runs fewer steps again.
 *
 * Source: Griewank, Walther, Algorithm 799: revolve (2000).
 */
import type { Input, Region, Scan, Value } from '../../graph/Expr.js'
import { substitute } from '../../graph/fold.js'
import * as make from '../../graph/make.js'
import { close, inline } from '../../graph/Region.js'
import { full, sub } from '../../graph/terms.js'
import { range, type Dims } from '../../tensor/dims.js'
import { own as tensorOf } from '../../tensor/Tensor.js'
import { repeat } from './batch.js'
import { isThere } from './block.js'
import type { Start } from './chunks.js'
import { schedule } from './schedule.js'

type Values = ReadonlyArray<Value>

const i32 = { shape: [], dtype: 'i32' } as const

const table = (xs: Dims): Value => make.constant(tensorOf([xs.length], 'i32', Int32Array.from(xs)))

/** The row of a stack. */
const at = (x: Value, i: Value): Value => make.gather(0, 0, i, x)

const next = (i: Value): Value => make.binary('add', i, full(1, i32))

/** A loop that goes on while its first carry, which counts, is less than a limit. */
const until = (limit: Value, first: Values, step: (carries: Values) => Values): Values => {
  const carries = make.inputsLike('carry', first)
  const { region, captured } = close(carries, step(carries))
  const fixed = make.inputsLike('captured', captured)
  const last = make.input('limit', [], 'i32')
  const counted = make.inputsLike('carry', first)
  const test: Region = {
    parameters: [last, ...fixed, ...counted],
    results: [make.binary('lt', counted[0]!, last)]
  }
  const body = { parameters: [make.input('limit', [], 'i32'), ...region.parameters], results: region.results }
  const made = make.whileLoop(captured.length + 1, test, body, [limit, ...captured, ...first])
  return make.resultsOf(made, first)
}

/** Runs steps of a loop from one place to another. */
const advanced = (n: Scan, captured: Values, inputs: Values, limit: Value, [i, ...carries]: Values): Values =>
  until(limit, [i!, ...carries], ([k, ...cs]) => {
    const t = n.reverse ? sub(full(n.length - 1, i32), k!) : k!
    const slices = inputs.map((x) => at(x, t))
    return [next(k!), ...inline(n.body, [...captured, ...cs, ...slices]).slice(0, n.carries)]
  })

/** Snapshots with one of them changed. */
const held = (slot: Value, x: Value, snapshots: Value): Value => {
  const { shape } = snapshots
  const rows = make.iota(0, shape.slice(0, 1), 'i32')
  const isIt = make.binary('eq', rows, make.broadcast(rows.shape, [], slot))
  const whole = make.broadcast(shape, range(1, shape.length), x)
  return make.select(make.broadcast(shape, [0], isIt), whole, snapshots)
}

/** A step in reverse: its parameters by what they are for, and its results. */
export interface Stepped {
  readonly own: ReturnType<typeof make.scanParts<Input>>
  readonly cotangents: ReadonlyArray<Input>
  readonly sums: ReadonlyArray<Input>
  readonly outputs: ReadonlyArray<Input>
  readonly carries: Values
  readonly totals: Values
  readonly ofInputs: Values
}

/** Columns of a schedule as tables. Those with a row for each step lie as the loop's inputs do. */
const tablesOf = ({ length, reverse, snapshots }: Scan) => {
  const { slots, places, ends, taken, into } = schedule(length, snapshots)
  const laid = (xs: Dims): Value => table(reverse ? [...xs].reverse() : xs)
  return { each: [slots, places, ends].map(laid), taken: table(taken), into: table(into) }
}

/** Carries before a step, and the snapshots then: from the nearest snapshot on, those to take are taken. */
const before = (
  n: Scan,
  { taken, into }: ReturnType<typeof tablesOf>,
  snapshots: Values,
  [cursor, step, slot, place, end]: Values
): readonly [carries: Values, snapshots: Values] => {
  const { captured, inputs } = make.scanParts(n, n.xs)
  const nearest = snapshots.map((s) => at(s, slot!))
  const first = [cursor!, place!, ...nearest, ...snapshots]
  const [, from, ...rest] = until(end!, first, ([k, i, ...xs]) => {
    const [carries, all] = [xs.slice(0, n.carries), xs.slice(n.carries)]
    const [now, ...cs] = advanced(n, captured, inputs, at(taken, k!), [i!, ...carries])
    return [next(k!), now!, ...cs, ...all.map((s, j) => held(at(into, k!), cs[j]!, s))]
  })
  const [, ...carries] = advanced(n, captured, inputs, step!, [from!, ...rest.slice(0, n.carries)])
  return [carries, rest.slice(n.carries)]
}

/** A loop in reverse that carries snapshots. */
export const revolved = (n: Scan, { cotangents, sums, outputs }: Start, stepped: Stepped): Values => {
  const [x, { own, totals }, tables] = [make.scanParts(n, n.xs), stepped, tablesOf(n)]
  const first = x.carried.map((c) => repeat(n.snapshots, c))
  const places = make.iota(0, [n.length], 'i32')
  const steps = n.reverse ? make.reverse([0], places) : places
  const snapshots = make.inputsLike('snapshot', first)
  const [cursor, ...told] = make.inputsLike('place', [i32, i32, i32, i32, i32])
  const [step, slot, place, end] = told
  const [carries, after] = before(n, tables, snapshots, [cursor!, step!, slot!, place!, end!])
  const known = [...own.captured, ...own.carried].map((p, i) => [p, [...x.captured, ...carries][i]!] as const)
  const moved = [...stepped.carries, ...totals]
  const results = substitute([...moved, ...stepped.ofInputs], new Map<Value, Value>(known))
  const parameters = [
    ...[...stepped.cotangents, ...stepped.sums, ...snapshots, cursor!],
    ...[...told, ...own.inputs, ...stepped.outputs]
  ]
  const { region, captured } = close(parameters, [
    ...[...results.slice(0, moved.length), ...after, end!],
    ...results.slice(moved.length)
  ])
  const state = [...cotangents, ...sums, ...first, full(0, i32)]
  const stacks = [steps, ...tables.each, ...x.inputs, ...outputs.filter(isThere)]
  const options = { captured: captured.length, carries: state.length, length: n.length, reverse: !n.reverse }
  const made = make.scanned(options, region, [...captured, ...state, ...stacks])
  return [...made.slice(0, moved.length), ...made.slice(state.length, region.results.length)]
}
