/**
 * Which examples a step sees: pure functions of a key. All examples at once is gradient descent, a random subset is SGD.
 *
 * @since 0.1.0
 */
import { range } from '../tensor/dims.js'
import { allocate } from '../tensor/DType.js'
import { elements, own, type Tensor } from '../tensor/Tensor.js'
import { threefryBlock } from '../tensor/threefry.js'

/**
 * A key at hand, as a tensor.
 *
 * @since 0.1.0
 * @category model
 */
export type ConcreteKey = Tensor<readonly [2], 'u32'>

type Rest<S> = S extends readonly [number, ...infer R extends ReadonlyArray<number>]
  ? R
  : ReadonlyArray<number>

const words = (key: ConcreteKey, n: number): Uint32Array => {
  const [k0 = 0, k1 = 0] = elements(key)
  return threefryBlock(k0, k1, n)
}

/**
 * `n` keys from one, the rows of `split(n)`, at hand without evaluating an expression.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { key, splitKey } from 'adjoint'
 *
 * strictEqual(splitKey(3)(key(0)).length, 3)
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const splitKey =
  (n: number) =>
  (key: ConcreteKey): ReadonlyArray<Tensor<[2], 'u32'>> => {
    const w = words(key, n)
    return range(0, n).map((i) => own([2], 'u32', w.slice(2 * i, 2 * i + 2)))
  }

/**
 * The numbers 0 to n - 1 in random order (Fisher and Yates, with 53 random bits for each exchange).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, permutation } from 'adjoint'
 *
 * deepStrictEqual([...permutation(4)(key(0))].sort(), [0, 1, 2, 3])
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const permutation =
  (n: number) =>
  (key: ConcreteKey): ReadonlyArray<number> => {
    const out = [...range(0, n)]
    const w = words(key, n)
    for (let i = n - 1; i > 0; i--) {
      const u = ((w[2 * i] ?? 0) * 2 ** 21 + ((w[2 * i + 1] ?? 0) >>> 11)) / 2 ** 53
      const j = Math.floor(u * (i + 1))
      const moved = out[i] ?? 0
      out[i] = out[j] ?? 0
      out[j] = moved
    }
    return out
  }

/**
 * One epoch: all of 0 to n - 1 in random order, cut into batches of `size`; what is left over forms a last, smaller batch unless it is dropped.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { batches, key } from 'adjoint'
 *
 * deepStrictEqual(batches({ count: 5, size: 2 })(key(0)).map((b) => b.length), [2, 2, 1])
 * deepStrictEqual(batches({ count: 5, size: 2, dropLast: true })(key(0)).map((b) => b.length), [2, 2])
 * ```
 *
 * @since 0.1.0
 * @category sampling
 */
export const batches =
  ({
    count,
    size,
    dropLast = false
  }: {
    readonly count: number
    readonly size: number
    readonly dropLast?: boolean
  }) =>
  (key: ConcreteKey): ReadonlyArray<ReadonlyArray<number>> => {
    const order = permutation(count)(key)
    const step = size >= 1 ? Math.floor(size) : 1
    const starts = range(0, Math.ceil(count / step)).map((i) => i * step)
    return starts.map((s) => order.slice(s, s + step)).filter((b) => !dropLast || b.length === step)
  }

/**
 * A random subset of 0 to n - 1, without repetition.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { key, sample } from 'adjoint'
 *
 * strictEqual(sample({ count: 100, size: 10 })(key(0)).length, 10)
 * ```
 *
 * @since 0.1.0
 * @category sampling
 */
export const sample =
  ({ count, size }: { readonly count: number; readonly size: number }) =>
  (key: ConcreteKey): ReadonlyArray<number> =>
    permutation(count)(key).slice(0, Math.max(0, size))

/**
 * Rows of a tensor, by index: a batch at hand. Rows that do not exist are left out.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { rows, tensor, toNested } from 'adjoint'
 *
 * deepStrictEqual(toNested(rows([2, 0])(tensor([[1], [2], [3]]))), [[3], [1]])
 * ```
 *
 * @since 0.1.0
 * @category sampling
 */
export const rows =
  (indices: ReadonlyArray<number>) =>
  <S extends readonly [number, ...ReadonlyArray<number>], D extends Tensor['dtype']>(
    x: Tensor<S, D>
  ): Tensor<[number, ...Rest<S>], D> => {
    const [count, ...rest] = x.shape
    const width = rest.reduce((n, d) => n * d, 1)
    const found = indices.filter((i) => Number.isInteger(i) && i >= 0 && i < count)
    const [data, out] = [elements(x), allocate(x.dtype, found.length * width)]
    found.forEach((row, i) => {
      out.set(data.subarray(row * width, (row + 1) * width), i * width)
    })
    return own([found.length, ...rest] as [number, ...Rest<S>], x.dtype, out)
  }
