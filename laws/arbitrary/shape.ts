/** Shapes for laws: rank 0, sizes 0 and 1, and pairs that broadcast against each other. */
import * as fc from 'fast-check'
import { broadcastDims, type Dims } from '../../src/tensor/dims.js'

/**
 * What shapes to make.
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

/** Sizes of one axis: zero is rare, since nothing can be learned from an empty tensor but that it works. */
export const axisSize = ({ minSize = 0, maxSize = 3 }: ShapeOptions = {}): fc.Arbitrary<number> =>
  minSize > 0
    ? fc.integer({ min: minSize, max: maxSize })
    : fc.oneof(
        { arbitrary: fc.integer({ min: Math.min(1, maxSize), max: maxSize }), weight: 12 },
        { arbitrary: fc.constant(0), weight: 1 }
      )

/**
 * Shapes of rank 0 to 3 with sizes 0 to 3, unless told otherwise; they shrink in rank, then in size.
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
  fc.array(axisSize(options), { minLength: options.minRank ?? 0, maxLength: options.maxRank ?? 3 })

/**
 * Two shapes that NumPy's rules broadcast against each other, with the result.
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
  shape(options).chain((whole) => {
    const side = fc
      .tuple(
        fc.integer({ min: 0, max: whole.length }),
        fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length })
      )
      .map(([drop, ones]) => whole.map((d, i) => (ones[i] === true ? 1 : d)).slice(drop))
    return fc.tuple(side, side).map(([a, b]) => [a, b, broadcastDims(a, b) ?? whole] as const)
  })
