/**
 * The derivative of a loop is a loop. Forward it goes the same way, in reverse the other; at each step it computes the values of the body anew from the
 * carries, which a scan hands out. Carries that do not move, or to which nothing is pulled back, are not carried (a fixed point over the body).
 */
import type { Region, Scan, Value } from '../../graph/Expr.js'
import { below, walk } from '../../graph/fold.js'
import type { Node } from '../../graph/Expr.js'
import * as make from '../../graph/make/index.js'
import { add } from '../../graph/terms.js'
import {
  floating,
  isThere,
  likeEach,
  placed,
  pulled,
  pushed,
  settled,
  those,
  zeros,
  type Block,
  type Modes,
  type Slot,
  type Slots
} from './block.js'

interface Parts<A> {
  readonly captured: ReadonlyArray<A>
  readonly carried: ReadonlyArray<A>
  readonly inputs: ReadonlyArray<A>
}

/** Operands, or the parameters of the body, by what they are for. */
const parts = <A>({ captured, carries }: Scan, xs: ReadonlyArray<A>): Parts<A> => ({
  captured: xs.slice(0, captured),
  carried: xs.slice(captured, captured + carries),
  inputs: xs.slice(captured + carries)
})

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
  const options = { captured: captured.length, carries: first.length, length: n.length, reverse }
  const made = make.scan(options, body, [...captured, ...first, ...inputs])
  const lasting = first.length
  const stacks = [...body.results.slice(lasting), ...first].map(({ shape, dtype }) => ({
    shape: [n.length, ...shape],
    dtype
  }))
  return make.resultsOf(made, [...first, ...stacks])
}

const push =
  (n: Scan, modes: Modes) =>
  (ts: Slots): Slots => {
    const [own, given, x] = [parts(n, n.body.parameters), parts(n, ts), parts(n, n.xs)]
    const [moves, { tangents, slots }] = settled(given.carried.map(isThere), (flags) => {
      const made = pushed(modes, n.body, [
        ...given.captured.map(isThere),
        ...flags,
        ...given.inputs.map(isThere)
      ])
      return [made.slots.slice(0, n.carries).map(isThere), made]
    })
    const fixed = given.captured.filter(isThere)
    const count = moves.filter((m) => m).length
    const [ofFixed, ofCarries, ofInputs] = [
      tangents.slice(0, fixed.length),
      tangents.slice(fixed.length, fixed.length + count),
      tangents.slice(fixed.length + count)
    ]
    const outputs = slots.slice(n.carries)
    const results = looped(n, n.reverse, {
      captured: [...x.captured, ...fixed],
      first: those(
        x.carried.map((c, i) => given.carried[i] ?? zeros(c)),
        moves
      ),
      inputs: [...keptOf(n), ...x.inputs, ...given.inputs.filter(isThere)],
      body: {
        parameters: [...own.captured, ...ofFixed, ...ofCarries, ...own.carried, ...own.inputs, ...ofInputs],
        results: [
          ...those(
            own.carried.map((c, i) => slots[i] ?? zeros(c)),
            moves
          ),
          ...outputs.filter(isThere)
        ]
      }
    })
    return placed([...moves, ...outputs.map(isThere), ...moves], results)
  }

/** Carries that depend on some parameters, at some step. */
const reached = (n: Scan, wanted: ReadonlyArray<boolean>): ReadonlyArray<boolean> => {
  const { order } = walk(n.body.results)
  const w = parts(n, wanted)
  const [flags] = settled(w.carried, (carried) => {
    const found = new Set<Node>(those(n.body.parameters, [...w.captured, ...carried, ...w.inputs]))
    for (const m of order) if (below(m).some((x) => found.has(x))) found.add(m)
    return [n.body.results.slice(0, n.carries).map((y) => found.has(y)), undefined]
  })
  return floating(flags, parts(n, n.xs).carried)
}

const plus = (a: Slot, b: Slot, like: Value): Value =>
  a === undefined ? (b ?? zeros(like)) : b === undefined ? a : add(a, b)

const pull =
  (n: Scan, modes: Modes) =>
  (cs: Slots, asked: ReadonlyArray<boolean>): Slots => {
    const wanted = floating(asked, n.xs)
    const [own, x, w] = [parts(n, n.body.parameters), parts(n, n.xs), parts(n, wanted)]
    const given = resultParts(n, cs)
    const moves = reached(n, wanted)
    const from = moves.map((m, i) => m && (isThere(given.last[i]) || isThere(given.kept[i])))
    const [carried, { cotangents, slots }] = settled(from, (flags) => {
      const made = pulled(
        modes,
        n.body,
        [...flags, ...given.outputs.map(isThere)],
        [...w.captured, ...moves, ...w.inputs]
      )
      return [parts(n, made.slots).carried.map(isThere), made]
    })
    const found = parts(n, slots)
    const count = carried.filter((c) => c).length
    const sums = found.captured.flatMap((s, i) => (s === undefined ? [] : [{ s, x: x.captured[i]! }]))
    const accumulators = likeEach(
      'sum',
      sums.map(({ x: like }) => like)
    )
    const kept = given.kept.map((c, i) => (carried[i] === true ? c : undefined))
    const ofKept = likeEach('cotangent', those(own.carried, kept.map(isThere)))
    const atKept = placed(kept.map(isThere), ofKept)
    const results = looped(n, !n.reverse, {
      captured: x.captured,
      first: [
        ...those(
          x.carried.map((c, i) => given.last[i] ?? zeros(c)),
          carried
        ),
        ...sums.map(({ x: like }) => zeros(like))
      ],
      inputs: [...keptOf(n), ...x.inputs, ...given.outputs.filter(isThere), ...kept.filter(isThere)],
      body: {
        parameters: [
          ...own.captured,
          ...cotangents.slice(0, count),
          ...accumulators,
          ...own.carried,
          ...own.inputs,
          ...cotangents.slice(count),
          ...ofKept
        ],
        results: [
          ...those(
            own.carried.map((c, i) => plus(found.carried[i], atKept[i], c)),
            carried
          ),
          ...sums.map(({ s }, i) => add(accumulators[i]!, s)),
          ...found.inputs.filter(isThere)
        ]
      }
    })
    const outputs = results.slice(count + sums.length)
    const ofFirst = placed(carried, results.slice(0, count))
    return [
      ...placed(found.captured.map(isThere), results.slice(count, count + sums.length)),
      ...ofFirst.map((s, i) => (w.carried[i] === true ? s : undefined)),
      ...placed(found.inputs.map(isThere), outputs)
    ]
  }

export const scanBlock = (n: Scan, modes: Modes): Block => ({ push: push(n, modes), pull: pull(n, modes) })
