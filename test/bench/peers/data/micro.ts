/** The workloads of one call each, with answers in double precision. */
import type { Curvature, Forward, Gradient, Product, Tanh, Values } from './model.js'
import { long } from './long.js'
import { symmetric } from './random.js'
import { training } from './training.js'

const range = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i)
const total = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0)

const product = (id: Product['id'], n: Product['n']): Product => {
  const [a, b] = [symmetric(11, n * n), symmetric(12, n * n)]
  const places = [
    [7, 11],
    [n - 1, 3]
  ] as const
  const entry = (i: number, j: number): number => total(range(n).map((k) => a[i * n + k]! * b[k * n + j]!))
  return {
    kind: 'product',
    id,
    n,
    a,
    b,
    pick: (c) => places.map(([i, j]) => c[i * n + j] ?? NaN),
    expected: places.map(([i, j]) => entry(i, j))
  }
}

const tanhSum = (): Tanh => {
  const [a, b, x] = [1.5, 0.25, symmetric(13, 1e6)]
  const value = x.reduce((f, v) => f + Math.tanh(v * a + b) * v, 0)
  const slope = (v: number): number => {
    const t = Math.tanh(v * a + b)
    return t + a * v * (1 - t * t)
  }
  const places = [123, 999999]
  return {
    kind: 'tanh',
    id: 'M2',
    x,
    a,
    b,
    pick: (f, g) => [f, ...places.map((i) => g[i] ?? NaN)],
    expected: [value, ...places.map((i) => slope(x[i]!))]
  }
}

const n = 1000
const places = [0, 500, n - 1]

/** The term of Rosenbrock's function that begins at `i`, with its derivatives. */
const term = (x: Float32Array, i: number) => {
  const [p, q] = [x[i]!, x[i + 1]!]
  const d = q - p * p
  return { value: 100 * d * d + (1 - p) ** 2, first: -400 * p * d - 2 * (1 - p), next: 200 * d }
}

const gradient = (): Gradient => {
  const x = symmetric(16, n)
  const g = new Float64Array(n)
  let value = 0
  for (let i = 0; i + 1 < n; i++) {
    const t = term(x, i)
    value += t.value
    g[i] = g[i]! + t.first
    g[i + 1] = g[i + 1]! + t.next
  }
  const pick = (f: number, slope: ArrayLike<number>) => [f, ...places.map((i) => slope[i] ?? NaN)]
  return { kind: 'gradient', id: 'M4g', x, pick, expected: pick(value, g) }
}

const curvature = (): Curvature => {
  const [x, v] = [symmetric(16, n), symmetric(17, n)]
  const h = new Float64Array(n)
  for (let i = 0; i + 1 < n; i++) {
    const [p, q] = [x[i]!, x[i + 1]!]
    h[i] = h[i]! + (1200 * p * p - 400 * q + 2) * v[i]! - 400 * p * v[i + 1]!
    h[i + 1] = h[i + 1]! + 200 * v[i + 1]! - 400 * p * v[i]!
  }
  const pick = (y: ArrayLike<number>) => places.map((i) => y[i] ?? NaN)
  return { kind: 'curvature', id: 'M4h', x, v, pick, expected: pick(h) }
}

/** One row through a dense layer. */
const densely = (x: ReadonlyArray<number>, w: Values, b: Values): ReadonlyArray<number> =>
  [...b.data].map((bias, j) => bias + total(x.map((v, i) => v * w.data[i * b.data.length + j]!)))

const forward = (): Forward => {
  const { params, x } = training.W2()
  const row = x.data.slice(0, 784)
  const hidden = densely([...row], params[0]!, params[1]!).map((h) => Math.max(0, h))
  return {
    kind: 'forward',
    id: 'F1',
    params,
    x: { shape: [1, 784], data: row },
    expected: densely(hidden, params[2]!, params[3]!)
  }
}

export const micro = {
  'M1-512': () => product('M1-512', 512),
  'M1-1024': () => product('M1-1024', 1024),
  M2: tanhSum,
  M4g: gradient,
  M4h: curvature,
  F1: forward,
  W7: long
}
