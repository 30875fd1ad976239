/** Shapes that primitives are tried on: small ones, with a long axis now and then, since rules can go wrong beyond a size. */
import * as fc from 'fast-check'
import type { Dims } from '../../src/tensor/dims.js'
import { axisSize as ordinary, type ShapeOptions } from '../arbitrary/shape.js'

/** Just beyond four, eight and sixteen: vectors and blocks are as long. */
const long = [5, 9, 17] as const
const rarity = 14

/** Sizes of one axis; the long ones shrink to 1 too. */
export const axisSize = (options: ShapeOptions = {}): fc.Arbitrary<number> =>
  options.maxSize === undefined
    ? fc.oneof(
        { withCrossShrink: true },
        { arbitrary: ordinary(options), weight: rarity },
        { arbitrary: fc.constantFrom(...long), weight: 1 }
      )
    : ordinary(options)

export const shape = (options: ShapeOptions = {}): fc.Arbitrary<Dims> =>
  fc.array(axisSize(options), {
    minLength: options.minRank ?? 0,
    maxLength: options.maxRank ?? Math.max(3, options.minRank ?? 0),
    size: 'max'
  })
