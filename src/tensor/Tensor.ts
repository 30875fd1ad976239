/**
 * Immutable n-dimensional arrays. A tensor owns a private typed array; it is never handed out unless copied.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Mutable, Shape } from '../shape/index.js'
import {
  allocate,
  arrayNames,
  belongs,
  copied,
  isFloat,
  type DType,
  type ScalarOf,
  type TypedArrayOf
} from './DType.js'
import { equalDims, mostAxes, shapeProblem, showDims, size, type Dims } from './dims.js'
import { kindOf } from './Tree.js'
import { awaiting, isAwaiting, type Source } from './lazy.js'

/**
 * The elements of a tensor as it holds them, in row-major order: a typed array that nobody may write to. `toFlat`, `toTypedArray` and `toNested`
 * read them by dtype.
 *
 * @since 0.1.0
 * @category model
 */
export interface Elements {
  readonly length: number
  readonly [i: number]: number
}

/**
 * An immutable array of shape `S` and element type `D`. It is a plain record, so that structured clones (`structuredClone`, `postMessage`) are
 * tensors too, and equal ones to `deepStrictEqual`; `tensorCodec` reads what `JSON.stringify` makes of it.
 *
 * @since 0.1.0
 * @category model
 */
export interface Tensor<S = Shape, out D extends DType = DType> {
  readonly _tag: 'Tensor'
  readonly shape: Readonly<S>
  readonly dtype: D
  readonly data: Elements
}

/**
 * Numbers (or booleans), nested to any depth.
 *
 * @since 0.1.0
 * @category model
 */
export type Nested = number | boolean | ReadonlyArray<Nested>

/**
 * Why data does not make a tensor: what was expected, what was found, and where.
 *
 * @since 0.1.0
 * @category errors
 */
export interface TensorError {
  readonly _tag: 'TensorError'
  readonly message: string
}

const tensorError = (message: string): TensorError => ({ _tag: 'TensorError', message })

/** A tensor of a shape that is frozen already. */
export const holding = <S extends Dims, D extends DType>(
  shape: S,
  dtype: D,
  data: TypedArrayOf<D>
): Tensor<S, D> => ({ _tag: 'Tensor', shape, dtype, data })

/** Wraps an array that the caller gives up: nobody may write to it afterwards. */
export const own = <S extends Dims, D extends DType>(
  shape: S,
  dtype: D,
  data: TypedArrayOf<D>
): Tensor<S, D> => holding(Object.isFrozen(shape) ? shape : (Object.freeze([...shape]) as S), dtype, data)

/** A tensor whose elements are asked for when they are read. */
export const deferred = (shape: Dims, dtype: DType, source: Source<TypedArrayOf>, place: number): Tensor =>
  awaiting({ _tag: 'Tensor', shape, dtype }, 'data', source, place) as Tensor

/** The storage itself, for readers inside the library that do not write. */
export const elements = (t: Tensor<unknown>): TypedArrayOf => t.data as TypedArrayOf

/** Whether elements are as many as the shape says and of the dtype; by name, since other realms have constructors of their own. */
const isWhole = (shape: unknown, dtype: unknown, data: unknown): boolean =>
  Array.isArray(shape) &&
  ArrayBuffer.isView(data) &&
  Reflect.get(data, Symbol.toStringTag) === arrayNames[dtype as DType] &&
  Reflect.get(data, 'length') === size(shape as Dims)

/** Copies count, such as structured clones; records that have lost elements do not. */
export const isTensor = (u: unknown): u is Tensor =>
  typeof u === 'object' &&
  u !== null &&
  '_tag' in u &&
  u._tag === 'Tensor' &&
  (isAwaiting(u) || ('shape' in u && 'dtype' in u && 'data' in u && isWhole(u.shape, u.dtype, u.data)))

const fill = <D extends DType>(dtype: D, values: ArrayLike<number | boolean>): TypedArrayOf<D> => {
  const out = allocate(dtype, values.length)
  if (dtype !== 'bool' && (values instanceof Float32Array || values instanceof Float64Array)) {
    out.set(values)
    return out
  }
  for (let i = 0; i < values.length; i++) {
    const v = Number(values[i])
    out[i] = dtype === 'bool' ? Number(v !== 0) : v
  }
  return out
}

/** Depth-first flattening; where rows disagree or have no end (lists that hold themselves), `ragged` says so. */
const measure = (
  x: Nested
): { readonly shape: Dims; readonly flat: ReadonlyArray<number | boolean>; readonly ragged?: string } => {
  const shape: Array<number> = []
  for (let row: Nested | undefined = x; Array.isArray(row); row = row[0] as Nested | undefined) {
    if (shape.length === mostAxes)
      return {
        shape: [],
        flat: [],
        ragged: `lists are nested deeper than ${String(mostAxes)} levels, or hold themselves`
      }
    shape.push(row.length)
  }
  let level: ReadonlyArray<Nested> = [x]
  for (const [depth, n] of shape.entries()) {
    const at = level.findIndex((row) => !Array.isArray(row) || row.length !== n)
    if (at >= 0)
      return {
        shape,
        flat: [],
        ragged: `rows at depth ${String(depth)} must all have ${String(n)} entries, row ${String(at)} does not`
      }
    level = level.flatMap((row) => (Array.isArray(row) ? (row as ReadonlyArray<Nested>) : []))
  }
  const flat = level.filter((v): v is number | boolean => !Array.isArray(v))
  return flat.length === level.length
    ? { shape, flat }
    : { shape, flat, ragged: `entries below depth ${String(shape.length)} must be numbers` }
}

const isScalar = (v: unknown): boolean => typeof v === 'number' || typeof v === 'boolean'

/** The first entry that is not an element of the dtype; for bool, any number but 0 is true. */
const stranger = (values: ArrayLike<number | boolean>, dtype: DType): string | undefined => {
  const isExact = dtype !== 'bool' && !isFloat(dtype)
  // Arrays of the host's own hold numbers, whatever they are.
  if (!isExact && ArrayBuffer.isView(values)) return undefined
  for (let i = 0; i < values.length; i++) {
    const v: unknown = values[i]
    if (!isScalar(v)) return `element ${String(i)} is ${kindOf(v)}; elements are numbers, or true and false`
    if (isExact && !belongs(Number(v), dtype))
      return `element ${String(i)} is ${String(v)}, which is not of dtype ${dtype}`
  }
  return undefined
}

const miscount = (shape: Dims, count: number): string | undefined =>
  count === size(shape)
    ? undefined
    : `${showDims(shape)} needs ${String(size(shape))} values, got ${String(count)}`

const dtypeOf = (flat: ReadonlyArray<number | boolean>): DType =>
  flat.length > 0 && flat.every((v) => typeof v === 'boolean') ? 'bool' : 'f32'

/** What hosts say of arrays that are larger than they have room for. */
const noMemory = (e: unknown): string => `the host has no room for the elements (${String(e)})`

/** A tensor from nested lists, or what is wrong with them. */
export const readNested = (x: Nested, dtype?: DType): E.Either<string, Tensor> => {
  const { shape, flat, ragged } = measure(x)
  const d = dtype ?? dtypeOf(flat)
  const wrong = ragged ?? stranger(flat, d)
  return wrong === undefined ? E.tryCatch(() => own(shape, d, fill(d, flat)), noMemory) : E.left(wrong)
}

/**
 * A tensor from data whose nesting is known only at run time. The dtype is `f32` for numbers, `bool` for booleans, unless given.
 *
 * Errors: rows of different lengths, numbers that are not of the dtype.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { fromNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * strictEqual(E.isRight(fromNested([[1, 2], [3, 4]])), true)
 * strictEqual(E.isLeft(fromNested([[1, 2], [3]])), true)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromNested = (x: Nested, dtype?: DType): E.Either<TensorError, Tensor> =>
  E.mapLeft((wrong: string) => tensorError(`fromNested: ${wrong}`))(readNested(x, dtype))

/**
 * A tensor of a given shape and dtype from its elements in row-major order.
 *
 * Errors: a shape that is not of non-negative integers, a wrong number of values, numbers that are not of the dtype.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { fromFlat } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * strictEqual(E.isRight(fromFlat([2, 2], 'f64')([1, 2, 3, 4])), true)
 * strictEqual(E.isLeft(fromFlat([2, 2], 'f64')([1, 2, 3])), true)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFlat =
  <const S extends Shape, D extends DType = 'f32'>(shape: S, dtype?: D) =>
  (values: ArrayLike<number | boolean>): E.Either<TensorError, Tensor<Mutable<S>, D>> => {
    const d = dtype ?? ('f32' as D)
    const wrong = shapeProblem(shape) ?? miscount(shape, values.length) ?? stranger(values, d)
    return wrong === undefined
      ? E.tryCatch(
          () => own([...shape] as Mutable<S>, d, fill(d, values)),
          (e) => tensorError(`fromFlat: ${noMemory(e)}`)
        )
      : E.left(tensorError(`fromFlat: ${wrong}`))
  }

/** One number in every place. */
export const filled = <S extends Dims, D extends DType>(shape: S, dtype: D, value: number): Tensor<S, D> => {
  const data = allocate(dtype, size(shape))
  data.fill(value)
  return own(shape, dtype, data)
}

/**
 * The elements in row-major order, as a fresh typed array.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toTypedArray } from 'adjoint'
 *
 * deepStrictEqual(toTypedArray(tensor([1, 2])), Float32Array.of(1, 2))
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const toTypedArray = <D extends DType>(t: Tensor<unknown, D>): TypedArrayOf<D> =>
  copied(t.dtype, elements(t))

const scalarOf = <D extends DType>(dtype: D, v: number): ScalarOf<D> =>
  (dtype === 'bool' ? v !== 0 : v) as ScalarOf<D>

/**
 * The elements in row-major order.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toFlat } from 'adjoint'
 *
 * deepStrictEqual(toFlat(tensor([[true], [false]])), [true, false])
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const toFlat = <D extends DType>(t: Tensor<unknown, D>): ReadonlyArray<ScalarOf<D>> => {
  const data = elements(t)
  return Array.from({ length: data.length }, (_, i) => scalarOf(t.dtype, data[i]!))
}

/**
 * The element of a tensor of rank 0.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { item, tensor } from 'adjoint'
 *
 * strictEqual(item(tensor(3)), 3)
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const item = <D extends DType>(t: Tensor<readonly [], D>): ScalarOf<D> =>
  scalarOf(t.dtype, elements(t)[0] ?? NaN)

/**
 * The elements as nested arrays.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toNested } from 'adjoint'
 *
 * deepStrictEqual(toNested(tensor([[1], [2]])), [[1], [2]])
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const toNested = <D extends DType>(t: Tensor<Shape, D>): Nested => {
  const rows = t.shape.reduceRight<ReadonlyArray<Nested>>((flat, n, axis) => {
    const count = size(t.shape.slice(0, axis))
    return Array.from({ length: count }, (_, i) => flat.slice(i * n, (i + 1) * n))
  }, toFlat(t))
  return rows[0] ?? []
}

/**
 * Equality of shape, dtype and every element's bits: `NaN` equals `NaN`, `-0` differs from `0`.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { eqTensor, tensor } from 'adjoint'
 *
 * strictEqual(eqTensor.equals(tensor([NaN, 0]), tensor([NaN, 0])), true)
 * strictEqual(eqTensor.equals(tensor([0]), tensor([-0])), false)
 * ```
 *
 * @since 0.1.0
 * @category instances
 */
export const eqTensor: Eq<Tensor> = {
  equals: (a, b) => {
    if (a === b) return true
    if (a.dtype !== b.dtype || !equalDims(a.shape, b.shape)) return false
    const [x, y] = [elements(a), elements(b)]
    return x.length === y.length && x.every((v, i) => Object.is(v, y[i]))
  }
}
