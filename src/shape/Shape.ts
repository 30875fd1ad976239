/**
 * The size of each axis. A literal size is checked by the compiler, `number` is known only at run time.
 *
 * @category model
 * @since 0.1.0
 */
export type Shape = readonly number[]

/** Names `A` and does not depend on it where the list is empty. */
type PerItem<L, A> = { readonly [K in keyof L]: A }

/**
 * A mistake found by the compiler; the message is the last line of its diagnostic. It is a phantom: mistakes of any text are one type, so that functions
 * that refuse the same (as `sin` and `cos` do) are of one type too.
 *
 * @category model
 * @since 0.1.0
 */
export interface ShapeError<M extends string> {
  readonly __shapeError: PerItem<readonly [], M>
}

/**
 * Intersected with a parameter: nothing for a good result, an unsatisfiable type for a `ShapeError`.
 *
 * @category model
 * @since 0.1.0
 */
export type Check<R> = R extends ShapeError<string> ? NoInfer<R> : unknown

// Sizes are compared inside these wrappers: `Is<N> extends Is<N>` resolves for a type parameter `N`,
// where `[N] extends [N]` stays deferred and makes generic user code unusable.
export interface Is<out A> {
  readonly is: A
}
export interface Both<out A, out B> {
  readonly first: A
  readonly second: B
}
export interface Exactly<in out A, in out B> {
  readonly first: (a: A) => A
  readonly second: (b: B) => B
}

/** `number` when the rank is unknown. */
export type Rank<S> = S extends { readonly length: infer L } ? L : number

/** The list behind a shape; the shape of an earlier mistake is unknown, so that one mistake is reported once. */
export type Items<S> = S extends readonly unknown[] ? S : number[]

type Several<D, Whole = D> = D extends unknown ? ([Whole] extends [D] ? false : true) : never

/**
 * Not one literal: checked at run time. Several literals count as `number`, because what is computed of them (products,
 * messages) would have a case for each combination.
 */
export type Open<D> = number extends D ? true : Several<D>

/** Whether an entry is not one literal. */
export type AnyOpen<S extends readonly unknown[]> = true extends { [K in keyof S]: Open<S[K]> }[number]
  ? true
  : false

/** The sizes agree; an open one agrees with all. */
export type SameDim<A, B> =
  Exactly<A, B> extends Exactly<A, A>
    ? true
    : Open<A> extends true
      ? true
      : Open<B> extends true
        ? true
        : false

/** The more precise of two sizes that agree. */
export type PreciseDim<A, B> =
  Exactly<A, B> extends Exactly<A, A> ? A : Open<A> extends true ? (number extends B ? A : B) : A

/**
 * All sizes unknown, same rank.
 *
 * @category model
 * @since 0.1.0
 */
export type Unsized<S extends readonly unknown[]> = { -readonly [K in keyof S]: number }

/** A size as text, `?` for an open one. */
export type ShowDim<D> = Open<D> extends true ? '?' : D extends number ? `${D}` : '?'

type ShowDims<S extends readonly unknown[], Text extends string = ''> = S extends readonly [
  infer D,
  ...infer R
]
  ? ShowDims<R, Text extends '' ? ShowDim<D> : `${Text}, ${ShowDim<D>}`>
  : Text

/**
 * `[2, 3]` as text, `?` for a size that is not known.
 *
 * @category printing
 * @since 0.1.0
 */
export type Show<S> = S extends readonly unknown[]
  ? number extends Rank<S>
    ? '[...]'
    : `[${ShowDims<S>}]`
  : '[...]'

/**
 * A shape without `readonly`, as annotations are usually written.
 *
 * @category model
 * @since 0.1.0
 */
export type Mutable<S> = { -readonly [K in keyof S]: S[K] }
