import type { At, OutOfRange, Text, Twice } from './axes.js'
import type { AnyOpen, Items, Open, Rank, ShapeError, Show, Unsized } from './Shape.js'

/** The position of the named axis, counted from the start. */
type Position<C> = C extends { readonly before: infer B } ? Rank<B> : never

type Reverse<S extends readonly unknown[], R extends readonly unknown[] = []> = S extends readonly [
  infer D,
  ...infer T
]
  ? Reverse<T, [D, ...R]>
  : R

/**
 * All axes reversed.
 *
 * @category movement
 * @since 0.1.0
 */
export type Transpose<S> = number extends Rank<S> ? number[] : Reverse<Items<S>>

type Pick<
  S extends readonly unknown[],
  P extends readonly unknown[],
  Whole,
  R extends readonly unknown[] = [],
  Seen = never
> = P extends readonly [infer A, ...infer T]
  ? At<S, A, 'permute'> extends infer C
    ? C extends { readonly size: infer D }
      ? Position<C> extends Seen
        ? Twice<'permute', Whole, S>
        : Pick<S, T, Whole, [...R, D], Seen | Position<C>>
      : C
    : never
  : R

type PermuteRanked<
  S extends readonly unknown[],
  P extends readonly unknown[]
> = S['length'] extends P['length']
  ? Pick<S, P, P>
  : ShapeError<`permute: ${Show<P>} has ${Text<P['length']>} axes, ${Show<S>} has ${Text<S['length']>}`>

/**
 * Axis `i` of the result is axis `P[i]` of the operand.
 *
 * @category movement
 * @since 0.1.0
 */
export type Permute<S, P> =
  number extends Rank<P>
    ? number[]
    : AnyOpen<Items<P>> extends true
      ? Unsized<Items<P>>
      : number extends Rank<S>
        ? Unsized<Items<P>>
        : PermuteRanked<Items<S>, Items<P>>

type Insert<S extends readonly unknown[], Axis, Sizes extends readonly unknown[], Op extends string> =
  At<[...S, 1], Axis, Op> extends infer C
    ? C extends { readonly before: infer B extends readonly unknown[] }
      ? S extends readonly [...B, ...infer After]
        ? [...B, ...Sizes, ...After]
        : never
      : OutOfRange<Op, Text<Axis>, S>
    : never

/**
 * The shape with a new axis of the given size at `Axis` of the result.
 *
 * @category movement
 * @since 0.1.0
 */
export type InsertAxis<S, Axis, Size, Op extends string> =
  number extends Rank<S>
    ? number[]
    : Open<Axis> extends true
      ? [...Unsized<Items<S>>, number]
      : Insert<Items<S>, Axis, [Size], Op>

/**
 * The shape with a new axis of size 1.
 *
 * @category movement
 * @since 0.1.0
 */
export type ExpandDims<S, Axis> = InsertAxis<S, Axis, 1, 'expandDims'>

type SqueezeAll<S extends readonly unknown[], R extends readonly unknown[] = []> = S extends readonly [
  infer D,
  ...infer T
]
  ? Open<D> extends true
    ? number[]
    : SqueezeAll<T, D extends 1 ? R : [...R, D]>
  : R

type SqueezeOne<C, Axis, S> = C extends {
  readonly before: infer B extends readonly unknown[]
  readonly size: infer D
  readonly after: infer A extends readonly unknown[]
}
  ? Open<D> extends true
    ? [...B, ...A]
    : D extends 1
      ? [...B, ...A]
      : ShapeError<`squeeze: axis ${Text<Axis>} has size ${Text<D>}, expected 1 (${Show<S>})`>
  : C

/**
 * The shape without one axis of size 1, or without all of them (`undefined`).
 *
 * @category movement
 * @since 0.1.0
 */
export type Squeeze<S, Axis> =
  number extends Rank<S>
    ? number[]
    : Axis extends undefined
      ? SqueezeAll<Items<S>>
      : Open<Axis> extends true
        ? number[]
        : SqueezeOne<At<S, Axis, 'squeeze'>, Axis, S>

type Splice<C, I extends readonly unknown[]> = C extends {
  readonly before: infer B extends readonly unknown[]
  readonly after: infer A extends readonly unknown[]
}
  ? [...B, ...I, ...A]
  : C

/**
 * The shape of the entries of `S` at indices of shape `I` along one axis.
 *
 * @category movement
 * @since 0.1.0
 */
export type TakeShape<S, I, Axis> =
  number extends Rank<S>
    ? number[]
    : number extends Rank<I>
      ? number[]
      : Open<Axis> extends true
        ? number[]
        : Splice<At<S, Axis, 'take'>, Items<I>>

/**
 * The shape of indices of shape `S` as unit vectors of `N` entries.
 *
 * @category movement
 * @since 0.1.0
 */
export type OneHotShape<S, N> = [...Items<S>, N]

/**
 * The shape with one more axis in front (`vmap`).
 *
 * @category batching
 * @since 0.1.0
 */
export type Prepend<N, S> = [N, ...Items<S>]
