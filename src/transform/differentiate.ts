/**
 * Forward and reverse mode over any graph, with no case on primitives: forward mode applies the derivatives' linear maps in graph order,
 * reverse mode their transposes in reverse order. `undefined` stands for a tangent that is zero because nothing leads there.
 */
import { causes } from '../graph/error.js'
import {
  isControl,
  type Control,
  type Custom,
  type Many,
  type Node,
  type Operation,
  type Project,
  type Value
} from '../graph/Expr.js'
import { below, topological, walk } from '../graph/fold.js'
import { full } from '../graph/terms.js'
import { isZero, type Linear } from '../linear/Linear.js'
import { move, plus, tangentOf, type Tangent } from '../linear/tangent.js'
import { transpose } from '../linear/transpose.js'
import { block, type Block, type Modes, type Slot, type Slots } from '../rules/control/index.js'
import { derivative, type Jacobian } from '../rules/derivative.js'
import { shortcut, type Shortcut } from '../rules/shortcut.js'
import { operands, operation } from '../graph/families.js'
import { inDerivativeOf, type Mode } from '../graph/place.js'

/** The calculus to use: the library's own, unless a law kit plants a fault. */
export interface Calculus {
  readonly derivative: (n: Operation | Custom) => Jacobian
  readonly transpose: (l: Linear) => Linear
  /** Compositions with a derivative of their own, which holds where the chain rule has none. */
  readonly shortcut: (n: Node) => Shortcut | undefined
  /** The derivative of a family with an inside, in terms of the two modes for what is inside. */
  readonly block: (n: Control, modes: Modes) => Block
}

export const calculus: Calculus = { derivative, transpose, shortcut, block }

type Values = ReadonlyArray<Value>

type Moving = Tangent | undefined
type Movings = ReadonlyArray<Moving>

const through = (l: Linear, t: Moving): Moving => (t === undefined || isZero(l) ? undefined : move(l, t))

const movingOf = (t: Slot): Moving => (t === undefined ? undefined : tangentOf(t))
const slotsOf = (ts: Movings): Slots => ts.map((m) => m?.t)

/** An expression in error has no derivative but its causes. */
const orZero = (t: Slot, like: Value): Value => t ?? (like._tag === 'Invalid' ? like : full(0, like))

const columns = (jacobian: Jacobian): number => jacobian.reduce((n, row) => Math.max(n, row.length), 0)

/** What is made for the derivative of an operation belongs to its place. */
const ofNode = <A>(n: Node, mode: Mode, f: () => A): A =>
  inDerivativeOf(n, operation(n), mode, n._tag === 'Custom', f)

/** The tangent of each result: the sum over operands of their maps. */
const push = (jacobian: Jacobian, tangents: ReadonlyArray<Movings>): Movings =>
  Array.from({ length: columns(jacobian) }, (_, i) =>
    jacobian.reduce<Moving>((acc, row, j) => {
      const l = row[i]
      return l === undefined ? acc : plus(acc, through(l, tangents[j]?.[0]))
    }, undefined)
  )

/** The calculus for what is inside a node: the same, so that a planted fault is there as well. */
const modesOf = (rules: Calculus): Modes => ({ push: pushforward(rules), pull: pullback(rules) })

const pushed = (rules: Calculus, n: Operation | Many, moving: ReadonlyArray<Movings>): Movings =>
  isControl(n)
    ? rules
        .block(n, modesOf(rules))
        .push(moving.map((t) => t[0]?.t))
        .map(movingOf)
    : push(rules.derivative(n), moving)

/** A shortcut, unless something that it leads past is what one differentiates by. */
const shortcutIn = (rules: Calculus, n: Node, sources: ReadonlySet<Node>): Shortcut | undefined => {
  const found = rules.shortcut(n)
  return found?.past.some((x) => sources.has(x)) === true ? undefined : found
}

/** Tangents of `outputs` when each of `inputs` moves along its tangent; none where nothing moves. */
const pushforward =
  (rules: Calculus) =>
  (outputs: Values, inputs: Values, tangents: Values): Slots => {
    const sources = new Set<Node>(inputs)
    const known = new Map<Node, Movings>(inputs.map((x, i) => [x, [movingOf(tangents[i])]]))
    for (const n of topological(outputs, (x) => known.has(x))) {
      const moving = below(n).map((x) => known.get(x) ?? [])
      if (known.has(n) || moving.every((t) => t.every((s) => s === undefined))) continue
      const short = shortcutIn(rules, n, sources)
      known.set(
        n,
        ofNode(n, 'tangent', () =>
          short !== undefined
            ? [through(short.map, known.get(short.x)?.[0])]
            : n._tag === 'Project'
              ? [moving[0]?.[n.index]]
              : pushed(rules, n, moving)
        )
      )
    }
    return outputs.map((y) => known.get(y)?.[0]?.t)
  }

/** Tangents of `outputs` when each of `inputs` moves along its tangent. */
export const jvp =
  (rules: Calculus = calculus) =>
  (outputs: Values, inputs: Values, tangents: Values): Values =>
    pushforward(rules)(outputs, inputs, tangents).map((t, i) => orZero(t, outputs[i]!))

/** Below `outputs`, operands before users: each node's position, and whether it depends on `inputs`. */
interface Reach {
  readonly order: ReadonlyArray<Node>
  readonly position: ReadonlyMap<Node, number>
  readonly reached: Uint8Array
}

const reach = (outputs: ReadonlyArray<Value>, inputs: ReadonlyArray<Value>): Reach => {
  const sources = new Set<Node>(inputs)
  const { order, position } = walk(outputs, (n) => sources.has(n))
  const reached = new Uint8Array(order.length)
  order.forEach((n, i) => {
    const through = below(n).some((x) => reached[position.get(x) ?? -1] === 1)
    reached[i] = Number(sources.has(n) || through)
  })
  return { order, position, reached }
}

/** Cotangents that arrive at each node, one per result. */
const accumulator = ({ order, position, reached }: Reach) => {
  const total = new Array<Movings | undefined>(order.length)
  return {
    at: (i: number): Movings | undefined => total[i],
    of: (x: Node): Movings | undefined => total[position.get(x) ?? -1],
    wants: (x: Node): boolean => reached[position.get(x) ?? -1] === 1,
    receive: (x: Node, result: number, t: Moving): void => {
      const i = position.get(x)
      if (i === undefined || t === undefined) return
      const slots = total[i] ?? []
      const length = Math.max(slots.length, result + 1)
      total[i] = Array.from({ length }, (_, k) => (k === result ? plus(slots[k], t) : slots[k]))
    }
  }
}

/** Cotangents of `inputs`, given those of `outputs`; none where nothing depends on them. */
const pullback =
  (rules: Calculus) =>
  (outputs: Values, inputs: Values, cotangents: Values): Slots => {
    const sources = new Set<Node>(inputs)
    const reachable = reach(outputs, inputs)
    const cotangent = accumulator(reachable)
    outputs.forEach((y, i) => {
      cotangent.receive(y, 0, movingOf(cotangents[i]))
    })
    for (let i = reachable.order.length - 1; i >= 0; i--) {
      const n = reachable.order[i]
      const arriving = cotangent.at(i)
      if (n === undefined || arriving === undefined || sources.has(n) || reachable.reached[i] === 0) continue
      pullBy(rules, n, shortcutIn(rules, n, sources), arriving, cotangent)
    }
    return inputs.map((x) => cotangent.of(x)?.[0]?.t)
  }

/** Cotangents of `inputs`, given those of `outputs`. */
export const vjp =
  (rules: Calculus = calculus) =>
  (outputs: Values, inputs: Values, cotangents: Values): Values => {
    const errors = causes([...outputs, ...cotangents])
    return errors.length > 0
      ? inputs.map(({ shape, dtype }) => ({ _tag: 'Invalid', shape, dtype, errors }))
      : pullback(rules)(outputs, inputs, cotangents).map((t, i) => orZero(t, inputs[i]!))
  }

type Accumulator = ReturnType<typeof accumulator>

/** Sends a node's cotangents to its operands, or along a shortcut. */
const pullBy = (
  rules: Calculus,
  n: Operation | Many | Project,
  short: Shortcut | undefined,
  arriving: Movings,
  cotangent: Accumulator
): void => {
  ofNode(n, 'backward', () => {
    if (short !== undefined) pullShort(rules, short, arriving, cotangent)
    else if (n._tag === 'Project') cotangent.receive(n.x, n.index, arriving[0])
    else if (isControl(n)) pullInside(rules, n, slotsOf(arriving), cotangent)
    else pull(rules, n, arriving, cotangent)
  })
}

/** Sends a node's cotangents to its operands, through the transposes of its maps. */
const pull = (rules: Calculus, n: Operation | Custom, arriving: Movings, cotangent: Accumulator): void => {
  const xs = operands(n)
  rules.derivative(n).forEach((row, j) => {
    const x = xs[j]
    if (x === undefined || !cotangent.wants(x)) return
    row.forEach((l, i) => {
      if (!isZero(l)) cotangent.receive(x, 0, through(rules.transpose(l), arriving[i]))
    })
  })
}

const pullShort = (
  rules: Calculus,
  { x, map }: Shortcut,
  arriving: Movings,
  cotangent: Accumulator
): void => {
  if (cotangent.wants(x)) cotangent.receive(x, 0, through(rules.transpose(map), arriving[0]))
}

/** The same for a node with an inside, all at once. */
const pullInside = (rules: Calculus, n: Control, arriving: Slots, cotangent: Accumulator): void => {
  const cotangents = n.results.map((_, i) => arriving[i])
  const slots = rules.block(n, modesOf(rules)).pull(cotangents, n.xs.map(cotangent.wants))
  n.xs.forEach((x, j) => {
    cotangent.receive(x, 0, movingOf(slots[j]))
  })
}
