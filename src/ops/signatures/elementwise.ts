/**
 * Types of broadcasting operations on two operands, and of those that have their second one.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type {
  BitsOnly,
  Broadcast,
  BroadcastCheck,
  DTypeCheck,
  FloatOnly,
  NumberOnly
} from '../../shape/index.js'
import type { DTypeOf, Operand, Other, ShapeOf } from './operand.js'

/**
 * What two operands must satisfy: shapes that broadcast, one dtype.
 *
 * @since 0.1.0
 * @category model
 */
export type Elementwise<A, B, Op extends string> = BroadcastCheck<ShapeOf<A>, ShapeOf<B>, Op> &
  DTypeCheck<DTypeOf<A>, DTypeOf<B>, Op>

/**
 * An operation on numbers that has its second operand.
 *
 * @since 0.1.0
 * @category model
 */
export interface ArithmeticBy<B extends Operand, Op extends string> {
  <const A extends Other<B>>(
    a: A & Elementwise<A, B, Op> & NumberOnly<Op>[DTypeOf<A> | DTypeOf<B>]
  ): Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, DTypeOf<A> | DTypeOf<B>>
}

/**
 * A broadcasting operation on numbers of one dtype. One of the operands may be a plain number, which takes the dtype of the other.
 *
 * @since 0.1.0
 * @category model
 */
export interface Arithmetic<Op extends string> {
  <const B extends Operand>(b: B): ArithmeticBy<B, Op>
}

/**
 * An operation on floating-point numbers that has its second operand.
 *
 * @since 0.1.0
 * @category model
 */
export interface FloatArithmeticBy<B extends Operand, Op extends string> {
  <const A extends Other<B>>(
    a: A & Elementwise<A, B, Op> & FloatOnly<Op>[DTypeOf<A> | DTypeOf<B>]
  ): Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, DTypeOf<A> | DTypeOf<B>>
}

/**
 * A broadcasting operation on floating-point numbers of one dtype.
 *
 * @since 0.1.0
 * @category model
 */
export interface FloatArithmetic<Op extends string> {
  <const B extends Operand>(b: B): FloatArithmeticBy<B, Op>
}

/**
 * A comparison with a given operand.
 *
 * @since 0.1.0
 * @category model
 */
export interface ComparisonBy<B extends Operand, Op extends string> {
  <const A extends Other<B>>(
    a: A & Elementwise<A, B, Op>
  ): Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, 'bool'>
}

/**
 * A broadcasting comparison of elements of one dtype: the result is boolean.
 *
 * @since 0.1.0
 * @category model
 */
export interface Comparison<Op extends string> {
  <const B extends Operand>(b: B): ComparisonBy<B, Op>
}

/**
 * A comparison by size with a given operand.
 *
 * @since 0.1.0
 * @category model
 */
export interface OrderingBy<B extends Operand, Op extends string> {
  <const A extends Other<B>>(
    a: A & Elementwise<A, B, Op> & NumberOnly<Op>[DTypeOf<A> | DTypeOf<B>]
  ): Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, 'bool'>
}

/**
 * A broadcasting comparison by size, of numbers of one dtype: the result is boolean.
 *
 * @since 0.1.0
 * @category model
 */
export interface Ordering<Op extends string> {
  <const B extends Operand>(b: B): OrderingBy<B, Op>
}

/**
 * An operation on bits that has its second operand.
 *
 * @since 0.1.0
 * @category model
 */
export interface LogicBy<B extends Operand, Op extends string> {
  <const A extends Other<B>>(
    a: A & Elementwise<A, B, Op> & BitsOnly<Op>[DTypeOf<A> | DTypeOf<B>]
  ): Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, DTypeOf<A> | DTypeOf<B>>
}

/**
 * A broadcasting operation on booleans (logical) or integers (bit by bit).
 *
 * @since 0.1.0
 * @category model
 */
export interface Logic<Op extends string> {
  <const B extends Operand>(b: B): LogicBy<B, Op>
}
