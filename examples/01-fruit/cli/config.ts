import { parseJson } from 'adjoint/codec'
import * as E from 'fp-ts/lib/Either.js'
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser'
import { didYouMean, fromErrors, type Problem, problem, showValue } from '../input/problem.js'
import { fields, flags, PartialHyper } from './hyper.js'

/** `ColonExpected` as `colon expected`. */
const words = (code: string): string => code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()

const position = (text: string, offset: number): string => {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

/** The first error of the grammar with its line. This parser recurses: it sees only what is not nested without end. */
const grammar = (path: string, text: string): Problem | undefined => {
  const errors: Array<ParseError> = []
  const parsed = E.tryCatch(
    () => parse(text, errors, { disallowComments: true }) as unknown,
    () => undefined
  )
  const [first] = errors
  if (E.isLeft(parsed) || first === undefined) return undefined
  const at = `${path}: ${position(text, first.offset)}`
  return problem(at, `not JSON: ${words(printParseErrorCode(first.error))}`)
}

/** The codec's parser decides; where the text is no JSON, the other one says on which line. */
const readJson = (path: string, text: string): E.Either<ReadonlyArray<Problem>, unknown> =>
  E.mapLeft((reason: string) => [grammar(path, text) ?? problem(path, reason)])(parseJson(text))

const unknownKeys = (path: string, value: object): ReadonlyArray<Problem> => {
  const known = Object.keys(fields)
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => problem(`${path}: ${key}`, `unknown key${didYouMean(key, known)}`))
}

const place =
  (path: string) =>
  ([key, ...indices]: ReadonlyArray<string>): string =>
    `${path}: ${key ?? ''}${indices.map((i) => `[${i}]`).join('')}`

/** Reads the text of a hyper-parameter file; `path` only serves to say where a problem is. */
export const parseConfig = (path: string, text: string): E.Either<ReadonlyArray<Problem>, PartialHyper> => {
  const json = readJson(path, text.replace(/^\ufeff/, ''))
  if (E.isLeft(json)) return json
  const value = json.right
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return E.left([problem(path, `expected an object such as {"epochs": 40}, got ${showValue(value)}`)])
  }
  const decoded = E.mapLeft(fromErrors(place(path)))(PartialHyper.decode(value))
  const problems = [...unknownKeys(path, value), ...(E.isLeft(decoded) ? decoded.left : [])]
  return problems.length > 0 ? E.left(problems) : decoded
}

/** The hyper-parameters among the flags. */
export const parseHyperFlags = (
  values: Readonly<Record<string, string>>
): E.Either<ReadonlyArray<Problem>, PartialHyper> => {
  const given = Object.entries(flags).flatMap(([key, { flag, read }]) => {
    const text = values[flag]
    return text === undefined ? [] : [[key, read(text)] as const]
  })
  const flagOf = new Map<string, string>(Object.entries(flags).map(([key, { flag }]) => [key, flag]))
  const at = ([key]: ReadonlyArray<string>): string => `--${flagOf.get(key ?? '') ?? ''}`
  return E.mapLeft(fromErrors(at))(PartialHyper.decode(Object.fromEntries(given)))
}
