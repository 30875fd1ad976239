/** Shapes for laws: rank 0, sizes 0 and 1, groups that broadcast against each other, pairs that have a matrix product. */
import * as fc from 'fast-check'
import { broadcastDims, range, type Dims } from '../../src/tensor/dims.js'

/**
 * What shapes to make: ranks 0 to 3 and sizes 0 to 3 unless told otherwise.
 *
 * @since 0.1.0
 * @category model
 */
export interface ShapeOptions {
  readonly minRank?: number
  readonly maxRank?: number
  readonly minSize?: number
  readonly maxSize?: number
}

/** One empty axis for so many that are not: nothing can be learned from an empty tensor but that it works. */
const rarity = 12

/** Sizes of one axis. They shrink to 1; an empty axis stays only where it matters. */
export const axisSize = ({ minSize = 0, maxSize = 3 }: ShapeOptions = {}): fc.Arbitrary<number> =>
  minSize > 0 || maxSize === 0
    ? fc.integer({ min: minSize, max: maxSize })
    : fc
        .integer({ min: 0, max: (rarity + 1) * maxSize - 1 })
        .map((k) => (k < rarity * maxSize ? 1 + Math.floor(k / rarity) : 0))

/**
 * Shapes of rank 0 to 3 with sizes 0 to 3, unless told otherwise; they shrink in rank, then in size, towards 1.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 *
 * ok(fc.sample(arbitrary.shape({ maxRank: 2 }), 50).every((s) => s.length <= 2))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const shape = (options: ShapeOptions = {}): fc.Arbitrary<Dims> =>
  fc.array(axisSize(options), {
    minLength: options.minRank ?? 0,
    maxLength: options.maxRank ?? Math.max(3, options.minRank ?? 0),
    size: 'max'
  })

/**
 * Shapes that NumPy's rules broadcast together, and the shape that they broadcast to.
 *
 * @since 0.1.0
 * @category model
 */
export interface BroadcastGroup {
  readonly shapes: ReadonlyArray<Dims>
  readonly result: Dims
}

/** One axis of a group: its size, and which members have it in full rather than with size 1. */
interface SharedAxis {
  readonly size: number
  readonly full: ReadonlyArray<boolean>
}

const member = (axes: ReadonlyArray<SharedAxis>, index: number, missing: number): Dims =>
  axes.slice(missing % (axes.length + 1)).map(({ size, full }) => (full[index] === true ? size : 1))

/**
 * `count` shapes that broadcast together: some with fewer axes, some with size 1 where others have more.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const groups = fc.sample(arbitrary.broadcastGroup(3), 50)
 * ok(groups.every(({ shapes, result }) => result.length === Math.max(...shapes.map((s) => s.length))))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const broadcastGroup = (count: number, options: ShapeOptions = {}): fc.Arbitrary<BroadcastGroup> => {
  const each = { minLength: count, maxLength: count }
  const { minRank = 0, maxRank = Math.max(3, minRank) } = options
  const axis = fc.record({ size: axisSize(options), full: fc.array(fc.boolean(), each) })
  const axes = fc.array(axis, { minLength: minRank, maxLength: maxRank, size: 'max' })
  return fc.tuple(axes, fc.array(fc.nat(maxRank), each)).map(([all, missing]) => {
    const shapes = range(0, count).map((i) => member(all, i, missing[i] ?? 0))
    return { shapes, result: shapes.reduce<Dims>((s, t) => broadcastDims(s, t) ?? s, []) }
  })
}

/**
 * Two shapes that broadcast together, with the result.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const pairs = fc.sample(arbitrary.broadcastPair(), 50)
 * ok(pairs.every(([a, b, whole]) => whole.length === Math.max(a.length, b.length)))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const broadcastPair = (options: ShapeOptions = {}): fc.Arbitrary<readonly [Dims, Dims, Dims]> =>
  broadcastGroup(2, options).map(({ shapes: [a = [], b = []], result }) => [a, b, result] as const)

/**
 * Two shapes that have a matrix product, with that of the product.
 *
 * @since 0.1.0
 * @category model
 */
export interface MatmulPair {
  readonly a: Dims
  readonly b: Dims
  readonly result: Dims
}

/**
 * Shapes for `matmul(b)(a)`: vectors, matrices, and batches of matrices whose leading axes broadcast. The options are those of the batch.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const pairs = fc.sample(arbitrary.matmulPair(), 50)
 * ok(pairs.every(({ a, b }) => a.at(-1) === (b.length === 1 ? b[0] : b.at(-2))))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const matmulPair = (options: ShapeOptions = {}): fc.Arbitrary<MatmulPair> => {
  const size = axisSize(options)
  const batch = broadcastPair({ maxRank: 2, ...options })
  return fc
    .tuple(batch, fc.boolean(), fc.boolean(), size, size, size)
    .map(([[batchA, batchB], isMatrixA, isMatrixB, rows, inner, columns]) => {
      const [leadA, leadB] = [isMatrixA ? batchA : [], isMatrixB ? batchB : []]
      const [m, n] = [isMatrixA ? [rows] : [], isMatrixB ? [columns] : []]
      const lead = broadcastDims(leadA, leadB) ?? []
      return { a: [...leadA, ...m, inner], b: [...leadB, inner, ...n], result: [...lead, ...m, ...n] }
    })
}
