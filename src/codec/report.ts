/**
 * Failed decodings as short sentences.
 *
 * @since 0.1.0
 */
import type * as t from 'io-ts/lib/index.js'
import { cut, expected, quote } from './show.js'

/**
 * Something wrong in decoded data: the keys that lead to it, and what was expected there.
 *
 * @since 0.1.0
 * @category errors
 */
export interface Fault {
  readonly path: ReadonlyArray<string>
  readonly message: string
}

const nouns: Readonly<Record<string, string>> = {
  AnyArrayType: 'a list',
  AnyDictionaryType: 'an object',
  ArrayType: 'a list',
  BigIntType: 'a bigint',
  BooleanType: 'a boolean',
  DictionaryType: 'an object',
  FunctionType: 'a function',
  InterfaceType: 'an object',
  IntersectionType: 'an object',
  NeverType: 'nothing',
  NullType: 'null',
  NumberType: 'a number',
  PartialType: 'an object',
  ReadonlyArrayType: 'a list',
  StrictType: 'an object',
  StringType: 'a string',
  TupleType: 'a list',
  UndefinedType: 'nothing',
  VoidType: 'nothing'
}

const wrappers: ReadonlyArray<string> = ['ExactType', 'ReadonlyType']

const isObject = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

const unique = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]

const tagOf = (codec: unknown): string =>
  isObject(codec) && typeof codec['_tag'] === 'string' ? codec['_tag'] : ''

/** What a codec wants. Of the codecs of io-ts the kind is told: their names spell out whole types. */
const noun = (codec: unknown): string => {
  if (!isObject(codec)) return 'something else'
  const tag = tagOf(codec)
  if (wrappers.includes(tag)) return noun(codec['type'])
  if (tag === 'UnionType' && Array.isArray(codec['types']))
    return unique(codec['types'].map(noun)).join(' or ')
  if (tag === 'KeyofType' && isObject(codec['keys']))
    return `one of ${Object.keys(codec['keys']).map(quote).join(', ')}`
  return Object.hasOwn(nouns, tag) ? (nouns[tag] ?? '') : cut(String(codec['name']))
}

/** Members of unions and intersections are numbered in the context; data has no such keys. */
const isMember = (parent: t.ContextEntry | undefined): boolean => {
  const tag = tagOf(parent?.type)
  return tag === 'UnionType' || tag === 'IntersectionType'
}

const keysOf = (context: t.Context): ReadonlyArray<t.ContextEntry> =>
  context.filter(({ key }, i) => !(i === 0 && key === '') && !isMember(context[i - 1]))

interface Group {
  readonly path: ReadonlyArray<string>
  readonly place: string
  readonly value: unknown
  readonly wanted: ReadonlyArray<string>
  readonly said: ReadonlyArray<string>
}

const step = (key: string, parent: t.ContextEntry | undefined): string =>
  Array.isArray(parent?.actual) && /^\d+$/.test(key)
    ? `[${key}]`
    : /^[A-Za-z_$][\w$]*$/.test(key) && key.length <= 40
      ? `.${key}`
      : `[${quote(key)}]`

const placeOf = (context: t.Context): string =>
  keysOf(context)
    .map((entry) => step(entry.key, context[context.indexOf(entry) - 1]))
    .join('')
    .replace(/^\./, '')

const groupOf = ({ context, message, value }: t.ValidationError): Group => ({
  path: keysOf(context).map(({ key }) => key),
  place: placeOf(context),
  value,
  wanted: message === undefined ? [noun(context[context.length - 1]?.type)] : [],
  said: message === undefined ? [] : [message]
})

const join = (a: Group, b: Group): Group => ({
  ...a,
  wanted: [...a.wanted, ...b.wanted],
  said: [...a.said, ...b.said]
})

/** The alternatives of a union fail at the same place and make one fault. */
const groups = (errors: t.Errors): ReadonlyArray<Group> => {
  const found = new Map<string, Group>()
  for (const group of errors.map(groupOf)) {
    const before = found.get(group.place)
    found.set(group.place, before === undefined ? group : join(before, group))
  }
  return [...found.values()]
}

const sentence = ({ wanted, said, value }: Group): string =>
  said.length > 0 ? unique(said).join('; ') : expected(unique(wanted).join(' or '), value)

/**
 * The errors of a failed decoding, one for each place, with the keys that lead there: for reports with a notation of their own.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { faults } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as t from 'io-ts/lib/index.js'
 *
 * const result = t.type({ rates: t.array(t.number) }).decode({ rates: [0.1, 'fast'] })
 * deepStrictEqual(E.mapLeft(faults)(result), E.left([{ path: ['rates', '1'], message: 'expected a number, got "fast"' }]))
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export const faults = (errors: t.Errors): ReadonlyArray<Fault> =>
  groups(errors).map((group) => ({ path: group.path, message: sentence(group) }))

/**
 * The errors of a failed decoding, one line for each place: path, expectation, and the value, cut short. Names of codecs are left out.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { spec, tensor } from 'adjoint'
 * import { report, treeCodec } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * const codec = treeCodec({ layers: [{ w: spec([2, 2]) }] })
 * const other = treeCodec({ layers: [{ w: spec([2]) }] }).encode({ layers: [{ w: tensor([1, 2]) }] })
 * deepStrictEqual(E.mapLeft(report)(codec.decode(other)), E.left(['layers[0].w.shape: expected [2, 2], got [2]']))
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export const report = (errors: t.Errors): ReadonlyArray<string> =>
  groups(errors).map((group) => (group.place === '' ? sentence(group) : `${group.place}: ${sentence(group)}`))
