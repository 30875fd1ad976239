/** Runs a graph of one example on a whole batch. */
import type { Node, Value } from '../graph/Expr.js'
import { batchResults, repeat, type Batched } from '../rules/batch.js'

/** What is batched: a region, or a graph and any values in it. */
export interface Batchable {
  readonly parameters: ReadonlyArray<Value>
  readonly results: ReadonlyArray<Value>
}

/** The results with every parameter replaced by its batch of `count` examples; each has the batch as axis 0. */
export const vectorize = (
  count: number,
  { parameters, results }: Batchable,
  batches: ReadonlyArray<Value>
): ReadonlyArray<Value> => {
  const given = parameters.map((p, i) => [p, { value: batches[i] ?? p, batched: true }] as const)
  return batchResults(count, results, new Map<Node, Batched>(given)).map(({ value, batched }) =>
    batched || value._tag === 'Invalid' ? value : repeat(count, value)
  )
}
