/**
 * Tensors as JSON with their elements in one block.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts/lib/index.js'
import type { Shape } from '../shape/index.js'
import { equalDims, isDim, mostAxes, shapeProblem, showDims, size, type Dims } from '../tensor/dims.js'
import {
  allocate,
  belongs,
  byteWidth,
  dtypes,
  isFloat,
  type DType,
  type TypedArrayOf
} from '../tensor/DType.js'
import { elements, isTensor, own, toTypedArray, type Tensor } from '../tensor/Tensor.js'
import { decodeBytes, elementsOf, encodeElements } from './bytes.js'
import { expected, quote, showValue } from './show.js'

/**
 * A tensor as JSON: `data` is the base64 text of the elements in row-major order, little-endian.
 *
 * @since 0.1.0
 * @category model
 */
export interface EncodedTensor<S = Shape, out D extends DType = DType> {
  readonly dtype: D
  readonly shape: Readonly<S>
  readonly data: string
}

/**
 * Whether all numbers must be finite.
 *
 * @since 0.1.0
 * @category model
 */
export interface FiniteOptions {
  readonly finite?: boolean
}

/** The first element that is NaN or infinite. */
export const notFinite = (t: Tensor): number =>
  isFloat(t.dtype) ? elements(t).findIndex((x) => !Number.isFinite(x)) : -1

/** What a codec asks of a tensor; what is left out may be anything. */
interface Wanted {
  readonly shape?: Dims | undefined
  readonly dtype?: DType | undefined
  readonly finite?: boolean | undefined
}

/** The first thing wrong with an encoded tensor, and the member it is in. */
interface Flaw {
  readonly key: string
  readonly value: unknown
  readonly message: string
}

type Read<A> = E.Either<Flaw, A>
type Fields = Readonly<Record<string, unknown>>

const flaw = (key: string, value: unknown, message: string): Read<never> => E.left({ key, value, message })

export const isRecord = (u: unknown): u is Fields => typeof u === 'object' && u !== null && !Array.isArray(u)

/** An own member: nothing inherited counts as data. */
export const member = (u: Fields, key: string): unknown => (Object.hasOwn(u, key) ? u[key] : undefined)

export const wantedTensor = ({ shape, dtype }: Wanted): string => {
  if (shape !== undefined) return `a tensor ${dtype ?? 'of shape '}${showDims(shape)}`
  return dtype === undefined ? 'a tensor' : `a tensor of dtype ${dtype}`
}

const keys: ReadonlyArray<string> = ['dtype', 'shape', 'data']

const readFields = (u: Fields): Read<Fields> => {
  if (member(u, '_tag') === 'Tensor') return E.right(u)
  const extra = Object.keys(u).find((key) => !keys.includes(key))
  return extra === undefined ? E.right(u) : flaw(extra, u[extra], 'unexpected key')
}

const readDType = (u: unknown, wanted?: DType): Read<DType> => {
  const allowed = wanted === undefined ? dtypes : [wanted]
  const found = allowed.find((dtype) => dtype === u)
  const what = `${allowed.length > 1 ? 'one of ' : ''}${allowed.map(quote).join(', ')}`
  return found === undefined ? flaw('dtype', u, expected(what, u)) : E.right(found)
}

const isDims = (u: unknown): u is Dims =>
  Array.isArray(u) &&
  Array.from(u).every((d: unknown) => typeof d === 'number' && isDim(d) && !Object.is(d, -0))

const readShape = (u: unknown, wanted?: Dims): Read<Dims> => {
  if (!isDims(u) || (wanted !== undefined && !equalDims(u, wanted)))
    return flaw(
      'shape',
      u,
      expected(wanted === undefined ? 'a list of whole numbers >= 0' : showDims(wanted), u)
    )
  if (u.length > mostAxes)
    return flaw('shape', u, `expected at most ${String(mostAxes)} axes, got ${String(u.length)}`)
  const wrong = shapeProblem(u)
  return wrong === undefined ? E.right([...u]) : flaw('shape', u, wrong)
}

/** Lengths are compared before anything is allocated: a shape alone can ask for any amount of memory. */
const readBytes = (u: unknown, count: number, bytes: number): Read<Uint8Array> => {
  const length = 4 * Math.ceil(bytes / 3)
  const what = `${String(bytes)} bytes (${String(count)} elements) in base64, which is ${String(length)} characters`
  if (typeof u !== 'string') return flaw('data', u, expected(what, u))
  if (u.length !== length) return flaw('data', u, `expected ${what}, got ${String(u.length)} characters`)
  return pipe(
    decodeBytes(u),
    O.match(
      () => flaw('data', u, `expected standard base64, got ${showValue(u)}`),
      (found) =>
        found.length === bytes
          ? E.right(found)
          : flaw('data', u, `expected ${what}, got ${String(found.length)} bytes`)
    )
  )
}

const lossy = 'JSON has neither NaN nor infinities: encode tensors that may hold those'

/** What `JSON.stringify` makes of a tensor that is not encoded: a record of the elements by index. */
const readListed = (u: Fields, dtype: DType, count: number): Read<TypedArrayOf> => {
  const found = Object.keys(u).length
  if (found !== count) return flaw('data', u, `expected ${String(count)} elements, got ${String(found)}`)
  const out = allocate(dtype, count)
  for (let i = 0; i < count; i++) {
    const x = member(u, String(i))
    if (typeof x !== 'number' || !belongs(x, dtype))
      return flaw('data', u, `element ${String(i)}: ${expected(`a number of dtype ${dtype}`, x)}; ${lossy}`)
    out[i] = x
  }
  return E.right(out)
}

const readData = (u: unknown, dtype: DType, shape: Dims): Read<TypedArrayOf> => {
  const count = size(shape)
  if (isRecord(u)) return readListed(u, dtype, count)
  return pipe(
    readBytes(u, count, count * byteWidth[dtype]),
    E.chain((bytes) => {
      const odd = dtype === 'bool' ? bytes.findIndex((b) => b > 1) : -1
      return odd < 0
        ? E.right(elementsOf(dtype, bytes))
        : flaw('data', u, `expected bytes 0 and 1, got ${String(bytes[odd])} in element ${String(odd)}`)
    })
  )
}

const readTensor = (u: Fields, wanted: Wanted): Read<Tensor> =>
  pipe(
    readFields(u),
    E.chain(() => readDType(member(u, 'dtype'), wanted.dtype)),
    E.bindTo('dtype'),
    E.bind('shape', () => readShape(member(u, 'shape'), wanted.shape)),
    E.bind('data', ({ dtype, shape }) => readData(member(u, 'data'), dtype, shape)),
    E.map(({ dtype, shape, data }) => own(shape, dtype, data)),
    E.chain((t) => {
      const odd = wanted.finite === true ? notFinite(t) : -1
      return odd < 0
        ? E.right(t)
        : flaw('data', t, `element ${String(odd)} is ${String(elements(t)[odd])}, expected finite numbers`)
    })
  )

/** With elements and sizes of its own. */
const copyOf = (t: Tensor): Tensor => own([...t.shape], t.dtype, toTypedArray(t))

const sizesOf = (shape: Dims): Dims => [...shape]

export const fits =
  ({ shape, dtype, finite = false }: Wanted) =>
  (u: unknown): u is Tensor =>
    isTensor(u) &&
    (dtype === undefined || u.dtype === dtype) &&
    (shape === undefined || equalDims(u.shape, shape)) &&
    (!finite || notFinite(u) < 0)

/**
 * The codec of tensors of a shape and dtype, or of any. Elements keep their bits: NaNs, signed zeros and subnormal numbers included.
 * Decoding stops at the first fault. Tensors that were not encoded are read as well: structured clones, and what `JSON.stringify` makes of them,
 * where JSON has a text for every element (it has none for NaN and infinities, and forgets the sign of -0).
 *
 * Errors: another shape or dtype than asked for, data that is not as long as the shape says, text that is not standard padded base64,
 * unknown members.
 *
 * NaN and infinities are kept, unless `finite` asks for numbers that are not: then they are refused, and `is` refuses them too.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toNested } from 'adjoint'
 * import { report, tensorCodec } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const codec = tensorCodec([2], 'f32')
 * const encoded = codec.encode(tensor([1, -0]))
 * deepStrictEqual(encoded, { dtype: 'f32', shape: [2], data: 'AACAPwAAAIA=' })
 * deepStrictEqual(pipe(codec.decode(encoded), E.map(toNested)), E.right([1, -0]))
 * deepStrictEqual(E.mapLeft(report)(codec.decode({ ...encoded, shape: [3] })), E.left(['shape: expected [2], got [3]']))
 * ```
 *
 * @since 0.1.0
 * @category codecs
 */
export const tensorCodec = <const S extends Shape = Shape, D extends DType = DType>(
  shape?: S,
  dtype?: D,
  { finite = false }: FiniteOptions = {}
): t.Type<Tensor<S, D>, EncodedTensor<S, D>, unknown> => {
  const wanted = { shape, dtype, finite }
  const name = wantedTensor(wanted)
  const isWanted = fits(wanted)
  const codec: t.Type<Tensor<S, D>, EncodedTensor<S, D>, unknown> = new t.Type(
    name,
    (u): u is Tensor<S, D> => isWanted(u),
    (u, c) => {
      if (!isRecord(u)) return t.failure(u, c, expected(name, u))
      if (isWanted(u)) return t.success(copyOf(u) as Tensor<S, D>)
      const result = readTensor(u, wanted)
      if (E.isRight(result)) return t.success(result.right as Tensor<S, D>)
      const { key, value, message } = result.left
      return t.failure(value, t.appendContext(c, key, codec, value), message)
    },
    (tensor) => ({
      dtype: tensor.dtype,
      shape: sizesOf(tensor.shape) as S,
      data: encodeElements(tensor.dtype, elements(tensor))
    })
  )
  return codec
}
