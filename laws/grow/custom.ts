/** A primitive that is not built in, to stand for all of them. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import { node, type CustomRule, type Expr, type Value } from '../../src/graph/Expr.js'
import { range } from '../../src/tensor/dims.js'
import { allocate } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'

const product = (a: Tensor, b: Tensor): Tensor => {
  const [xs, ys, out] = [elements(a), elements(b), allocate(a.dtype, elements(a).length)]
  for (let i = 0; i < out.length; i++) out[i] = xs[i]! * ys[i]!
  return own(a.shape, a.dtype, out)
}

const total = (a: Tensor): Tensor => {
  const out = allocate(a.dtype, 1)
  out[0] = Array.from(elements(a)).reduce((acc, x) => acc + x, 0)
  return own([], a.dtype, out)
}

/** Two results of two operands: their product, and the sum of the first. */
const customRule: CustomRule = {
  name: 'productAndSum',
  results: ([a, b]) =>
    a === undefined || a.shape.join() !== b?.shape.join() || a.dtype !== b.dtype
      ? E.left('takes two operands of one shape and dtype')
      : E.right([a, { shape: [], dtype: a.dtype }]),
  reference: ([a, b]) => (a === undefined || b === undefined ? [] : [product(a, b), total(a)]),
  derivative: (xs) => {
    const [a, b] = xs.map(node)
    if (a === undefined || b === undefined) return []
    const scale =
      (by: Value) =>
      (t: Expr): Value =>
        make.binary('mul', node(t), by)
    const sum = (t: Expr): Value => make.reduce('sum', range(0, a.shape.length), node(t))
    const spread = (t: Expr): Value => make.broadcast(a.shape, [], node(t))
    return [
      [
        { apply: scale(b), transpose: scale(b) },
        { apply: scale(a), transpose: scale(a) }
      ],
      [{ apply: sum, transpose: spread }, undefined]
    ]
  }
}

/** The results of the primitive. */
export const customResults = (a: Value, b: Value): ReadonlyArray<Value> => {
  const call = make.custom(customRule, [a, b])
  return call._tag === 'Invalid' ? [call] : make.resultsOf(call, call.results)
}
