/**
 * Types of operations: what a partly applied operation is, under a name, so that declarations of users stay short.
 *
 * @since 0.1.0
 */
import type { Expr } from '../graph/Expr.js'
import type {
  BitsOnly,
  BoolOnly,
  Broadcast,
  BroadcastCheck,
  Check,
  DTypeCheck,
  DropAxis,
  FloatOnly,
  HasAxis,
  NumberOnly,
  PoolShape,
  ReduceShape
} from '../shape/index.js'
import type { DType, FloatDType } from '../tensor/DType.js'
import type { Axes, DTypeOf, Operand, Other, ShapeOf } from './operand.js'
import type { ReduceOptions } from './reduce.js'
import type { WindowOptions } from './sliding.js'

/**
 * What two operands must satisfy: shapes that broadcast, one dtype.
 *
 * @since 0.1.0
 * @category model
 */
export type Elementwise<A, B, Op extends string> = BroadcastCheck<ShapeOf<A>, ShapeOf<B>, Op> &
  DTypeCheck<DTypeOf<A>, DTypeOf<B>, Op>

/**
 * A broadcasting operation on numbers of one dtype. One of the operands may be a plain number, which takes the dtype of the other.
 *
 * @since 0.1.0
 * @category model
 */
export type Arithmetic<Op extends string> = <const B extends Operand>(
  b: B
) => <const A extends Other<B>>(
  a: A & Elementwise<A, B, Op> & NumberOnly<Op>[DTypeOf<A> | DTypeOf<B>]
) => Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, DTypeOf<A> | DTypeOf<B>>

/**
 * A broadcasting operation on floating-point numbers of one dtype.
 *
 * @since 0.1.0
 * @category model
 */
export type FloatArithmetic<Op extends string> = <const B extends Operand>(
  b: B
) => <const A extends Other<B>>(
  a: A & Elementwise<A, B, Op> & FloatOnly<Op>[DTypeOf<A> | DTypeOf<B>]
) => Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, DTypeOf<A> | DTypeOf<B>>

/**
 * A broadcasting comparison of elements of one dtype: the result is boolean.
 *
 * @since 0.1.0
 * @category model
 */
export type Comparison<Op extends string> = <const B extends Operand>(
  b: B
) => <const A extends Other<B>>(
  a: A & Elementwise<A, B, Op>
) => Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, 'bool'>

/**
 * A broadcasting comparison by size, of numbers of one dtype: the result is boolean.
 *
 * @since 0.1.0
 * @category model
 */
export type Ordering<Op extends string> = <const B extends Operand>(
  b: B
) => <const A extends Other<B>>(
  a: A & Elementwise<A, B, Op> & NumberOnly<Op>[DTypeOf<A> | DTypeOf<B>]
) => Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, 'bool'>

/**
 * A broadcasting operation on booleans (logical) or integers (bit by bit).
 *
 * @since 0.1.0
 * @category model
 */
export type Logic<Op extends string> = <const B extends Operand>(
  b: B
) => <const A extends Other<B>>(
  a: A & Elementwise<A, B, Op> & BitsOnly<Op>[DTypeOf<A> | DTypeOf<B>]
) => Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, DTypeOf<A> | DTypeOf<B>>

/**
 * An elementwise function of floating-point numbers.
 *
 * @since 0.1.0
 * @category model
 */
export type Pointwise<Op extends string> = <S, D extends DType>(
  x: Expr<S, D> & FloatOnly<Op>[D]
) => Expr<S, D>

/**
 * An elementwise function of numbers.
 *
 * @since 0.1.0
 * @category model
 */
export type PointwiseNumber<Op extends string> = <S, D extends DType>(
  x: Expr<S, D> & NumberOnly<Op>[D]
) => Expr<S, D>

/**
 * Pooling of numbers: windows of the given sizes, one size for each axis before the channels.
 *
 * @since 0.1.0
 * @category model
 */
export type Pool<Op extends string> = <
  const K extends ReadonlyArray<number>,
  const O extends WindowOptions = object
>(
  size: K,
  options?: O
) => <X, D extends DType>(
  x: Expr<X, D> & Check<PoolShape<X, K, O, Op>> & NumberOnly<Op>[D]
) => Expr<PoolShape<X, K, O, Op>, D>

/**
 * Pooling of floating-point numbers.
 *
 * @since 0.1.0
 * @category model
 */
export type FloatPool<Op extends string> = <
  const K extends ReadonlyArray<number>,
  const O extends WindowOptions = object
>(
  size: K,
  options?: O
) => <X, D extends DType>(
  x: Expr<X, D> & Check<PoolShape<X, K, O, Op>> & FloatOnly<Op>[D]
) => Expr<PoolShape<X, K, O, Op>, D>

/**
 * A reduction of numbers.
 *
 * @since 0.1.0
 * @category model
 */
export type Reduction<Op extends string> = <const X extends Axes = undefined, K extends boolean = false>(
  axes?: X,
  options?: ReduceOptions<K>
) => <S, D extends DType>(
  x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & NumberOnly<Op>[D]
) => Expr<ReduceShape<S, X, K, Op>, D>

/**
 * A reduction of floating-point numbers.
 *
 * @since 0.1.0
 * @category model
 */
export type FloatReduction<Op extends string> = <const X extends Axes = undefined, K extends boolean = false>(
  axes?: X,
  options?: ReduceOptions<K>
) => <S, D extends DType>(
  x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & FloatOnly<Op>[D]
) => Expr<ReduceShape<S, X, K, Op>, D>

/**
 * A reduction of booleans.
 *
 * @since 0.1.0
 * @category model
 */
export type BoolReduction<Op extends string> = <const X extends Axes = undefined, K extends boolean = false>(
  axes?: X,
  options?: ReduceOptions<K>
) => <S, D extends DType>(
  x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & BoolOnly<Op>[D]
) => Expr<ReduceShape<S, X, K, Op>, D>

/**
 * Averages of integers are f32.
 *
 * @since 0.1.0
 * @category model
 */
export type Averaged<D extends DType> = D extends FloatDType ? D : 'f32'

/**
 * A reduction whose result is floating-point also for integers.
 *
 * @since 0.1.0
 * @category model
 */
export type Averaging<Op extends string, O> = <const X extends Axes = undefined, K extends boolean = false>(
  axes?: X,
  options?: Partial<ReduceOptions<K>> & O
) => <S, D extends DType>(
  x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & NumberOnly<Op>[D]
) => Expr<ReduceShape<S, X, K, Op>, Averaged<D>>

/**
 * A function that looks along one axis (the last unless told) and keeps the shape.
 *
 * @since 0.1.0
 * @category model
 */
export type AlongAxis<Op extends string> = <const X extends number = -1>(
  axis?: X
) => <S, D extends DType>(x: Expr<S, D> & Check<HasAxis<S, X, Op>> & FloatOnly<Op>[D]) => Expr<S, D>

/**
 * A search along one axis (the last unless told): the result is an index, i32.
 *
 * @since 0.1.0
 * @category model
 */
export type ArgReduction<Op extends string> = <const X extends number = -1>(
  axis?: X
) => <S, D extends DType>(
  x: Expr<S, D> & Check<DropAxis<S, X, Op>> & NumberOnly<Op>[D]
) => Expr<DropAxis<S, X, Op>, 'i32'>
