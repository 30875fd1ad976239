/**
 * Random numbers from splittable keys (threefry-2x32; Salmon et al., SC 2011). A key is a value: the same key gives the same numbers, so a key
 * is used once or split, never both. Keys, bits and uniforms are bit for bit those of JAX for the same seed.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid, invalidTensor } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { full, typed } from '../graph/terms.js'
import type { Mutable, Shape } from '../shape/index.js'
import { countProblem, dim, isDim, range, showDims } from '../tensor/dims.js'
import type { FloatDType } from '../tensor/DType.js'
import { own, type Tensor } from '../tensor/Tensor.js'
import { composed } from './operand.js'

/**
 * The state of a random stream: two words.
 *
 * @since 0.1.0
 * @category model
 */
export type Key = Expr<readonly [2], 'u32'>

/**
 * The key of a seed, an integer; its upper 32 bits are the first word.
 *
 * Errors: numbers that are no integers, or too large to be exact (from 2^53 in size): an expression in error.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, toFlat } from 'adjoint'
 *
 * deepStrictEqual(toFlat(key(42)), [0, 42])
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const key = (seed: number): Tensor<[2], 'u32'> =>
  Number.isSafeInteger(seed)
    ? own([2], 'u32', Uint32Array.of(Math.floor(seed / 2 ** 32), seed))
    : invalidTensor(
        'key',
        [2],
        'u32',
        `${String(seed)} is not a seed; seeds are integers up to 2^53 - 1 in size`
      )

/**
 * `n` keys, independent of each other and of the given one, as rows.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, split } from 'adjoint'
 *
 * deepStrictEqual(split(3)(key(0)).shape, [3, 2])
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const split =
  <const N extends number>(n: N) =>
  (k: Key): Expr<[N, 2], 'u32'> => {
    const [from, wrong] = [node(k), countProblem(n, 'keys')]
    return typed(
      composed('split', [from], () =>
        wrong === undefined ? make.randomBits([n], from) : invalid('split', [from], wrong)
      )
    )
  }

const rowProblem = (i: number, { shape }: Value): string | undefined =>
  shape.length !== 2 || shape[1] !== 2
    ? `keys are rows of u32[n, 2], got ${showDims(shape)}`
    : isDim(i) && i < dim(shape, 0)
      ? undefined
      : `there is no key ${String(i)} among the ${String(dim(shape, 0))} of ${showDims(shape)}`

/**
 * One of the rows of `split`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, keyAt, split } from 'adjoint'
 *
 * deepStrictEqual(keyAt(1)(split(2)(key(0))).shape, [2])
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const keyAt =
  (i: number) =>
  (keys: Expr<readonly [number, 2], 'u32'>): Key => {
    const from = node(keys)
    const wrong = rowProblem(i, from)
    return typed(
      composed('keyAt', [from], () =>
        wrong === undefined
          ? make.reshape([2], make.slice([i, 0], [i + 1, 2], [1, 1], from))
          : invalid('keyAt', [from], wrong)
      )
    )
  }

/** One of the two words of each counter. */
const word = (words: Value, which: 0 | 1): Value => {
  const lead = words.shape.slice(0, -1)
  const zeros = lead.map(() => 0)
  const ones = words.shape.map(() => 1)
  return make.reshape(lead, make.slice([...zeros, which], [...lead, which + 1], ones, words))
}

const wordsOf = (shape: Shape, k: Key): readonly [Value, Value] => {
  const words = make.randomBits(shape, node(k))
  return words._tag === 'Invalid' ? [words, words] : [word(words, 0), word(words, 1)]
}

const bits32 = (shape: Shape, k: Key): Value => {
  const [first, second] = wordsOf(shape, k)
  return make.binary('xor', first, second)
}

/**
 * 32 random bits for each element.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { bits, key } from 'adjoint'
 *
 * deepStrictEqual(bits([2, 3])(key(0)).dtype, 'u32')
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const bits =
  <const S extends Shape>(shape: S) =>
  (k: Key): Expr<Mutable<S>, 'u32'> => {
    const from = node(k)
    return typed(composed('bits', [from], () => bits32(shape, k)))
  }

const times = (factor: number, x: Value): Value => make.binary('mul', x, full(factor, x))
/** Drops the lowest `n` bits. */
const shiftRight = (n: number, x: Value): Value => make.binary('div', x, full(2 ** n, x))

/** Uniform in [0, 1) with as many bits as the mantissa holds: 23 of one word, or 52 of two. */
const unit = (shape: Shape, dtype: FloatDType, k: Key): Value => {
  if (dtype === 'f32') return times(2 ** -23, make.convert('f32', shiftRight(9, bits32(shape, k))))
  const [high, low] = wordsOf(shape, k)
  const upper = times(2 ** 20, make.convert('f64', high))
  return times(2 ** -52, make.binary('add', upper, make.convert('f64', shiftRight(12, low))))
}

/** Numbers as they are in a dtype. */
const rounded = (dtype: FloatDType, x: number): number => (dtype === 'f32' ? Math.fround(x) : x)

/** The next number below, by the order of the bits; of 0 the negative one nearest to it. */
const below = (x: number, dtype: FloatDType): number => {
  const view = new DataView(new ArrayBuffer(8))
  if (dtype === 'f32') {
    view.setFloat32(0, x)
    view.setUint32(0, x === 0 ? 0x80000001 : view.getUint32(0) + (x > 0 ? -1 : 1))
    return view.getFloat32(0)
  }
  view.setFloat64(0, x)
  view.setBigUint64(0, x === 0 ? 0x8000000000000001n : view.getBigUint64(0) + (x > 0 ? -1n : 1n))
  return view.getFloat64(0)
}

const isPowerOfTwo = (x: number): boolean => Number.isInteger(Math.log2(x))

/**
 * The numbers of [0, 1) spread over the width from a bound on, rounded once where the dtype is f32, as a fused multiply-add does: by way of f64, in which the
 * product is exact, unless it is exact anyway.
 */
const spreadFrom = (low: number, width: number, u: Value): Value => {
  const wide = isPowerOfTwo(width) ? u : make.convert('f64', u)
  return make.convert(u.dtype, make.binary('add', times(width, wide), full(low, wide)))
}

/** Uniform in [low, high), which are numbers of the dtype. Rounding may lead to the upper bound, which does not belong to the range. */
const between = (low: number, high: number, dtype: FloatDType, u: Value): Value => {
  const width = rounded(dtype, high - low)
  // The largest number below 1 times the width is below the width, where that has all its bits.
  if (low === 0 && width >= 2 ** -100) return times(width, u)
  // A width beyond the largest number is taken in halves.
  const moved = Number.isFinite(width)
    ? spreadFrom(low, width, u)
    : times(2, spreadFrom(low / 2, high / 2 - low / 2, u))
  return make.binary('max', make.binary('min', moved, full(below(high, dtype), u)), full(low, u))
}

/** Why no number of a dtype is in a range. */
const emptyRange = (low: number, high: number, dtype: FloatDType): string | undefined =>
  !Number.isFinite(low) || !Number.isFinite(high)
    ? `bounds must be finite in ${dtype}, got ${String(low)} and ${String(high)}`
    : low < high
      ? undefined
      : `no ${dtype} is in [${String(low)}, ${String(high)})`

/**
 * Options of random floating-point numbers.
 *
 * @since 0.1.0
 * @category model
 */
export interface UniformOptions<D extends FloatDType = FloatDType> {
  readonly low?: number
  readonly high?: number
  readonly dtype?: D
}

/**
 * Uniform numbers in [low, high), by default [0, 1): the upper bound does not occur. In f32 they are JAX's, bit by bit, but where JAX gives the upper bound or
 * Infinity; in f64 with bounds of one's own the last bit can differ, as JAX rounds once there, too.
 *
 * Errors: a range that is empty or not finite in the dtype.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, key, toNested, uniform } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const draw = () => pipe(key(1), uniform([3]), evaluate, E.map(toNested))
 * deepStrictEqual(draw(), draw())
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const uniform =
  <const S extends Shape, D extends FloatDType = 'f32'>(shape: S, options: UniformOptions<D> = {}) =>
  (k: Key): Expr<Mutable<S>, D> => {
    const dtype: FloatDType = options.dtype ?? 'f32'
    const [low, high] = [rounded(dtype, options.low ?? 0), rounded(dtype, options.high ?? 1)]
    const wrong = emptyRange(low, high, dtype)
    return typed(
      wrong === undefined
        ? composed('uniform', [node(k)], () => between(low, high, dtype, unit(shape, dtype, k)))
        : invalid('uniform', [node(k)], wrong)
    )
  }

/** The neighbours of -1 towards 0. */
const aboveMinusOne: Readonly<Record<FloatDType, number>> = { f32: -1 + 2 ** -24, f64: -1 + 2 ** -53 }

/**
 * Normally distributed numbers with mean 0 and standard deviation 1: `sqrt(2) erfInv(u)`, `u` uniform in (-1, 1).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, normal } from 'adjoint'
 *
 * deepStrictEqual(normal([2, 3])(key(0)).shape, [2, 3])
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const normal =
  <const S extends Shape, D extends FloatDType = 'f32'>(shape: S, dtype?: D) =>
  (k: Key): Expr<Mutable<S>, D> => {
    const d: FloatDType = dtype ?? 'f32'
    const drawn = (): Value =>
      times(Math.SQRT2, make.unary('erfInv', between(aboveMinusOne[d], 1, d, unit(shape, d, k))))
    return typed(composed('normal', [node(k)], drawn))
  }

/**
 * Splits a key into two: one to use now, one for later.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, nextKey } from 'adjoint'
 *
 * const [now, later] = nextKey(key(0))
 * deepStrictEqual([now.shape, later.shape], [[2], [2]])
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const nextKey = (k: Key): readonly [now: Key, later: Key] => {
  const keys = split(2)(k)
  const [now, later] = range(0, 2).map((i) => keyAt(i)(keys))
  return [now ?? k, later ?? k]
}
