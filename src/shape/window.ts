import type { Add, Floor, Multiply, Sub } from './arithmetic.js'
import type { ShapeFn } from './sequence.js'
import type { AnyOpen, Items, Rank, SameDim, Shape, ShapeError, Show, ShowDim, Unsized } from './Shape.js'

/** An option that was given, or what it is otherwise. */
type Option<O, K extends string, Default> = O extends Readonly<Record<K, infer V>> ? V : Default

/** The entry of the last axis of an option, which is one number for all axes or a list. */
type Last<P> = P extends readonly unknown[] ? (P extends readonly [...unknown[], infer L] ? L : number) : P
/** The entries before it. */
type Before<P> = P extends readonly [...infer R, unknown] ? R : P

type Unfit<
  Op extends string,
  D,
  K
> = ShapeError<`${Op}: windows of ${ShowDim<K>} do not fit into ${ShowDim<D>}`>

/** `K` elements a dilation apart reach over `(K - 1) L + 1` places. */
type Reach<K, L> = Sub<K, 1> extends infer G ? (G extends undefined ? 0 : Add<Multiply<G, L>, 1>) : never

/** `floor((D - reach) / S) + 1`. */
type Positions<Op extends string, D, K, S, L> =
  Sub<D, Reach<K, L>> extends infer Room
    ? Room extends undefined
      ? Unfit<Op, D, K>
      : Add<Floor<Room, S>, 1>
    : never

/** `D` with padding; a negative one is counted at run time. */
type Padded<D, P> = P extends readonly [infer A, infer B]
  ? `${A & number}${B & number}` extends `${string}-${string}`
    ? number
    : Add<Add<D, A>, B>
  : number

/** `ceil(D / S)`. */
type RoundedUp<D, S> =
  Sub<S, 1> extends infer T ? (T extends undefined ? number : Floor<Add<D, T>, S>) : never

type Slid<Op extends string, D, K, S, L, P> = P extends 'same'
  ? RoundedUp<D, S>
  : P extends 'valid'
    ? Positions<Op, D, K, S, L>
    : Positions<Op, Padded<D, P>, K, S, L>

/** Padding comes by the axis as a pair, or is a word for all of them. */
type LastPair<P> = P extends readonly unknown[]
  ? P extends readonly [...unknown[], infer L]
    ? L
    : readonly [number, number]
  : P

type Opposite<Op extends string, D, K, S, L, P> = P extends 'same'
  ? Multiply<D, S>
  : P extends 'valid'
    ? Sub<Reach<K, L>, S> extends infer More
      ? Add<Multiply<D, S>, More extends undefined ? 0 : More>
      : never
    : Sub<D, 1> extends infer G
      ? Positions<Op, Padded<G extends undefined ? 0 : Add<Multiply<G, S>, 1>, P>, K, 1, L>
      : never

interface Ways<Op extends string, D, K, S, L, P> {
  readonly slide: Slid<Op, D, K, S, L, P>
  readonly transpose: Opposite<Op, D, K, S, L, P>
}

/** Sizes along the axes that slide, from the last to the first; what is before them stays. */
type Walk<
  Way extends 'slide' | 'transpose',
  Op extends string,
  X extends readonly unknown[],
  K extends readonly unknown[],
  S,
  L,
  P,
  R extends readonly unknown[],
  Whole
> = K extends readonly [...infer Ks, infer J]
  ? X extends readonly [...infer Xs, infer D]
    ? Ways<Op, D, J, Last<S>, Last<L>, LastPair<P>>[Way] extends infer N
      ? N extends ShapeError<string>
        ? N
        : Walk<Way, Op, Xs, Ks, Before<S>, Before<L>, Before<P>, [N, ...R], Whole>
      : never
    : ShapeError<`${Op}: windows have more axes than ${Show<Whole>} has before its channels`>
  : [...X, ...R]

type Convolve<Way extends 'slide' | 'transpose', Op extends string, X, K extends readonly unknown[], O> =
  Items<X> extends readonly [...infer Xs, infer C]
    ? K extends readonly [...infer Ks, infer I, infer F]
      ? SameDim<C, Multiply<I, Option<O, 'groups', 1>>> extends true
        ? Walk<
            Way,
            Op,
            Xs,
            Ks,
            Option<O, 'strides', 1>,
            Option<O, 'dilation', 1>,
            Option<O, 'padding', 'valid'>,
            [F],
            X
          >
        : ShapeError<`${Op}: the input has ${ShowDim<C>} channels, the kernel ${Show<K>} ${ShowDim<I>} in each group`>
      : ShapeError<`${Op}: a kernel [...sizes, channels, features] has more axes than ${Show<K>}`>
    : ShapeError<`${Op}: the input has no axis of channels (${Show<X>})`>

/**
 * The shape of a convolution of `[..., ...spatial, channels]` with a kernel `[...sizes, channels / groups, features]`.
 *
 * @category windows
 * @since 0.1.0
 */
export type ConvShape<X, K, O> =
  number extends Rank<X>
    ? number[]
    : number extends Rank<K>
      ? number[]
      : Convolve<'slide', 'conv', X, Items<K>, O>

/**
 * The shape of a transposed convolution.
 *
 * @category windows
 * @since 0.1.0
 */
export type ConvTransposeShape<X, K, O> =
  number extends Rank<X>
    ? number[]
    : number extends Rank<K>
      ? number[]
      : Convolve<'transpose', 'convTranspose', X, Items<K>, O>

/**
 * The shape of what windows of sizes `K` over the axes before the channels come to.
 *
 * @category windows
 * @since 0.1.0
 */
export type PoolShape<X, K, O, Op extends string> =
  number extends Rank<X>
    ? number[]
    : number extends Rank<K>
      ? number[]
      : Items<X> extends readonly [...infer Xs, infer C]
        ? Walk<
            'slide',
            Op,
            Xs,
            Items<K>,
            Option<O, 'strides', K>,
            Option<O, 'dilation', 1>,
            Option<O, 'padding', 'valid'>,
            [C],
            X
          >
        : ShapeError<`${Op}: the input has no axis of channels (${Show<X>})`>

/**
 * All elements in a row; their number is known where all sizes are.
 *
 * @category windows
 * @since 0.1.0
 */
export type FlatShape<S> =
  number extends Rank<S> ? [number] : AnyOpen<Items<S>> extends true ? [number] : [Count<Items<S>>]

type Count<S extends readonly unknown[], N = 1> = S extends readonly [infer D, ...infer R]
  ? Count<R, Multiply<N, D>>
  : N

type Sizes<K extends readonly unknown[]> = K extends readonly [...infer Ks, infer I, unknown]
  ? [...Unsized<Ks>, I]
  : number[]

/**
 * `[...spatial, channels] -> [...positions, features]`, by the shape of a kernel.
 *
 * @category layers
 * @since 0.1.0
 */
export interface ConvFn<K extends readonly unknown[], O> extends ShapeFn {
  readonly out: ConvShape<this['in'], K, O>
  readonly domain: Sizes<K>
}

/**
 * `[...spatial, channels] -> [...positions, channels]`, by the sizes of windows.
 *
 * @category layers
 * @since 0.1.0
 */
export interface PoolFn<K extends readonly unknown[], O, Op extends string> extends ShapeFn {
  readonly out: PoolShape<this['in'], K, O, Op>
  readonly domain: [...Unsized<K>, number]
}

/**
 * `[...sizes] -> [size]`.
 *
 * @category layers
 * @since 0.1.0
 */
export interface FlatFn extends ShapeFn {
  readonly out: FlatShape<this['in']>
  readonly domain: Shape
}
