/** Coefficients of reductions. */
import * as make from '../graph/make.js'
import type { Value } from '../graph/Expr.js'
import { dim, invertPermutation, pick, range, replaceAt, size, without, type Dims } from '../tensor/dims.js'
import { div, eq, mul, times } from '../graph/terms.js'

/** A reduction's result, spread over the axes it lost. */
const spread = (y: Value, like: Value, axes: Dims): Value =>
  make.broadcast(like.shape, without(range(0, like.shape.length), axes), y)

/** Which elements attain the extremum, shared equally among ties: `[x = y] / count`. */
export const attainment = (x: Value, y: Value, axes: Dims): Value => {
  const hits = make.convert(x.dtype, eq(x, spread(y, x, axes)))
  return div(hits, spread(make.reduce('sum', axes, hits), x, axes))
}

/** Moves all elements by `by` places along the last axis and fills with ones: towards higher indices, or lower ones. */
const shift = (x: Value, by: number, up: boolean): Value => {
  const rank = x.shape.length
  const last = rank - 1
  const d = dim(x.shape, last)
  const zeros = range(0, rank).map(() => 0)
  const at = (n: number): Dims => replaceAt(zeros, last, n)
  const [start, limit] = up ? [0, Math.max(0, d - by)] : [Math.min(by, d), d]
  const kept = make.slice(
    at(start),
    replaceAt(x.shape, last, limit),
    range(0, rank).map(() => 1),
    x
  )
  const gap = at(Math.min(by, d))
  return up ? make.pad(gap, zeros, zeros, 1, kept) : make.pad(zeros, gap, zeros, 1, kept)
}

type Product = (a: Value, b: Value) => Value

/** Products of all earlier (or later) elements along the last axis, in log2(n) doubling steps. */
const exclusiveProducts = (product: Product, x: Value, up: boolean): Value => {
  let acc = shift(x, 1, up)
  for (let by = 1; by < dim(x.shape, x.shape.length - 1); by *= 2) acc = product(acc, shift(acc, by, up))
  return acc
}

/**
 * For each element the product of all others: exact with zeros among them, unlike `y / x`. Among finite elements a zero wins over a product that
 * overflows; beside elements that are infinite or NaN it does not.
 */
export const otherProducts = (x: Value, axes: Dims): Value => {
  const kept = without(range(0, x.shape.length), axes)
  const order = [...kept, ...axes]
  const moved = make.permute(order, x)
  const flat = make.reshape([...pick(x.shape, kept), size(pick(x.shape, axes))], moved)
  const others = (product: Product): Value =>
    product(exclusiveProducts(product, flat, true), exclusiveProducts(product, flat, false))
  const last = flat.shape.length - 1
  const isOrdinary = make.reduce('and', [last], make.unary('isFinite', flat))
  const chosen = make.select(spread(isOrdinary, flat, [last]), others(times), others(mul))
  return make.permute(invertPermutation(order), make.reshape(moved.shape, chosen))
}
