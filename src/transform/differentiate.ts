/**
 * Forward and reverse mode over any graph, with no case on primitives: forward mode applies the derivatives' linear maps in graph order,
 * reverse mode their transposes in reverse order. `undefined` stands for a tangent that is zero because nothing leads there.
 */
import { plus } from '../rules/control/block.js'
import { causes } from '../graph/error.js'
import {
  isControl,
  type Control,
  type Custom,
  type Many,
  type Node,
  type Operation,
  type Value
} from '../graph/Expr.js'
import { below, topological, walk } from '../graph/fold.js'
import { apply } from '../linear/apply.js'
import { full } from '../graph/terms.js'
import { isZero, type Linear } from '../linear/Linear.js'
import { transpose } from '../linear/transpose.js'
import { block, type Block, type Modes, type Slot, type Slots } from '../rules/control/index.js'
import { derivative, type Jacobian } from '../rules/derivative.js'
import { operands, operation } from '../graph/families.js'
import { inDerivativeOf, type Mode } from '../graph/place.js'

/** The calculus to use: the library's own, unless a law kit plants a fault. */
export interface Calculus {
  readonly derivative: (n: Operation | Custom) => Jacobian
  readonly transpose: (l: Linear) => Linear
  /** The derivative of a family with an inside, in terms of the two modes for what is inside. */
  readonly block: (n: Control, modes: Modes) => Block
}

export const calculus: Calculus = { derivative, transpose, block }

type Values = ReadonlyArray<Value>

const through = (l: Linear, t: Slot): Slot => (t === undefined || isZero(l) ? undefined : apply(l, t))

/** An expression in error has no derivative but its causes. */
const orZero = (t: Slot, like: Value): Value => t ?? (like._tag === 'Invalid' ? like : full(0, like))

const columns = (jacobian: Jacobian): number => jacobian.reduce((n, row) => Math.max(n, row.length), 0)

/** What is made for the derivative of an operation belongs to its place. */
const ofNode = <A>(n: Node, mode: Mode, f: () => A): A =>
  inDerivativeOf(n, operation(n), mode, n._tag === 'Custom', f)

/** The tangent of each result: the sum over operands of their maps. */
const push = (jacobian: Jacobian, tangents: ReadonlyArray<Slots>): Slots =>
  Array.from({ length: columns(jacobian) }, (_, i) =>
    jacobian.reduce<Slot>((acc, row, j) => {
      const l = row[i]
      return l === undefined ? acc : plus(acc, through(l, tangents[j]?.[0]))
    }, undefined)
  )

/** The calculus for what is inside a node: the same, so that a planted fault is there as well. */
const modesOf = (rules: Calculus): Modes => ({ push: pushforward(rules), pull: pullback(rules) })

const pushed = (rules: Calculus, n: Operation | Many, moving: ReadonlyArray<Slots>): Slots =>
  ofNode(n, 'tangent', () =>
    isControl(n)
      ? rules.block(n, modesOf(rules)).push(moving.map((t) => t[0]))
      : push(rules.derivative(n), moving)
  )

/** Tangents of `outputs` when each of `inputs` moves along its tangent; none where nothing moves. */
const pushforward =
  (rules: Calculus) =>
  (outputs: Values, inputs: Values, tangents: Values): Slots => {
    const known = new Map<Node, Slots>(inputs.map((x, i) => [x, [tangents[i]]]))
    for (const n of topological(outputs, (x) => known.has(x))) {
      const moving = below(n).map((x) => known.get(x) ?? [])
      if (known.has(n) || moving.every((t) => t.every((s) => s === undefined))) continue
      known.set(n, n._tag === 'Project' ? [moving[0]?.[n.index]] : pushed(rules, n, moving))
    }
    return outputs.map((y) => known.get(y)?.[0])
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
  const total = new Array<ReadonlyArray<Slot> | undefined>(order.length)
  return {
    at: (i: number): Slots | undefined => total[i],
    of: (x: Node): Slots | undefined => total[position.get(x) ?? -1],
    wants: (x: Node): boolean => reached[position.get(x) ?? -1] === 1,
    receive: (x: Node, result: number, t: Slot): void => {
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
      cotangent.receive(y, 0, cotangents[i])
    })
    for (let i = reachable.order.length - 1; i >= 0; i--) {
      const n = reachable.order[i]
      const arriving = cotangent.at(i)
      if (n === undefined || arriving === undefined || sources.has(n) || reachable.reached[i] === 0) continue
      if (n._tag === 'Project') cotangent.receive(n.x, n.index, arriving[0])
      else
        ofNode(n, 'backward', () =>
          isControl(n) ? pullInside(rules, n, arriving, cotangent) : pull(rules, n, arriving, cotangent)
        )
    }
    return inputs.map((x) => cotangent.of(x)?.[0])
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

/** Sends a node's cotangents to its operands, through the transposes of its maps. */
const pull = (rules: Calculus, n: Operation | Custom, arriving: Slots, cotangent: Accumulator): void => {
  const xs = operands(n)
  rules.derivative(n).forEach((row, j) => {
    const x = xs[j]
    if (x === undefined || !cotangent.wants(x)) return
    row.forEach((l, i) => {
      if (!isZero(l)) cotangent.receive(x, 0, through(rules.transpose(l), arriving[i]))
    })
  })
}

/** The same for a node with an inside, all at once. */
const pullInside = (rules: Calculus, n: Control, arriving: Slots, cotangent: Accumulator): void => {
  const cotangents = n.results.map((_, i) => arriving[i])
  const slots = rules.block(n, modesOf(rules)).pull(cotangents, n.xs.map(cotangent.wants))
  n.xs.forEach((x, j) => {
    cotangent.receive(x, 0, slots[j])
  })
}
