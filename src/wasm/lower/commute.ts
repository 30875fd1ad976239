/** Products whose transpose alone is used are computed the other way round: the factors change places, and nothing is transposed. */
import { freeAxes } from '../../graph/make.js'
import * as make from '../../graph/make.js'
import type { Contract, Node, Operation, Value } from '../../graph/Expr.js'
import { reuse, reusing, rewrite, topological } from '../../graph/fold.js'
import { equalDims, range } from '../../tensor/dims.js'
import { operands } from '../../graph/families.js'
import { inPlaceOf } from '../../graph/place.js'

/** The permutation that brings the axes of the second factor before those of the first. */
const exchange = ({ a, b, dims }: Contract): ReadonlyArray<number> => {
  const batch = dims.batch[0].length
  const m = freeAxes(a.shape.length, dims.batch[0], dims.contract[0]).length
  const n = freeAxes(b.shape.length, dims.batch[1], dims.contract[1]).length
  return [...range(0, batch), ...range(batch + m, batch + m + n), ...range(batch, batch + m)]
}

const isExchanged = (n: Node): boolean =>
  n._tag === 'Permute' && n.x._tag === 'Contract' && equalDims(n.permutation, exchange(n.x))

/** Products that are used otherwise than exchanged. */
const usedAsTheyAre = (roots: ReadonlyArray<Value>, order: ReadonlyArray<Node>): ReadonlySet<Value> => {
  const used = new Set<Value>(roots)
  for (const n of order) if (!isExchanged(n)) for (const x of operands(n)) used.add(x)
  return used
}

export const commuted = (roots: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const order = topological(roots)
  if (!order.some(isExchanged)) return roots
  const used = usedAsTheyAre(roots, order)
  const value = (n: Operation, xs: ReadonlyArray<Value>): Value => {
    const [x] = xs
    if (n._tag !== 'Permute' || !isExchanged(n) || used.has(n.x) || x?._tag !== 'Contract')
      return reuse(n, xs)
    const { batch, contract } = x.dims
    return inPlaceOf(n.x, () =>
      make.contract({ batch: [batch[1], batch[0]], contract: [contract[1], contract[0]] }, x.b, x.a)
    )
  }
  return rewrite(roots, { ...reusing, value })
}
