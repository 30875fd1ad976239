/** Directions and weights to test derivatives with: deterministic functions of a seed, so that a failure can be repeated. */
import { threefry2x32 } from '../../src/tensor/threefry.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { isFloat } from '../../src/tensor/DType.js'
import type { Aval } from '../../src/graph/Expr.js'
import { size } from '../../src/tensor/dims.js'
import type { Point } from './run.js'

/** The `i`-th number of the stream `seed`: in [-1, 1], a multiple of 1/64, never 0. */
const weight = (seed: number, i: number): number => {
  const k = (threefry2x32(seed >>> 0, 0, 0, i)[0] % 128) - 64
  return (k >= 0 ? k + 1 : k) / 64
}

/** Double-precision tensors of given shapes with weights from a stream. */
export const weights = (seed: number, like: ReadonlyArray<Pick<Aval, 'shape'>>): Point => {
  let next = 0
  return like.map(({ shape }) =>
    own(
      shape,
      'f64',
      Float64Array.from({ length: size(shape) }, () => weight(seed, next++))
    )
  )
}

export const zeros = (like: ReadonlyArray<Pick<Aval, 'shape'>>): Point =>
  like.map(({ shape }) => own(shape, 'f64', new Float64Array(size(shape))))

const finiteOf = (xs: ArrayLike<number>): ReadonlyArray<number> => Array.from(xs).filter(Number.isFinite)

/** Of large and of small numbers too: squares are taken of quotients by the largest. */
const rootMeanSquare = (xs: ReadonlyArray<number>): number => {
  const most = xs.reduce((a, x) => Math.max(a, Math.abs(x)), 0)
  return most === 0 ? 0 : most * Math.sqrt(xs.reduce((acc, x) => acc + (x / most) ** 2, 0) / xs.length)
}

/** How far each element may move for a step of 1: as far as it is large, but not much less than its neighbours. What is not finite cannot move. */
const reach = (x: Tensor): Tensor => {
  const xs = elements(x)
  const least = rootMeanSquare(finiteOf(xs)) / 8 || 1
  return own(
    x.shape,
    'f64',
    Float64Array.from(xs, (v) => (Number.isFinite(v) ? Math.max(Math.abs(v), least) : 0))
  )
}

const times = (a: Tensor, b: Tensor): Tensor => {
  const [xs, ys] = [elements(a), elements(b)]
  return own(
    a.shape,
    'f64',
    Float64Array.from({ length: xs.length }, (_, i) => xs[i]! * ys[i]!)
  )
}

/** Moves one element only. */
const oneHot = (reaches: Point, j: number, k: number): Point =>
  reaches.map((r, i) => {
    const data = new Float64Array(elements(r).length)
    if (i === j) data[k] = elements(r)[k]!
    return own(r.shape, 'f64', data)
  })

const bits = (seed: number, i: number): number => threefry2x32(seed >>> 0, 1, 0, i)[0] >>> 0

/** Every element moves, by a random part of its reach: sees what is wrong everywhere. */
const dense = (seed: number, reaches: Point): Point =>
  weights(seed, reaches).map((w, j) => times(w, reaches[j] ?? w))

const count = (reaches: Point): number => reaches.reduce((n, r) => n + elements(r).length, 0)

/** About `sqrt(n)` of `n` elements move, up or down by their reach: between the other two. */
const sparse = (seed: number, reaches: Point): Point => {
  const every = Math.sqrt(count(reaches))
  let next = 0
  return reaches.map((r) => {
    const step = (x: number): number => {
      const b = bits(seed, next++)
      return (b >>> 1) % every < 1 ? (b % 2 === 0 ? x : -x) : 0
    }
    return own(r.shape, 'f64', Float64Array.from(elements(r), step))
  })
}

/** One random element moves: sees a small error of one entry that drowns among many. */
const single = (seed: number, reaches: Point): Point => {
  let rest = bits(seed, 0) % count(reaches)
  for (const [j, r] of reaches.entries()) {
    const n = elements(r).length
    if (rest < n) return oneHot(reaches, j, rest)
    rest -= n
  }
  return reaches
}

const kinds = [dense, sparse, single] as const

/**
 * One direction for each coordinate when there are at most `limit` of them, else `sample` random ones: dense, sparse and one-hot in turn. Their
 * length does not matter, since steps are extrapolated.
 */
export const directions = (
  seed: number,
  moving: Point,
  limit: number,
  sample: number
): ReadonlyArray<Point> => {
  const reaches = moving.map(reach)
  if (count(reaches) > limit)
    return Array.from({ length: sample }, (_, i) => kinds[i % kinds.length]!(seed + i + 1, reaches))
  const coordinates = reaches.flatMap((r, j) =>
    Array.from(elements(r), (most, k) => [j, k, most] as const).filter(([, , most]) => most > 0)
  )
  return coordinates.map(([j, k]) => oneHot(reaches, j, k))
}

/** The places of a direction that move, when it is only one. */
export const onlyPlace = (direction: Point): readonly [number, number] | undefined => {
  const places = direction.flatMap((d, j) =>
    isFloat(d.dtype) ? Array.from(elements(d), (v, k) => [j, k, v] as const).filter(([, , v]) => v !== 0) : []
  )
  const first = places[0]
  return places.length === 1 && first !== undefined ? [first[0], first[1]] : undefined
}

/** Beyond these, products with a direction leave the range before the derivative itself does. */
const [shortest, longest] = [2 ** -100, 2 ** 100]

/** A power of two by which a direction gets an ordinary length; 1 where it has one. */
export const ordinary = (direction: Point): number => {
  const most = direction.reduce(
    (acc, d) =>
      isFloat(d.dtype) ? Array.from(elements(d)).reduce((a, x) => Math.max(a, Math.abs(x)), acc) : acc,
    0
  )
  return most === 0 || (most >= shortest && most <= longest)
    ? 1
    : 2 ** Math.min(1000, -Math.floor(Math.log2(most)))
}

export const scaled = (direction: Point, factor: number): Point =>
  factor === 1
    ? direction
    : direction.map((d) =>
        own(
          d.shape,
          'f64',
          Float64Array.from(elements(d), (x) => x * factor)
        )
      )
