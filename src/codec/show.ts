/** Values in messages: short, on one line, whatever the user's data holds. */
import { showDims } from '../tensor/dims.js'
import { isTensor } from '../tensor/Tensor.js'

const limit = 40

/** At most `limit` characters; never half of a surrogate pair. */
export const cut = (text: string): string =>
  text.length > limit ? `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : text

const escape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A quoted string. Controls and marks that reorder text are escaped, so that a message cannot disguise itself. */
export const quote = (text: string): string =>
  JSON.stringify(cut(text)).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escape)

const showItems = (items: ReadonlyArray<unknown>): string => {
  const shown = Array.from(items.slice(0, limit), (item) => (Array.isArray(item) ? '[…]' : showValue(item)))
  return cut(`[${shown.join(', ')}]`)
}

/** A value as its author would recognise it. */
export const showValue = (u: unknown): string => {
  if (u === undefined) return 'nothing'
  if (typeof u === 'string') return quote(u)
  if (Array.isArray(u)) return showItems(u)
  if (Object.is(u, -0)) return '-0'
  if (isTensor(u)) return `a tensor ${u.dtype}${showDims(u.shape)}`
  if (typeof u === 'object' && u !== null) return 'an object'
  if (typeof u === 'bigint' || typeof u === 'number' || typeof u === 'boolean') return cut(String(u))
  return u === null ? 'null' : `a ${typeof u}`
}

/** "expected ..., got ..." */
export const expected = (what: string, got: unknown): string => `expected ${what}, got ${showValue(got)}`
