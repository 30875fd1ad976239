/**
 * Numbers for laws. They are built from integers, not from floating-point generators: no NaN comes by surprise, and they shrink to short
 * decimals, towards zero.
 */
import * as fc from 'fast-check'

const thousandth = 1000
const noise = 2 ** 40
const ulp = 2 ** -52

/**
 * Numbers in `[low, high)`: thousandths, less a relative noise of up to 2^-12 so that all bits of the mantissa are used. The noise is shrunk
 * away, so that what remains is a short decimal.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 *
 * ok(fc.sample(arbitrary.between(-1, 2), 50).every((x) => x >= -1 && x < 2))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const between = (low: number, high: number): fc.Arbitrary<number> =>
  fc
    .tuple(
      fc.integer({ min: Math.ceil(low * thousandth), max: Math.ceil(high * thousandth) - 1 }),
      fc.integer({ min: 0, max: noise - 1 })
    )
    .map(([k, n]) => Math.max(low, (k / thousandth) * (1 - n * ulp)))

const signed = (magnitude: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.tuple(fc.boolean(), magnitude).map(([negative, x]) => (negative ? -x : x))

/** At least `margin` away from each integer (or, for `offset = 0.5`, from each half). */
const awayFrom = (offset: number, margin: number): fc.Arbitrary<number> =>
  fc.tuple(fc.integer({ min: -4, max: 4 }), between(margin, 1 - margin)).map(([k, u]) => k + offset + u)

/**
 * Sets of numbers on which functions are defined and smooth.
 *
 * @since 0.1.0
 * @category model
 */
export type Domain =
  | 'ordinary'
  | 'positive'
  | 'nonzero'
  | 'unitInterval'
  | 'symmetricUnit'
  | 'overMinusOne'
  | 'betweenIntegers'
  | 'betweenHalves'

export const domains: Readonly<Record<Domain, fc.Arbitrary<number>>> = {
  ordinary: between(-4, 4),
  positive: between(0.05, 4),
  nonzero: signed(between(0.05, 4)),
  unitInterval: between(0.001, 1),
  symmetricUnit: between(-0.9, 0.9),
  overMinusOne: between(-0.8, 4),
  betweenIntegers: awayFrom(0, 0.1),
  betweenHalves: awayFrom(0.5, 0.1)
}
