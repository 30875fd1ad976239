/**
 * Checkpoints: parameters, and whatever is needed to use them, as one JSON text.
 *
 * @since 0.1.0
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Json } from 'fp-ts/lib/Json.js'
import type * as t from 'io-ts/lib/index.js'
import { parseJson } from './json.js'
import { report } from './report.js'
import { isLeaf } from '../tensor/Tree.js'
import { expected, quote } from './show.js'
import { isRecord, member, type FiniteOptions } from './tensor.js'
import { strays, treeCodec, type TensorsOf } from './tree.js'

/**
 * Trained parameters with a description of what they belong to.
 *
 * @since 0.1.0
 * @category model
 */
export interface Checkpoint<out M, out P> {
  readonly meta: M
  readonly params: P
}

/**
 * Data that JSON holds. Numbers must be finite: JSON writes others as `null`, which no codec of numbers accepts.
 *
 * @since 0.1.0
 * @category model
 */
export type Plain<M> = M extends Json | undefined
  ? M
  : M extends (...args: never[]) => unknown
    ? never
    : M extends object
      ? { readonly [K in keyof M]: Plain<M[K]> }
      : never

const format = 'adjoint-checkpoint'
const version = 1

type Fields = Readonly<Record<string, unknown>>
type Result<A> = E.Either<ReadonlyArray<string>, A>

const refuse = (reason: string): Result<never> => E.left([reason])

const sorted = (_: string, u: unknown): unknown =>
  isRecord(u) ? Object.fromEntries(Object.entries(u).sort(([a], [b]) => (a < b ? -1 : 1))) : u

/** SHA-256 of the content with the keys of each record in order: white space and the order of keys do not count. */
const digestOf = (meta: unknown, params: unknown): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify({ meta, params }, sorted))))

const textOf = (meta: unknown, params: unknown): string =>
  JSON.stringify({ format, version, digest: digestOf(meta, params), meta, params })

/** What hosts say of texts and stacks that are longer than theirs can be. */
const tooLarge = (e: unknown): ReadonlyArray<string> => [
  `this cannot be written as one text: ${e instanceof Error ? e.message : String(e)}`
]

/** Why `meta` could not be read again; what JSON leaves out of records is no loss. */
const oddMeta = (meta: unknown): ReadonlyArray<string> => {
  const odd: Array<string> = []
  const text = JSON.stringify(meta, function (this: unknown, key: string, u: unknown): unknown {
    if (key === '__proto__') odd.push('meta: the key "__proto__" is not allowed')
    if (typeof u === 'number' && !Number.isFinite(u))
      odd.push(`meta: ${key === '' ? '' : `${quote(key)}: `}JSON has no ${String(u)}`)
    return u
  }) as string | undefined
  if (text === undefined) return [`meta: ${expected('data', meta)}`]
  const deep = odd.length > 0 ? E.right(undefined) : parseJson(text)
  return E.isLeft(deep) ? [`meta: ${deep.left}`] : odd.slice(0, 1)
}

/** Leaves that have no elements, and values that are no part of a tree. */
const oddParams = (params: unknown): ReadonlyArray<string> =>
  strays(params).map(
    ({ path, value }) =>
      `${path === '' ? 'params' : `params${path.startsWith('[') ? '' : '.'}${path}`}: ${oddPart(value)}`
  )

const oddPart = (u: unknown): string =>
  isLeaf(u)
    ? `expected a tensor, got ${u._tag === 'Tensor' ? 'one that has lost elements' : `${expression(u._tag)}, which has no elements`}`
    : expected('a tensor, a record or a list', u)

const expression = (tag: string): string => (tag === 'Spec' ? 'a spec' : 'an expression')

/**
 * The text of a checkpoint: JSON, the same for the same content. `meta` is plain data, such as what its codec encodes.
 *
 * Errors, with their paths: parameters that are not tensors, such as expressions that have not been evaluated; `meta` that JSON cannot hold, or
 * that could not be read again (the key `__proto__`, more than 256 levels); content too large for one text.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { tensor } from 'adjoint'
 * import { writeCheckpoint } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * const text = writeCheckpoint({ meta: { epochs: 3 }, params: { b: tensor([1]) } })
 * strictEqual(E.isRight(text) && text.right.startsWith('{"format":"adjoint-checkpoint","version":1,"digest":"'), true)
 * ```
 *
 * @since 0.1.0
 * @category checkpoints
 */
export const writeCheckpoint = <M, P>({
  meta,
  params
}: Checkpoint<M & NoInfer<Plain<M>>, P & NoInfer<TensorsOf<P>>>): Result<string> => {
  const wrong = E.tryCatch(() => [...oddMeta(meta), ...oddParams(params)], tooLarge)
  if (E.isLeft(wrong)) return wrong
  return wrong.right.length > 0
    ? E.left(wrong.right)
    : E.tryCatch(() => textOf(meta, treeCodec<unknown>(params).encode(params)), tooLarge)
}

const keys: ReadonlyArray<string> = ['format', 'version', 'digest', 'meta', 'params']

const checkFormat = (u: unknown): Result<Fields> =>
  isRecord(u) && member(u, 'format') === format
    ? E.right(u)
    : refuse(`not a checkpoint: there is no "format": "${format}"`)

const checkVersion = (u: Fields): Result<Fields> => {
  const found = member(u, 'version')
  if (found === version) return E.right(u)
  return typeof found === 'number' && Number.isSafeInteger(found) && found > version
    ? refuse(
        `version ${String(found)} was written by a newer adjoint; this one reads version ${String(version)}`
      )
    : refuse(`version: ${expected(String(version), found)}`)
}

const checkKeys = (u: Fields): Result<Fields> => {
  const extra = Object.keys(u).find((key) => !keys.includes(key))
  const missing = keys.find((key) => !Object.hasOwn(u, key))
  if (missing !== undefined) return refuse(`${missing} is missing`)
  return extra === undefined ? E.right(u) : refuse(`unexpected key: ${expected(keys.join(', '), extra)}`)
}

const checkDigest = (u: Fields): Result<Fields> => {
  const found = member(u, 'digest')
  if (typeof found !== 'string' || !/^[0-9a-f]{64}$/.test(found))
    return refuse(`digest: ${expected('64 hexadecimal digits', found)}`)
  return found === digestOf(member(u, 'meta'), member(u, 'params'))
    ? E.right(u)
    : refuse('the content does not match its digest: the file is corrupt')
}

const decodeMember = <A>(codec: t.Decoder<unknown, A>, key: string, u: Fields): Result<A> =>
  pipe(codec.validate(member(u, key), [{ key, type: codec, actual: member(u, key) }]), E.mapLeft(report))

type Example<M, T> = T | ((meta: M) => T)

const exampleOf = <M, T>(example: Example<M, T>, meta: M): T =>
  typeof example === 'function' ? (example as (meta: M) => T)(meta) : example

/**
 * Reads the text of a checkpoint. `meta` is decoded first; the parameters must then fit the example, or the one that `meta` leads to. Specs
 * make cheap examples. Never throws, provided that the codec and the function do not.
 *
 * Errors: text that is not JSON, is truncated, has a key twice or `__proto__`, or is nested without end; other files; other versions; content
 * that does not match its digest; `meta` and parameters that their codecs refuse, with the path of each fault. The digest guards against
 * accidents, not against forgery.
 * What was written is read, NaN and infinities too (a mask may hold them); `finite` refuses parameters that are not finite, with their place.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { spec, tensor, toNested } from 'adjoint'
 * import { readCheckpoint, writeCheckpoint } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import * as t from 'io-ts/lib/index.js'
 *
 * const read = readCheckpoint(t.type({ inputs: t.number }), ({ inputs }) => ({ w: spec([inputs]) }))
 * const written = (inputs: number) => writeCheckpoint({ meta: { inputs }, params: { w: tensor([1, 2]) } })
 * deepStrictEqual(pipe(written(2), E.chain(read), E.map(({ params }) => toNested(params.w))), E.right([1, 2]))
 * deepStrictEqual(
 *   pipe(written(2), E.map((text) => text.slice(0, 150)), E.chain(read)),
 *   E.left(['the file ends early, after 150 characters: truncated?'])
 * )
 * deepStrictEqual(pipe(written(3), E.chain(read)), E.left(['params.w.shape: expected [3], got [2]']))
 * ```
 *
 * @since 0.1.0
 * @category checkpoints
 */
export const readCheckpoint =
  <M, T>(metaCodec: t.Decoder<unknown, M>, example: Example<M, T>, options: FiniteOptions = {}) =>
  (text: string): Result<Checkpoint<M, TensorsOf<T>>> =>
    pipe(
      parseJson(text),
      E.mapLeft((reason): ReadonlyArray<string> => [reason]),
      E.chain(checkFormat),
      E.chain(checkVersion),
      E.chain(checkKeys),
      E.chain(checkDigest),
      E.chain((u) =>
        pipe(
          decodeMember(metaCodec, 'meta', u),
          E.bindTo('meta'),
          E.bind('params', ({ meta }) =>
            decodeMember(treeCodec(exampleOf(example, meta), options), 'params', u)
          )
        )
      )
    )
