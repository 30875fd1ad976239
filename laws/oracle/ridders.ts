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
  /** How many steps could be compared. */
  readonly levels: number
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
/** With fewer there is no error to estimate. */
const fewest = 3
/** Smaller steps tell nothing. */
const leastStep = 2 ** -28

const largerOf = (xs: Float64Array, ys: Float64Array): Float64Array =>
  xs.map((x, i) => Math.max(Math.abs(x), Math.abs(ys[i]!)))

const quotient = (f: Along, h: number): Row | undefined => {
  const above = f(h)
  const below = above === undefined ? undefined : f(-h)
  if (above === undefined || below === undefined) return undefined
  return {
    h,
    slope: above.map((a, i) => (a - below[i]!) / (2 * h)),
    scale: largerOf(above, below)
  }
}

/** Central differences at geometrically shrinking steps; steps that the function refuses are left out. */
const rowsOf = (f: Along, start: number, count: number, least: number = leastStep): ReadonlyArray<Row> => {
  const rows: Array<Row> = []
  for (let h = start; h > least && rows.length < count; h /= shrink) {
    const row = quotient(f, h)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

/** Rounding of a value is at most half an ulp in a basic operation; functions and extrapolation make it a few. */
const rounding = 4 * Number.EPSILON

/** How much each component's values may be off: by rounding in double precision, relative to them, and by what else was measured. */
interface Floor {
  readonly relative: number
  readonly noise?: Float64Array | undefined
}

/** Where steps start, and how small they get. */
interface Steps {
  readonly start?: number
  readonly least?: number
  readonly noise?: Float64Array | undefined
}

/**
 * The best entry of one component's tableau. Coarse entries can agree by accident, where two terms of the expansion cancel; so the last
 * entry, which has the finest steps, has a say too: what it contradicts beyond its own rounding counts as error.
 */
const extrapolate = (
  slopes: ReadonlyArray<number>,
  noise: ReadonlyArray<number>,
  order: 1 | 2
): readonly [number, number] => {
  let best: readonly [number, number] = [slopes[0]!, Infinity]
  let previous: ReadonlyArray<number> = [slopes[0]!]
  for (let i = 1; i < slopes.length; i++) {
    const row = [slopes[i]!]
    for (let j = 1; j <= i; j++) {
      const factor = shrink ** (order * j)
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

/** Each component's tableau; the error of the slopes is a series in `h`, or in `h^2` where differences are central. */
const estimates = (
  rows: ReadonlyArray<Row>,
  order: 1 | 2,
  { relative, noise }: Floor
): Estimates | undefined => {
  const n = rows[0]?.slope.length
  if (n === undefined || rows.length < fewest) return undefined
  const [value, error, scale] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  for (let i = 0; i < n; i++) {
    const largest = rows.reduce((a, r) => Math.max(a, r.scale[i]!), 0)
    const [v, e] = extrapolate(
      rows.map((r) => r.slope[i]!),
      rows.map((r) => (relative * largest + (noise?.[i] ?? 0)) / r.h),
      order
    )
    value[i] = v
    error[i] = e
    scale[i] = largest
  }
  return { value, error, scale, step: rows.at(-1)!.h, levels: rows.length }
}

/** One row of central differences, from steps other than the usual. */
export const centralFrom = (f: Along, { start = firstStep, least, noise }: Steps): Estimates | undefined =>
  estimates(rowsOf(f, start, levels, least), 2, { relative: rounding, noise })

/** Central differences, and finer ones for the components that bend within the first. */
export const central = (f: Along, noise?: Float64Array): Estimates | undefined => {
  const floor: Floor = { relative: rounding, noise }
  const rows = rowsOf(f, firstStep, levels)
  const first = estimates(rows, 2, floor)
  if (first === undefined || rows.length < levels || !first.value.some((_, i) => isCoarse(first, i)))
    return first
  const longer = estimates([...rows, ...rowsOf(f, first.step / shrink, levels)], 2, floor)
  return longer === undefined ? first : choose(first, longer, (i) => isCoarse(first, i))
}

/** More steps may help where the function bends within the first ones; where it does not, they add noise. */
const coarse = 5e-8
const isCoarse = ({ value, error, scale }: Estimates, i: number): boolean =>
  error[i]! > coarse * Math.max(Math.abs(value[i]!), scale[i]!)

/** Component by component one of two estimates. */
export const choose = (a: Estimates, b: Estimates, second: (i: number) => boolean): Estimates => {
  const seconds = a.value.map((_, i) => Number(second(i)))
  if (!seconds.includes(1)) return a
  const pick = (xs: Float64Array, ys: Float64Array): Float64Array =>
    xs.map((x, i) => (seconds[i] === 1 ? ys[i]! : x))
  return {
    value: pick(a.value, b.value),
    error: pick(a.error, b.error),
    scale: pick(a.scale, b.scale),
    step: Math.min(a.step, b.step),
    levels: Math.max(a.levels, b.levels)
  }
}

/** Extrapolation of a series in `h` multiplies errors of the values more. */
const oneSidedRounding = 4 * rounding
const oneSidedLevels = 10

const chord = (step: number, far: Float64Array, near: Float64Array): Row => ({
  h: Math.abs(step),
  slope: far.map((y, i) => (y - near[i]!) / step),
  scale: largerOf(far, near)
})

/**
 * The derivative at `t = 0` from one side, `t > 0` or `t < 0`: differences of values at shrinking steps, none at 0 itself, so that it may lie
 * on the other side of a jump. Steps start where the function first answers, and end where it no longer does.
 */
export const oneSided = (
  f: Along,
  side: 1 | -1,
  { start = firstStep, least = leastStep, noise }: Steps = {}
): Estimates | undefined => {
  const rows: Array<Row> = []
  let last: Float64Array | undefined
  for (let h = start; h > least && rows.length < oneSidedLevels; h /= shrink) {
    const next = f(side * h)
    if (next === undefined && last !== undefined) break
    if (next !== undefined && last !== undefined) rows.push(chord(side * h, last, next))
    last = next
  }
  return estimates(rows, 1, { relative: oneSidedRounding, noise })
}

/** The derivatives along another multiple of the direction. */
export const rescaled = (e: Estimates, factor: number): Estimates => ({
  ...e,
  value: e.value.map((x) => x * factor),
  error: e.error.map((x) => x * factor),
  scale: e.scale.map((x) => x * factor),
  step: e.step / factor
})
