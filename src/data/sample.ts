/**
 * Which examples a step sees: pure functions of a key. All examples at once is gradient descent, a random subset is SGD.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { invalidTensor, showAval } from '../graph/error.js'
import { node, type Value } from '../graph/Expr.js'
import { runError, type RunError } from '../graph/failure.js'
import { countProblem, equalDims, range, showDims } from '../tensor/dims.js'
import { allocate, type DType } from '../tensor/DType.js'
import { elements, own, type Tensor } from '../tensor/Tensor.js'
import { threefryBlock } from '../tensor/threefry.js'

/**
 * A key at hand, as a tensor.
 *
 * @since 0.1.0
 * @category model
 */
export type ConcreteKey = Tensor<readonly [2], 'u32'>

const isKey = (n: Value): boolean => n.dtype === 'u32' && equalDims(n.shape, [2]) && n._tag === 'Constant'

/** Why a key is none: a key in error says so itself. */
const keyProblem = (key: ConcreteKey): string | undefined => {
  const n = node(key)
  if (n._tag === 'Invalid') return n.errors.map((e) => e.message).join('; ')
  return isKey(n) ? undefined : `a key is a tensor u32[2], got ${showAval(n)}; evaluate expressions first`
}

/** Random words, two for each count, or why there are none. */
const words = (key: ConcreteKey, n: number, things: string): E.Either<string, Uint32Array> => {
  const wrong = countProblem(n, things) ?? keyProblem(key)
  if (wrong !== undefined) return E.left(wrong)
  const [k0 = 0, k1 = 0] = elements(key)
  return E.tryCatch(
    () => threefryBlock(k0, k1, n),
    (e) => `the host has no room for ${String(n)} ${things} (${String(e)})`
  )
}

/**
 * `n` keys from one, the rows of `split(n)`, at hand without evaluating an expression.
 *
 * Errors: a number that is no count, or a key in error: the list is one key in error.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { splitKey } from 'adjoint/data'
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
    return pipe(
      words(key, n, 'keys'),
      E.match(
        (wrong) => [invalidTensor('splitKey', [2], 'u32', wrong)],
        (w) => range(0, n).map((i) => own([2], 'u32', w.slice(2 * i, 2 * i + 2)))
      )
    )
  }

/** Fisher and Yates, with 53 random bits for each exchange. */
const shuffled = (n: number, w: Uint32Array): ReadonlyArray<number> => {
  const out = [...range(0, n)]
  for (let i = n - 1; i > 0; i--) {
    const u = ((w[2 * i] ?? 0) * 2 ** 21 + ((w[2 * i + 1] ?? 0) >>> 11)) / 2 ** 53
    const j = Math.floor(u * (i + 1))
    const moved = out[i] ?? 0
    out[i] = out[j] ?? 0
    out[j] = moved
  }
  return out
}

const ordered =
  (operation: string, n: number) =>
  (key: ConcreteKey): E.Either<RunError, ReadonlyArray<number>> =>
    pipe(
      words(key, n, 'examples'),
      E.bimap(
        (wrong) => runError(operation, wrong),
        (w) => shuffled(n, w)
      )
    )

/**
 * The numbers 0 to n - 1 in random order (Fisher and Yates, with 53 random bits for each exchange).
 *
 * Errors: a number that is no count, a key in error (`RunError`).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { permutation } from 'adjoint/data'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(permutation(4)(key(0)), E.map((order) => [...order].sort())), E.right([0, 1, 2, 3]))
 * ```
 *
 * @since 0.1.0
 * @category random
 */
export const permutation = (n: number): ((key: ConcreteKey) => E.Either<RunError, ReadonlyArray<number>>) =>
  ordered('permutation', n)

const isWhole = (n: number, least: number, most: number): boolean =>
  Number.isInteger(n) && n >= least && n <= most

const misfit = (operation: string, count: number, size: number, least: number): RunError | undefined =>
  !isWhole(count, 0, Number.MAX_SAFE_INTEGER)
    ? runError(operation, `count ${String(count)} is not a number of examples`)
    : isWhole(size, least, count)
      ? undefined
      : runError(
          operation,
          `size ${String(size)} is not a whole number from ${String(least)} to ${String(count)}, the number of examples`
        )

/**
 * `N` places of examples.
 *
 * @since 0.1.0
 * @category model
 */
export type Indices<N extends number = number> = ReadonlyArray<number> & { readonly length: N }

/**
 * How an epoch is cut. Only where the last, smaller batch is dropped do all have `size` examples for the compiler, too.
 *
 * @since 0.1.0
 * @category model
 */
export interface BatchOptions<N extends number = number, L extends boolean = boolean> {
  readonly count: number
  readonly size: N
  readonly dropLast?: L
}

/** The size of a batch, where all are of one. */
type BatchSize<N extends number, L extends boolean> = L extends true ? N : number

const isBatch =
  <const N extends number, const L extends boolean = boolean>(size: N, dropLast: L | undefined) =>
  (places: ReadonlyArray<number>): places is Indices<BatchSize<N, L>> =>
    dropLast !== true || places.length === size

/**
 * One epoch: all of 0 to n - 1 in random order, cut into batches of `size`; what is left over forms a last, smaller batch unless it is dropped.
 *
 * Errors: a size that is not a whole number from 1 to `count`, a key in error (`RunError`).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { batches } from 'adjoint/data'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const sizes = (dropLast: boolean) =>
 *   pipe(batches({ count: 5, size: 2, dropLast })(key(0)), E.map((all) => all.map((b) => b.length)))
 * deepStrictEqual(sizes(false), E.right([2, 2, 1]))
 * deepStrictEqual(sizes(true), E.right([2, 2]))
 * ```
 *
 * @since 0.1.0
 * @category sampling
 */
export const batches =
  <const N extends number, const L extends boolean = false>({ count, size, dropLast }: BatchOptions<N, L>) =>
  (key: ConcreteKey): E.Either<RunError, ReadonlyArray<Indices<BatchSize<N, L>>>> => {
    const wrong = misfit('batches', count, size, 1)
    if (wrong !== undefined) return E.left(wrong)
    const starts = range(0, Math.ceil(count / size)).map((i) => i * size)
    const cut = (order: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
      starts.map((s) => order.slice(s, s + size))
    return pipe(
      ordered('batches', count)(key),
      E.map((order) => cut(order).filter(isBatch(size, dropLast)))
    )
  }

/**
 * A random subset of 0 to n - 1, without repetition.
 *
 * Errors: a size that is not a whole number from 0 to `count`, a key in error (`RunError`).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { sample } from 'adjoint/data'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(sample({ count: 100, size: 10 })(key(0)), E.map((s) => new Set(s).size)), E.right(10))
 * ```
 *
 * @since 0.1.0
 * @category sampling
 */
export const sample =
  <const N extends number>({ count, size }: { readonly count: number; readonly size: N }) =>
  (key: ConcreteKey): E.Either<RunError, Indices<N>> => {
    const wrong = misfit('sample', count, size, 0)
    if (wrong !== undefined) return E.left(wrong)
    const tooFew = (places: ReadonlyArray<number>): RunError =>
      runError('sample', `only ${String(places.length)} examples for a size of ${String(size)}`)
    return pipe(
      ordered('sample', count)(key),
      E.map((order) => order.slice(0, size)),
      E.chain(E.fromPredicate(isBatch(size, true), tooFew))
    )
  }

/**
 * The sizes behind the first.
 *
 * @since 0.1.0
 * @category model
 */
export type Behind<S> = S extends readonly [number, ...infer R extends ReadonlyArray<number>]
  ? R
  : ReadonlyArray<number>

/**
 * `N` rows of a tensor.
 *
 * @since 0.1.0
 * @category model
 */
export interface RowsAt<N extends number> {
  <S extends readonly [number, ...ReadonlyArray<number>], D extends DType>(
    x: Tensor<S, D>
  ): E.Either<RunError, Tensor<[N, ...Behind<S>], D>>
}

/**
 * Rows of a tensor, by index: a batch at hand.
 *
 * Errors: an index that no row has (`RunError`).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { showError, tensor, toNested } from 'adjoint'
 * import { rows } from 'adjoint/data'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const x = tensor([[1], [2], [3]])
 * deepStrictEqual(pipe(x, rows([2, 0]), E.map(toNested)), E.right([[3], [1]]))
 * deepStrictEqual(pipe(x, rows([3]), E.mapLeft(showError)), E.left('rows: index 3 is not a row of [3, 1]; valid are 0 to 2'))
 * ```
 *
 * @since 0.1.0
 * @category sampling
 */
export const rows =
  <const I extends ReadonlyArray<number>>(indices: I): RowsAt<I['length']> =>
  <S extends readonly [number, ...ReadonlyArray<number>], D extends DType>(x: Tensor<S, D>) => {
    const [count, ...rest] = x.shape
    const missing = indices.find((i) => !isWhole(i, 0, count - 1))
    if (missing !== undefined) return E.left(noRow(missing, x.shape))
    const width = rest.reduce((n, d) => n * d, 1)
    const [data, out] = [elements(x), allocate(x.dtype, indices.length * width)]
    indices.forEach((row, i) => {
      out.set(data.subarray(row * width, (row + 1) * width), i * width)
    })
    return E.right(own([indices.length, ...rest] as [I['length'], ...Behind<S>], x.dtype, out))
  }

const noRow = (index: number, shape: readonly [number, ...ReadonlyArray<number>]): RunError => {
  const valid = shape[0] === 0 ? 'there are none' : `valid are 0 to ${String(shape[0] - 1)}`
  return runError('rows', `index ${String(index)} is not a row of ${showDims(shape)}; ${valid}`)
}
