/**
 * Types of operands.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type { DType } from '../../tensor/DType.js'

/**
 * What an operation takes: an expression (or a tensor, which is one) or a number, which takes the dtype of the other operand.
 *
 * @since 0.1.0
 * @category model
 */
export type Operand = Expr<unknown> | number

/**
 * The shape of an operand; that of a number is `[]`.
 *
 * @since 0.1.0
 * @category model
 */
export type ShapeOf<X> = X extends { readonly shape: infer S } ? S : []

/**
 * The dtype of an operand; a number has none of its own.
 *
 * @since 0.1.0
 * @category model
 */
export type DTypeOf<X> = X extends Expr<unknown, infer D> ? D : never

/**
 * The first of two operands, of which at least one is an expression.
 *
 * @since 0.1.0
 * @category model
 */
export type Other<B> = B extends number ? Expr<unknown> : Operand

/**
 * The dtype that operands share; that of numbers alone is f32.
 *
 * @since 0.1.0
 * @category model
 */
export type JoinDType<D extends DType> = [D] extends [never] ? 'f32' : D

/**
 * Axes to work along: one, several, or all where there are none. Negative ones count from the end.
 *
 * @since 0.1.0
 * @category model
 */
export type Axes = number | ReadonlyArray<number> | undefined
