/**
 * Numerical derivatives with an error bar: Ridders' extrapolation of central differences (C. J. F. Ridders, "Accurate computation of F'(x)
 * and F'(x)F''(x)", Advances in Engineering Software 4, 1982).
 *
 * The caller scales the step: `t = 1` should be a change as large as the argument itself. Such a relative step, extrapolated, is accurate to
 * about 1e-14 where a fixed step of 1e-6 or 1e-4 gives 1e-6 at best.
 */

/**
 * Derivatives of the components of a function of one variable.
 *
 * @since 0.1.0
 * @category model
 */
export interface Estimates {
  readonly value: Float64Array
  /** Estimated truncation error plus a bound on what rounding of the function's values does. */
  readonly error: Float64Array
  /** The largest absolute value that each component took. */
  readonly scale: Float64Array
  /** The smallest step: what noise in the values is divided by. */
  readonly step: number
}

/**
 * A function of the step; `undefined` where it has no answer that can be compared, as across a kink.
 *
 * @since 0.1.0
 * @category model
 */
export type Along = (t: number) => Float64Array | undefined

interface Row {
  readonly h: number
  readonly slope: Float64Array
  readonly scale: Float64Array
}

const firstStep = 0.1
const shrink = 2
const levels = 7
/** Smaller steps tell nothing. */
const leastStep = 2 ** -28

const central = (f: Along, h: number): Row | undefined => {
  const above = f(h)
  const below = above === undefined ? undefined : f(-h)
  if (above === undefined || below === undefined) return undefined
  return {
    h,
    slope: above.map((a, i) => (a - below[i]!) / (2 * h)),
    scale: above.map((a, i) => Math.max(Math.abs(a), Math.abs(below[i]!)))
  }
}

/** Central differences at geometrically shrinking steps; steps that the function refuses are left out. */
const rowsOf = (f: Along): ReadonlyArray<Row> => {
  const rows: Array<Row> = []
  for (let h = firstStep; h > leastStep && rows.length < levels; h /= shrink) {
    const row = central(f, h)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

/** Rounding of a value is at most half an ulp in a basic operation; functions and extrapolation make it a few. */
const rounding = 4 * Number.EPSILON

/**
 * The best entry of one component's tableau. Coarse entries can agree by accident, where two terms of the expansion cancel; so the last
 * entry, which has the finest steps, has a say too: what it contradicts beyond its own rounding counts as error.
 */
const extrapolate = (
  slopes: ReadonlyArray<number>,
  noise: ReadonlyArray<number>
): readonly [number, number] => {
  let best: readonly [number, number] = [slopes[0]!, Infinity]
  let previous: ReadonlyArray<number> = [slopes[0]!]
  for (let i = 1; i < slopes.length; i++) {
    const row = [slopes[i]!]
    for (let j = 1; j <= i; j++) {
      const factor = shrink ** (2 * j)
      const [finer, coarser] = [row[j - 1]!, previous[j - 1]!]
      const entry = finer + (finer - coarser) / (factor - 1)
      const error = Math.max(Math.abs(entry - finer), Math.abs(entry - coarser)) + noise[i]!
      if (error < best[1]) best = [entry, error]
      row.push(entry)
    }
    previous = row
  }
  const last = previous.at(-1)!
  return [best[0], best[1] + Math.max(0, Math.abs(best[0] - last) - noise.at(-1)!)]
}

/**
 * The derivative of each component at `t = 0`, with its error; `undefined` when too few steps can be compared.
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
  const rows = rowsOf(f)
  const n = rows[0]?.slope.length
  if (n === undefined || rows.length < 3) return undefined
  const [value, error, scale] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  for (let i = 0; i < n; i++) {
    const largest = Math.max(...rows.map((r) => r.scale[i]!))
    const [v, e] = extrapolate(
      rows.map((r) => r.slope[i]!),
      rows.map((r) => (rounding * largest) / r.h)
    )
    value[i] = v
    error[i] = e
    scale[i] = largest
  }
  return { value, error, scale, step: rows.at(-1)!.h }
}
