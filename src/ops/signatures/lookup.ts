/**
 * Types of lookups and selections, when they have their places or their values.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type {
  BoolOnly,
  Broadcast,
  Check,
  IntegerOnly,
  OneHotShape,
  Shape,
  TakeShape
} from '../../shape/index.js'
import type { DType } from '../../tensor/DType.js'
import type { DTypeOf, JoinDType, Operand, ShapeOf } from './operand.js'

/**
 * The shape of two values and a condition that broadcast.
 *
 * @since 0.1.0
 * @category model
 */
export type WhereShape<A, B, C> =
  Broadcast<ShapeOf<A>, ShapeOf<B>, 'where'> extends infer R
    ? R extends ReadonlyArray<unknown>
      ? Broadcast<C, R, 'where'>
      : R
    : never

/**
 * A choice between two values, element by element.
 *
 * @since 0.1.0
 * @category model
 */
export interface WhereBetween<A extends Operand, B extends Operand> {
  <C, D extends DType>(
    condition: Expr<C, D> & BoolOnly<'where'>[D] & Check<WhereShape<A, B, C>>
  ): Expr<WhereShape<A, B, C>, JoinDType<DTypeOf<A> | DTypeOf<B>>>
}

/**
 * Slices along the axis `X`, at indices of shape `I`.
 *
 * @since 0.1.0
 * @category model
 */
export interface TakeAt<I, X extends number> {
  <S, D extends DType>(x: Expr<S, D> & Check<TakeShape<S, I, X>>): Expr<TakeShape<S, I, X>, D>
}

/**
 * Elements along an axis, at indices of shape `I`.
 *
 * @since 0.1.0
 * @category model
 */
export interface TakeAlongAxisAt<I extends Shape> {
  <D extends DType>(x: Expr<Shape, D>): Expr<I, D>
}

/**
 * Rows of `N` with a 1 at the index.
 *
 * @since 0.1.0
 * @category model
 */
export interface OneHotOf<N extends number> {
  <S, D extends DType>(indices: Expr<S, D> & IntegerOnly<'oneHot'>[D]): Expr<OneHotShape<S, N>, 'f32'>
}

/**
 * A sum of updates at given places.
 *
 * @since 0.1.0
 * @category model
 */
export interface ScatterAddAt {
  <D extends DType>(updates: Expr<Shape, D>): Expr<Shape, D>
}
