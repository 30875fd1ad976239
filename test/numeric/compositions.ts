/**
 * Compositions where the chain rule meets 0 times infinity, or leaves the range on the way: their derivatives on both engines, beside the true ones
 * and those of JAX and PyTorch from `test/golden/derivatives/compositions.json`.
 */
import * as A from '../../src/index.js'
import type { Engine, Expr } from '../../src/index.js'
import { typed } from '../../src/graph/terms.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import golden from '../golden/derivatives/compositions.json' with { type: 'json' }
import { unsafeFlat, unsafeRight } from '../support/outcome.js'
import { shownNumber, table } from './table.js'

export type X = Expr<number[], 'f64'>

const twice = (x: X): X => A.square(A.square(x))
const positive = (x: X): Expr<number[], 'bool'> => A.gt(0)(x)

const programs: Readonly<Record<string, (x: X) => Expr<unknown, 'f64'>>> = {
  'square(sqrt(x))': (x) => A.square(A.sqrt(x)),
  'sqrt(x) * sqrt(x)': (x) => A.mul(A.sqrt(x))(A.sqrt(x)),
  'exp(log(x))': (x) => A.exp(A.log(x)),
  'log(exp(x))': (x) => A.log(A.exp(x)),
  '1 / (1 / x)': (x) => A.div(A.div(x)(1))(1),
  '3 / (2 / x)': (x) => A.div(A.div(x)(2))(3),
  'reciprocal(reciprocal(x))': (x) => A.reciprocal(A.reciprocal(x)),
  'square(pow(x, 0.5))': (x) => A.square(A.pow(0.5)(x)),
  'square(pow(x, 1.5))': (x) => A.square(A.pow(1.5)(x)),
  'square(pow(x, 0.25))': (x) => A.square(A.pow(0.25)(x)),
  'sqrt(square(x)) beside 0': (x) => A.sqrt(A.square(x)),
  'sqrt(x * x) beside 0': (x) => A.sqrt(A.mul(x)(x)),
  'log(logistic(x))': (x) => A.log(A.logistic(x)),
  'log(erfc(x))': (x) => A.log(A.erfc(x)),
  'log(tanh(x))': (x) => A.log(A.tanh(x)),
  'log(square(x))': (x) => A.log(A.square(x)),
  'log(cosh(x))': (x) => A.log(A.cosh(x)),
  '-softplus(-x)': (x) => A.neg(A.softplus(A.neg(x))),
  '(x / 1e-310) * 1e-310': (x) => A.mul(1e-310)(A.div(1e-310)(x)),
  '(1e-310 / x) * x': (x) => A.mul(x)(A.div(x)(1e-310)),
  'x * log(x)': (x) => A.mul(A.log(x))(x),
  'where(x > 0, sqrt(x), 0)': (x) => A.where(A.sqrt(x), 0)(positive(x)),
  'where(x > 0, log(x), 0)': (x) => A.where(A.log(x), 0)(positive(x)),
  'where(x > 0, 1 / x, 0)': (x) => A.where(A.div(x)(1), 0)(positive(x)),
  'where(x > 0, square(sqrt(x)) * 2, 0)': (x) => A.where(A.mul(2)(A.square(A.sqrt(x))), 0)(positive(x)),
  'where(x < 800, x, x * exp(x))': (x) => A.where(x, A.mul(A.exp(x))(x))(A.lt(800)(x)),
  'max(sqrt(x), 1)': (x) => A.maximum(1)(A.sqrt(x)),
  'square(norm(x))': (x) => A.square(A.norm()(x)),
  'norm(x) * norm(x)': (x) => A.mul(A.norm()(x))(A.norm()(x)),
  'pow(norm(x), 2)': (x) => A.pow(2)(A.norm()(x)),
  'exp(-square(norm(x)))': (x) => A.exp(A.neg(A.square(A.norm()(x)))),
  'norm(x), smallest': (x) => A.norm()(x),
  'norm(x), largest': (x) => A.norm()(x),
  'hypot(x, x)': (x) => A.hypot(x)(x),
  'atan2(x, x + x)': (x) => A.atan2(A.add(x)(x))(x),
  'prod(x) of zeros and many threes': (x) => A.prod()(x),
  'prod(x) of one zero': (x) => A.prod()(x),
  'square(log(exp(x) + 1))': (x) => A.square(A.log1p(A.exp(x))),
  'sqrt(sqrt(x)) to the fourth': (x) => twice(A.sqrt(A.sqrt(x))),
  'asin(sin(x))': (x) => A.asin(A.sin(x))
}

type Row = (typeof golden.rows)[number]

export const compositions: ReadonlyArray<Row> = golden.rows

type Cell = number | string | null

/** Numbers of the file: those that JSON has none for are words. */
const numberOf = (x: Cell | undefined): number => Number(String(x).replace('inf', 'Infinity'))

export const exactOf = (row: Row): ReadonlyArray<number> => row.true.map(numberOf)

/** The derivative by the library. */
export const derivativeOf = (engine: Engine, { name, dtype, point }: Row): ReadonlyArray<number> => {
  const f = programs[name]
  if (f === undefined) return []
  const x = fromValues([point.length], dtype === 'f32' ? 'f32' : 'f64', point)
  const gradient = A.grad((v: X) => typed<Expr<[], 'f64'>>(A.sum()(typed<X>(f(v)))))
  const run = unsafeRight(A.compile(gradient, engine)(typed<X>(x)))
  return unsafeFlat(unsafeRight(run(typed<A.Tensor<number[], 'f64'>>(x))))
}

const shownList = (xs: ReadonlyArray<number>): string =>
  [...xs.slice(0, 4).map(shownNumber), ...(xs.length > 4 ? ['...'] : [])].join(', ')

const cells = (row: Row): ReadonlyArray<string> => [
  row.name,
  row.dtype,
  shownList(row.point),
  shownList(exactOf(row)),
  shownList(derivativeOf(A.reference, row)),
  shownList(row.jax.map(numberOf)),
  shownList(row.torch.map(numberOf))
]

/** A line per composition. */
export const showCompositions = (): string =>
  table([
    ['composition', 'dtype', 'at', 'true derivative', 'adjoint', 'JAX', 'PyTorch'],
    ...compositions.map(cells)
  ])
