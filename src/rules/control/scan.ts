/**
 * The derivative of a loop is a loop. Forward it goes the same way, in reverse the other; at each step it computes the values of the body anew from the
 * carries, which a scan hands out. Carries that do not move, or to which nothing is pulled back, are not carried (a fixed point over the body).
 */
import type { Region, Scan, Value } from '../../graph/Expr.js'
import { walk } from '../../graph/fold.js'
import * as make from '../../graph/make.js'
import { dependent } from '../../graph/Region.js'
import { add } from '../../graph/terms.js'
import { chunkwise, type Start } from './chunks.js'
import { revolved } from './revolve.js'
import {
  floating,
  isThere,
  orZeros,
  placed,
  plus,
  pulled,
  pushed,
  settled,
  those,
  zeros,
  type Block,
  type Modes,
  type Pulled,
  type Slots
} from './block.js'

/** Results by what they are: last carries, outputs, carries before each step. */
const resultParts = <A>({ carries, results }: Scan, ys: ReadonlyArray<A>) => ({
  last: ys.slice(0, carries),
  outputs: ys.slice(carries, results.length - carries),
  kept: ys.slice(results.length - carries)
})

const keptOf = (n: Scan): ReadonlyArray<Value> =>
  resultParts(
    n,
    n.results.map((_, i) => i)
  ).kept.map((i) => make.project(i, n))

/** A loop made of what happens at each step. */
interface Loop {
  readonly captured: ReadonlyArray<Value>
  readonly first: ReadonlyArray<Value>
  readonly inputs: ReadonlyArray<Value>
  readonly body: Region
}

const looped = (n: Scan, reverse: boolean, { captured, first, inputs, body }: Loop): ReadonlyArray<Value> => {
  const { length, chunks, snapshots } = n
  const options = { captured: captured.length, carries: first.length, length, reverse, chunks, snapshots }
  return make.scanned(options, body, [...captured, ...first, ...inputs])
}

const count = (flags: ReadonlyArray<boolean>): number => flags.filter((f) => f).length

/** Carries that move, and the tangents of a step when they do. */
const moving = (n: Scan, modes: Modes, ts: Slots) => {
  const given = make.scanParts(n, ts)
  return settled(given.carried.map(isThere), (flags) => {
    const all = [...given.captured.map(isThere), ...flags, ...given.inputs.map(isThere)]
    const made = pushed(modes, n.body, all)
    return [made.slots.slice(0, n.carries).map(isThere), made]
  })
}

/** Where the loop of tangents has the carries from: those that were kept, or, where they were not all, a loop of its own beside it. */
const valuesOf = (n: Scan) => {
  const own = make.scanParts(n, n.body.parameters).carried
  return n.chunks.length === 0 && n.snapshots === 0
    ? { carried: [], first: [], after: [], read: own, kept: keptOf(n) }
    : {
        carried: own,
        first: make.scanParts(n, n.xs).carried,
        after: n.body.results.slice(0, n.carries),
        read: [],
        kept: []
      }
}

/** The loop of tangents, which go the way of the values. */
const push =
  (n: Scan, modes: Modes) =>
  (ts: Slots): Slots => {
    const [own, x] = [make.scanParts(n, n.body.parameters), make.scanParts(n, n.xs)]
    const given = make.scanParts(n, ts)
    const [moves, { tangents, slots }] = moving(n, modes, ts)
    const [fixed, outputs] = [given.captured.filter(isThere), slots.slice(n.carries)]
    const values = valuesOf(n)
    const [ofCarries, ofInputs] = [fixed.length, fixed.length + count(moves)]
    const parameters = [
      ...[...own.captured, ...tangents.slice(0, ofCarries), ...values.carried],
      ...[...tangents.slice(ofCarries, ofInputs), ...values.read, ...own.inputs],
      ...tangents.slice(ofInputs)
    ]
    const after = those(orZeros(slots.slice(0, n.carries), own.carried), moves)
    const results = looped(n, n.reverse, {
      captured: [...x.captured, ...fixed],
      first: [...values.first, ...those(orZeros(given.carried, x.carried), moves)],
      inputs: [...values.kept, ...x.inputs, ...given.inputs.filter(isThere)],
      body: { parameters, results: [...values.after, ...after, ...outputs.filter(isThere)] }
    })
    const [more, kept] = [values.carried.length, results.length - count(moves)]
    const found = [...results.slice(more, kept - more), ...results.slice(kept)]
    return placed([...moves, ...outputs.map(isThere), ...moves], found)
  }

/** Carries that depend on some parameters, at some step. */
export const reached = (n: Scan, wanted: ReadonlyArray<boolean>): ReadonlyArray<boolean> => {
  const { order } = walk(n.body.results)
  const w = make.scanParts(n, wanted)
  const [flags] = settled(w.carried, (carried) => {
    const sources = those(n.body.parameters, [...w.captured, ...carried, ...w.inputs])
    const found = dependent(order, sources)
    return [n.body.results.slice(0, n.carries).map((y) => found.has(y)), undefined]
  })
  return floating(flags, make.scanParts(n, n.xs).carried)
}

/** A step in reverse: which carries have cotangents, and those of all parameters that are wanted. */
interface Backward {
  readonly carried: ReadonlyArray<boolean>
  readonly step: Pulled
}

const backward = (n: Scan, modes: Modes, cs: Slots, wanted: ReadonlyArray<boolean>): Backward => {
  const [w, given, moves] = [make.scanParts(n, wanted), resultParts(n, cs), reached(n, wanted)]
  const from = moves.map((m, i) => m && (isThere(given.last[i]) || isThere(given.kept[i])))
  const [carried, step] = settled(from, (flags) => {
    const results = [...flags, ...given.outputs.map(isThere)]
    const made = pulled(modes, n.body, results, [...w.captured, ...moves, ...w.inputs])
    return [make.scanParts(n, made.slots).carried.map(isThere), made]
  })
  return { carried, step }
}

const steppedOf = (n: Scan, { carried, step }: Backward, start: Start) => {
  const own = make.scanParts(n, n.body.parameters)
  const found = make.scanParts(n, step.slots)
  const sums = make.inputsLike('sum', start.sums)
  const ofKept = make.inputsLike('cotangent', those(own.carried, start.kept.map(isThere)))
  const atKept = placed(start.kept.map(isThere), ofKept)
  const before = own.carried.map((c, i) => plus(found.carried[i], atKept[i]) ?? zeros(c))
  return {
    own,
    cotangents: step.cotangents.slice(0, count(carried)),
    sums,
    outputs: step.cotangents.slice(count(carried)),
    ofKept,
    carries: those(before, carried),
    totals: found.captured.filter(isThere).map((s, i) => add(sums[i]!, s)),
    ofInputs: found.inputs.filter(isThere)
  }
}

/** Cotangents of the carries and sums at the end, and cotangents of the inputs. */
const stepwise = (n: Scan, made: Backward, start: Start): ReadonlyArray<Value> => {
  const x = make.scanParts(n, n.xs)
  const { own, cotangents, sums, outputs, ofKept, carries, totals, ofInputs } = steppedOf(n, made, start)
  const results = looped(n, !n.reverse, {
    captured: x.captured,
    first: [...start.cotangents, ...start.sums],
    inputs: [...keptOf(n), ...x.inputs, ...[...start.outputs, ...start.kept].filter(isThere)],
    body: {
      parameters: [own.captured, cotangents, sums, own.carried, own.inputs, outputs, ofKept].flat(),
      results: [...carries, ...totals, ...ofInputs]
    }
  })
  return results.slice(0, results.length - start.cotangents.length - start.sums.length)
}

/** A call of the loop in reverse that holds snapshots. That has no derivative in reverse itself; the one by chunks, which is equal to it, has. */
const bySnapshots = (n: Scan, made: Backward, start: Start): ReadonlyArray<Value> => {
  const ends = [n.xs, start.cotangents, start.sums, start.outputs.filter(isThere)]
  const parts = ends.map((xs) => make.inputsLike('given', xs))
  const [xs = [], cotangents = [], sums = [], outputs = []] = parts
  const from: Start = { ...start, cotangents, sums, outputs: placed(start.outputs.map(isThere), outputs) }
  const chunked = make.scan({ ...n, snapshots: 0 }, n.body, xs)
  if (chunked._tag === 'Invalid') return [...cotangents, ...sums].map(() => chunked)
  const parameters = parts.flat()
  const equal = { parameters, results: reversed(chunked, made, from) }
  const body = { parameters, results: revolved({ ...n, xs }, from, steppedOf(n, made, from)) }
  return make.resultsOf(make.call(body, ends.flat(), { equal }), body.results)
}

/** The loop in reverse carries cotangents, and the sums of those of captured values, which every step adds to. */
const reversed = (n: Scan, made: Backward, start: Start): ReadonlyArray<Value> => {
  // Cotangents of carries that were kept come by chunks, as those were kept.
  if (n.snapshots > 0 && !start.kept.some(isThere)) return bySnapshots(n, made, start)
  if (n.chunks.length === 0) return stepwise(n, made, start)
  const back = (chunk: Scan, from: Start): ReadonlyArray<Value> => reversed(chunk, made, from)
  return chunkwise({ n, kept: keptOf(n), flags: made.carried, reversed: back }, start)
}

const startOf = (n: Scan, cs: Slots, { carried, step }: Backward): Start => {
  const [x, given] = [make.scanParts(n, n.xs), resultParts(n, cs)]
  const fixed = those(x.captured, make.scanParts(n, step.slots).captured.map(isThere))
  return {
    cotangents: those(orZeros(given.last, x.carried), carried),
    sums: fixed.map(zeros),
    outputs: given.outputs,
    kept: given.kept.map((c, i) => (carried[i] === true ? c : undefined))
  }
}

const pull =
  (n: Scan, modes: Modes) =>
  (cs: Slots, asked: ReadonlyArray<boolean>): Slots => {
    const wanted = floating(asked, n.xs)
    const made = backward(n, modes, cs, wanted)
    const results = reversed(n, made, startOf(n, cs, made))
    const found = make.scanParts(n, made.step.slots)
    const carries = count(made.carried)
    const end = carries + found.captured.filter(isThere).length
    const first = placed(made.carried, results.slice(0, carries))
    const isWanted = make.scanParts(n, wanted).carried
    return [
      ...placed(found.captured.map(isThere), results.slice(carries, end)),
      ...first.map((s, i) => (isWanted[i] === true ? s : undefined)),
      ...placed(found.inputs.map(isThere), results.slice(end))
    ]
  }

export const scanBlock = (n: Scan, modes: Modes): Block => ({ push: push(n, modes), pull: pull(n, modes) })
