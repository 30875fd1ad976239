/**
 * Types of operations on windows, and of those that have their sizes or their kernel.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type { Check, ConvShape, ConvTransposeShape, DTypeCheck, FloatOnly, NumberOnly, PoolShape } from '../../shape/index.js'
import type { DType } from '../../tensor/DType.js'
import type { ConvOptions } from '../conv.js'
import type { WindowOptions } from '../sliding.js'

/**
 * Pooling of numbers by windows of sizes `K`.
 *
 * @since 0.1.0
 * @category model
 */
export interface PoolOf<K extends ReadonlyArray<number>, O extends WindowOptions, Op extends string> {
  <X, D extends DType>(
    x: Expr<X, D> & Check<PoolShape<X, K, O, Op>> & NumberOnly<Op>[D]
  ): Expr<PoolShape<X, K, O, Op>, D>
}

/**
 * Pooling of numbers: windows of the given sizes, one size for each axis before the channels.
 *
 * @since 0.1.0
 * @category model
 */
export interface Pool<Op extends string> {
  <const K extends ReadonlyArray<number>, const O extends WindowOptions = object>(
    size: K,
    options?: O
  ): PoolOf<K, O, Op>
}

/**
 * Pooling of floating-point numbers by windows of sizes `K`.
 *
 * @since 0.1.0
 * @category model
 */
export interface FloatPoolOf<K extends ReadonlyArray<number>, O extends WindowOptions, Op extends string> {
  <X, D extends DType>(
    x: Expr<X, D> & Check<PoolShape<X, K, O, Op>> & FloatOnly<Op>[D]
  ): Expr<PoolShape<X, K, O, Op>, D>
}

/**
 * Pooling of floating-point numbers.
 *
 * @since 0.1.0
 * @category model
 */
export interface FloatPool<Op extends string> {
  <const K extends ReadonlyArray<number>, const O extends WindowOptions = object>(
    size: K,
    options?: O
  ): FloatPoolOf<K, O, Op>
}

/**
 * A convolution with the kernel `Expr<K, DK>`.
 *
 * @since 0.1.0
 * @category model
 */
export interface ConvBy<K, DK extends DType, O extends ConvOptions> {
  <X, DX extends DType>(
    x: Expr<X, DX> & Check<ConvShape<X, K, O>> & DTypeCheck<DX, DK, 'conv'> & NumberOnly<'conv'>[DX]
  ): Expr<ConvShape<X, K, O>, DX | DK>
}

/**
 * A transposed convolution with the kernel `Expr<K, DK>`.
 *
 * @since 0.1.0
 * @category model
 */
export interface ConvTransposeBy<K, DK extends DType, O extends ConvOptions> {
  <X, DX extends DType>(
    x: Expr<X, DX> & Check<ConvTransposeShape<X, K, O>> & DTypeCheck<DX, DK, 'convTranspose'> & NumberOnly<'convTranspose'>[DX]
  ): Expr<ConvTransposeShape<X, K, O>, DX | DK>
}
