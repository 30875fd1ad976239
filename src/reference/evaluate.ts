/** The reference engine: plain loops over typed arrays, in the order of the graph. It defines what every operation means. */
import * as E from 'fp-ts/lib/Either.js'
import { compileError, type CompileError, type RunError } from '../graph/failure.js'
import { causes, invalid } from '../graph/error.js'
import type { Input, Node } from '../graph/Expr.js'
import { canonical, type Canonical } from '../graph/merge.js'
import type { Tensor } from '../tensor/Tensor.js'
import { compute } from './compute.js'

/** A compiled description: tensors for its inputs, in order, to tensors for its outputs. */
export type Run = (inputs: ReadonlyArray<Tensor>) => E.Either<RunError, ReadonlyArray<Tensor>>

type Values = ReadonlyArray<Tensor>

/** One step: which node, where its operands are, and whose values nobody reads afterwards. */
interface Step {
  readonly node: Node
  readonly from: ReadonlyArray<number>
  readonly frees: ReadonlyArray<number>
}

/** A value is freed by its last reader, unless it is an output. */
const schedule = ({ entries, roots }: Canonical): ReadonlyArray<Step> => {
  const lastUse = new Int32Array(entries.length).fill(-1)
  entries.forEach(({ from }, i) => {
    for (const k of from) lastUse[k] = i
  })
  for (const k of roots) lastUse[k] = -1
  return entries.map(({ node, from }, i) => ({ node, from, frees: from.filter((k) => lastUse[k] === i) }))
}

const valuesOf = (
  n: Node,
  xs: ReadonlyArray<Values>,
  bound: ReadonlyMap<Node, Tensor>
): E.Either<RunError, Values> =>
  n._tag === 'Constant'
    ? E.right([n.value])
    : n._tag === 'Input' || n._tag === 'Invalid'
      ? E.right([bound.get(n)!])
      : compute(n, xs)

const execute = (
  steps: ReadonlyArray<Step>,
  outputs: ReadonlyArray<number>,
  bound: ReadonlyMap<Node, Tensor>
): E.Either<RunError, Values> => {
  const memory = new Array<Values | undefined>(steps.length)
  for (const [i, { node: n, from, frees }] of steps.entries()) {
    const values = valuesOf(
      n,
      from.map((k) => memory[k] ?? []),
      bound
    )
    if (E.isLeft(values)) return values
    memory[i] = values.right
    for (const k of frees) memory[k] = undefined
  }
  return E.right(outputs.map((k) => memory[k]?.[0] as Tensor))
}

/** Root causes of invalid nodes, and inputs that nobody binds. */
const faults = (order: ReadonlyArray<Node>, inputs: ReadonlyArray<Input>): CompileError | undefined => {
  const loose = order.filter((n) => n._tag === 'Input' && !inputs.includes(n))
  const unbound = loose.map((n) =>
    invalid(
      'compile',
      [n],
      `input ${n._tag === 'Input' ? n.name : ''} has no value; make it an argument of the compiled function`
    )
  )
  const errors = causes([...order, ...unbound])
  return errors.length === 0 ? undefined : compileError(errors)
}

/** Merges equal nodes, orders them and answers with a pure function, or with everything that is wrong. */
export const program = (
  outputs: ReadonlyArray<Node>,
  inputs: ReadonlyArray<Input>
): E.Either<CompileError, Run> => {
  const listed = canonical(outputs)
  const wrong = faults(
    listed.entries.map((e) => e.node),
    inputs
  )
  if (wrong !== undefined) return E.left(wrong)
  const steps = schedule(listed)
  return E.right((values) => execute(steps, listed.roots, new Map(inputs.map((x, i) => [x, values[i]!]))))
}
