// The recommended data-last signatures, declared without implementations. The fixtures are written against them.
import type {
  Apply,
  BoolOnly,
  Broadcast,
  BroadcastTo,
  Check,
  CheckLayers,
  ConcatShape,
  DenseFn,
  DomainOf,
  DropAxis,
  DTypeCheck,
  Einsum,
  ExpandDims,
  FloatOnly,
  HasAxis,
  IntegerOnly,
  LiteralShape,
  MatMul,
  NumberOnly,
  OneHotShape,
  ParamsOf,
  Permute,
  Prepend,
  ReduceShape,
  ReshapeShape,
  SameFn,
  SameShape,
  SequenceFn,
  Shape,
  SliceShape,
  Squeeze,
  StackShape,
  TakeShape,
  Transpose
} from '../../src/shape/index.js'

export type { Shape, ShapeError } from '../../src/shape/index.js'

export type DType = 'f32' | 'f64' | 'i32' | 'u32' | 'bool'
export type Float = 'f32' | 'f64'

export interface Expr<out S = Shape, out D extends DType = DType> {
  readonly _tag: string
  readonly shape: S
  readonly dtype: D
}

// Operands: an expression, or a number, which takes the dtype of the other operand.

export type Operand = Expr<unknown> | number
export type ShapeOf<X> = X extends { readonly shape: infer S } ? S : []
export type DTypeOf<X> = X extends Expr<unknown, infer D> ? D : never

/** At least one of two operands is an expression. */
type Other<B> = B extends number ? Expr<unknown> : Operand

type Elementwise<A, B, Op extends string> = Check<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>> &
  DTypeCheck<DTypeOf<A>, DTypeOf<B>, Op>

export type Arithmetic<Op extends string> = <B extends Operand>(
  b: B
) => <A extends Other<B>>(
  a: A & Elementwise<A, B, Op> & NumberOnly<Op>[DTypeOf<A> | DTypeOf<B>]
) => Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, DTypeOf<A> | DTypeOf<B>>

export type Comparison<Op extends string> = <B extends Operand>(
  b: B
) => <A extends Other<B>>(a: A & Elementwise<A, B, Op>) => Expr<Broadcast<ShapeOf<A>, ShapeOf<B>, Op>, 'bool'>

export type Pointwise<Op extends string> = <S, D extends DType>(
  x: Expr<S, D> & FloatOnly<Op>[D]
) => Expr<S, D>

export declare const add: Arithmetic<'add'>
export declare const sub: Arithmetic<'sub'>
export declare const mul: Arithmetic<'mul'>
export declare const div: Arithmetic<'div'>
export declare const less: Comparison<'less'>
export declare const exp: Pointwise<'exp'>
export declare const tanh: Pointwise<'tanh'>
export declare const neg: <S, D extends DType>(x: Expr<S, D> & NumberOnly<'neg'>[D]) => Expr<S, D>
export declare const convert: <E extends DType>(dtype: E) => <S>(x: Expr<S>) => Expr<S, E>
export declare const tensor: <const T>(values: T & Check<LiteralShape<T>>) => Expr<LiteralShape<T>, 'f32'>
export declare const matmul: <B, DB extends DType>(
  b: Expr<B, DB>
) => <A, DA extends DType>(
  a: Expr<A, DA> & Check<MatMul<A, B>> & DTypeCheck<DA, DB, 'matmul'> & NumberOnly<'matmul'>[DA]
) => Expr<MatMul<A, B>, DA | DB>

// Reductions and axes.

export interface ReduceOptions<K extends boolean = boolean> {
  readonly keepDims: K
}

export type Axes = number | readonly number[] | undefined

export type Reduction<Op extends string> = <const X extends Axes = undefined, K extends boolean = false>(
  axes?: X,
  options?: ReduceOptions<K>
) => <S, D extends DType>(
  x: Expr<S, D> & Check<ReduceShape<S, X, K, Op>> & NumberOnly<Op>[D]
) => Expr<ReduceShape<S, X, K, Op>, D>

export declare const sum: Reduction<'sum'>
export declare const mean: Reduction<'mean'>
export declare const max: Reduction<'max'>
export declare const softmax: <const X extends number = -1>(
  axis?: X
) => <S, D extends DType>(
  x: Expr<S, D> & Check<HasAxis<S, X, 'softmax'>> & FloatOnly<'softmax'>[D]
) => Expr<S, D>
export declare const argmax: <const X extends number = -1>(
  axis?: X
) => <S>(x: Expr<S> & Check<DropAxis<S, X, 'argmax'>>) => Expr<DropAxis<S, X, 'argmax'>, 'i32'>

// Movement.

export declare const reshape: <const T extends Shape>(
  shape: T
) => <S, D extends DType>(x: Expr<S, D> & Check<ReshapeShape<S, T>>) => Expr<ReshapeShape<S, T>, D>
export declare const permute: <const P extends Shape>(
  axes: P
) => <S, D extends DType>(x: Expr<S, D> & Check<Permute<S, P>>) => Expr<Permute<S, P>, D>
export declare const transpose: <S, D extends DType>(x: Expr<S, D>) => Expr<Transpose<S>, D>
export declare const broadcastTo: <const T extends Shape>(
  shape: T
) => <S, D extends DType>(x: Expr<S, D> & Check<BroadcastTo<S, T>>) => Expr<BroadcastTo<S, T>, D>
export declare const squeeze: <const X extends number | undefined = undefined>(
  axis?: X
) => <S, D extends DType>(x: Expr<S, D> & Check<Squeeze<S, X>>) => Expr<Squeeze<S, X>, D>
export declare const expandDims: <const X extends number>(
  axis: X
) => <S, D extends DType>(x: Expr<S, D> & Check<ExpandDims<S, X>>) => Expr<ExpandDims<S, X>, D>

/** `null` keeps the axis, `[start, stop]` and `[start, stop, step]` count as in NumPy. */
export type Range = null | readonly [number, number] | readonly [number, number, number]

export declare const slice: <const R extends readonly Range[]>(
  ranges: R
) => <S, D extends DType>(x: Expr<S, D> & Check<SliceShape<S, R>>) => Expr<SliceShape<S, R>, D>
export declare const take: <I, DI extends DType, const X extends number>(
  indices: Expr<I, DI> & IntegerOnly<'take'>[DI],
  axis: X
) => <S, D extends DType>(x: Expr<S, D> & Check<TakeShape<S, I, X>>) => Expr<TakeShape<S, I, X>, D>
export declare const oneHot: <const N extends number>(
  size: N
) => <S, D extends DType>(indices: Expr<S, D> & IntegerOnly<'oneHot'>[D]) => Expr<OneHotShape<S, N>, 'f32'>

// Lists of operands.

type Shapes<Xs> = { readonly [K in keyof Xs]: ShapeOf<Xs[K]> }
type DTypes<Xs extends readonly unknown[], Op extends string> = Xs extends readonly [
  infer A,
  infer B,
  ...infer R
]
  ? DTypeCheck<DTypeOf<A>, DTypeOf<B>, Op> & DTypes<[B, ...R], Op>
  : unknown

export declare const concat: <const X extends number>(
  axis: X
) => <const Xs extends readonly Expr<unknown>[]>(
  xs: Xs & Check<ConcatShape<Shapes<Xs>, X>> & DTypes<Xs, 'concat'>
) => Expr<ConcatShape<Shapes<Xs>, X>, DTypeOf<Xs[number]>>
export declare const stack: <const X extends number>(
  axis: X
) => <const Xs extends readonly Expr<unknown>[]>(
  xs: Xs & Check<StackShape<Shapes<Xs>, X>> & DTypes<Xs, 'stack'>
) => Expr<StackShape<Shapes<Xs>, X>, DTypeOf<Xs[number]>>
export declare const einsum: <const Spec extends string>(
  spec: Spec
) => <const Xs extends readonly Expr<unknown>[]>(
  ...xs: { readonly [K in keyof Xs]: Xs[K] & Check<Einsum<Spec, Shapes<Xs>>> }
) => Expr<Einsum<Spec, Shapes<Xs>>, DTypeOf<Xs[number]>>

type Select<A, B, C> =
  Broadcast<ShapeOf<A>, ShapeOf<B>, 'where'> extends infer R
    ? R extends readonly unknown[]
      ? Broadcast<C, R, 'where'>
      : R
    : never

export declare const where: <A extends Operand, B extends Operand>(
  onTrue: A,
  onFalse: B & Elementwise<A, B, 'where'>
) => <C, D extends DType>(
  condition: Expr<C, D> & BoolOnly<'where'>[D] & Check<Select<A, B, C>>
) => Expr<Select<A, B, C>, DTypeOf<A> | DTypeOf<B>>

// Losses: no broadcasting between prediction and target.

export declare const meanSquaredError: <T, DT extends DType>(
  target: Expr<T, DT>
) => <S, D extends DType>(
  prediction: Expr<S, D> & Check<SameShape<S, T, 'meanSquaredError'>> & DTypeCheck<D, DT, 'meanSquaredError'>
) => Expr<[], D | DT>

// Transformations.

export declare const grad: <P, D extends Float>(
  f: (parameters: P) => Expr<readonly [], D>
) => (parameters: P) => P
export declare const valueAndGrad: <P, D extends Float>(
  f: (parameters: P) => Expr<readonly [], D>
) => (parameters: P) => readonly [value: Expr<[], D>, gradient: P]

/** A tree with one more axis of size `N` in front of every leaf. */
export type Batched<N, T> =
  T extends Expr<infer S, infer D>
    ? Expr<Prepend<N, S>, D>
    : T extends object
      ? { readonly [K in keyof T]: Batched<N, T[K]> }
      : T

type BatchedRest<N, A> = A extends readonly [infer H, ...infer T]
  ? [Batched<N, H>, ...Batched<NoInfer<N>, T>]
  : []

export declare const vmap: <A extends readonly unknown[], R>(
  f: (...args: A) => R
) => <N extends number>(...args: BatchedRest<N, A>) => Batched<N, R>

// Layers act on one example.

export interface Layer<out F, out P> {
  readonly shapeFn: F
  readonly params: P
}

export declare const dense: <const I extends number, const O extends number>(
  inputs: I,
  outputs: O
) => Layer<DenseFn<I, O>, { readonly w: Expr<[I, O], 'f32'>; readonly b: Expr<[O], 'f32'> }>
export declare const relu: Layer<SameFn, readonly []>
export declare const sequential: <Ls extends readonly Layer<unknown, unknown>[]>(
  ...layers: CheckLayers<Ls>
) => Layer<SequenceFn<Ls>, ParamsOf<Ls>>

/** At any shape the layers accept. */
export declare const apply: <F, P>(
  layer: Layer<F, P>
) => (params: P) => <S, D extends DType>(x: Expr<S, D> & Check<Apply<F, S>>) => Expr<Apply<F, S>, D>

/** At the shape of one example, as `vmap` wants it: no type parameters left. */
export declare const forward: <F, P>(
  layer: Layer<F, P>
) => (params: P) => (x: Expr<DomainOf<F>, 'f32'>) => Expr<Apply<F, DomainOf<F>>, 'f32'>
