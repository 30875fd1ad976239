/**
 * Primitives of one's own: the open door in the closed union.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { node, type CustomRule, type Expr, type LinearMap } from '../graph/Expr.js'
import { apply } from '../linear/apply.js'
import { scale } from '../linear/Linear.js'
import { typed } from '../graph/terms.js'

/**
 * The linear map of an elementwise derivative, `t |-> coefficient * t`; it is its own transpose. A zero on either side wins over NaN and infinity.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, scaling, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const { apply } = scaling(tensor([2, 3]))
 * deepStrictEqual(pipe(evaluate(apply(tensor([1, 10]))), E.map((y) => toNested(y))), E.right([2, 30]))
 * ```
 *
 * @since 0.1.0
 * @category primitives
 */
export const scaling = (coefficient: Expr): LinearMap => {
  const by = (t: Expr): Expr => apply(scale(node(coefficient)), node(t))
  return { apply: by, transpose: by }
}

/**
 * Applies a primitive to operands; the result lists its results. The rule says its shapes, its meaning on tensors, and its derivative as one linear
 * map per result and operand; reverse mode, forward mode, higher orders and batching follow.
 *
 * Errors: operands that the rule refuses.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, exp, grad, item, primitive, scaling, sum, fromFlat, tensor, toFlat, type CustomRule, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const exponential: CustomRule = {
 *   name: 'exponential',
 *   results: ([x]) => (x === undefined ? E.left('takes one operand') : E.right([x])),
 *   reference: ([x]) => (x === undefined ? [] : [pipe(toFlat(x).map(Number), (v) => v.map(Math.exp), fromFlat(x.shape, x.dtype), E.getOrElse(() => x))]),
 *   derivative: (_, [y]) => [y === undefined ? [] : [scaling(y)]]
 * }
 * const f = (x: Expr<[2], 'f32'>) => sum()(primitive(exponential)(x)[0] ?? x)
 * const slope = (g: Expr) => pipe(evaluate(g), E.map(toFlat))
 * deepStrictEqual(slope(grad((x: Expr<[2], 'f32'>) => f(x) as Expr<[], 'f32'>)(tensor([0, 1]))), slope(exp(tensor([0, 1]))))
 * deepStrictEqual(pipe(evaluate(f(tensor([0, 0])) as Expr<[], 'f32'>), E.map(item)), E.right(2))
 * ```
 *
 * @since 0.1.0
 * @category primitives
 */
export const primitive =
  (rule: CustomRule) =>
  (...operands: ReadonlyArray<Expr<unknown>>): ReadonlyArray<Expr> => {
    const call = make.custom(
      rule,
      operands.map((x) => node(x))
    )
    return call._tag === 'Invalid' ? [call] : make.resultsOf(call, call.results).map((y) => typed<Expr>(y))
  }
