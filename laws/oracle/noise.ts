/**
 * How much noise there is in the values of a function, such as the rounding of single precision: high differences of values at equal distances
 * leave it, and little of what is smooth (J. J. More, S. M. Wild, "Estimating Computational Noise", SIAM Journal on Scientific Computing 33, 2011).
 */
import type { Along } from './ridders.js'

const points = 13

/** Distances: one at which a function that is noisy at all has other noise in each value, and one that is short enough for those that vary much. */
export const spacings = { far: 1.5e-4, near: 6e-7 } as const

const [lowest, highest] = [4, 10]

const differences = (xs: ReadonlyArray<number>): ReadonlyArray<number> =>
  xs.slice(1).map((x, i) => x - xs[i]!)

/** The mean square of independent noise grows with each difference by `(2k)! / (k!)^2`, which is taken out. */
const spreadsOf = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const spreads: Array<number> = []
  let [row, growth] = [values, 1]
  for (let k = 1; k <= highest; k++) {
    row = differences(row)
    growth *= (2 * (2 * k - 1)) / k
    spreads[k] = Math.sqrt(row.reduce((acc, x) => acc + x * x, 0) / row.length / growth)
  }
  return spreads
}

/** Differences of smooth values get smaller with each order; where they no longer do, they are noise. */
const stable = 0.25

const levelOf = (values: ReadonlyArray<number>): number => {
  const spreads = spreadsOf(values)
  for (let k = lowest; k + 2 <= highest; k++) if (spreads[k + 2]! >= stable * spreads[k]!) return spreads[k]!
  return 0
}

/** The standard deviation of the noise in each component around `t = 0`; none where the function has too few values. */
export const noiseOf = (f: Along, spacing: number): Float64Array | undefined => {
  const steps = Array.from({ length: points }, (_, i) => (i - (points - 1) / 2) * spacing)
  const rows = steps.flatMap((t) => {
    const values = f(t)
    return values === undefined ? [] : [values]
  })
  return rows.length < points ? undefined : rows[0]!.map((_, i) => levelOf(rows.map((row) => row[i]!)))
}
