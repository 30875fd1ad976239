/** What derivatives must satisfy whatever the program: checks without a step, up to rounding. */
import * as E from 'fp-ts/lib/Either.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { locate, safety, underflow } from '../oracle/compare.js'
import { fail, inconclusive, pass, type Verdict } from '../law/index.js'
import { memo } from '../oracle/memo.js'
import { scaled, weights, zeros } from '../oracle/probe.js'
import { flat, type Point } from '../oracle/run.js'
import { absDot, dot, type Column } from './column.js'
import type { Prepared } from './prepare.js'

/** A cotangent, and the gradient it gives. */
export interface Pulled {
  readonly cotangents: Point
  readonly gradient: Float64Array
  readonly noise: () => Float64Array | undefined
}

const finite = (xs: Float64Array): boolean => xs.every(Number.isFinite)

/** The two modes do the same arithmetic in another order. */
const modesTolerance = 1e-11

/** `<v, J u> = <J^T v, u>`. */
export const adjoint = (
  v: Float64Array,
  gradient: Float64Array,
  { direction, numeric, tangent, noise }: Column
): Verdict => {
  const d = flat(direction)
  const [left, right] = [dot(v, tangent), dot(gradient, d)]
  const bar =
    underflow + modesTolerance * (absDot(v, tangent) + absDot(gradient, d) + absDot(v, numeric[0].scale))
  const noisy = (): number => {
    const [t, g] = [noise.tangent(), noise.gradient()]
    return t === undefined || g === undefined ? Infinity : bar + safety * (absDot(v, t) + absDot(g, d))
  }
  if (finite(tangent) && finite(gradient) && !Number.isFinite(bar))
    return inconclusive('products of derivatives and directions leave the range of double precision')
  return Math.abs(left - right) <= bar || Math.abs(left - right) <= noisy()
    ? pass
    : fail('forward and reverse mode differ', {
        of: '<J^T v, u>',
        index: [],
        actual: right,
        expected: left,
        bar
      })
}

const largest = (xs: Float64Array): number => xs.reduce((a, x) => Math.max(a, Math.abs(x)), 0)

/** The derivative of a gradient is symmetric: `H u = H^T u`. */
export const symmetric = (
  p: Prepared,
  point: Point,
  { direction, numeric, tangent, noise }: Column
): Verdict => {
  const transposed = p.pullback([...point, ...direction])
  if (E.isLeft(transposed)) return fail(transposed.left)
  const other = flat(transposed.right)
  const bar = underflow + modesTolerance * (largest(tangent) + largest(other) + largest(numeric[0].scale))
  const noisy = memo(() => [noise.tangent(), p.pullbackRounding()([...point, ...direction])] as const)
  const within = (x: number, k: number): boolean => {
    const difference = Math.abs(x - tangent[k]!)
    if (difference <= bar) return true
    const [t, g] = noisy()
    return difference <= bar + safety * ((t?.[k] ?? Infinity) + (g?.[k] ?? Infinity))
  }
  const i = other.findIndex((x, k) => !within(x, k))
  const { at, index } = locate(p.moving, i)
  return i < 0
    ? pass
    : fail('the Hessian is not symmetric', {
        of: `H u of ${p.moving[at]?.name ?? ''}`,
        index,
        actual: other[i]!,
        expected: tangent[i]!,
        bar
      })
}

export const zeroCotangent = (p: Prepared, point: Point): Verdict => {
  const result = p.pullback([...point, ...zeros(p.problem.results)])
  if (E.isLeft(result)) return fail(result.left)
  const gradient = flat(result.right)
  const i = gradient.findIndex((g) => g !== 0)
  const { at, index } = locate(p.moving, i)
  return i < 0
    ? pass
    : fail('a zero cotangent gives', {
        of: `gradient of ${p.moving[at]?.name ?? ''}`,
        index,
        actual: gradient[i]!,
        expected: 0,
        bar: 0
      })
}

/** How much of the second cotangent is added: most of the sum, so that what is clipped or starts at some length is seen. */
const part = 0.625 * 2 ** 20

/** `J (k u) = k J u`, with a `k` as large. */
export const homogeneous = (p: Prepared, point: Point, { direction, tangent, noise }: Column): Verdict => {
  const long = p.pushforward([...point, ...scaled(direction, 2 ** 20)])
  if (E.isLeft(long)) return fail(long.left)
  const [others, noises] = [flat(long.right).map((x) => x * 2 ** -20), memo(noise.tangent)]
  const bar = (k: number): number => underflow + modesTolerance * Math.abs(tangent[k]!)
  const isOff = (k: number): boolean => {
    const off = Math.abs(others[k]! - tangent[k]!)
    return Number.isFinite(off) && off > bar(k) && off > bar(k) + safety * (noises()?.[k] ?? Infinity)
  }
  const i = others.findIndex((_, k) => isOff(k))
  return i < 0
    ? pass
    : fail('not linear in the tangent', {
        ...locate(p.problem.results, i),
        of: 'J (k u) / k',
        actual: others[i]!,
        expected: tangent[i]!,
        bar: bar(i)
      })
}

/** `J^T (v + k w) = J^T v + k J^T w`. */
export const linearInCotangent = (
  p: Prepared,
  point: Point,
  seed: number,
  { cotangents, gradient, noise }: Pulled
): Verdict => {
  const w = weights(seed + 3, p.problem.results)
  const both = cotangents.map((v, i) => combination(v, w[i] ?? v))
  const [other, whole] = [p.pullback([...point, ...w]), p.pullback([...point, ...both])]
  if (E.isLeft(other)) return fail(other.left)
  if (E.isLeft(whole)) return fail(whole.left)
  const [b, sum] = [flat(other.right), flat(whole.right)]
  if (!finite(gradient) || !finite(b) || !finite(sum)) return pass
  const bars = gradient.map((g, k) => underflow + modesTolerance * (Math.abs(g) + part * Math.abs(b[k]!)))
  const off = (k: number): number => Math.abs(sum[k]! - gradient[k]! - part * b[k]!)
  const noiseAt = (c: Point): Float64Array | undefined => p.pullbackRounding()([...point, ...c])
  const noises = memo(() => [noise(), noiseAt(w)?.map((x) => part * x), noiseAt(both)])
  const noisy = (k: number): number =>
    bars[k]! + safety * noises().reduce((acc, xs) => acc + (xs?.[k] ?? Infinity), 0)
  const i = sum.findIndex((_, k) => off(k) > bars[k]! && off(k) > noisy(k))
  const { at, index } = locate(p.moving, i)
  return i < 0
    ? pass
    : fail('not linear in the cotangent', {
        of: `gradient of ${p.moving[at]?.name ?? ''}`,
        index,
        actual: sum[i]!,
        expected: gradient[i]! + part * b[i]!,
        bar: noisy(i)
      })
}

const combination = (v: Tensor, w: Tensor): Tensor => {
  const [xs, ys] = [elements(v), elements(w)]
  return own(
    v.shape,
    'f64',
    Float64Array.from({ length: xs.length }, (_, i) => xs[i]! + part * ys[i]!)
  )
}
