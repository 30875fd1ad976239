/** What a comparison of a gradient with differences can see. */
import type { Power } from '../law/index.js'
import { flat, type Point } from '../oracle/run.js'

/** A direction, and how far the product with the gradient may be off without being noticed. */
export interface Sight {
  readonly direction: Point
  readonly bar: () => number
}

/** The largest `|d_k| / bar(d)` of each coordinate: what an error of the entry is seen by. */
const sensitivity = (n: number, sights: ReadonlyArray<Sight>): Float64Array => {
  const acc = new Float64Array(n)
  for (const { direction, bar } of sights) {
    const least = bar()
    flat(direction).forEach((d, k) => {
      acc[k] = Math.max(acc[k]!, Math.abs(d) / least)
    })
  }
  return acc
}

/** The share of the entries of the gradient that are not zero at which a relative error would show. */
export const powerOf = (gradient: Float64Array, sights: ReadonlyArray<Sight>): Power | undefined => {
  const seen = sensitivity(gradient.length, sights)
  const entries = Array.from(gradient, (g, k) => [Math.abs(g), seen[k]!] as const).filter(([g]) => g > 0)
  const share = (e: number): number => entries.filter(([g, s]) => e * g * s > 1).length / entries.length
  return entries.length === 0 ? undefined : { thousandth: share(1e-3), whole: share(1) }
}
