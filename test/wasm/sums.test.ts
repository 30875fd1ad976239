/** Long sums in double precision keep their digits along every axis, and engines agree where zeros and infinities meet. */
import { describe, expect, test } from 'vitest'
import {
  compile,
  concat,
  full,
  logSumExp,
  matmul,
  mean,
  norm,
  prod,
  reference,
  reshape,
  softmax,
  spec,
  sum,
  tensor,
  toFlat,
  variance,
  wasm,
  type Expr,
  type Shape,
  type Tensor
} from '../../src/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'

const repeated = (shape: Shape, value: number): Tensor<Shape, 'f64'> => {
  const count = shape.reduce((a, b) => a * b, 1)
  return own(shape, 'f64', new Float64Array(count).fill(value))
}

type Op = (x: Expr<Shape, 'f64'>) => Expr<Shape, 'f64'>

const run = (
  f: (x: Expr<Shape, 'f64'>) => Expr<unknown>,
  x: Tensor<Shape, 'f64'>,
  engine = wasm
): ReadonlyArray<number> => {
  const program = unsafeRight(compile(f, engine)(spec(x.shape, 'f64')))
  return toFlat(unsafeRight(program(x)) as Tensor<Shape, 'f64'>)
}

const worst = (actual: ReadonlyArray<number>, expected: number): number =>
  actual.reduce((most, y) => Math.max(most, Math.abs(y - expected) / Math.abs(expected)), 0)

/** The double nearest to 0.1 is larger than 0.1 by 5.551115123125783e-18, which the exact sums below hold. */
const tenth = 0.1
const million = 2_000_000

describe.each([
  [[million], undefined],
  [[million, 1], 0],
  [[million, 2], 0],
  [[2, million], 1],
  [[million / 4, 4, 3], 0],
  [[2, million / 4, 3], 1],
  [[1000, 2000], undefined],
  [
    [1000, 3, 500],
    [0, 2]
  ]
] as const)('sums of %j along %j', (shape, axes) => {
  const sizes = axes === undefined ? shape : [axes].flat().map((a) => shape[a] ?? 1)
  const count = sizes.reduce((a: number, b: number) => a * b, 1)
  const x = repeated(shape, tenth)

  test.each<readonly [string, Op, number]>([
    ['sum', sum(axes as 0), count * tenth],
    ['mean', mean(axes as 0), tenth],
    ['norm', norm(axes as 0), tenth * Math.sqrt(count)],
    ['logSumExp', logSumExp(axes as 0), tenth + Math.log(count)]
  ])('%s', (_, f, expected) => {
    expect(worst(run(f, x), expected)).toBeLessThan(1e-14)
  })

  test('variance about another mean', () => {
    const doubled = (y: Expr<Shape, 'f64'>) =>
      variance(axes as 0)(
        concat(axes === undefined ? 0 : ([axes].flat()[0] ?? 0))([y, full(shape, -tenth, 'f64')])
      )
    expect(worst(run(doubled, x), tenth * tenth)).toBeLessThan(1e-14)
  })
})

test('rows of softmax', () => {
  expect(worst(run(softmax(-1) as Op, repeated([3, 1_000_000], tenth)), 1e-6)).toBeLessThan(1e-14)
})

test.each([300, 600, 5000, 1_000_000])('products of %i terms', (k) => {
  const b = repeated([k, 5], 1)
  const product = (x: Expr<Shape, 'f64'>): Expr<unknown> => matmul(b)(x)
  for (const rows of [1, 4, 5])
    expect(worst(run(product, repeated([rows, k], tenth)), k * tenth)).toBeLessThan(1e-14)
})

describe('engines agree', () => {
  const agree = (f: Op, x: Tensor<Shape, 'f64'>): void => {
    expect(run(f, x, wasm)).toEqual(run(f, x, reference))
  }
  const lists: ReadonlyArray<ReadonlyArray<number>> = [
    [-0],
    [-0, -0],
    [Infinity, 1, 2],
    [1, -Infinity, 3],
    [Infinity, -Infinity, 0],
    [NaN, 1],
    [0, ...Array.from({ length: 9000 }, () => 2)],
    [Infinity, ...Array.from({ length: 9000 }, () => 0.5)],
    [1, 2, 3, 4, 5, 6, 7]
  ]

  test.each(lists.map((xs) => [xs.slice(0, 3).join(), xs] as const))('%s', (_, xs) => {
    const x = own<Shape, 'f64'>([xs.length], 'f64', Float64Array.from(xs))
    const column =
      (f: Op): Op =>
      (y) =>
        f(reshape([xs.length, 1])(y))
    for (const axes of [undefined, 0])
      for (const f of [sum(axes as 0), prod(axes as 0)] as ReadonlyArray<Op>) {
        agree(f, x)
        agree(column(f), x)
      }
  })

  test('sums of one number begin at 0', () => {
    const x = tensor([[-0], [1]], 'f64') as Tensor<Shape, 'f64'>
    agree(sum(1), x)
    expect(run(sum(1) as Op, x)).toEqual([0, 1])
  })
})
