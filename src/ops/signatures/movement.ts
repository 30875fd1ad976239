/**
 * Types of operations that move elements, when they have their shape, axes or ranges.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type {
  BroadcastTo,
  Check,
  ConcatShape,
  DTypeCheck,
  ExpandDims,
  Permute,
  ReshapeShape,
  Shape,
  SliceShape,
  Squeeze,
  StackShape,
  Unsized
} from '../../shape/index.js'
import type { DType } from '../../tensor/DType.js'
import type { DTypeOf, ShapeOf } from './operand.js'

/**
 * The same elements in the shape `T`.
 *
 * @since 0.1.0
 * @category model
 */
export interface ReshapeTo<T extends Shape> {
  <S, D extends DType>(x: Expr<S, D> & Check<ReshapeShape<S, T>>): Expr<ReshapeShape<S, T>, D>
}

/**
 * The axes in the order `P`.
 *
 * @since 0.1.0
 * @category model
 */
export interface PermuteBy<P extends Shape> {
  <S, D extends DType>(x: Expr<S, D> & Check<Permute<S, P>>): Expr<Permute<S, P>, D>
}

/**
 * Repeated to the shape `T`.
 *
 * @since 0.1.0
 * @category model
 */
export interface BroadcastInto<T extends Shape> {
  <S, D extends DType>(x: Expr<S, D> & Check<BroadcastTo<S, T>>): Expr<BroadcastTo<S, T>, D>
}

/**
 * A new axis of size 1 at `X`.
 *
 * @since 0.1.0
 * @category model
 */
export interface ExpandDimsAt<X extends number> {
  <S, D extends DType>(x: Expr<S, D> & Check<ExpandDims<S, X>>): Expr<ExpandDims<S, X>, D>
}

/**
 * Without the axis `X` of size 1, or without all of them.
 *
 * @since 0.1.0
 * @category model
 */
export interface SqueezeAt<X extends number | undefined> {
  <S, D extends DType>(x: Expr<S, D> & Check<Squeeze<S, X>>): Expr<Squeeze<S, X>, D>
}

/**
 * A range of an axis: all, from and to, or with a step.
 *
 * @since 0.1.0
 * @category model
 */
export type Range = null | readonly [number, number] | readonly [number, number, number]

/**
 * Part of each axis, by the ranges `R`.
 *
 * @since 0.1.0
 * @category model
 */
export interface SliceBy<R extends ReadonlyArray<Range>> {
  <S, D extends DType>(x: Expr<S, D> & Check<SliceShape<S, R>>): Expr<SliceShape<S, R>, D>
}

/**
 * The shapes of operands.
 *
 * @since 0.1.0
 * @category model
 */
export type Shapes<Xs> = { readonly [K in keyof Xs]: ShapeOf<Xs[K]> }

/**
 * `unknown` if all operands have one dtype.
 *
 * @since 0.1.0
 * @category model
 */
export type OneDType<Xs extends ReadonlyArray<unknown>, Op extends string> = Xs extends readonly [
  infer A,
  infer B,
  ...infer R
]
  ? DTypeCheck<DTypeOf<A>, DTypeOf<B>, Op> & OneDType<[B, ...R], Op>
  : unknown

/**
 * One behind the other along the axis `X`.
 *
 * @since 0.1.0
 * @category model
 */
export interface ConcatAlong<X extends number> {
  <const Xs extends ReadonlyArray<Expr<unknown>>>(
    xs: Xs & Check<ConcatShape<Shapes<Xs>, X>> & OneDType<Xs, 'concat'>
  ): Expr<ConcatShape<Shapes<Xs>, X>, DTypeOf<Xs[number]>>
}

/**
 * One behind the other along a new axis `X`.
 *
 * @since 0.1.0
 * @category model
 */
export interface StackAlong<X extends number> {
  <const Xs extends ReadonlyArray<Expr<unknown>>>(
    xs: Xs & Check<StackShape<Shapes<Xs>, X>> & OneDType<Xs, 'stack'>
  ): Expr<StackShape<Shapes<Xs>, X>, DTypeOf<Xs[number]>>
}

/**
 * The operand with padding: its sizes are known at run time.
 *
 * @since 0.1.0
 * @category model
 */
export interface Padded {
  <S extends Shape, D extends DType>(x: Expr<S, D>): Expr<Unsized<S>, D>
}
