/**
 * Numbers for laws. They are built from integers, not from floating-point generators: no NaN comes by surprise, and they shrink to short
 * decimals: 1, then 0, then whole numbers, tenths and so on, small before large.
 */
import * as fc from 'fast-check'
import { shrinking, smallerRow, type Smaller } from './shrink.js'

const thousandth = 1000
const noise = 2 ** 40
const ulp = 2 ** -52

/** The most digits after the point that a short decimal has. */
const digits = 3

const decimals = (x: number): number => {
  const places = [0, 1, 2, digits].find((d) => Number(x.toFixed(d)) === x)
  return places ?? digits + 1
}

/** 1, at which formulas still show their terms, then 0, then by the length of the decimal. */
const kind = (x: number): number => (x === 1 ? 0 : x === 0 ? 1 : 2 + decimals(x))

/** Whether a number is simpler than another: shorter, or as short and smaller, or its absolute value. */
export const isSimpler = (y: number, x: number): boolean => {
  const [ky, kx] = [kind(y), kind(x)]
  if (ky !== kx) return ky < kx
  return Math.abs(y) < Math.abs(x) || (Math.abs(y) === Math.abs(x) && y > x)
}

/** Short decimals around a number: cut off, and rounded away from zero. */
const shortened = (x: number): ReadonlyArray<number> =>
  Array.from({ length: digits + 1 }, (_, d) => 10 ** d).flatMap((unit) => {
    const k = Math.trunc(x * unit)
    return [k / unit, (k + Math.sign(x)) / unit]
  })

/** As long a decimal, closer to zero: by all, a half, a quarter, ... of the distance. */
const lessened = (x: number): ReadonlyArray<number> => {
  const unit = 10 ** Math.min(digits, decimals(x))
  const k = Math.round(Math.abs(x) * unit)
  const steps = Array.from({ length: Math.ceil(Math.log2(k + 1)) }, (_, i) => Math.floor(k / 2 ** i))
  return steps.map((step) => (Math.sign(x) * (k - step)) / unit)
}

/** The numbers that are simpler than one and belong to a set. */
export const simplerNumbers =
  (admits: (x: number) => boolean): Smaller<number> =>
  (x) =>
    Number.isFinite(x)
      ? [1, 0, Math.abs(x), ...shortened(x), ...lessened(x)]
          .map((y) => y + 0)
          .filter((y) => isSimpler(y, x) && admits(y))
      : []

/**
 * Numbers in `[low, high)`: thousandths, less a relative noise of up to 2^-12 so that all bits of the mantissa are used. They shrink to short
 * decimals: 1 and 0 before the other integers, these before tenths, and so on.
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
  shrinking(drawn(low, high), simplerNumbers(within(low, high)))

const within =
  (low: number, high: number) =>
  (x: number): boolean =>
    x >= low && x < high

const drawn = (low: number, high: number): fc.Arbitrary<number> =>
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
  fc.tuple(fc.integer({ min: -4, max: 4 }), drawn(margin, 1 - margin)).map(([k, u]) => k + offset + u)

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

const margin = 0.1
const fromZero = 0.05

/** What a domain keeps away from. */
export const holds: Readonly<Record<Domain, (x: number) => boolean>> = {
  ordinary: () => true,
  positive: (x) => x >= fromZero,
  nonzero: (x) => Math.abs(x) >= fromZero,
  unitInterval: within(0.001, 1),
  symmetricUnit: (x) => Math.abs(x) <= 0.9,
  overMinusOne: (x) => x >= -0.8,
  betweenIntegers: (x) => Math.abs(x - Math.round(x)) >= margin,
  betweenHalves: (x) => Math.abs(x - Math.floor(x) - 0.5) >= margin
}

const sources: Readonly<Record<Domain, fc.Arbitrary<number>>> = {
  ordinary: drawn(-4, 4),
  positive: drawn(fromZero, 4),
  nonzero: signed(drawn(fromZero, 4)),
  unitInterval: drawn(0.001, 1),
  symmetricUnit: drawn(-0.9, 0.9),
  overMinusOne: drawn(-0.8, 4),
  betweenIntegers: awayFrom(0, margin),
  betweenHalves: awayFrom(0.5, margin)
}

const domain = (name: Domain): fc.Arbitrary<number> => shrinking(sources[name], simplerNumbers(holds[name]))

/** Numbers of ordinary size out of each domain. */
export const domains: Readonly<Record<Domain, fc.Arbitrary<number>>> = {
  ordinary: domain('ordinary'),
  positive: domain('positive'),
  nonzero: domain('nonzero'),
  unitInterval: domain('unitInterval'),
  symmetricUnit: domain('symmetricUnit'),
  overMinusOne: domain('overMinusOne'),
  betweenIntegers: domain('betweenIntegers'),
  betweenHalves: domain('betweenHalves')
}

/** Rows of numbers shrink to 1, 0 and short decimals. */
export const smallerNumbers: Smaller<ReadonlyArray<number>> = smallerRow(
  [1, 0].map((target) => (x: number) => (isSimpler(target, x) ? target : x)),
  simplerNumbers(() => true)
)
