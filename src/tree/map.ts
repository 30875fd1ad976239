/**
 * Functions of leaves as functions of trees.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Expr } from '../graph/Expr.js'
import { leavesLike, locate, refillFrozen } from '../tensor/Tree.js'
import { apart, modified, modifiedWith } from './modify.js'
import type { ExprsOf, LeavesCheck, MapTree, TreeError, TreeLeaf } from './types.js'

/**
 * A function of leaves that is one of trees.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeMap<L, B> {
  <T>(tree: T & LeavesCheck<T, L, 'mapTree'>): MapTree<T, B>
}

/**
 * The functor: a tree with `f(leaf, path)` for each leaf, in the order of `leaves`. Records, tuples and lists stay what they are, so do names and flags
 * among the leaves, and paths are those of errors, as in `layers[0].w`. What is handed out is frozen. `modifyTree` keeps literal shapes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toNested, type Tensor } from 'adjoint'
 * import { mapTree } from 'adjoint/tree'
 *
 * const params = { name: 'head', layers: [{ w: tensor([1, 2]) }, { w: tensor([3]) }] }
 * deepStrictEqual(mapTree((t: Tensor) => toNested(t))(params), { name: 'head', layers: [{ w: [1, 2] }, { w: [3] }] })
 * deepStrictEqual(mapTree((_, path) => path)(params).layers[1], { w: 'layers[1].w' })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const mapTree = <B, L extends TreeLeaf = Expr>(f: (leaf: L, path: string) => B): TreeMap<L, B> => {
  const mapped = (tree: unknown): unknown =>
    refillFrozen(
      tree,
      locate(tree).map(({ path, leaf }) => f(leaf as L, path))
    )
  return mapped as TreeMap<L, B>
}

/**
 * A function of two leaves that has the second tree.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeZipBy<A, C> {
  <T>(first: T & LeavesCheck<T, A, 'zipTrees'>): E.Either<TreeError, MapTree<T, C>>
}

/**
 * A function of two leaves that is one of two trees.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeZip<A, B, C> {
  <U>(second: U & LeavesCheck<U, B, 'zipTrees'>): TreeZipBy<A, C>
}

/**
 * Two trees of one structure, leaf by leaf: `pipe(first, zipTrees(f)(second))` has `f(leaf of first, leaf of second, path)` at each place. Keys of records
 * may come in any order.
 *
 * Errors: trees of different structure, with the first leaf of each that the other one lacks.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toFlat, type Tensor } from 'adjoint'
 * import { zipTrees } from 'adjoint/tree'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * // How far two sets of parameters are from each other, at each place.
 * const distance = (a: Tensor, b: Tensor) => Math.max(...toFlat(a).map((x, i) => Math.abs(Number(x) - Number(toFlat(b)[i]))))
 * const first = { w: tensor([1, 2]), b: tensor(3) }
 * deepStrictEqual(pipe(first, zipTrees(distance)({ b: tensor(5), w: tensor([1, 2.5]) })), E.right({ w: 0.5, b: 2 }))
 * deepStrictEqual(
 *   pipe(first, zipTrees(distance)({ w: tensor([1, 2]), bias: tensor(5) }), E.mapLeft((e) => e.message)),
 *   E.left('zipTrees: only the first tree has b, only the second tree has bias')
 * )
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const zipTrees =
  <C, A extends TreeLeaf = Expr, B extends TreeLeaf = Expr>(
    f: (first: A, second: B, path: string) => C
  ): TreeZip<A, B, C> =>
  (second) => {
    const zipped = (first: unknown): E.Either<TreeError, unknown> => {
      const odd = apart(first, second)
      if (odd !== undefined) return E.left({ _tag: 'TreeError', ...odd, message: `zipTrees: ${odd.message}` })
      const others = leavesLike(first, second)
      const made = locate(first).map(({ path, leaf }, i) => f(leaf as A, others[i] as B, path))
      return E.right(refillFrozen(first, made))
    }
    return zipped as TreeZipBy<A, C>
  }

/**
 * A change of leaves that is one of trees.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeModify {
  <T>(tree: T): ExprsOf<T>
}

/**
 * A tree whose leaves are changed by `f(leaf, path)` and keep their shapes and dtypes, also for the compiler: what is done to parameters, to gradients.
 *
 * Errors: a leaf of another shape or dtype than before.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, evaluate, grad, item, mul, square, stopGradient, tensor, type Expr } from 'adjoint'
 * import { modifyTree } from 'adjoint/tree'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * interface P {
 *   readonly frozen: Expr<[], 'f64'>
 *   readonly head: Expr<[], 'f64'>
 * }
 * // Part of the parameters is frozen: no gradient goes there.
 * const freeze = modifyTree((x, path) => (path === 'frozen' ? stopGradient(x) : x))
 * const loss = (p: P) => pipe(freeze(p), (q) => square(add(q.head)(q.frozen)))
 * const g = evaluate(grad(loss)({ frozen: tensor(2, 'f64'), head: tensor(1, 'f64') }))
 * deepStrictEqual(pipe(g, E.map(({ frozen, head }) => [item(frozen), item(head)])), E.right([0, 6]))
 *
 * // Weights decay, biases do not.
 * const decayed = modifyTree((x, path) => (path.endsWith('w') ? mul(0.9)(x) : x))({ w: tensor(10), b: tensor(10) })
 * deepStrictEqual(pipe(evaluate(decayed), E.map(({ w, b }) => [item(w), item(b)])), E.right([9, 10]))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const modifyTree =
  (f: (leaf: Expr, path: string) => Expr): TreeModify =>
  <T>(tree: T) =>
    modified('modifyTree', f, tree) as ExprsOf<T>

/**
 * A change of leaves by those of another tree.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeModifyWith {
  (other: unknown): TreeModify
}

/**
 * A tree whose leaves are changed by those of another one, `f(leaf, other, path)`, and keep their shapes and dtypes.
 *
 * Errors: trees of different structure, a leaf of another shape or dtype than before; each leaf of the result has the reason.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, evaluate, mul, tensor, toNested } from 'adjoint'
 * import { modifyWith } from 'adjoint/tree'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * // The exponential moving average of parameters.
 * const average = modifyWith((mean, now) => pipe(mean, mul(0.75), add(mul(0.25)(now))))
 * const next = pipe({ w: tensor([0, 4]) }, average({ w: tensor([8, 8]) }))
 * deepStrictEqual(pipe(evaluate(next), E.map(({ w }) => toNested(w))), E.right([2, 5]))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const modifyWith =
  (f: (leaf: Expr, other: Expr, path: string) => Expr): TreeModifyWith =>
  (other) =>
  <T>(tree: T) =>
    modifiedWith('modifyWith', f, other, tree) as ExprsOf<T>
