import type { FromDigits, Product, Quotient } from './arithmetic.js'
import type { AnyOpen, Exactly, Items, Open, Rank, ShapeError, Show } from './Shape.js'

type Fill<T extends readonly unknown[], Size, R extends readonly unknown[] = []> = T extends readonly [
  infer D,
  ...infer Rest
]
  ? Fill<Rest, Size, [...R, Exactly<D, D> extends Exactly<-1, -1> ? Size : D]>
  : R

/** Open sizes may stand for the -1. */
type FillOpen<T extends readonly unknown[], R extends readonly unknown[] = []> = T extends readonly [
  infer D,
  ...infer Rest
]
  ? FillOpen<Rest, [...R, Open<D> extends true ? number : Exactly<D, D> extends Exactly<-1, -1> ? number : D]>
  : R

type Others<T extends readonly unknown[], R extends readonly unknown[] = []> = T extends readonly [
  infer D,
  ...infer Rest
]
  ? Others<Rest, D extends -1 ? R : [...R, D]>
  : R

type Counted<S, T, N, M> = N extends number
  ? M extends number
    ? ShapeError<`reshape: ${Show<S>} has ${N} elements, ${Show<T>} has ${M}`>
    : never
  : never

type CannotHold<S, T, N> = N extends number
  ? ShapeError<`reshape: ${Show<S>} has ${N} elements, which ${Show<T>} cannot hold`>
  : never

// `T` is asked before `S`: with `S` still a type parameter the compiler looks into every branch that is left.
// `Shared` is what the two shapes have in front: with an open size there (`number`), counts prove nothing.
type Wildcard<
  S extends readonly unknown[],
  T extends readonly unknown[],
  WholeS,
  WholeT,
  Head extends readonly unknown[],
  Shared
> =
  Quotient<Product<S>, Product<Others<T>>> extends infer Q
    ? Q extends number
      ? [...Head, ...Fill<T, number extends Shared ? number : Q>]
      : number extends Shared
        ? [...Head, ...Fill<T, number>]
        : CannotHold<WholeS, WholeT, FromDigits<Product<Items<WholeS>>>>
    : never

type Exact<
  S extends readonly unknown[],
  T extends readonly unknown[],
  WholeS,
  WholeT,
  Head extends readonly unknown[],
  Shared
> =
  Exactly<FromDigits<Product<S>>, 0> extends Exactly<FromDigits<Product<T>>, 0>
    ? [...Head, ...T]
    : number extends Shared
      ? [...Head, ...T]
      : Counted<WholeS, WholeT, FromDigits<Product<Items<WholeS>>>, FromDigits<Product<Items<WholeT>>>>

type Count<
  S extends readonly unknown[],
  T extends readonly unknown[],
  WholeS,
  WholeT,
  Head extends readonly unknown[],
  Shared
> =
  AnyOpen<T> extends true
    ? [...Head, ...FillOpen<T>]
    : AnyOpen<S> extends true
      ? [...Head, ...Fill<T, number>]
      : -1 extends T[number]
        ? Wildcard<S, T, WholeS, WholeT, Head, Shared>
        : Exact<S, T, WholeS, WholeT, Head, Shared>

type Wildcards<T extends readonly unknown[], N extends readonly 0[] = []> = T extends readonly [
  infer D,
  ...infer R
]
  ? Wildcards<R, Exactly<D, 0> extends Exactly<-1, 0> ? [...N, 0] : N>
  : N['length']

type Negative<D> = D extends number
  ? `${D}` extends '-1'
    ? never
    : `${D}` extends `-${string}`
      ? D
      : never
  : never

type Rest<
  S extends readonly unknown[],
  T extends readonly unknown[],
  WholeS,
  WholeT,
  Head extends readonly unknown[],
  Shared
> = [Negative<T[number]>] extends [never]
  ? Wildcards<T> extends 0 | 1
    ? Count<S, T, WholeS, WholeT, Head, Shared>
    : ShapeError<`reshape: at most one size may be -1 (${Show<WholeT>})`>
  : ShapeError<`reshape: sizes are counts, or one -1 (${Show<WholeT>})`>

/** Whether the counts of two shapes are known, equal and not 0. */
type SameCount<S extends readonly unknown[], T extends readonly unknown[]> =
  AnyOpen<T> extends true
    ? false
    : Extract<T[number], -1 | 0> extends never
      ? AnyOpen<S> extends true
        ? false
        : Exactly<FromDigits<Product<S>>, 0> extends Exactly<FromDigits<Product<T>>, 0>
          ? true
          : false
      : false

/** The same size or a hole, which is that size where as many elements stand behind both. */
type Front<X, Y> = Exactly<Y, 0> extends Exactly<X, 0> | Exactly<-1, 0> ? true : false

/** Equal leading axes cancel: cheap, and a generic batch axis stays usable. */
type Strip<
  S extends readonly unknown[],
  T extends readonly unknown[],
  WholeS,
  WholeT,
  Head extends readonly unknown[] = [],
  Shared = never
> = S extends readonly [infer X, ...infer SS]
  ? T extends readonly [infer Y, ...infer TS]
    ? true extends Front<X, Y> & SameCount<SS, TS>
      ? [...Head, X, ...TS]
      : Exactly<X, 0> extends Exactly<Y, 0>
        ? Strip<SS, TS, WholeS, WholeT, [...Head, X], Shared | (Open<X> extends true ? number : X)>
        : Rest<S, T, WholeS, WholeT, Head, Shared>
    : Rest<S, T, WholeS, WholeT, Head, Shared>
  : Rest<S, T, WholeS, WholeT, Head, Shared>

/**
 * The shape `T` with its -1 filled in, if it holds as many elements as `S`.
 *
 * @category movement
 * @since 0.1.0
 */
export type ReshapeShape<S, T> =
  number extends Rank<T>
    ? number[]
    : number extends Rank<S>
      ? Fill<Items<T>, number>
      : Strip<Items<S>, Items<T>, S, T>
