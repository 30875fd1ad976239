/**
 * Types of functions of one operand, element by element.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type { FloatOnly, NumberOnly } from '../../shape/index.js'
import type { DType } from '../../tensor/DType.js'

/**
 * An elementwise function of floating-point numbers.
 *
 * @since 0.1.0
 * @category model
 */
export interface Pointwise<Op extends string> {
  <S, D extends DType>(x: Expr<S, D> & FloatOnly<Op>[D]): Expr<S, D>
}

/**
 * An elementwise function of numbers.
 *
 * @since 0.1.0
 * @category model
 */
export interface PointwiseNumber<Op extends string> {
  <S, D extends DType>(x: Expr<S, D> & NumberOnly<Op>[D]): Expr<S, D>
}

/**
 * An elementwise function of elements of any dtype.
 *
 * @since 0.1.0
 * @category model
 */
export interface Kept {
  <S, D extends DType>(x: Expr<S, D>): Expr<S, D>
}

/**
 * A conversion to the dtype `E`.
 *
 * @since 0.1.0
 * @category model
 */
export interface ConvertTo<E extends DType> {
  <S>(x: Expr<S>): Expr<S, E>
}
