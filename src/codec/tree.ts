/**
 * Parameter trees as JSON.
 *
 * @since 0.1.0
 */
import { separate } from 'fp-ts/lib/Array.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts/lib/index.js'
import type { DType } from '../tensor/DType.js'
import type { Dims } from '../tensor/dims.js'
import { isTensor, type Tensor } from '../tensor/Tensor.js'
import { isLeaf, type Leaf } from '../tensor/Tree.js'
import { expected, showValue } from './show.js'
import { isRecord, member, tensorCodec, type EncodedTensor, type FiniteOptions } from './tensor.js'

interface LeafOf<S, D> {
  readonly _tag: string
  readonly shape: S
  readonly dtype: D
}

/**
 * A tree of tensors, specs or expressions as the tree of tensors it describes.
 *
 * @since 0.1.0
 * @category model
 */
export type TensorsOf<T> =
  T extends LeafOf<infer S, infer D extends DType>
    ? Tensor<S, D>
    : T extends (...args: never[]) => unknown
      ? T
      : T extends object
        ? { readonly [K in keyof T]: TensorsOf<T[K]> }
        : T

/**
 * A tree of tensors, specs or expressions as the JSON of the tree of tensors it describes.
 *
 * @since 0.1.0
 * @category model
 */
export type EncodedTree<T> =
  T extends LeafOf<infer S, infer D extends DType>
    ? EncodedTensor<S, D>
    : T extends (...args: never[]) => unknown
      ? undefined
      : T extends object
        ? { readonly [K in keyof T]: EncodedTree<T[K]> }
        : T

/** The codec of one place of a tree; what it yields has the type of that place in the example. */
type Place = t.Type<unknown, unknown>
type Entries = ReadonlyArray<readonly [string, Place]>

const leaf = (example: Leaf, options: FiniteOptions): Place => {
  const codec = tensorCodec(example.shape as Dims, example.dtype as DType, options)
  const encode = (u: unknown): unknown => (isTensor(u) ? codec.encode(u) : undefined)
  return new t.Type<unknown>(codec.name, codec.is, codec.validate, encode)
}

/** All children, or the errors of all. */
const children = (
  entries: Entries,
  of: (key: string) => unknown,
  c: t.Context
): t.Validation<ReadonlyArray<unknown>> => {
  const results = entries.map(([key, place]) =>
    place.validate(of(key), t.appendContext(c, key, place, of(key)))
  )
  const { left, right } = separate(results)
  return left.length > 0 ? t.failures(left.flat()) : t.success(right)
}

const list = (places: ReadonlyArray<Place>): Place => {
  const name = `a list of ${String(places.length)}`
  const entries = places.map((place, i) => [String(i), place] as const)
  const is = (u: unknown): u is unknown =>
    Array.isArray(u) && u.length === places.length && places.every((p, i) => p.is(u[i]))
  return new t.Type<unknown>(
    name,
    is,
    (u, c) => {
      if (!Array.isArray(u)) return t.failure(u, c, expected(name, u))
      if (u.length !== places.length) return t.failure(u, c, `expected ${name}, got ${String(u.length)}`)
      return children(entries, (key) => u[Number(key)] as unknown, c)
    },
    (u) => (Array.isArray(u) ? places.map((place, i) => place.encode(u[i])) : undefined)
  )
}

/** The first key that the example lacks, as an error; one is enough, for there may be any number. */
const unexpected = (
  u: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  place: Place,
  c: t.Context
): t.Errors => {
  const [key, ...more] = Object.keys(u).filter((k) => !known.has(k))
  if (key === undefined) return []
  const message = more.length === 0 ? 'unexpected key' : `unexpected key, and ${String(more.length)} more`
  return [{ value: u[key], context: t.appendContext(c, key, place, u[key]), message }]
}

const record = (entries: Entries): Place => {
  const known = new Set(entries.map(([key]) => key))
  const rebuild = (values: ReadonlyArray<unknown>): unknown =>
    Object.fromEntries(entries.map(([key], i) => [key, values[i]]))
  const is = (u: unknown): u is unknown =>
    isRecord(u) && entries.every(([key, place]) => place.is(member(u, key)))
  const codec: Place = new t.Type<unknown>(
    'an object',
    is,
    (u, c) => {
      if (!isRecord(u)) return t.failure(u, c, expected('an object', u))
      const extra = unexpected(u, known, codec, c)
      const inner = children(entries, (key) => member(u, key), c)
      if (extra.length > 0) return t.failures(E.isLeft(inner) ? [...inner.left, ...extra] : extra)
      return E.map(rebuild)(inner)
    },
    (u) => (isRecord(u) ? rebuild(entries.map(([key, place]) => place.encode(member(u, key)))) : undefined)
  )
  return codec
}

const isJson = (u: unknown): boolean =>
  u === null ||
  typeof u === 'string' ||
  typeof u === 'boolean' ||
  (typeof u === 'number' && Number.isFinite(u))

/** Part of the structure: it is written so that another structure is noticed, and read from the example. */
const fixed = (example: unknown): Place =>
  new t.Type<unknown>(
    showValue(example),
    (u): u is unknown => u === example,
    (u, c) => (u === example ? t.success(example) : t.failure(u, c, expected(showValue(example), u))),
    () => example
  )

/** What JSON cannot hold, such as a function, is taken from the example. */
const unwritten = (example: unknown): Place =>
  new t.Type<unknown>(
    'anything',
    (u): u is unknown => Object.is(u, example),
    () => t.success(example),
    () => undefined
  )

const placeOf = (example: unknown, options: FiniteOptions): Place => {
  if (isLeaf(example)) return leaf(example, options)
  if (Array.isArray(example)) return list(example.map((part) => placeOf(part, options)))
  if (isRecord(example))
    return record(Object.entries(example).map(([key, child]) => [key, placeOf(child, options)] as const))
  return isJson(example) ? fixed(example) : unwritten(example)
}

/** A value that cannot be written as a part of a tree, and where it is. */
interface Stray {
  readonly path: string
  readonly value: unknown
}

/** Records as literals make them: in every realm their prototype has none. */
const isPlain = (u: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(u)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Leaves that are no tensors, and objects that are no records: what is written of those could not be read again. */
export const strays = (tree: unknown, path = ''): ReadonlyArray<Stray> => {
  if (isLeaf(tree)) return isTensor(tree) ? [] : [{ path, value: tree }]
  if (Array.isArray(tree)) return tree.flatMap((t: unknown, i) => strays(t, `${path}[${String(i)}]`))
  if (!isRecord(tree)) return []
  if (!isPlain(tree)) return [{ path, value: tree }]
  return Object.entries(tree).flatMap(([k, t]) => strays(t, path === '' ? k : `${path}.${k}`))
}

/**
 * The codec of parameter trees with the structure, shapes and dtypes of an example, whose leaves are tensors or descriptions of tensors.
 * What is not a leaf (a name, a flag) must be as in the example; what JSON cannot hold (a function) is taken from it.
 *
 * Errors: each missing, misshapen or damaged leaf; in each record the first key that the example lacks; lists of another length.
 * With `finite`, NaN and infinities are refused with their place.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from 'node:assert'
 * import { eqTensor, spec, tensor } from 'adjoint'
 * import { report, treeCodec } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * const codec = treeCodec({ w: spec([2, 1]), b: spec([1]) })
 * const params = { w: tensor([[1], [2]]), b: tensor([3]) }
 * const decoded = codec.decode(codec.encode(params))
 * strictEqual(E.isRight(decoded) && eqTensor.equals(decoded.right.w, params.w), true)
 * deepStrictEqual(E.mapLeft(report)(codec.decode({ w: codec.encode(params).w })), E.left(['b: expected a tensor f32[1], got nothing']))
 * ```
 *
 * @since 0.1.0
 * @category codecs
 */
export const treeCodec = <T>(
  example: T,
  options: FiniteOptions = {}
): t.Type<TensorsOf<T>, EncodedTree<T>, unknown> => {
  const place = placeOf(example, options)
  return new t.Type(
    place.name,
    (u): u is TensorsOf<T> => place.is(u),
    (u, c) =>
      pipe(
        place.validate(u, c),
        E.map((tree) => tree as TensorsOf<T>)
      ),
    (tree) => place.encode(tree) as EncodedTree<T>
  )
}
