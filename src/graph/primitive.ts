/** Users' primitives: what their rule says they mean, if it keeps its word. */
import * as E from 'fp-ts/lib/Either.js'
import type { Custom } from './Expr.js'
import { runError, type RunError } from './failure.js'
import { equalDims } from '../tensor/dims.js'
import type { Tensor } from '../tensor/Tensor.js'

export const applied = (
  n: Pick<Custom, 'rule' | 'results'>,
  xs: ReadonlyArray<Tensor>
): E.Either<RunError, ReadonlyArray<Tensor>> => {
  const results = n.rule.reference(xs)
  const wrong = n.results.findIndex(
    (r, i) => results[i]?.dtype !== r.dtype || !equalDims(results[i].shape, r.shape)
  )
  return wrong < 0
    ? E.right(results)
    : E.left(
        runError(
          n.rule.name,
          `result ${String(wrong)} does not have the shape and dtype that the rule declares`
        )
      )
}
