import type * as t from 'io-ts/lib/index.js'
import { closest, distance } from 'fastest-levenshtein'

/** Something wrong with what the user gave: where, and what was expected there. Shown on one line. */
export interface Problem {
  readonly at: string
  readonly message: string
}

/** A problem. */
export const problem = (at: string, message: string): Problem => ({ at, message })

/** `at: message`, on one line whatever the user's text holds. */
export const showProblem = (p: Problem): string => `${p.at}: ${p.message}`.replaceAll(/\p{Cc}+/gu, ' ')

/** At most `limit` problems, one a line, then how many were left out. */
export const showProblems = (problems: ReadonlyArray<Problem>, limit = 20): ReadonlyArray<string> => {
  const shown = problems.slice(0, limit).map(showProblem)
  return problems.length > limit ? [...shown, `... and ${problems.length - limit} more`] : shown
}

const cut = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

/** A value as the user would recognise it, short and on one line. */
export const showValue = (u: unknown): string => {
  if (u === undefined) return 'nothing'
  if (typeof u === 'string') return JSON.stringify(cut(u))
  if (Array.isArray(u))
    return u.length > 6 ? `a list of ${u.length} values` : `[${u.map(showValue).join(', ')}]`
  if (typeof u === 'number') return String(u)
  return typeof u === 'object' && u !== null ? 'an object' : JSON.stringify(u)
}

/**
 * The name that was probably meant, if one is close: at most a third of the longer word has to change. Case,
 * hyphens and underscores do not count.
 */
export const suggestion = (word: string, names: ReadonlyArray<string>): string | undefined => {
  if (names.length === 0) return undefined
  const plain = (s: string): string => s.toLowerCase().replaceAll(/[-_\s]/g, '')
  const given = plain(word)
  const best = closest(given, names.map(plain))
  const allowed = Math.floor(Math.max(given.length, best.length) / 3)
  return given.length > 0 && distance(given, best) <= allowed
    ? names.find((name) => plain(name) === best)
    : undefined
}

/** `; did you mean "red"?`, or nothing. */
export const didYouMean = (word: unknown, names: ReadonlyArray<string>, quote = '"'): string => {
  const name = typeof word === 'string' ? suggestion(word, names) : undefined
  return name === undefined ? '' : `; did you mean ${quote}${name}${quote}?`
}

/**
 * The problems of a failed decode; `place` says where from the keys that lead to the value. The codecs of this
 * example put the whole sentence in the message.
 */
export const fromErrors =
  (place: (path: ReadonlyArray<string>) => string) =>
  (errors: t.Errors): ReadonlyArray<Problem> =>
    errors.map((e) => {
      const path = e.context.map((entry) => entry.key).filter((key) => key !== '')
      return problem(place(path), e.message ?? `got ${showValue(e.value)}`)
    })
