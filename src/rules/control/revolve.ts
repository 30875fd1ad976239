/**
 * Binomial checkpointing of a loop, in its derivative in reverse: a table of what is done before each step goes back, made when the graph is, and a loop
 * in reverse that follows it. It carries the states that it holds (snapshots), runs on from the nearest one before a step, and holds some of those on
 * the way. Held are never more than the budget, and no schedule runs fewer steps again.
 *
 * Source: Griewank, Walther, Algorithm 799: revolve (2000).
 */
import type { Input, Scan, Value } from '../../graph/Expr.js'
import { substitute } from '../../graph/fold.js'
import * as make from '../../graph/make.js'
import { close, inline } from '../../graph/Region.js'
import { add, eq, full, sub } from '../../graph/terms.js'
import { range, type Dims } from '../../tensor/dims.js'
import { own as tensorOf } from '../../tensor/Tensor.js'
import { repeat } from './batch.js'
import { isThere } from './block.js'
import type { Start } from './chunks.js'
import { schedule } from './schedule.js'

type Values = ReadonlyArray<Value>

const table = (xs: Dims): Value => make.constant(tensorOf([xs.length], 'i32', Int32Array.from(xs)))

/** The row of a stack. */
const at = (x: Value, i: Value): Value => make.gather(0, 0, i, x)

const number = (value: number): Value => full(value, { shape: [], dtype: 'i32' })

const less = (a: Value, b: Value): Value => make.binary('lt', a, b)

/** A loop that goes on while a condition on its carries holds; both may refer to values outside. */
const whileIt = (first: Values, test: (xs: Values) => Value, step: (xs: Values) => Values): Values => {
  const carries = make.inputsLike('carry', first)
  const { region, captured } = close(carries, [test(carries), ...step(carries)])
  const { parameters, results } = region
  const [condition, body] = [results.slice(0, 1), results.slice(1)].map((ys) => ({ parameters, results: ys }))
  return make.resultsOf(make.whileLoop(captured.length, condition!, body!, [...captured, ...first]), first)
}

/** Runs steps of a loop from one place to another. */
const advanced = (n: Scan, place: Value, to: Value, carries: Values): Values => {
  const { captured, inputs } = make.scanParts(n, n.xs)
  const step = ([i, ...xs]: Values): Values => {
    const t = n.reverse ? sub(number(n.length - 1), i!) : i!
    const slices = inputs.map((x) => at(x, t))
    return [add(i!, number(1)), ...inline(n.body, [...captured, ...xs, ...slices]).slice(0, n.carries)]
  }
  return whileIt([place, ...carries], ([i]) => less(i!, to), step).slice(1)
}

/** A stack with one of its rows changed. */
const placedAt = (slot: Value, x: Value, stack: Value): Value => {
  const rows = make.iota(0, stack.shape.slice(0, 1), 'i32')
  const isIt = eq(rows, make.broadcast(rows.shape, [], slot))
  const all = make.broadcast(stack.shape, range(1, stack.shape.length), x)
  return make.select(make.broadcast(stack.shape, [0], isIt), all, stack)
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

/**
 * Carries before a step, and what a loop in reverse holds after it. It holds how many snapshots it has taken in all, the slot of the latest of those that
 * it has, and where each of them was taken, beside themselves. As the schedule was made: while there is room and way to go, the next one is taken.
 */
const before = (n: Scan, taken: Value, step: Value, [count, slot, ...stacks]: Values) => {
  const last = number(n.snapshots - 1)
  const first = [count!, slot!, ...stacks.map((s) => at(s, slot!)), ...stacks]
  const goesOn = ([, k, place]: Values): Value => make.binary('and', less(k!, last), less(place!, step))
  const [total, top, ...rest] = whileIt(first, goesOn, ([i, k, place, ...xs]) => {
    const [to, into] = [at(taken, i!), add(k!, number(1))]
    const now = [to, ...advanced(n, place!, to, xs.slice(0, n.carries))]
    return [
      add(i!, number(1)),
      into,
      ...now,
      ...xs.slice(n.carries).map((s, j) => placedAt(into, now[j]!, s))
    ]
  })
  const [place, ...carries] = rest.slice(0, n.carries + 1)
  const freed = make.select(eq(place!, step), number(1), number(0))
  return {
    carries: advanced(n, place!, step, carries),
    held: [total!, sub(top!, freed), ...rest.slice(n.carries + 1)]
  }
}

/** What is held at the end of the loop, where its way back begins: the first carries, taken before its first step. */
const heldFirst = ({ snapshots }: Scan, carries: Values): Values => [
  ...[number(0), number(0)],
  ...[number(0), ...carries].map((c) => repeat(snapshots, c))
]

/** A loop in reverse that carries snapshots. */
export const revolved = (n: Scan, { cotangents, sums, outputs }: Start, stepped: Stepped): Values => {
  const [x, { own, totals, ofInputs }] = [make.scanParts(n, n.xs), stepped]
  const first = [number(n.length - 1), ...heldFirst(n, x.carried)]
  const [step, ...state] = make.inputsLike('held', first)
  const { carries, held } = before(n, table(schedule(n.length, n.snapshots)), step!, state)
  const known = [...own.captured, ...own.carried].map((p, i) => [p, [...x.captured, ...carries][i]!] as const)
  const moved = [...stepped.carries, ...totals]
  const results = substitute(
    [...moved, sub(step!, number(1)), ...held, ...ofInputs],
    new Map<Value, Value>(known)
  )
  const parameters = [stepped.cotangents, stepped.sums, [step!], state, own.inputs, stepped.outputs].flat()
  const { region, captured } = close(parameters, results)
  const xs = [...captured, ...cotangents, ...sums, ...first, ...x.inputs, ...outputs.filter(isThere)]
  const counts = { captured: captured.length, carries: moved.length + first.length }
  const made = make.scanned({ ...counts, length: n.length, reverse: !n.reverse }, region, xs)
  return [...made.slice(0, moved.length), ...made.slice(counts.carries, results.length)]
}
