/**
 * Forward mode: Jacobian-vector products of functions between trees.
 *
 * @since 0.1.0
 */
import { nodesLike, nodesOf } from '../graph/leaves.js'
import { refill } from '../tensor/Tree.js'
import * as transform from './differentiate.js'
import { barrier, invalidLike, invalids, unfit } from './trees.js'

/**
 * Forward mode: `jvp(f)(x, t)` is `[f(x), f'(x) t]`, the value and how it moves when `x` moves along the tangent `t`.
 *
 * Errors: a tangent that is not a tree like `x`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, item, jvp, square, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const both = evaluate(jvp((x: Expr<[], 'f32'>) => square(x))(tensor(3), tensor(1)))
 * deepStrictEqual(pipe(both, E.map(([y, t]) => [item(y), item(t)])), E.right([9, 6]))
 * ```
 *
 * @since 0.1.0
 * @category derivatives
 */
export const jvp =
  <P, R>(f: (primals: P) => R) =>
  (primals: P, tangents: P): readonly [value: R, tangent: R] => {
    const leaves = barrier(nodesOf(primals))
    const y = f(refill(primals, leaves) as P)
    const outputs = nodesOf(y)
    const reasons = [...invalids(outputs), ...unfit('jvp', 'tangent', tangents, primals)]
    const moved =
      reasons.length > 0
        ? invalidLike(outputs, reasons)
        : transform.jvp()(outputs, leaves, nodesLike(primals, tangents))
    return [y, refill(y, moved) as R]
  }
