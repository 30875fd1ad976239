/**
 * Graphs made shorter.
 *
 * @since 0.1.0
 */
import { nodesOf } from '../graph/leaves.js'
import * as rules from '../rules/simplify.js'
import { refill } from '../tensor/Tree.js'

/**
 * An expression, or a tree of them, with the same values bit for bit and no more operations than before: repeated parts are merged, products with
 * one, double negations, needless reshapes and the like disappear.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { mul, neg, print, simplify, spec, trace, type Expr } from 'adjoint'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const graph = trace((x: Expr<[2], 'f32'>) => pipe(x, mul(1), neg, neg))(spec([2]))
 * strictEqual(print(simplify(graph)), '(x0: f32[2]) =>\n  return x0')
 * ```
 *
 * @since 0.1.0
 * @category printing
 */
export const simplify = <T>(tree: T): T => refill(tree, rules.simplify(nodesOf(tree))) as T
