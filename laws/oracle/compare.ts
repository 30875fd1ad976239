/** Comparing derivatives with estimates, and naming where they differ. */
import type { Aval } from '../../src/graph/Expr.js'
import { strides, type Dims } from '../../src/tensor/dims.js'
import { fail, inconclusive, pass, type Verdict } from '../law/index.js'

/** How many estimated errors two values may be apart. */
export const safety = 10
/** An oracle that cannot resolve this much of a value cannot judge it. */
const resolution = 1e-6
/** Where results underflow, rounding is no longer relative to them: differences this small mean nothing. */
export const underflow = 1e-300

export const unravel = (shape: Dims, k: number): ReadonlyArray<number> =>
  strides(shape).map((step, axis) => Math.floor(k / step) % (shape[axis] ?? 1))

/** Which tensor, and where in it, a flat position is. */
export const locate = (
  like: ReadonlyArray<Aval>,
  position: number
): { readonly at: number; readonly index: ReadonlyArray<number> } => {
  let rest = position
  for (const [at, { shape }] of like.entries()) {
    const n = shape.reduce((a, d) => a * d, 1)
    if (rest < n) return { at, index: unravel(shape, rest) }
    rest -= n
  }
  return { at: 0, index: [] }
}

/** The number between two bounds that is nearest to one that should lie there. */
export const bracket = (x: number, a: number, b: number): number =>
  Number.isFinite(x) ? Math.min(Math.max(x, Math.min(a, b)), Math.max(a, b)) : a

/** One number to compare with an estimate. */
export interface Comparison {
  readonly analytic: number
  readonly value: number
  readonly error: number
  readonly scale: number
  /** What cancellation adds to the error: computed only for what would fail. */
  readonly noise: () => number
  /** Whether steps of other lengths contradict the estimate: then it can confirm a derivative, and accuse none. */
  readonly contested?: boolean
  readonly of: string
  readonly index: ReadonlyArray<number>
}

const beyond = (of: string): Verdict => inconclusive(`${of} leaves the range of double precision`)

const contradicted = (of: string): Verdict =>
  inconclusive(`${of} varies too fast: differences at steps of different lengths contradict each other`)

const accusation = (c: Comparison, message: string, bar: number): Verdict => {
  const { analytic, value, of, index } = c
  return c.contested === true
    ? contradicted(of)
    : fail(message, { of, index, actual: analytic, expected: value, bar })
}

/** Passes, fails, or says that the estimate is too coarse to tell: to tell something of the order of the function itself, not of a wrong answer. */
export const compare = (c: Comparison): Verdict => {
  const { analytic, value, error, scale, of } = c
  if (!Number.isFinite(value) || !Number.isFinite(scale)) return beyond(of)
  const enough = resolution * Math.max(Math.abs(value), scale)
  const within = (bar: number): Verdict | undefined =>
    !(bar <= enough)
      ? inconclusive(`differences of ${of} are known only to ${bar.toExponential(1)}`)
      : Math.abs(analytic - value) <= bar
        ? pass
        : undefined
  const known = safety * error <= enough
  if (!Number.isFinite(analytic) && known) return accusation(c, 'not finite', safety * error)
  if (Math.abs(analytic - value) <= underflow) return pass
  const bar = safety * error
  const noisy = (): number => bar + safety * c.noise()
  return within(bar) ?? within(noisy()) ?? accusation(c, 'derivative differs', noisy())
}
