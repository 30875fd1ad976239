/**
 * What trees have in them.
 *
 * @since 0.1.0
 */
import type { Expr } from '../graph/Expr.js'
import { leavesOf, locate } from '../tensor/Tree.js'
import type { LeafIn, LeavesCheck, TreeLeaf } from './types.js'

/**
 * The leaves of a tree in the order of its keys.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { dense, init, relu, sequential } from 'adjoint/nn'
 * import { leaves } from 'adjoint/tree'
 *
 * const params = init(sequential(dense(4, 8), relu, dense(8, 3)))(key(0))
 * deepStrictEqual(leaves(params).map((x) => x.shape), [[4, 8], [8], [8, 3], [3]])
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const leaves = <T>(tree: T): ReadonlyArray<LeafIn<T>> =>
  Object.freeze(leavesOf(tree)) as ReadonlyArray<LeafIn<T>>

/**
 * The places of the leaves, in the order of `leaves`, as errors name them.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor } from 'adjoint'
 * import { paths } from 'adjoint/tree'
 *
 * deepStrictEqual(paths({ layers: [{ w: tensor(1), b: tensor(2) }], name: 'net' }), ['layers[0].w', 'layers[0].b'])
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const paths = (tree: unknown): ReadonlyArray<string> =>
  Object.freeze(locate(tree).map(({ path }) => path))

/**
 * A fold of leaves.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeFold<L, B> {
  <T>(tree: T & LeavesCheck<T, L, 'foldTree'>): B
}

/**
 * The fold from the left over the leaves: `f(so far, leaf, path)`, from `start` on.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from 'node:assert'
 * import { add, evaluate, item, square, sqrt, sum, tensor, type Expr } from 'adjoint'
 * import { foldTree } from 'adjoint/tree'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * // How many parameters there are.
 * const count = foldTree(0, (n, x) => n + x.shape.reduce((a, b) => a * b, 1))
 * strictEqual(count({ w: tensor([[1, 2], [3, 4]]), b: tensor([5, 6]) }), 6)
 *
 * // The global norm of gradients.
 * type F32 = Expr<number[], 'f32'>
 * const zero: Expr<[], 'f32'> = tensor(0)
 * const squares = foldTree(zero, (total, g: F32) => pipe(square(g), sum(), add(total)))
 * const norm = sqrt(squares({ w: tensor([1, 2]), b: tensor(2) }))
 * deepStrictEqual(pipe(evaluate(norm), E.map(item)), E.right(3))
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const foldTree =
  <B, L extends TreeLeaf = Expr>(start: B, f: (soFar: B, leaf: L, path: string) => B): TreeFold<L, B> =>
  (tree) =>
    locate(tree).reduce((soFar, { path, leaf }) => f(soFar, leaf as L, path), start)
