/** Domains of whole tensors: functions from freely drawn numbers to rows and matrices with a property. */
import { dim, range, size, type Dims } from '../../src/tensor/dims.js'

type Row = ReadonlyArray<number>

/** Rows along the last axis, each mapped. A number is a row of its own. */
const rowwise =
  (f: (row: Row) => Row) =>
  (shape: Dims, values: Row): Row => {
    const d = dim(shape, shape.length - 1)
    return range(0, d === 0 ? 0 : values.length / d).flatMap((i) => f(values.slice(i * d, (i + 1) * d)))
  }

const sum = (row: Row): number => row.reduce((a, b) => a + b, 0)

/** Positive numbers that sum to 1. */
export const probabilities = rowwise((row) => row.map((x) => x / sum(row)))

const norm = (row: Row): number => Math.sqrt(sum(row.map((x) => x * x)))

/** What is outside of the ball moves to its boundary, rounded inwards. */
const inBall =
  (round: (x: number) => number) =>
  (row: Row): Row => {
    let inside = row.map(round)
    if (norm(inside) > 1) {
      const length = norm(row)
      inside = row.map((x) => round(x / length))
    }
    for (let by = 1; norm(inside) > 1; by++) inside = inside.map((x) => round(x * (1 - by * 2 ** -24)))
    return inside
  }

/** Rows of norm at most 1 when their elements are rounded. */
export const unitBall = (shape: Dims, values: Row, round: (x: number) => number): Row =>
  rowwise(inBall(round))(shape, values)

/** One 1 per row, where its first number in [0, 1) points to. */
export const oneHot = rowwise((row) => {
  const at = Math.floor((row[0] ?? 0) * row.length)
  return row.map((_, i) => (i === at ? 1 : 0))
})

const step = 0.25
const jitter = 0.1

/** Steps of a quarter in the order of the numbers, each off by less than a tenth. */
export const distinct = (values: Row): Row => {
  const order = range(0, values.length)
    .slice()
    .sort((i, k) => (values[i] ?? 0) - (values[k] ?? 0) || i - k)
  const out = new Array<number>(values.length).fill(0)
  order.forEach((i, place) => {
    const x = Math.abs(values[i] ?? 0)
    out[i] = (place - Math.floor(values.length / 2)) * step + jitter * (x - Math.floor(x))
  })
  return out
}

type Matrix = ReadonlyArray<Row>

const square = (n: number, f: (i: number, k: number) => number): Matrix =>
  range(0, n).map((i) => range(0, n).map((k) => f(i, k)))

const at = (m: Matrix, i: number, k: number): number => m[i]?.[k] ?? 0

/** `H m H` with the reflection `H = I - 2 v v^T / |v|^2`. */
const reflected = (m: Matrix, v: Row): Matrix => {
  const n = v.length
  const length = sum(v.map((x) => x * x))
  const h = square(n, (i, k) => (i === k ? 1 : 0) - (2 * (v[i] ?? 0) * (v[k] ?? 0)) / length)
  const product = (a: Matrix, b: Matrix): Matrix =>
    square(n, (i, k) => sum(range(0, n).map((j) => at(a, i, j) * at(b, j, k))))
  return product(product(h, m), h)
}

/** Powers of the condition number, from -1 to 0: the numbers spread over all of that range. */
const exponents = (xs: Row): Row => {
  const [low, high] = [Math.min(...xs), Math.max(...xs)]
  return xs.map((x) => (high > low ? (x - high) / (high - low) : 0))
}

/**
 * `Q D Q^T`: the numbers on the diagonal are made eigenvalues from 1 / condition to 1, those below it the reflections that make up `Q`.
 */
const positiveDefinite = (n: number, numbers: Row, condition: number): Row => {
  const m = range(0, n).map((i) => numbers.slice(i * n, (i + 1) * n))
  const powers = exponents(range(0, n).map((i) => at(m, i, i)))
  const diagonal = square(n, (i, k) => (i === k ? condition ** (powers[i] ?? 0) : 0))
  const turned = range(0, n - 1).reduce(
    (a, k) =>
      reflected(
        a,
        range(0, n).map((i) => (i > k ? at(m, i, k) : Number(i === k)))
      ),
    diagonal
  )
  return square(n, (i, k) => at(turned, Math.min(i, k), Math.max(i, k))).flat()
}

/** Symmetric positive definite matrices over the last two axes; where these differ there are none, and all is NaN. */
export const spd = (shape: Dims, values: Row, condition: number): Row => {
  const [rows, n] = [dim(shape, shape.length - 2), dim(shape, shape.length - 1)]
  if (shape.length < 2 || rows !== n) return values.map(() => NaN)
  const count = size(shape.slice(0, -2))
  return range(0, n === 0 ? 0 : count).flatMap((i) =>
    positiveDefinite(n, values.slice(i * n * n, (i + 1) * n * n), condition)
  )
}
