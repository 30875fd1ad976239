/** The derivative along one direction, in both modes, against differences. */
import { size } from '../../src/tensor/dims.js'
import { bracket, compare, locate, safety, unravel } from '../oracle/compare.js'
import { worst, type Verdict } from '../law/index.js'
import { onlyPlace } from '../oracle/probe.js'
import type { Estimates } from '../oracle/ridders.js'
import { flat, type Point } from '../oracle/run.js'
import type { Prepared } from './prepare.js'

export const dot = (a: Float64Array, b: Float64Array): number => a.reduce((acc, x, i) => acc + x * b[i]!, 0)

export const absDot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((acc, x, i) => acc + Math.abs(x * b[i]!), 0)

/** What is known along one direction. */
export interface Column {
  readonly direction: Point
  /** What differences say: at a kink below and above it, else the same twice. */
  readonly numeric: readonly [Estimates, Estimates]
  /** Where other steps contradict them. */
  readonly contested?: (i: number) => boolean
  readonly tangent: Float64Array
  /** What rounding may do: to the slopes, to the tangent, to the gradient. */
  readonly noise: Noise
}

export interface Noise {
  readonly slopes: () => Float64Array | undefined
  readonly tangent: () => Float64Array | undefined
  readonly gradient: () => Float64Array | undefined
}

/** The largest value in each result: where one of its elements is far below, its derivative need not be known as closely. */
const scalesOf = (p: Prepared, { numeric }: Column): ReadonlyArray<number> => {
  const scales = p.problem.results.map(() => 0)
  let next = 0
  p.problem.results.forEach(({ shape }, at) => {
    for (let k = size(shape); k > 0; k--, next++)
      scales[at] = Math.max(scales[at] ?? 0, ...numeric.map((e) => e.scale[next]!))
  })
  return scales
}

/** The estimates in one place, with the larger of the two errors. */
const larger = ([a, b]: Column['numeric'], of: (e: Estimates) => number): number => Math.max(of(a), of(b))

export const forward = (p: Prepared, column: Column): Verdict => {
  const { direction, numeric, tangent, noise } = column
  const scales = scalesOf(p, column)
  const place = onlyPlace(direction)
  const name = place === undefined ? 'a direction' : (p.moving[place[0]]?.name ?? '')
  const where =
    place === undefined ? '' : `[${unravel(p.moving[place[0]]?.shape ?? [], place[1]).join(', ')}]`
  return worst(
    Array.from(tangent, (analytic, i) => {
      const { at, index } = locate(p.problem.results, i)
      return compare({
        analytic,
        value: bracket(analytic, numeric[0].value[i]!, numeric[1].value[i]!),
        error: larger(numeric, (e) => e.error[i]!),
        scale: scales[at] ?? 0,
        contested: column.contested?.(i) === true,
        index,
        noise: () => (noise.slopes()?.[i] ?? Infinity) + (noise.tangent()?.[i] ?? Infinity),
        of: `tangent of result ${at} along ${name}${where}`
      })
    })
  )
}

/** What rounding may do to the product of gradient and direction. */
const reverseNoise = (v: Float64Array, { direction, noise }: Column): number => {
  const [slopes, own] = [noise.slopes(), noise.gradient()]
  return slopes === undefined || own === undefined
    ? Infinity
    : absDot(v, slopes) + absDot(own, flat(direction))
}

const weightedError = (v: Float64Array, { numeric }: Column): number =>
  larger(numeric, (e) => absDot(v, e.error))

/** By how much the product of gradient and direction may be off without being noticed. */
export const reverseBar = (v: Float64Array, column: Column): number =>
  safety * (weightedError(v, column) + reverseNoise(v, column))

export const reverse = (p: Prepared, v: Float64Array, gradient: Float64Array, column: Column): Verdict => {
  const { direction, numeric } = column
  const place = onlyPlace(direction)
  const analytic = dot(gradient, flat(direction))
  return compare({
    analytic,
    value: bracket(analytic, dot(v, numeric[0].value), dot(v, numeric[1].value)),
    error: weightedError(v, column),
    scale: larger(numeric, (e) => absDot(v, e.scale)),
    contested: v.some((_, i) => column.contested?.(i) === true),
    noise: () => reverseNoise(v, column),
    of: place === undefined ? 'gradient along a direction' : `gradient of ${p.moving[place[0]]?.name ?? ''}`,
    index: place === undefined ? [] : unravel(p.moving[place[0]]?.shape ?? [], place[1])
  })
}
