/** Runs a graph of one example on a whole batch. */
import type { Node } from '../graph/Expr.js'
import { fold } from '../graph/fold.js'
import { batch, repeat, type Batched } from '../rules/batch.js'

/** `outputs` with every placeholder replaced by its batch of `count` examples; each result has the batch as axis 0. */
export const vectorize = (
  count: number,
  outputs: ReadonlyArray<Node>,
  placeholders: ReadonlyArray<Node>,
  batches: ReadonlyArray<Node>
): ReadonlyArray<Node> => {
  const given = new Map(placeholders.map((p, i) => [p, batches[i]]))
  const valueOf = fold<Batched>(outputs, (n, xs) => {
    const whole = given.get(n)
    return whole === undefined ? batch(count, n, xs) : { results: [whole], batched: true }
  })
  return outputs.map((y) => {
    const { results, batched } = valueOf(y)
    const result = results[0] ?? y
    return batched || result._tag === 'Invalid' ? result : repeat(count, result)
  })
}
