/** Shapes that primitives are tried on: small ones, with a long axis now and then, since rules can go wrong beyond a size. */
import * as fc from 'fast-check'
import { replaceAt, type Dims } from '../../src/tensor/dims.js'
import { axisSize as ordinary, shape as ordinaryShape, type ShapeOptions } from '../arbitrary/shape.js'

/** Just beyond four, eight and sixteen, since vectors and blocks are as long; and any other. */
const long = fc.oneof(fc.constantFrom(5, 9, 17), fc.integer({ min: 4, max: 17 }))

/** So many ordinary axes for a long one that stands by itself, and so many ordinary shapes for one with a long axis. */
const [ofAxes, ofShapes] = [9, 3] as const

const seldom = <A>(weight: number, usual: fc.Arbitrary<A>, rare: fc.Arbitrary<A>): fc.Arbitrary<A> =>
  fc.oneof({ withCrossShrink: true }, { arbitrary: usual, weight }, { arbitrary: rare, weight: 1 })

/** Sizes of one axis; the long ones shrink to 1 too. */
export const axisSize = (options: ShapeOptions = {}): fc.Arbitrary<number> =>
  options.maxSize === undefined ? seldom(ofAxes, ordinary(options), long) : ordinary(options)

/** Shapes of which one axis may be long: of more, tensors would be large. */
export const shape = (options: ShapeOptions = {}): fc.Arbitrary<Dims> => {
  const usual = ordinaryShape(options)
  const rare = fc
    .tuple(usual, fc.nat(3), long)
    .map(([s, k, size]) => (s.length === 0 ? s : replaceAt(s, k % s.length, size)))
  return options.maxSize === undefined ? seldom(ofShapes, usual, rare) : usual
}
