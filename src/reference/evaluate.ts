/** The reference engine: plain loops over typed arrays, in the order of the graph. It defines what every operation means. */
import * as E from 'fp-ts/lib/Either.js'
import { runError, showError, type CompileError, type RunError } from '../graph/failure.js'
import { isMany, type Node, type Region } from '../graph/Expr.js'
import { projections } from '../graph/fold.js'
import { canonical, merge, type Canonical } from '../graph/merge.js'
import { faultsOf, type Run } from '../graph/program.js'
import type { Tensor } from '../tensor/Tensor.js'
import { compute } from './compute.js'
import type { Inside } from './control.js'
import { canonicalNaNs } from './nan.js'
import { isSource, regionsOf } from '../graph/families.js'

type Values = ReadonlyArray<Tensor>

/** A graph ready to be gone through. */
interface Listed extends Canonical {
  /** The last reader of each value, which frees it; outputs have none. */
  readonly last: Int32Array
  /** What a node needs to know besides its operands. */
  readonly insideOf: (n: Node) => Inside
}

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
  bound: ReadonlyMap<Node, Tensor>,
  insideOf: Listed['insideOf']
): E.Either<RunError, Values> =>
  isSource(n) ? E.right([n._tag === 'Constant' ? n.value : bound.get(n)!]) : compute(n, xs, insideOf(n))

const execute = (
  { nodes, starts, from, roots, last, insideOf }: Listed,
  bound: ReadonlyMap<Node, Tensor>
): E.Either<RunError, Values> => {
  const memory = new Array<Values | undefined>(nodes.length)
  for (const [i, n] of nodes.entries()) {
    const xs = from.slice(starts[i], starts[i + 1])
    const values = valuesOf(
      n,
      xs.map((k) => memory[k] ?? []),
      bound,
      insideOf
    )
    if (E.isLeft(values)) return values
    memory[i] = values.right
    for (const k of xs) if (last[k] === i) memory[k] = undefined
  }
  return E.right(roots.map((k) => canonicalNaNs(memory[k]?.[0] as Tensor)))
}

/** The regions of a graph as programs of their own, each once, or what is wrong with one. */
const insides = (nodes: ReadonlyArray<Node>): E.Either<CompileError, ReadonlyMap<Region, Run>> => {
  const runs = new Map<Region, Run>()
  for (const region of nodes.flatMap(regionsOf)) {
    const run = program(region)
    if (E.isLeft(run)) return run
    runs.set(region, run.right)
  }
  return E.right(runs)
}

/** A node on its own, outside of a program: every result is asked for. */
export const alone: Inside = {
  run: (region) => (values) => {
    const run = program(region)
    return E.isLeft(run) ? E.left(runError('region', showError(run.left))) : run.right(values)
  },
  asked: () => true
}

/** The operations that a program runs. */
export const merged = ({ parameters, results }: Region): Region => ({
  parameters,
  results: merge(results, 'erased')
})

/** Merges equal nodes, orders them and answers with a pure function, or with everything that is wrong. */
export const program = ({ results, parameters }: Region): E.Either<CompileError, Run> => {
  const listed = canonical(results, 'erased')
  const wrong = faultsOf(listed.nodes, parameters)
  if (wrong !== undefined) return E.left(wrong)
  const runs = insides(listed.nodes)
  if (E.isLeft(runs)) return runs
  const read = projections(listed.nodes)
  const insideOf = (n: Node): Inside => ({
    run: (region) => runs.right.get(region)!,
    asked: (k) => isMany(n) && read.get(n)?.[k] !== undefined
  })
  const ready: Listed = { ...listed, last: lastReaders(listed), insideOf }
  return E.right((values) => execute(ready, new Map(parameters.map((x, i) => [x, values[i]!]))))
}
