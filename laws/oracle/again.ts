/**
 * A second look at a derivative, with steps of other lengths. Steps that are all multiples of a period, or all far beyond where a function
 * varies, agree with each other on something that is no derivative: other lengths, which have no common measure with the first, do not.
 */
import { safety } from './compare.js'
import { noiseOf, spacings } from './noise.js'
import { central, centralFrom, choose, oneSided, type Along, type Estimates } from './ridders.js'

/** The golden section: of all ratios the one that is worst to approximate by whole numbers. */
const section = (Math.sqrt(5) - 1) / 2

/** From steps next to the usual to some that are just above the rounding of the argument. */
const starts = [25, 18, 11, 4].map((k) => section * 2 ** -k)
const least = 2 ** -34

/** In deviations of the noise: hardly any value is off by more. */
const units = 2

const measuredNoise = (f: Along, at: keyof typeof spacings): Float64Array | undefined =>
  noiseOf(f, spacings[at])?.map((x) => units * x)

/** The larger, number by number. */
const largerOf = (a: Float64Array | undefined, b: Float64Array | undefined): Float64Array | undefined =>
  a === undefined || b === undefined ? (a ?? b) : a.map((x, i) => Math.max(x, b[i]!))

/** Finer estimates before coarser ones. */
type Families = ReadonlyArray<Estimates>

const apart = (a: Estimates, b: Estimates, i: number): boolean =>
  !(Math.abs(a.value[i]! - b.value[i]!) <= safety * (a.error[i]! + b.error[i]!))

/** A function that bends by this much of itself within the shortest step has not been resolved by any. */
const bend = 1e-6

const unresolved = (f: Along): ((i: number) => boolean) => {
  const h = starts[0]! / 64
  const [low, middle, high] = [f(-h), f(0), f(h)]
  if (low === undefined || middle === undefined || high === undefined) return () => false
  return (i) => {
    const [a, b, c] = [low[i]!, middle[i]!, high[i]!]
    return Math.abs(a - 2 * b + c) > bend * Math.max(Math.abs(a), Math.abs(b), Math.abs(c))
  }
}

/** An estimate that other steps contradict, in some of its components. */
export interface Settled {
  /** What the finest steps agree on where the first estimate is contested, or itself says that it is coarse. */
  readonly estimates: Estimates
  readonly contested: (i: number) => boolean
}

/** Finer steps are right about coarser ones; the best of those, as far as they agree. */
const finest = (families: Families, i: number): Estimates | undefined => {
  let [best] = families
  for (const one of families) {
    if (best === undefined || apart(one, best, i)) return best
    if (one.error[i]! < best.error[i]!) best = one
  }
  return best
}

/** What noise does to differences with the steps that they were taken with. */
const noisier = (e: Estimates, noise: Float64Array | undefined): Estimates => ({
  ...e,
  error: e.error.map((x, i) => x + (noise?.[i] ?? 0) / e.step)
})

/** Errors this large, of the value or of the function, leave room for a better estimate. */
const coarse = 5e-8

const isCoarse = ({ value, error, scale }: Estimates, i: number): boolean =>
  !(error[i]! <= coarse * Math.max(Math.abs(value[i]!), scale[i]!))

const settle = (first: Estimates, families: Families, blurred: (i: number) => boolean): Settled => {
  const contested = (i: number): boolean =>
    blurred(i) || isCoarse(first, i) || families.some((one) => apart(one, first, i))
  const chosen = first.value.map((_, i) => {
    const best = contested(i) ? finest(families, i) : undefined
    return best === undefined ? -1 : families.indexOf(best)
  })
  const estimates = families.reduce((acc, one, k) => choose(acc, one, (i) => chosen[i] === k), first)
  return { estimates, contested }
}

/** How much rounding moves the values of a function, where that is known. */
type Rounding = () => Float64Array | undefined

/** Noise this many times as large as what rounding does is no rounding. */
const manyTimes = 8

/** What goes up and down by more than rounding, between points that are next to each other, is a ripple that no step has resolved. */
const rippled = ({ scale }: Estimates, noise: Float64Array | undefined, rounding: Rounding) => {
  const known = rounding()
  return (i: number): boolean =>
    known !== undefined && (noise?.[i] ?? 0) > manyTimes * (known[i]! + Number.EPSILON * scale[i]!)
}

/** Central differences looked at again. */
export const again = (f: Along, first: Estimates, rounding: Rounding = () => undefined): Settled => {
  const near = measuredNoise(f, 'near')
  const noise = largerOf(measuredNoise(f, 'far'), near)
  const families = starts.flatMap((start) => centralFrom(f, { start, least, noise: near }) ?? [])
  const [blurred, rough] = [unresolved(f), rippled(first, noise, rounding)]
  return settle(noisier(first, noise), families, (i) => blurred(i) || rough(i))
}

/** Differences from one side looked at again. */
export const againFrom = (f: Along, side: 1 | -1, first: Estimates): Settled => {
  const families = starts.flatMap((start) => oneSided(f, side, { start: section * start, least }) ?? [])
  return settle(first, families, () => false)
}

/**
 * The derivative of each component at `t = 0`, with its error; `undefined` when too few steps can be compared. What rounding and other noise do to
 * the function is measured, so that one of single precision has the wider error bars that it needs; and where steps of other lengths contradict,
 * the error is as large as the contradiction.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import { ridders } from 'adjoint/laws'
 *
 * const slope = ridders((t) => Float64Array.of(Math.exp(t)))
 * ok(Math.abs((slope?.value[0] ?? 0) - 1) < 1e-12)
 * ```
 *
 * @since 0.1.0
 * @category differences
 */
export const ridders = (f: Along): Estimates | undefined => {
  const first = central(f, largerOf(measuredNoise(f, 'far'), measuredNoise(f, 'near')))
  if (first === undefined) return undefined
  const { estimates, contested } = again(f, first)
  const disagreement = (i: number): number => Math.abs(first.value[i]! - estimates.value[i]!)
  const error = estimates.error.map((e, i) => (contested(i) ? Math.max(e, disagreement(i)) : e))
  return { ...estimates, error }
}
