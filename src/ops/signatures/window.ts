/**
 * Types of operations on windows, and of those that have their sizes or their kernel.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type {
  Check,
  ConvShape,
  ConvTransposeShape,
  DTypeCheck,
  FloatOnly,
  NumberOnly,
  PoolShape
} from '../../shape/index.js'
import type { DType } from '../../tensor/DType.js'

/**
 * What lies around the elements: `'valid'` is nothing; `'same'` so much on both sides, the odd one behind, that stride 1 keeps the size; else
 * counts before and after for each axis, of which negative ones leave elements out.
 *
 * @since 0.1.0
 * @category model
 */
export type Padding = 'same' | 'valid' | ReadonlyArray<readonly [before: number, after: number]>

/**
 * How windows move: `strides` between positions, `dilation` between the elements of one window, each one number for all axes or a list.
 *
 * @since 0.1.0
 * @category model
 */
export interface WindowOptions {
  readonly strides?: number | ReadonlyArray<number>
  readonly padding?: Padding
  readonly dilation?: number | ReadonlyArray<number>
}

/**
 * How a kernel moves; `groups` divides channels and features into so many parts that have nothing to do with each other.
 *
 * @since 0.1.0
 * @category model
 */
export interface ConvOptions extends WindowOptions {
  readonly groups?: number
}

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
    x: Expr<X, DX> &
      Check<ConvTransposeShape<X, K, O>> &
      DTypeCheck<DX, DK, 'convTranspose'> &
      NumberOnly<'convTranspose'>[DX]
  ): Expr<ConvTransposeShape<X, K, O>, DX | DK>
}
