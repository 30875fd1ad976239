import type {
  Both,
  Check,
  Exactly,
  Is,
  Items,
  Open,
  Rank,
  SameDim,
  ShapeError,
  Show,
  ShowDim
} from './Shape.js'

/**
 * One axis: the size after broadcasting in `Is`, or `undefined`. Resolves for (N, N), (N, 1) and (1, N): what is left of
 * `A | B` without 1. `Ready` is a literal of the caller that is open until the sizes are known; without it the compiler
 * would settle `R = A | B` where this type is declared.
 */
type BroadcastDim<A, B, Ready> =
  Both<A | B, Ready> extends Both<infer R | 1, number>
    ? Exactly<A, B> extends Exactly<R, R> | Exactly<R, 1> | Exactly<1, R>
      ? Is<R>
      : Open<A> extends true
        ? Is<B>
        : Open<B> extends true
          ? Is<A>
          : undefined
    : never

type Mismatch<
  Op extends string,
  A,
  B,
  X,
  Y,
  Axis
> = ShapeError<`${Op}: sizes ${ShowDim<X>} and ${ShowDim<Y>} on axis -${ShowDim<Axis>} do not broadcast (${Show<A>} and ${Show<B>})`>

type Walk<
  A extends readonly unknown[],
  B extends readonly unknown[],
  Op extends string,
  WholeA,
  WholeB,
  R extends readonly unknown[] = []
> = A extends readonly []
  ? [...B, ...R]
  : B extends readonly []
    ? [...A, ...R]
    : A extends readonly [...infer AS, infer X]
      ? B extends readonly [...infer BS, infer Y]
        ? BroadcastDim<X, Y, Rank<WholeA>> extends infer D
          ? D extends Is<infer Size>
            ? Walk<AS, BS, Op, WholeA, WholeB, [Size, ...R]>
            : Mismatch<Op, WholeA, WholeB, X, Y, [...R, X]['length']>
          : never
        : never
      : never

/**
 * NumPy broadcasting: axes are aligned at the end, sizes agree or one of them is 1.
 *
 * @category elementwise
 * @since 0.1.0
 */
export type Broadcast<A, B, Op extends string> = [B] extends [readonly []]
  ? A
  : number extends Rank<A>
    ? number[]
    : number extends Rank<B>
      ? number[]
      : Walk<Items<A>, Items<B>, Op, A, B>

/**
 * `unknown` if two shapes broadcast. A scalar is told apart first, so that `mul(2)` is allowed for a shape that is a type
 * parameter.
 *
 * @category elementwise
 * @since 0.1.0
 */
export type BroadcastCheck<A, B, Op extends string> = [B] extends [readonly []]
  ? unknown
  : Check<Broadcast<A, B, Op>>

type Expand<
  S extends readonly unknown[],
  T extends readonly unknown[],
  WholeS,
  WholeT,
  R extends readonly unknown[] = []
> = S extends readonly []
  ? [...T, ...R]
  : S extends readonly [...infer SS, infer X]
    ? T extends readonly [...infer TS, infer Y]
      ? Exactly<X, Y> extends Exactly<Y, Y> | Exactly<1, Y>
        ? Expand<SS, TS, WholeS, WholeT, [Y, ...R]>
        : SameDim<X, Y> extends true
          ? Expand<SS, TS, WholeS, WholeT, [Y, ...R]>
          : ShapeError<`broadcastTo: ${Show<WholeS>} does not broadcast to ${Show<WholeT>}`>
      : ShapeError<`broadcastTo: ${Show<WholeS>} does not broadcast to ${Show<WholeT>}`>
    : never

/**
 * The shape `T`, if `S` broadcasts to it.
 *
 * @category elementwise
 * @since 0.1.0
 */
export type BroadcastTo<S, T> = number extends Rank<S> | Rank<T>
  ? [...Items<T>]
  : Expand<Items<S>, Items<T>, S, T>

type Agree<
  A extends readonly unknown[],
  B extends readonly unknown[],
  R extends readonly unknown[],
  E
> = A extends readonly [infer X, ...infer AS]
  ? B extends readonly [infer Y, ...infer BS]
    ? Exactly<X, Y> extends Exactly<X, X>
      ? Agree<AS, BS, [...R, X], E>
      : Open<X> extends true
        ? Agree<AS, BS, [...R, Y], E>
        : Open<Y> extends true
          ? Agree<AS, BS, [...R, X], E>
          : E
    : E
  : B extends readonly []
    ? R
    : E

/**
 * The one shape of two operands that must not broadcast (losses).
 *
 * @category elementwise
 * @since 0.1.0
 */
export type SameShape<A, B, Op extends string> =
  number extends Rank<A>
    ? number[]
    : number extends Rank<B>
      ? number[]
      : Agree<Items<A>, Items<B>, [], ShapeError<`${Op}: shapes ${Show<A>} and ${Show<B>} differ`>>
