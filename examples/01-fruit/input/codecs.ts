import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts/lib/index.js'
import { didYouMean, showValue } from './problem.js'

/** Small io-ts codecs whose failures are whole sentences: what was expected, what was found, what was meant. */

/** A number written in decimal: no hexadecimal, no `Infinity`, no empty text. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The number a text writes, or undefined. */
export const readDecimal = (text: string): number | undefined => {
  const value = decimal.test(text.trim()) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

/** Numbers satisfying a predicate; `expected` completes "expected ...". */
export const numberThat = (
  expected: string,
  holds: (n: number) => boolean
): t.Type<number, number, unknown> => {
  const is = (u: unknown): u is number => typeof u === 'number' && Number.isFinite(u) && holds(u)
  const validate = (u: unknown, c: t.Context): t.Validation<number> =>
    is(u) ? t.success(u) : t.failure(u, c, `expected ${expected}, got ${showValue(u)}`)
  return new t.Type(expected, is, validate, t.identity)
}

/** A number above zero. */
export const positive = numberThat('a positive number', (n) => n > 0)

/** 1, 2, 3 ... */
export const positiveInteger = numberThat('a positive whole number', (n) => Number.isSafeInteger(n) && n > 0)

/** 0, 1, 2 ... */
export const naturalNumber = numberThat('a whole number, 0 or more', (n) => Number.isSafeInteger(n) && n >= 0)

/** Strictly between 0 and 1. */
export const fraction = numberThat('a number between 0 and 1', (n) => n > 0 && n < 1)

/** One of several names, with a suggestion for a near miss. */
export const oneOf = <K extends string>(names: readonly [K, ...ReadonlyArray<K>]): t.Type<K, K, unknown> => {
  const expected = `one of ${names.join(', ')}`
  const is = (u: unknown): u is K => names.some((name) => name === u)
  const validate = (u: unknown, c: t.Context): t.Validation<K> =>
    is(u) ? t.success(u) : t.failure(u, c, `expected ${expected}, got ${showValue(u)}${didYouMean(u, names)}`)
  return new t.Type(expected, is, validate, t.identity)
}

/** The most elements of a list, and the reason why there may not be more. */
export interface Most {
  readonly count: number
  readonly why: string
}

/** A list whose elements a codec decodes; each bad element is its own failure. Too long a list is not looked at. */
export const listOf = <A>(
  item: t.Type<A, A, unknown>,
  expected: string,
  { count, why }: Most
): t.Type<ReadonlyArray<A>, ReadonlyArray<A>, unknown> => {
  const items = t.readonlyArray(item)
  const validate = (u: unknown, c: t.Context): t.Validation<ReadonlyArray<A>> => {
    if (!Array.isArray(u)) return t.failure(u, c, `expected ${expected}, got ${showValue(u)}`)
    return u.length > count
      ? t.failure(u, c, `expected at most ${count} of them, got ${u.length}: ${why}`)
      : items.validate(u, c)
  }
  return new t.Type(expected, items.is, validate, t.identity)
}

/** The codec of a text that writes a number, decoded on by a codec of numbers; failures quote the text. */
export const fromText = (codec: t.Type<number, number, unknown>): t.Type<number, string, unknown> =>
  new t.Type(
    codec.name,
    codec.is,
    (u, c) => {
      const value = typeof u === 'string' ? readDecimal(u) : undefined
      const decoded = value === undefined ? E.left([]) : codec.decode(value)
      return E.isRight(decoded) ? decoded : t.failure(u, c, `expected ${codec.name}, got ${showValue(u)}`)
    },
    String
  )

/** No fruit weighs a tonne. Squares of much larger numbers are infinite, and a checkpoint has no room for those. */
const heaviest = 1_000_000

/** The codec of a text that writes a weight in grams. */
export const weight: t.Type<number, string, unknown> = new t.Type(
  'a weight',
  positive.is,
  (u, c) => {
    const decoded = fromText(positive).validate(u, c)
    return E.isRight(decoded) && decoded.right > heaviest
      ? t.failure(u, c, `expected at most ${heaviest} grams, got ${showValue(u)}`)
      : decoded
  },
  String
)
