/** The reference engine: plain loops over typed arrays, in the order of the graph. It defines what every operation means. */
import * as E from 'fp-ts/lib/Either.js'
import type { CompileError, RunError } from '../graph/failure.js'
import type { Input, Node } from '../graph/Expr.js'
import { canonical, type Canonical } from '../graph/merge.js'
import { faultsOf } from '../graph/program.js'
import type { Tensor } from '../tensor/Tensor.js'
import { compute } from './compute.js'
import { canonicalNaNs } from './nan.js'

/** A compiled description: tensors for its inputs, in order, to tensors for its outputs. */
export type Run = (inputs: ReadonlyArray<Tensor>) => E.Either<RunError, ReadonlyArray<Tensor>>

type Values = ReadonlyArray<Tensor>

/** The last reader of each value, which frees it; outputs have none. */
const lastReaders = ({ nodes, starts, from, roots }: Canonical): Int32Array => {
  const last = new Int32Array(nodes.length).fill(-1)
  nodes.forEach((_, i) => {
    for (let k = starts[i]!; k < starts[i + 1]!; k++) last[from[k]!] = i
  })
  for (const k of roots) last[k] = -1
  return last
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
  { nodes, starts, from, roots }: Canonical,
  last: Int32Array,
  bound: ReadonlyMap<Node, Tensor>
): E.Either<RunError, Values> => {
  const memory = new Array<Values | undefined>(nodes.length)
  for (const [i, n] of nodes.entries()) {
    const xs = from.slice(starts[i], starts[i + 1])
    const values = valuesOf(
      n,
      xs.map((k) => memory[k] ?? []),
      bound
    )
    if (E.isLeft(values)) return values
    memory[i] = values.right
    for (const k of xs) if (last[k] === i) memory[k] = undefined
  }
  return E.right(roots.map((k) => canonicalNaNs(memory[k]?.[0] as Tensor)))
}

/** Merges equal nodes, orders them and answers with a pure function, or with everything that is wrong. */
export const program = (
  outputs: ReadonlyArray<Node>,
  inputs: ReadonlyArray<Input>
): E.Either<CompileError, Run> => {
  const listed = canonical(outputs, 'erased')
  const wrong = faultsOf(listed.nodes, inputs)
  if (wrong !== undefined) return E.left(wrong)
  const last = lastReaders(listed)
  return E.right((values) => execute(listed, last, new Map(inputs.map((x, i) => [x, values[i]!]))))
}
