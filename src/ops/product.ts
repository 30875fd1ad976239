/**
 * Products that sum over shared axes.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { broadcastDims, range, showDims, type Dims } from '../tensor/dims.js'
import type { DType } from '../tensor/DType.js'
import { einsumNode } from './einsum.js'
import { composed, expand } from './operand.js'
import type { EinsumOf, MatMulBy, OuterBy } from './signatures/index.js'
import { typed } from '../graph/terms.js'

/** Both operands are at least matrices; leading axes broadcast and become batch axes. */
const batched = (a: Value, b: Value): Value => {
  const lead = broadcastDims(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (lead === undefined)
    return invalid(
      'matmul',
      [a, b],
      `batch sizes ${showDims(a.shape.slice(0, -2))} and ${showDims(b.shape.slice(0, -2))} do not broadcast`
    )
  const n = lead.length
  const [p, q] = [a, b].map((x) => expand([...lead, ...x.shape.slice(-2)], x))
  return make.contract({ batch: [range(0, n), range(0, n)], contract: [[n + 1], [n]] }, p ?? a, q ?? b)
}

/** A matrix shared by all rows of the left operand needs no batch: one product. */
const shared = (a: Value, b: Value): Value =>
  make.contract(
    { batch: [[], []], contract: [[a.shape.length - 1], [Math.max(0, b.shape.length - 2)]] },
    a,
    b
  )

/** A vector on the left is a row. */
const row = (a: Value, b: Value): Value => {
  const y = batched(make.reshape([1, ...a.shape], a), b)
  return y._tag === 'Invalid' ? y : make.reshape([...y.shape.slice(0, -2), ...y.shape.slice(-1)], y)
}

const inner = (a: Dims, b: Dims): readonly [number, number] => [
  a[a.length - 1] ?? 0,
  b[Math.max(0, b.length - 2)] ?? 0
]

const product = (a: Value, b: Value): Value => {
  if (a.shape.length === 0 || b.shape.length === 0)
    return invalid('matmul', [a, b], 'takes vectors and matrices, not numbers; multiply with mul(...)')
  const [p, q] = inner(a.shape, b.shape)
  if (p !== q)
    return invalid(
      'matmul',
      [a, b],
      `inner dimensions ${String(p)} and ${String(q)} differ (${showDims(a.shape)} x ${showDims(b.shape)})`
    )
  return b.shape.length <= 2 ? shared(a, b) : a.shape.length === 1 ? row(a, b) : batched(a, b)
}

/**
 * `matmul(b)(a)` is the matrix product `a b` over the last axis of `a` and the last but one of `b`: vectors, matrices, and batches of them, whose leading axes broadcast.
 *
 * Errors: inner sizes that differ, batches that do not broadcast, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, matmul, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(pipe(tensor([[1, 2]]), matmul(tensor([[3], [4]])))), E.map(toNested)), E.right([[11]]))
 * ```
 *
 * @since 0.1.0
 * @category products
 */
export const matmul =
  <B, DB extends DType>(b: Expr<B, DB>): MatMulBy<B, DB> =>
  (a) => {
    const [x, y] = [node(a), node(b)]
    return typed(composed('matmul', [x, y], () => product(x, y)))
  }

/**
 * Einstein summation: axes with equal labels are multiplied pairwise; those missing from the result are summed. Without `->` the result has the labels that occur once, in alphabetical order.
 *
 * Errors: labels that do not fit the operands, sizes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { einsum, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(einsum('ij,jk->ik')(tensor([[1, 2]]), tensor([[3], [4]]))), E.map(toNested)), E.right([[11]]))
 * ```
 *
 * @since 0.1.0
 * @category products
 */
export const einsum =
  <const Spec extends string>(spec: Spec): EinsumOf<Spec> =>
  (...xs) => {
    const operands = (xs as ReadonlyArray<Expr>).map(node)
    return typed(composed('einsum', operands, () => einsumNode(spec, operands)))
  }

/**
 * `outer(b)(a)` has every product of an element of `a` and one of `b`, a_i b_j. Shapes: `[...A]` and `[...B]` give `[...A, ...B]`.
 *
 * Errors: different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, outer, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(tensor([1, 2]), outer(tensor([3, 4, 5])), evaluate, E.map(toNested)), E.right([[3, 4, 5], [6, 8, 10]]))
 * ```
 *
 * @since 0.1.0
 * @category products
 */
export const outer =
  <B, DB extends DType>(b: Expr<B, DB>): OuterBy<B, DB> =>
  (a) => {
    const [x, y] = [node(a), node(b)]
    return typed(
      composed('outer', [x, y], () => make.contract({ batch: [[], []], contract: [[], []] }, x, y))
    )
  }
