/**
 * Forward and reverse mode over any graph, with no case on primitives: forward mode applies the derivatives' linear maps in graph order,
 * reverse mode their transposes in reverse order. `undefined` stands for a tangent that is zero because nothing leads there.
 */
import * as build from '../graph/build/index.js'
import { causes } from '../graph/error.js'
import type { Node } from '../graph/Expr.js'
import { operands, topological } from '../graph/fold.js'
import { apply, full } from '../linear/apply.js'
import { isZero, type Linear } from '../linear/Linear.js'
import { transpose } from '../linear/transpose.js'
import { derivative, type Jacobian } from '../rules/derivative.js'

/** The calculus to use: the library's own, unless a law kit plants a fault. */
export interface Calculus {
  readonly derivative: (n: Node) => Jacobian
  readonly transpose: (l: Linear) => Linear
}

export const calculus: Calculus = { derivative, transpose }

type Slot = Node | undefined
/** One (co)tangent per result of a node. */
type Slots = ReadonlyArray<Slot>

const plus = (a: Slot, b: Slot): Slot => (a === undefined ? b : b === undefined ? a : build.binary('add', a, b))

const through = (l: Linear, t: Slot): Slot => (t === undefined || isZero(l) ? undefined : apply(l, t))

/** An expression in error has no derivative but its causes. */
const orZero = (t: Slot, like: Node): Node => t ?? (like._tag === 'Invalid' ? like : full(0, like))

const columns = (jacobian: Jacobian): number => jacobian.reduce((n, row) => Math.max(n, row.length), 0)

/** The tangent of each result: the sum over operands of their maps. */
const push = (jacobian: Jacobian, tangents: ReadonlyArray<Slots>): Slots =>
  Array.from({ length: columns(jacobian) }, (_, i) =>
    jacobian.reduce<Slot>((acc, row, j) => {
      const l = row[i]
      return l === undefined ? acc : plus(acc, through(l, tangents[j]?.[0]))
    }, undefined)
  )

/** Tangents of `outputs` when each of `inputs` moves along its tangent. */
export const jvp =
  (rules: Calculus = calculus) =>
  (outputs: ReadonlyArray<Node>, inputs: ReadonlyArray<Node>, tangents: ReadonlyArray<Node>): ReadonlyArray<Node> => {
    const known = new Map<Node, Slots>(inputs.map((x, i) => [x, [tangents[i]]]))
    for (const n of topological(outputs, (x) => known.has(x))) {
      const moving = operands(n).map((x) => known.get(x) ?? [])
      if (known.has(n) || moving.every((t) => t.every((s) => s === undefined))) continue
      known.set(n, n._tag === 'Project' ? [moving[0]?.[n.index]] : push(rules.derivative(n), moving))
    }
    return outputs.map((y) => orZero(known.get(y)?.[0], y))
  }

/** The nodes on a path from `inputs` to `outputs`, operands before users. */
const active = (outputs: ReadonlyArray<Node>, inputs: ReadonlyArray<Node>): ReadonlyArray<Node> => {
  const sources = new Set(inputs)
  const reached = new Set(inputs)
  const order = topological(outputs, (n) => sources.has(n))
  for (const n of order) if (operands(n).some((x) => reached.has(x))) reached.add(n)
  return order.filter((n) => reached.has(n))
}

/** Cotangents of `inputs`, given those of `outputs`. */
export const vjp =
  (rules: Calculus = calculus) =>
  (outputs: ReadonlyArray<Node>, inputs: ReadonlyArray<Node>, cotangents: ReadonlyArray<Node>): ReadonlyArray<Node> => {
    const sources = new Set(inputs)
    const live = active(outputs, inputs)
    const reached = new Set(live)
    const total = new Map<Node, ReadonlyArray<Slot>>()
    const receive = (x: Node, i: number, t: Slot): void => {
      if (t === undefined) return
      const slots = total.get(x) ?? []
      const length = Math.max(slots.length, i + 1)
      total.set(x, Array.from({ length }, (_, k) => (k === i ? plus(slots[k], t) : slots[k])))
    }
    outputs.forEach((y, i) => { receive(y, 0, cotangents[i]) })
    for (const n of [...live].reverse()) {
      const arriving = total.get(n)
      if (arriving === undefined || sources.has(n)) continue
      if (n._tag === 'Project') receive(n.x, n.index, arriving[0])
      else
        rules.derivative(n).forEach((row, j) => {
          const x = operands(n)[j]
          if (x !== undefined && reached.has(x)) row.forEach((l, i) => { receive(x, 0, isZero(l) ? undefined : through(rules.transpose(l), arriving[i])) })
        })
    }
    const errors = causes([...outputs, ...cotangents])
    return inputs.map((x) =>
      errors.length > 0 ? { _tag: 'Invalid', shape: x.shape, dtype: x.dtype, errors } : orZero(total.get(x)?.[0], x)
    )
  }
