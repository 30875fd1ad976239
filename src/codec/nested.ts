/**
 * Tensors as nested lists, as people write them.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts/lib/index.js'
import type { Shape } from '../shape/index.js'
import { size, type Dims } from '../tensor/dims.js'
import { allocate, isFloat, type DType } from '../tensor/DType.js'
import { own, toNested, type Nested, type Tensor } from '../tensor/Tensor.js'
import { expected } from './show.js'
import { fits, wantedTensor, type FiniteOptions } from './tensor.js'

/** A value that should have been something else, and the indices that lead to it. */
interface Misplaced {
  readonly at: ReadonlyArray<number>
  readonly value: unknown
  readonly wanted: string
}

const between =
  (low: number, high: number) =>
  (u: unknown): boolean =>
    typeof u === 'number' && Number.isInteger(u) && u >= low && u <= high

interface Scalar {
  readonly wanted: string
  readonly is: (u: unknown) => boolean
}

const scalars: Readonly<Record<DType, Scalar>> = {
  // A finite number that f32 has no room for would be read as an infinity.
  f32: {
    wanted: 'a number up to 3.4028234663852886e38 in size',
    is: (u) => typeof u === 'number' && Number.isFinite(u) === Number.isFinite(Math.fround(u))
  },
  f64: { wanted: 'a number', is: (u) => typeof u === 'number' },
  i32: { wanted: 'a whole number from -2147483648 to 2147483647', is: between(-(2 ** 31), 2 ** 31 - 1) },
  u32: { wanted: 'a whole number from 0 to 4294967295', is: between(0, 2 ** 32 - 1) },
  bool: { wanted: 'true or false', is: (u) => typeof u === 'boolean' }
}

/** More levels than any tensor has, few enough for a message. */
const deepest = 64

/** The sizes along the first entries. */
const outline = (u: unknown): Dims => {
  const sizes: Array<number> = []
  for (let row = u; Array.isArray(row) && sizes.length < deepest; row = row[0] as unknown)
    sizes.push(row.length)
  return sizes
}

const unravel = (flat: number, shape: Dims): ReadonlyArray<number> =>
  shape.reduceRight<{ readonly rest: number; readonly at: ReadonlyArray<number> }>(
    ({ rest, at }, n) => ({ rest: Math.floor(rest / n), at: [rest % n, ...at] }),
    { rest: flat, at: [] }
  ).at

const count = (n: number): string => `a list of ${String(n)} ${n === 1 ? 'entry' : 'entries'}`

const misplaced = (level: ReadonlyArray<unknown>, flat: number, outer: Dims, wanted: string): Misplaced => ({
  at: unravel(flat, outer),
  value: level[flat],
  wanted
})

/** The entries of depth `shape.length` in row-major order. One level at a time: data may be nested deeper than the stack. */
const flatten = (u: unknown, shape: Dims): E.Either<Misplaced, ReadonlyArray<unknown>> => {
  let level: ReadonlyArray<unknown> = [u]
  for (const [depth, n] of shape.entries()) {
    const odd = level.findIndex((row) => !Array.isArray(row) || row.length !== n)
    if (odd >= 0) return E.left(misplaced(level, odd, shape.slice(0, depth), count(n)))
    level = level.flatMap((row) => (Array.isArray(row) ? Array.from<unknown>(row) : []))
  }
  return E.right(level)
}

const guess = (flat: ReadonlyArray<unknown>): DType => (typeof flat[0] === 'boolean' ? 'bool' : 'f32')

const finiteNumber: Scalar = {
  wanted: 'a finite number',
  is: (u) => typeof u === 'number' && Number.isFinite(u)
}

/** What entries must be, in the order in which it is told. */
const demands = (dtype: DType, finite: boolean): ReadonlyArray<Scalar> => [
  ...(isFloat(dtype) ? [{ wanted: 'a number', is: (u: unknown) => typeof u === 'number' }] : []),
  ...(isFloat(dtype) && finite ? [finiteNumber] : []),
  scalars[dtype]
]

const read = (u: unknown, shape: Dims, finite: boolean, wanted?: DType): E.Either<Misplaced, Tensor> => {
  const entries = flatten(u, shape)
  if (E.isLeft(entries)) return entries
  const dtype = wanted ?? guess(entries.right)
  for (const { is, wanted: what } of demands(dtype, finite)) {
    const odd = entries.right.findIndex((v) => !is(v))
    if (odd >= 0) return E.left(misplaced(entries.right, odd, shape, what))
  }
  const data = allocate(dtype, size(shape))
  entries.right.forEach((v, i) => {
    data[i] = Number(v)
  })
  return E.right(own([...shape], dtype, data))
}

/**
 * The codec of tensors written as nested lists of numbers or booleans. Without a shape, the lists give it; without a dtype, it is `bool` for
 * booleans, else `f32`. JSON has no NaN, infinities or negative zero: use `tensorCodec` where these matter.
 *
 * Data comes from outside, so numbers must be finite, and stay so in the dtype (1e300 is refused in f32), unless `finite: false` takes NaN and infinities
 * as they are.
 *
 * Errors: the first list of another length than its neighbours or the shape, the first entry of another kind than the dtype, numbers that are not finite.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { toNested } from 'adjoint'
 * import { report, tensorFromNested } from 'adjoint/codec'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const codec = tensorFromNested([2, 2], 'i32')
 * deepStrictEqual(pipe(codec.decode([[1, 2], [3, 4]]), E.map(toNested)), E.right([[1, 2], [3, 4]]))
 * deepStrictEqual(
 *   E.mapLeft(report)(codec.decode([[1, 2], [3, 'x']])),
 *   E.left(['[1][1]: expected a whole number from -2147483648 to 2147483647, got "x"'])
 * )
 * ```
 *
 * @since 0.1.0
 * @category codecs
 */
export const tensorFromNested = <const S extends Shape = Shape, D extends DType = DType>(
  shape?: S,
  dtype?: D,
  { finite = true }: FiniteOptions = {}
): t.Type<Tensor<S, D>, Nested, unknown> => {
  const isWanted = fits({ shape, dtype, finite })
  const codec: t.Type<Tensor<S, D>, Nested, unknown> = new t.Type(
    wantedTensor({ shape, dtype }),
    (u): u is Tensor<S, D> => isWanted(u),
    (u, c) => {
      if (shape === undefined && u === undefined) return t.failure(u, c, expected('numbers in lists', u))
      const result = read(u, shape ?? outline(u), finite, dtype)
      if (E.isRight(result)) return t.success(result.right as Tensor<S, D>)
      const { at, value, wanted } = result.left
      // The lists on the way are not kept: what stands at an index was in a list.
      const context = at.reduce((outer, i) => [...outer, { key: String(i), type: codec, actual: [] }], [...c])
      return t.failure(value, context, expected(wanted, value))
    },
    (tensor) => toNested(tensor)
  )
  return codec
}
