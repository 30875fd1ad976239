/**
 * Types of trees: what becomes of each leaf, and what the leaves are.
 *
 * @since 0.1.0
 */
import type { Expr } from '../graph/Expr.js'
import type { ShapeError } from '../shape/Shape.js'
import type { DType } from '../tensor/DType.js'

/**
 * What all leaves are: tensors, expressions, descriptions of them.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeLeaf {
  readonly _tag: string
  readonly shape: unknown
  readonly dtype: DType
}

interface LeafOf<S, D> {
  readonly _tag: string
  readonly shape: S
  readonly dtype: D
}

type AnyFunction = (...args: never[]) => unknown

/**
 * A tree like `T` with a `B` for each leaf: records, tuples and lists stay what they are, and so does what is no leaf (a name, a flag).
 *
 * @since 0.1.0
 * @category model
 */
export type MapTree<T, B> = T extends TreeLeaf
  ? B
  : T extends AnyFunction
    ? T
    : T extends object
      ? { readonly [K in keyof T]: MapTree<T[K], B> }
      : T

/**
 * A tree like `T` whose leaves are expressions of the shapes and dtypes of those of `T`.
 *
 * @since 0.1.0
 * @category model
 */
export type ExprsOf<T> =
  T extends LeafOf<infer S, infer D extends DType>
    ? Expr<S, D>
    : T extends AnyFunction
      ? T
      : T extends object
        ? { readonly [K in keyof T]: ExprsOf<T[K]> }
        : T

/**
 * The leaves of `T`, as a union.
 *
 * @since 0.1.0
 * @category model
 */
export type LeafIn<T> = unknown extends T
  ? Expr
  : T extends TreeLeaf
    ? T
    : T extends AnyFunction
      ? never
      : T extends ReadonlyArray<infer U>
        ? LeafIn<U>
        : T extends object
          ? LeafIn<T[keyof T]>
          : never

/**
 * `unknown` if a function of leaves `L` takes those of `T`; one of any expression takes all, and of a tree of
 * unknown type nothing is said.
 *
 * @since 0.1.0
 * @category model
 */
export type LeavesCheck<T, L, Op extends string> = Expr extends L
  ? unknown
  : unknown extends T
    ? unknown
    : [LeafIn<T>] extends [L]
      ? unknown
      : ShapeError<`${Op}: the function does not take every leaf of this tree`>

/**
 * Why two trees do not belong together: the first leaf of each that the other one lacks, as in `layers[0].w`, as far as there is one.
 *
 * @since 0.1.0
 * @category errors
 */
export interface TreeError {
  readonly _tag: 'TreeError'
  readonly message: string
  readonly first: string | undefined
  readonly second: string | undefined
}
