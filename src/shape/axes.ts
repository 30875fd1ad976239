import type { AnyOpen, Items, Open, Rank, ShapeError, Show, Unsized } from './Shape.js'

export type Text<A> = A extends number ? `${A}` : never

/** The names of the axes as text: `'0' | '1' | '-2' | '-1'`. What is left of the shape tells the negative name. */
type AxisNames<
  S extends readonly unknown[],
  Seen extends readonly unknown[] = [],
  R = never
> = S extends readonly [unknown, ...infer T]
  ? AxisNames<T, [...Seen, 0], R | Text<Seen['length']> | `-${Text<S['length']>}`>
  : R

type Names<Axes> = Axes extends readonly unknown[] ? Text<Axes[number]> : Text<Axes>

export type OutOfRange<Op extends string, Axis, S> = Axis extends string
  ? ShapeError<`${Op}: axis ${Axis} is out of range for ${Show<S>}`>
  : never

export type Twice<
  Op extends string,
  Axes,
  S
> = ShapeError<`${Op}: axes ${Show<Axes>} name an axis twice (${Show<S>})`>

/** `[S, []]` -> the axes before and after the named one, and its size. */
type Cut<S extends readonly unknown[], Name, Before extends readonly unknown[] = []> = S extends readonly [
  infer D,
  ...infer T
]
  ? Name extends Text<Before['length']> | `-${Text<S['length']>}`
    ? { readonly before: Before; readonly size: D; readonly after: T }
    : Cut<T, Name, [...Before, D]>
  : undefined

/** Where a literal axis points: `before`, `size`, `after`, or an error. */
export type At<S, Axis, Op extends string> =
  Cut<Items<S>, Text<Axis>> extends infer C
    ? C extends undefined
      ? OutOfRange<Op, Text<Axis>, S>
      : C
    : never

type Drop<
  S extends readonly unknown[],
  Axes,
  KeepDims,
  Kept extends readonly unknown[] = [],
  Seen extends readonly unknown[] = [],
  Dropped extends readonly unknown[] = []
> = S extends readonly [infer D, ...infer T]
  ? Extract<Text<Seen['length']> | `-${Text<S['length']>}`, Axes> extends never
    ? Drop<T, Axes, KeepDims, [...Kept, D], [...Seen, 0], Dropped>
    : Drop<T, Axes, KeepDims, KeepDims extends true ? [...Kept, 1] : Kept, [...Seen, 0], [...Dropped, 0]>
  : { readonly kept: Kept; readonly dropped: Dropped['length'] }

type AxisCount<Axes> = Axes extends readonly unknown[] ? Axes['length'] : 1

type ReduceNamed<S extends readonly unknown[], Axes, KeepDims, Op extends string> =
  Exclude<Names<Axes>, AxisNames<S>> extends infer Bad
    ? [Bad] extends [never]
      ? Drop<S, Names<Axes>, KeepDims> extends { readonly kept: infer K; readonly dropped: infer N }
        ? N extends AxisCount<Axes>
          ? K
          : Twice<Op, Axes, S>
        : never
      : OutOfRange<Op, Bad, S>
    : never

type AreDynamic<Axes> = [Axes] extends [readonly unknown[]]
  ? number extends Axes['length']
    ? true
    : AnyOpen<Axes>
  : Open<Axes>

type ReduceRanked<S extends readonly unknown[], Axes, KeepDims, Op extends string> = boolean extends KeepDims
  ? number[]
  : [Axes] extends [undefined]
    ? KeepDims extends true
      ? { -readonly [K in keyof S]: 1 }
      : []
    : AreDynamic<Axes> extends true
      ? KeepDims extends true
        ? Unsized<S>
        : number[]
      : ReduceNamed<S, Axes, KeepDims, Op>

/**
 * The shape after a reduction over `Axes`: `undefined` (all), one axis, or several; negative axes count from the end.
 *
 * @category reduction
 * @since 0.1.0
 */
export type ReduceShape<S, Axes, KeepDims, Op extends string> = [Axes, KeepDims] extends [undefined, false]
  ? []
  : number extends Rank<S>
    ? number[]
    : ReduceRanked<Items<S>, Axes, KeepDims, Op>

/**
 * The shape without one axis (`argmax`).
 *
 * @category reduction
 * @since 0.1.0
 */
export type DropAxis<S, Axis, Op extends string> = ReduceShape<S, Axis, false, Op>

/**
 * The shape itself, if it has the axis (`softmax`, `cumsum`, `concat` of one).
 *
 * @category reduction
 * @since 0.1.0
 */
export type HasAxis<S, Axis, Op extends string> =
  number extends Rank<S>
    ? S
    : Open<Axis> extends true
      ? S
      : At<S, Axis, Op> extends ShapeError<infer M>
        ? ShapeError<M>
        : S
