/**
 * JSON from strangers: the reason for a refusal does not depend on the engine, and what `JSON.parse` lets pass is refused.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as J from 'fp-ts/lib/Json.js'
import { quote } from './show.js'

/** Decoding and printing recurse; no data of ours comes near this depth. */
const deepest = 256

/** Where the string that opens at `at` ends. No regular expression: repeated groups overflow the stack on long strings. */
const stringEnd = (text: string, at: number): number | undefined => {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end + 1
  }
  return undefined
}

/** A function that says where the token ends that begins at a place. */
const lexer = (text: string): ((at: number) => number | undefined) => {
  const symbol = /[ \t\r\n]+|[{}[\],:]|-?\d[\d.eE+-]*|true|false|null/y
  return (at) => {
    if (text[at] === '"') return stringEnd(text, at)
    symbol.lastIndex = at
    return symbol.test(text) ? symbol.lastIndex : undefined
  }
}

const malformed = 'not JSON: the text is malformed'
const early = (text: string): string =>
  `the file ends early, after ${String(text.length)} characters: truncated?`

const unreadable = (text: string, at: number): string => {
  const rest = text.slice(at, at + 5)
  const unfinished =
    rest.startsWith('"') || ['-', 'true', 'false', 'null'].some((word) => word.startsWith(rest))
  return unfinished
    ? early(text)
    : `not JSON: unexpected ${quote(String.fromCodePoint(text.codePointAt(at) ?? 0))} at character ${String(at + 1)}`
}

const readKey = (raw: string): string =>
  pipe(
    J.parse(raw),
    E.match(() => raw, String)
  )

/** The keys of each object that is open; `undefined` for a list. */
type Open = Array<Set<string> | undefined>

const enterKey = (open: Open, raw: string): string | undefined => {
  const key = readKey(raw)
  const keys = open[open.length - 1]
  if (key === '__proto__') return 'the key "__proto__" is not allowed'
  if (keys?.has(key) === true) return `the key ${quote(key)} occurs twice in one object`
  keys?.add(key)
  return undefined
}

const enter = (open: Open, keys: Set<string> | undefined): string | undefined =>
  open.push(keys) > deepest ? `nested deeper than ${String(deepest)} levels` : undefined

const leave = (open: Open, isObject: boolean): string | undefined =>
  open.length > 0 && (open.pop() !== undefined) === isObject ? undefined : malformed

const follow = (open: Open, token: string, previous: () => string): string | undefined => {
  switch (token) {
    case '{':
      return enter(open, new Set())
    case '[':
      return enter(open, undefined)
    case '}':
    case ']':
      return leave(open, token === '}')
    case ':':
      return enterKey(open, previous())
    default:
      return undefined
  }
}

/** What is wrong with a text as a whole: unreadable, unfinished, nested too deeply, with keys that hide something. */
const objection = (text: string): string | undefined => {
  const open: Open = []
  const tokenEnd = lexer(text)
  let before: readonly [number, number] = [0, 0]
  for (let at = 0; at < text.length;) {
    const end = tokenEnd(at)
    if (end === undefined) return unreadable(text, at)
    const wrong = follow(open, text.slice(at, Math.min(end, at + 2)), () => text.slice(...before))
    if (wrong !== undefined) return wrong
    if (!/\s/.test(text[at] ?? '')) before = [at, end]
    at = end
  }
  return open.length > 0 ? early(text) : undefined
}

/**
 * The value of a JSON text, for configurations and other files from strangers. It never throws.
 *
 * Errors: text that is empty, truncated or malformed, nested deeper than 256 levels, or that has a key twice in one object or the key
 * `__proto__`, which `JSON.parse` lets pass.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { parseJson } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * deepStrictEqual(parseJson('{"epochs": 40}'), E.right({ epochs: 40 }))
 * deepStrictEqual(parseJson('{"epochs": 40, "epochs": 4}'), E.left('the key "epochs" occurs twice in one object'))
 * ```
 *
 * @since 0.1.0
 * @category codecs
 */
export const parseJson = (text: string): E.Either<string, unknown> => {
  if (text.trim() === '') return E.left('the file is empty')
  const wrong = objection(text)
  return wrong === undefined ? E.mapLeft(() => malformed)(J.parse(text)) : E.left(wrong)
}
