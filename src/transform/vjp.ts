/**
 * Reverse mode: vector-Jacobian products of functions between trees.
 *
 * @since 0.1.0
 */
import { nodesLike, nodesOf } from '../graph/leaves.js'
import { refill } from '../tensor/Tree.js'
import * as transform from './differentiate.js'
import { barrier, invalidLike, invalids, unfit } from './trees.js'

/**
 * Reverse mode: `vjp(f)(x)` is `[f(x), c => c f'(x)]`, the value and the map that pulls cotangents of it back to `x`.
 *
 * Errors: a cotangent that is not a tree like the value.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, square, tensor, toNested, vjp, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const [, pullback] = vjp((x: Expr<[2], 'f32'>) => square(x))(tensor([1, 2]))
 * deepStrictEqual(pipe(evaluate(pullback(tensor([1, 10]))), E.map(toNested)), E.right([2, 40]))
 * ```
 *
 * @since 0.1.0
 * @category derivatives
 */
export const vjp =
  <P, R>(f: (primals: P) => R) =>
  (primals: P): readonly [value: R, pullback: (cotangents: R) => P] => {
    const leaves = barrier(nodesOf(primals))
    const y = f(refill(primals, leaves) as P)
    const outputs = nodesOf(y)
    return [
      y,
      (cotangents) => {
        const reasons = [...invalids(outputs), ...unfit('vjp', 'cotangent', cotangents, y)]
        const pulled =
          reasons.length > 0
            ? invalidLike(leaves, reasons)
            : transform.vjp()(outputs, leaves, nodesLike(y, cotangents))
        return refill(primals, pulled) as P
      }
    ]
  }
