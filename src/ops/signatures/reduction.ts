/**
 * Types of reductions and of functions along an axis, and of those that have their axes.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type {
  BoolOnly,
  Check,
  DropAxis,
  FloatOnly,
  HasAxis,
  NumberOnly,
  ReduceShape
} from '../../shape/index.js'
import type { DType, FloatDType } from '../../tensor/DType.js'
import type { Axes } from './operand.js'

/**
 * `keepDims` leaves the reduced axes in place with size 1, so that the result broadcasts against the operand.
 *
 * @since 0.1.0
 * @category model
 */
export interface ReduceOptions<K extends boolean = boolean> {
  readonly keepDims: K
}

/**
 * A reduction of numbers over given axes.
 *
 * @since 0.1.0
 * @category model
 */
export interface ReductionOver<X extends Axes, K extends boolean, Op extends string> {
  <S, D extends DType>(
    x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & NumberOnly<Op>[D]
  ): Expr<ReduceShape<S, X, K, Op>, D>
}

/**
 * A reduction of numbers.
 *
 * @since 0.1.0
 * @category model
 */
export interface Reduction<Op extends string> {
  <const X extends Axes = undefined, K extends boolean = false>(
    axes?: X,
    options?: ReduceOptions<K>
  ): ReductionOver<X, K, Op>
}

/**
 * A reduction of floating-point numbers over given axes.
 *
 * @since 0.1.0
 * @category model
 */
export interface FloatReductionOver<X extends Axes, K extends boolean, Op extends string> {
  <S, D extends DType>(
    x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & FloatOnly<Op>[D]
  ): Expr<ReduceShape<S, X, K, Op>, D>
}

/**
 * A reduction of floating-point numbers.
 *
 * @since 0.1.0
 * @category model
 */
export interface FloatReduction<Op extends string> {
  <const X extends Axes = undefined, K extends boolean = false>(
    axes?: X,
    options?: ReduceOptions<K>
  ): FloatReductionOver<X, K, Op>
}

/**
 * A reduction of booleans over given axes.
 *
 * @since 0.1.0
 * @category model
 */
export interface BoolReductionOver<X extends Axes, K extends boolean, Op extends string> {
  <S, D extends DType>(
    x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & BoolOnly<Op>[D]
  ): Expr<ReduceShape<S, X, K, Op>, D>
}

/**
 * A reduction of booleans.
 *
 * @since 0.1.0
 * @category model
 */
export interface BoolReduction<Op extends string> {
  <const X extends Axes = undefined, K extends boolean = false>(
    axes?: X,
    options?: ReduceOptions<K>
  ): BoolReductionOver<X, K, Op>
}

/**
 * Averages of integers are f32.
 *
 * @since 0.1.0
 * @category model
 */
export type Averaged<D extends DType> = D extends FloatDType ? D : 'f32'

/**
 * An average over given axes: floating-point also for integers.
 *
 * @since 0.1.0
 * @category model
 */
export interface AveragingOver<X extends Axes, K extends boolean, Op extends string> {
  <S, D extends DType>(
    x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & NumberOnly<Op>[D]
  ): Expr<ReduceShape<S, X, K, Op>, Averaged<D>>
}

/**
 * A reduction whose result is floating-point also for integers.
 *
 * @since 0.1.0
 * @category model
 */
export interface Averaging<Op extends string, O> {
  <const X extends Axes = undefined, K extends boolean = false>(
    axes?: X,
    options?: Partial<ReduceOptions<K>> & O
  ): AveragingOver<X, K, Op>
}

/**
 * A function along a given axis that keeps the shape.
 *
 * @since 0.1.0
 * @category model
 */
export interface Along<X extends number, Op extends string> {
  <S, D extends DType>(x: Expr<S, D> & Check<HasAxis<S, X, Op>> & FloatOnly<Op>[D]): Expr<S, D>
}

/**
 * A function that looks along one axis (the last unless told) and keeps the shape.
 *
 * @since 0.1.0
 * @category model
 */
export interface AlongAxis<Op extends string> {
  <const X extends number = -1>(axis?: X): Along<X, Op>
}

/**
 * A search along a given axis: the result is an index, i32.
 *
 * @since 0.1.0
 * @category model
 */
export interface ArgReductionAlong<X extends number, Op extends string> {
  <S, D extends DType>(
    x: Expr<S, D> & Check<DropAxis<S, X, Op>> & NumberOnly<Op>[D]
  ): Expr<DropAxis<S, X, Op>, 'i32'>
}

/**
 * A search along one axis (the last unless told): the result is an index, i32.
 *
 * @since 0.1.0
 * @category model
 */
export interface ArgReduction<Op extends string> {
  <const X extends number = -1>(axis?: X): ArgReductionAlong<X, Op>
}
