/**
 * Transformations of one's own that remember nothing.
 *
 * @since 0.1.0
 */
import { node, type Expr } from '../graph/Expr.js'
import { full } from '../graph/terms.js'
import { isFloat } from '../tensor/DType.js'
import { modifiedWith } from '../tree/modify.js'
import type { Transformation } from './transformation.js'

/**
 * A transformation without a state, from a function of a gradient and its parameter, `f(gradient, parameter, path)`: clipping, weight decay, masks.
 * Paths are those of errors, as in `[0].w`. What is not floating-point stays where it is.
 *
 * Errors: an update of another shape or dtype than the gradient.
 *
 * Source: `optax.stateless_with_tree_map`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, evaluate, item, mul, tensor } from 'adjoint'
 * import { monoidTransformation, scaleByLearningRate, stateless } from 'adjoint/optim'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * // Weight decay, of weights only.
 * const decay = stateless((g, p, path) => (path.endsWith('w') ? pipe(p, mul(0.5), add(g)) : g))
 * const descent = monoidTransformation.concat(decay, scaleByLearningRate(0.5))
 * const params = { w: tensor(4), b: tensor(4) }
 * const [updates] = descent.update({ w: tensor(1), b: tensor(1) }, descent.init(params), params)
 * deepStrictEqual(pipe(evaluate(updates), E.map(({ w, b }) => [item(w), item(b)])), E.right([-1.5, -0.5]))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const stateless = (f: (gradient: Expr, parameter: Expr, path: string) => Expr): Transformation => ({
  _tag: 'Transformation',
  slots: 0,
  init: () => [],
  update: <P>(gradients: P, _: unknown, params: P) => {
    const moved = (g: Expr, p: Expr, path: string): Expr => {
      const x = node(g)
      return isFloat(x.dtype) || x._tag === 'Invalid' ? f(g, p, path) : full(0, x)
    }
    return [modifiedWith('stateless', moved, params, gradients) as P, []]
  }
})
