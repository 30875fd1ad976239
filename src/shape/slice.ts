import type { Sub } from './arithmetic.js'
import type { Is, Items, Open, Rank, ShapeError, Show, ShowDim, Unsized } from './Shape.js'

/** A bound counted from the start; negative bounds count from the end. */
type Bound<D, N> =
  Open<N> extends true
    ? number
    : N extends number
      ? `${N}` extends `-${infer K extends number}`
        ? Sub<D, K>
        : N
      : never

type Outside<D, Range> = ShapeError<`slice: range ${Show<Range>} is not within a size of ${ShowDim<D>}`>

type Within<D, From, To, Range> =
  Sub<D, To> extends undefined
    ? Outside<D, Range>
    : Sub<To, From> extends infer Size
      ? Size extends undefined
        ? Outside<D, Range>
        : Is<Size>
      : never

/** The size of one sliced axis in `Is`, or an error: `null` keeps it, `[start, stop]` or `[start, stop, step]` counts. */
type SizeOf<D, Range> = Range extends null
  ? Is<D>
  : Range extends readonly [infer A, infer B]
    ? Within<D, Bound<D, A>, Bound<D, B>, Range>
    : Is<number>

type Walk<
  S extends readonly unknown[],
  Ranges extends readonly unknown[],
  R extends readonly unknown[],
  Whole
> = Ranges extends readonly [infer Range, ...infer Rest]
  ? S extends readonly [infer D, ...infer T]
    ? SizeOf<D, Range> extends infer Size
      ? Size extends Is<infer N>
        ? Walk<T, Rest, [...R, N], Whole>
        : Size
      : never
    : ShapeError<`slice: more ranges than axes (${Show<Whole>})`>
  : [...R, ...S]

/**
 * The shape of a block: one range per leading axis, axes without a range are kept.
 *
 * @category movement
 * @since 0.1.0
 */
export type SliceShape<S, Ranges> =
  number extends Rank<S>
    ? number[]
    : number extends Rank<Ranges>
      ? Unsized<Items<S>>
      : Walk<Items<S>, Items<Ranges>, [], S>
