// Arithmetic on natural-number literals, by decimal digits, least significant first: exact for every size and cheap
// (counting with tuple lengths stops at 10,000). Numbers stand for digits, tuples of that length add them.

import type { Open } from './Shape.js'

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

export type Digits = readonly Digit[]

interface Unary {
  readonly 0: []
  readonly 1: [0]
  readonly 2: [0, 0]
  readonly 3: [0, 0, 0]
  readonly 4: [0, 0, 0, 0]
  readonly 5: [0, 0, 0, 0, 0]
  readonly 6: [0, 0, 0, 0, 0, 0]
  readonly 7: [0, 0, 0, 0, 0, 0, 0]
  readonly 8: [0, 0, 0, 0, 0, 0, 0, 0]
  readonly 9: [0, 0, 0, 0, 0, 0, 0, 0, 0]
}

interface Table {
  readonly 0: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  readonly 1: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  readonly 2: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
  readonly 3: [0, 3, 6, 9, 12, 15, 18, 21, 24, 27]
  readonly 4: [0, 4, 8, 12, 16, 20, 24, 28, 32, 36]
  readonly 5: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45]
  readonly 6: [0, 6, 12, 18, 24, 30, 36, 42, 48, 54]
  readonly 7: [0, 7, 14, 21, 28, 35, 42, 49, 56, 63]
  readonly 8: [0, 8, 16, 24, 32, 40, 48, 56, 64, 72]
  readonly 9: [0, 9, 18, 27, 36, 45, 54, 63, 72, 81]
}

// Conditionals, so that the compiler does not spell out the union of all digits for an open one.
type Ones<D> = D extends Digit ? Unary[D] : []
/** `[unit, tens]` of a number below 100. */
type Split<N> = N extends number
  ? `${N}` extends `${infer T extends Digit}${infer U extends Digit}`
    ? [U, T]
    : N extends Digit
      ? [N, 0]
      : never
  : never

/** `X * D + Carry` as `[unit, tens]`. */
type Times<X extends Digit, D extends Digit, Carry> =
  Split<Table[D][X]> extends [infer U, infer T]
    ? Split<[...Ones<U>, ...Ones<Carry>]['length']> extends [infer V, infer W]
      ? [V, [...Ones<T>, ...Ones<W>]['length']]
      : never
    : never

type Trim<A extends Digits> = A extends readonly [...infer R extends Digits, 0] ? Trim<R> : A

type Reversed<
  Text extends string,
  R extends Digits = []
> = Text extends `${infer D extends Digit}${infer Rest}` ? Reversed<Rest, [D, ...R]> : R

type Joined<A extends Digits, Text extends string = ''> = A extends readonly [
  infer D extends Digit,
  ...infer R extends Digits
]
  ? Joined<R, `${D}${Text}`>
  : Text

export type ToDigits<N> = N extends number ? Trim<Reversed<`${N}`>> : never

export type FromDigits<A extends Digits> =
  Trim<A> extends readonly [] ? 0 : Joined<Trim<A>> extends `${infer N extends number}` ? N : never

type AddDigits<
  A extends Digits,
  B extends Digits,
  Carry extends 0 | 1,
  R extends Digits
> = A extends readonly [infer X extends Digit, ...infer XS extends Digits]
  ? B extends readonly [infer Y extends Digit, ...infer YS extends Digits]
    ? Split<[...Ones<X>, ...Ones<Y>, ...Ones<Carry>]['length']> extends [
        infer U extends Digit,
        infer T extends 0 | 1
      ]
      ? AddDigits<XS, YS, T, [...R, U]>
      : never
    : Carry extends 0
      ? [...R, ...A]
      : AddDigits<A, [1], 0, R>
  : Carry extends 0
    ? [...R, ...B]
    : AddDigits<B, [1], 0, R>

type TimesDigit<
  A extends Digits,
  D extends Digit,
  Carry extends Digit = 0,
  R extends Digits = []
> = A extends readonly [infer X extends Digit, ...infer XS extends Digits]
  ? Times<X, D, Carry> extends [infer U extends Digit, infer T extends Digit]
    ? TimesDigit<XS, D, T, [...R, U]>
    : never
  : [...R, Carry]

export type TimesDigits<A extends Digits, B extends Digits> = B extends readonly [
  infer D extends Digit,
  ...infer R extends Digits
]
  ? AddDigits<TimesDigit<A, D>, [0, ...TimesDigits<A, R>], 0, []>
  : []

/** `undefined` when the difference is negative. */
type SubDigits<
  A extends Digits,
  B extends Digits,
  Borrow extends 0 | 1,
  R extends Digits
> = A extends readonly [infer X extends Digit, ...infer XS extends Digits]
  ? B extends readonly [infer Y extends Digit, ...infer YS extends Digits]
    ? [...Unary[9], 0, ...Ones<X>] extends [...Ones<Y>, ...Ones<Borrow>, ...infer N]
      ? Split<N['length']> extends [infer U extends Digit, infer T]
        ? SubDigits<XS, YS, T extends 1 ? 0 : 1, [...R, U]>
        : never
      : never
    : Borrow extends 0
      ? [...R, ...A]
      : SubDigits<A, [1], 0, R>
  : Trim<B> extends readonly []
    ? Borrow extends 0
      ? R
      : undefined
    : undefined

/** One digit of a long division: how often `B` fits, and what is left. */
type Fits<A extends Digits, B extends Digits, Q extends readonly 0[] = []> =
  SubDigits<A, B, 0, []> extends infer R extends Digits ? Fits<Trim<R>, B, [...Q, 0]> : [Q['length'], Trim<A>]

/** Quotient and rest. */
type DivideDigits<
  A extends Digits,
  B extends Digits,
  Rest extends Digits = [],
  Q extends Digits = []
> = A extends readonly [...infer R extends Digits, infer D extends Digit]
  ? Fits<Trim<[D, ...Rest]>, B> extends [infer U extends Digit, infer Left extends Digits]
    ? DivideDigits<R, B, Left, [U, ...Q]>
    : never
  : [Trim<Q>, Rest]

/**
 * The sum of two literals; `number` if one is not known.
 *
 * @category arithmetic
 * @since 0.1.0
 */
export type Add<A, B> =
  Open<A> extends true
    ? number
    : Open<B> extends true
      ? number
      : FromDigits<AddDigits<ToDigits<A>, ToDigits<B>, 0, []>>

/**
 * The difference of two literals, `undefined` if negative; `number` if one is not known.
 *
 * @category arithmetic
 * @since 0.1.0
 */
export type Sub<A, B> =
  Open<A> extends true
    ? number
    : Open<B> extends true
      ? number
      : SubDigits<ToDigits<A>, ToDigits<B>, 0, []> extends infer R extends Digits
        ? FromDigits<R>
        : undefined

/** The exact quotient of two digit lists, `undefined` if there is a rest or the divisor is zero. */
export type Quotient<A extends Digits, B extends Digits> = B extends readonly []
  ? undefined
  : DivideDigits<A, B> extends [infer Q extends Digits, []]
    ? FromDigits<Q>
    : undefined

/** The quotient of two literals, rounded down; `number` if one is not known or the divisor is zero. */
export type Floor<A, B> =
  Open<A> extends true
    ? number
    : Open<B> extends true
      ? number
      : B extends 0
        ? number
        : DivideDigits<ToDigits<A>, ToDigits<B>> extends [infer Q extends Digits, Digits]
          ? FromDigits<Q>
          : number

/** The product of two literals; `number` if one is not known. */
export type Multiply<A, B> =
  Open<A> extends true ? number : Open<B> extends true ? number : FromDigits<Product<[A, B]>>

/** The product of literal sizes, as digits. */
export type Product<S extends readonly unknown[], R extends Digits = [1]> = S extends readonly [
  infer D,
  ...infer Rest
]
  ? Product<Rest, D extends 1 ? R : Trim<TimesDigits<R, ToDigits<D>>>>
  : R
