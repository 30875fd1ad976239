/** A primitive with two results, to stand for all that users make. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { CustomRule, Value } from '../../src/graph/Expr.js'
import { allocate } from '../../src/tensor/DType.js'
import { elements, own } from '../../src/tensor/Tensor.js'

/** Two results: the sum of all elements, and each of them doubled. */
const sumAndDouble: CustomRule = {
  name: 'sumAndDouble',
  results: ([x]) =>
    x === undefined ? E.left('takes one operand') : E.right([{ shape: [], dtype: x.dtype }, x]),
  reference: (xs) =>
    xs.flatMap((x) => {
      const [total, twice] = [allocate(x.dtype, 1), elements(x).slice()]
      for (const v of twice) total[0] = (total[0] ?? 0) + v
      return [
        own([], x.dtype, total),
        own(
          x.shape,
          x.dtype,
          twice.map((v) => 2 * v)
        )
      ]
    }),
  derivative: () => []
}

/** Both results of a tensor. */
export const sumAndDoubleOf = (x: Value): ReadonlyArray<Value> => {
  const made = make.custom(sumAndDouble, [x])
  return made._tag === 'Invalid' ? [] : make.resultsOf(made, made.results)
}
