/**
 * Types of products, when they have their right operand or their specification.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type { Check, DTypeCheck, Einsum, MatMul, NumberOnly, Outer } from '../../shape/index.js'
import type { DType } from '../../tensor/DType.js'
import type { DTypeOf } from './operand.js'
import type { Shapes } from './movement.js'

/**
 * A matrix product with the right factor `Expr<B, DB>`.
 *
 * @since 0.1.0
 * @category model
 */
export interface MatMulBy<B, DB extends DType> {
  <A, DA extends DType>(
    a: Expr<A, DA> & Check<MatMul<A, B>> & DTypeCheck<DA, DB, 'matmul'> & NumberOnly<'matmul'>[DA]
  ): Expr<MatMul<A, B>, DA | DB>
}

/**
 * A sum of products, as `Spec` says.
 *
 * @since 0.1.0
 * @category model
 */
export interface EinsumOf<Spec extends string> {
  <const Xs extends ReadonlyArray<Expr<unknown>>>(
    ...xs: { readonly [K in keyof Xs]: Xs[K] & Check<Einsum<Spec, Shapes<Xs>>> }
  ): Expr<Einsum<Spec, Shapes<Xs>>, DTypeOf<Xs[number]>>
}

/**
 * Every product with an element of `Expr<B, DB>`.
 *
 * @since 0.1.0
 * @category model
 */
export interface OuterBy<B, DB extends DType> {
  <A, DA extends DType>(
    a: Expr<A, DA> & DTypeCheck<DA, DB, 'outer'> & NumberOnly<'outer'>[DA]
  ): Expr<Outer<A, B>, DA | DB>
}
