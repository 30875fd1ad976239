/**
 * Checkpointing of a loop, in its derivative in reverse: chunks in reverse order, each of which runs its steps again from the carries before it and then
 * goes back through them. Cotangents of carries and the sums over steps go from chunk to chunk, so they have the bits that they would have without.
 */
import { slicedAval } from '../../graph/aval.js'
import type { Input, Scan, Value } from '../../graph/Expr.js'
import * as make from '../../graph/make.js'
import { isThere, placed, plus, those, type Slots } from './block.js'

type Values = ReadonlyArray<Value>
type In = ReadonlyArray<Input>

/** Where a loop in reverse begins: cotangents of its carries, sums of those of captured values so far, and what it meets on the way. */
export interface Start {
  readonly cotangents: Values
  readonly sums: Values
  readonly outputs: Slots
  readonly kept: Slots
}

/** A loop in reverse: cotangents of the carries and sums at the end, and cotangents of the inputs. */
type Reversed = (n: Scan, start: Start) => Values

/** A loop that kept carries, by stacks of them, and which of all carries these are. */
export interface Kept {
  readonly n: Scan
  readonly kept: Values
  readonly flags: ReadonlyArray<boolean>
  /** How its chunks go back. */
  readonly reversed: Reversed
}

/** Rows of a stack, as a stack. */
type Rows = readonly [start: number, limit: number]

const rows = ([start, limit]: Rows, x: Value): Value => {
  const rest = x.shape.slice(1)
  const first = [start, ...rest.map(() => 0)]
  const step = x.shape.map(() => 1)
  return make.slice(first, [limit, ...rest], step, x)
}

const row = (t: number, x: Value): Value => make.reshape(x.shape.slice(1), rows([t, t + 1], x))

const some = (f: (x: Value) => Value, xs: Slots): Slots => xs.map((x) => x && f(x))

/** The parts of a loop: so many whole chunks, and a shorter one, the last on the way; their steps, and the rows of what was kept before them. */
const partsOf = ({ length, reverse, chunks: [size = 1] }: Scan) => {
  const [count, rest] = [Math.floor(length / size), length % size]
  const [whole, short]: readonly [Rows, Rows] = reverse
    ? [
        [rest, length],
        [0, rest]
      ]
    : [
        [0, length - rest],
        [length - rest, length]
      ]
  const first = reverse && rest > 0 ? 1 : 0
  return { size, count, rest, whole, short, kept: [first, first + count] as const, last: reverse ? 0 : count }
}

/** What a chunk is given. */
interface Given extends Start {
  readonly captured: Values
  readonly carried: Values
  readonly inputs: Values
}

/** The steps of a chunk once more, and back through them; then what was kept before it has moved its first carries, too. */
const back = ({ n, flags, reversed }: Kept, length: number, g: Given): Values => {
  const options = { ...n, length, chunks: n.chunks.slice(1) }
  const chunk = make.scan(options, n.body, [...g.captured, ...g.carried, ...g.inputs])
  if (chunk._tag === 'Invalid') return [...g.cotangents, ...g.sums].map(() => chunk)
  const results = reversed(chunk, { ...g, kept: g.kept.map(() => undefined) })
  const [own, rest] = [results.slice(0, g.cotangents.length), results.slice(g.cotangents.length)]
  return [...own.map((c, i) => plus(c, those(g.kept, flags)[i]) ?? c), ...rest]
}

/** The shorter chunk, first on the way back. */
const shortest = (loop: Kept, start: Start): Values => {
  const { n, kept } = loop
  const { short, rest, last } = partsOf(n)
  const x = make.scanParts(n, n.xs)
  if (rest === 0) return [...start.cotangents, ...start.sums]
  const given: Given = {
    ...start,
    captured: x.captured,
    carried: kept.map((c) => row(last, c)),
    inputs: x.inputs.map((y) => rows(short, y)),
    outputs: some((y) => rows(short, y), start.outputs),
    kept: some((c) => row(last, c), start.kept)
  }
  return back(loop, rest, given)
}

/** Stacks of chunks of a stack. */
const blocks = ({ count, size, whole }: ReturnType<typeof partsOf>, x: Value): Value =>
  make.reshape([count, size, ...x.shape.slice(1)], rows(whole, x))

const slices = (name: string, xs: Values): ReadonlyArray<Input> =>
  make.inputsLike(name, xs.map(slicedAval), xs)

/** The loop over whole chunks. */
const whole = (loop: Kept, start: Start): Values => {
  const { n, kept } = loop
  const parts = partsOf(n)
  const x = make.scanParts(n, n.xs)
  const block = (y: Value): Value => blocks(parts, y)
  const before = (c: Value): Value => rows(parts.kept, c)
  const [outputs, ofKept] = [some(block, start.outputs), some(before, start.kept)]
  const stacks = [kept.map(before), x.inputs.map(block), outputs.filter(isThere), ofKept.filter(isThere)]
  const [carried, inputs, ofOutputs, more] = stacks.map((s) => slices('slice', s)) as [In, In, In, In]
  const given = {
    captured: make.inputsLike('captured', x.captured),
    cotangents: make.inputsLike('cotangent', start.cotangents),
    sums: make.inputsLike('sum', start.sums),
    carried,
    inputs,
    outputs: placed(outputs.map(isThere), ofOutputs),
    kept: placed(ofKept.map(isThere), more)
  }
  const state = [...start.cotangents, ...start.sums]
  const parameters = [given.captured, given.cotangents, given.sums, carried, inputs, ofOutputs, more].flat()
  const results = back(loop, parts.size, given)
  const options = { captured: n.captured, carries: state.length, length: parts.count, reverse: !n.reverse }
  const made = make.scanned(options, { parameters, results }, [...x.captured, ...state, ...stacks.flat()])
  const stacked = made.slice(state.length, results.length)
  return [
    ...made.slice(0, state.length),
    ...stacked.map((y) => make.reshape([parts.count * parts.size, ...y.shape.slice(2)], y))
  ]
}

/** A loop in reverse by chunks. */
export const chunkwise = (loop: Kept, start: Start): Values => {
  const last = shortest(loop, start)
  const [from, of] = [start.cotangents.length, start.cotangents.length + start.sums.length]
  const middle = { ...start, cotangents: last.slice(0, from), sums: last.slice(from, of) }
  const results = whole(loop, middle)
  const more = last.slice(of)
  if (more.length === 0) return results
  const order = (y: Value, z: Value): Values => (loop.n.reverse ? [z, y] : [y, z])
  return [...results.slice(0, of), ...results.slice(of).map((y, i) => make.concat(0, order(y, more[i]!)))]
}
