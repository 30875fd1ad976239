/**
 * Functions of leaves with effects, for any applicative functor of fp-ts.
 *
 * @since 0.1.0
 */
import type { HKT, Kind, Kind2, Kind3, URIS, URIS2, URIS3 } from 'fp-ts/HKT.js'
import type {
  Applicative,
  Applicative1,
  Applicative2,
  Applicative2C,
  Applicative3,
  Applicative3C
} from 'fp-ts/lib/Applicative.js'
import type { Expr } from '../graph/Expr.js'
import { locate, refillFrozen } from '../tensor/Tree.js'
import type { LeavesCheck, MapTree, TreeLeaf } from './types.js'

type Fits<T, L> = T & LeavesCheck<T, L, 'traverseTree'>

/**
 * A function of trees with effects in a functor of one parameter (`Option`, `Task`, `IO`).
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeEffect1<F extends URIS, L, B> {
  <T>(tree: Fits<T, L>): Kind<F, MapTree<T, B>>
}

/**
 * A function of trees with effects in a functor of two parameters (`Either`, `TaskEither`, `State`).
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeEffect2<F extends URIS2, E, L, B> {
  <T>(tree: Fits<T, L>): Kind2<F, E, MapTree<T, B>>
}

/**
 * A function of trees with effects in a functor of three parameters (`ReaderTaskEither`).
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeEffect3<F extends URIS3, R, E, L, B> {
  <T>(tree: Fits<T, L>): Kind3<F, R, E, MapTree<T, B>>
}

/**
 * A function of trees with effects in a functor that is not registered.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeEffect<F, L, B> {
  <T>(tree: Fits<T, L>): HKT<F, MapTree<T, B>>
}

/**
 * The traversal in a functor of one parameter.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeTraversal1<F extends URIS> {
  <B, L extends TreeLeaf = Expr>(f: (leaf: L, path: string) => Kind<F, B>): TreeEffect1<F, L, B>
}

/**
 * The traversal in a functor of two parameters.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeTraversal2<F extends URIS2> {
  <E, B, L extends TreeLeaf = Expr>(f: (leaf: L, path: string) => Kind2<F, E, B>): TreeEffect2<F, E, L, B>
}

/**
 * The traversal in a functor of two parameters, of which one is given.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeTraversal2C<F extends URIS2, E> {
  <B, L extends TreeLeaf = Expr>(f: (leaf: L, path: string) => Kind2<F, E, B>): TreeEffect2<F, E, L, B>
}

/**
 * The traversal in a functor of three parameters.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeTraversal3<F extends URIS3> {
  <R, E, B, L extends TreeLeaf = Expr>(
    f: (leaf: L, path: string) => Kind3<F, R, E, B>
  ): TreeEffect3<F, R, E, L, B>
}

/**
 * The traversal in a functor of three parameters, of which one is given.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeTraversal3C<F extends URIS3, E> {
  <R, B, L extends TreeLeaf = Expr>(
    f: (leaf: L, path: string) => Kind3<F, R, E, B>
  ): TreeEffect3<F, R, E, L, B>
}

/**
 * The traversal in a functor that is not registered.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeTraversal<F> {
  <B, L extends TreeLeaf = Expr>(f: (leaf: L, path: string) => HKT<F, B>): TreeEffect<F, L, B>
}

/**
 * The traversal for every applicative functor.
 *
 * @since 0.1.0
 * @category model
 */
export interface TraverseTree {
  <F extends URIS3>(F: Applicative3<F>): TreeTraversal3<F>
  <F extends URIS3, E>(F: Applicative3C<F, E>): TreeTraversal3C<F, E>
  <F extends URIS2>(F: Applicative2<F>): TreeTraversal2<F>
  <F extends URIS2, E>(F: Applicative2C<F, E>): TreeTraversal2C<F, E>
  <F extends URIS>(F: Applicative1<F>): TreeTraversal1<F>
  <F>(F: Applicative<F>): TreeTraversal<F>
}

/** The last result first; appending to arrays would take the square of their number. */
type Results = readonly [last: unknown, before: Results] | undefined

const inOrder = (results: Results): ReadonlyArray<unknown> => {
  const out: Array<unknown> = []
  for (let at = results; at !== undefined; at = at[1]) out.push(at[0])
  return out.reverse()
}

const traversal =
  <F>(F: Applicative<F>) =>
  (f: (leaf: Expr, path: string) => HKT<F, unknown>) =>
  (tree: unknown): HKT<F, unknown> => {
    const start: HKT<F, Results> = F.of(undefined)
    const done = locate(tree).reduce((before, { path, leaf }) => {
      const adding = F.map(before, (results) => (b: unknown): Results => [b, results])
      return F.ap(adding, f(leaf as Expr, path))
    }, start)
    return F.map(done, (results) => refillFrozen(tree, inOrder(results)))
  }

/**
 * The traversal of fp-ts: a tree of `f(leaf, path)`, the effects of all leaves one after the other in the order of `leaves`. `F` is any applicative
 * functor of fp-ts: `Option` (all or none), `Either` (the first error), `Validation` (all errors), `Task`, `State` and so on.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toFlat, type Tensor } from 'adjoint'
 * import { traverseTree } from 'adjoint/tree'
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as RA from 'fp-ts/lib/ReadonlyArray.js'
 *
 * const allFinite = traverseTree(E.getApplicativeValidation(RA.getSemigroup<string>()))((t: Tensor, path) =>
 *   toFlat(t).every((x) => Number.isFinite(Number(x))) ? E.right(t) : E.left([`${path} is not finite`])
 * )
 * deepStrictEqual(
 *   allFinite({ w: tensor([1, NaN]), b: tensor(Infinity), c: tensor(1) }),
 *   E.left(['w is not finite', 'b is not finite'])
 * )
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const traverseTree: TraverseTree = traversal as TraverseTree
