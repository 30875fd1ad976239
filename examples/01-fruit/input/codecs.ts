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

/** Grams: what no fruit weighs is refused, and with it what single precision cannot hold. */
export const weight = numberThat('a positive number up to 1e6', (n) => n > 0 && n <= 1e6)

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

/** A list whose elements a codec decodes; each bad element is its own failure. */
export const listOf = <A>(
  item: t.Type<A, A, unknown>,
  expected: string
): t.Type<ReadonlyArray<A>, ReadonlyArray<A>, unknown> => {
  const items = t.readonlyArray(item)
  const validate = (u: unknown, c: t.Context): t.Validation<ReadonlyArray<A>> =>
    Array.isArray(u) ? items.validate(u, c) : t.failure(u, c, `expected ${expected}, got ${showValue(u)}`)
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
