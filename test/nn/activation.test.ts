import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  convert,
  grad,
  jvp,
  mul,
  ones,
  sum,
  tanh,
  tensor,
  type Expr,
  type FloatDType
} from '../../src/index.js'
import {
  binaryStep,
  leakyRelu,
  linear,
  parametricRelu,
  relu,
  sigmoid,
  straightThroughStep
} from '../../src/nn/index.js'
import { unsafeFlat } from '../support/outcome.js'

type Activation = <D extends FloatDType>(x: Expr<[9], D>) => Expr<[9], D>

const inf = Infinity
const points = tensor([-inf, -1000, -1, -0, 0, 1, 1000, inf, NaN] as const, 'f64')

interface Row {
  readonly name: string
  readonly f: Activation
  readonly values: ReadonlyArray<number>
  /** At all points but NaN. */
  readonly slopes: ReadonlyArray<number>
}

const [s1, t1] = [1 / (1 + Math.exp(-1)), Math.tanh(1)]
const bell = s1 * (1 - s1)

/** The points are -Infinity, -1000, -1, -0, 0, 1, 1000, Infinity, NaN. */
const table: ReadonlyArray<Row> = [
  {
    name: 'linear',
    f: linear,
    values: [-inf, -1000, -1, -0, 0, 1, 1000, inf, NaN],
    slopes: [1, 1, 1, 1, 1, 1, 1, 1]
  },
  { name: 'relu', f: relu, values: [0, 0, 0, 0, 0, 1, 1000, inf, NaN], slopes: [0, 0, 0, 0, 0, 1, 1, 1] },
  {
    name: 'leakyRelu(0.5)',
    f: leakyRelu(0.5),
    values: [-inf, -500, -0.5, -0, 0, 1, 1000, inf, NaN],
    slopes: [0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1]
  },
  {
    name: 'parametricRelu(0.5)',
    f: (x) => parametricRelu(convert(x.dtype)(tensor(0.5)))(x),
    values: [-inf, -500, -0.5, -0, 0, 1, 1000, inf, NaN],
    slopes: [0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1]
  },
  {
    name: 'sigmoid',
    f: sigmoid,
    values: [0, 0, 1 - s1, 0.5, 0.5, s1, 1, 1, NaN],
    slopes: [0, 0, bell, 0.25, 0.25, bell, 0, 0]
  },
  {
    name: 'tanh',
    f: tanh,
    values: [-1, -1, -t1, -0, 0, t1, 1, 1, NaN],
    slopes: [0, 0, 1 - t1 * t1, 1, 1, 1 - t1 * t1, 0, 0]
  },
  {
    name: 'binaryStep',
    f: binaryStep,
    values: [0, 0, 0, 1, 1, 1, 1, 1, 0],
    slopes: [0, 0, 0, 0, 0, 0, 0, 0]
  },
  {
    name: 'straightThroughStep',
    f: straightThroughStep,
    values: [0, 0, 0, 1, 1, 1, 1, 1, 0],
    slopes: [0, 1, 1, 1, 1, 1, 1, 0]
  }
]

/** Exact except where a value of exp or tanh is rounded. */
const expectNear = (
  actual: ReadonlyArray<number>,
  expected: ReadonlyArray<number>,
  tolerance: number
): void => {
  expect(actual.length).toBeGreaterThanOrEqual(expected.length)
  expected.forEach((y, i) => {
    const x = actual[i] ?? -1e9
    if (Number.isInteger(y * 4) || !Number.isFinite(y)) expect(x).toBe(y)
    else expect(Math.abs(x - y)).toBeLessThan(tolerance)
  })
}

const gradient = <D extends FloatDType>(f: Activation, x: Expr<[9], D>): Expr<[9], D> =>
  grad((p: Expr<[9], D>) => sum()(f(p)))(x)

describe.each(table)('$name', ({ f, values, slopes }) => {
  const single = convert('f32')(points)

  test('values', () => {
    expectNear(unsafeFlat(f(points)), values, 1e-15)
    expectNear(unsafeFlat(f(single)), values, 1e-7)
    expect(f(points).shape).toEqual([9])
  })

  test('slopes, backward and forward', () => {
    expectNear(unsafeFlat(gradient(f, points)), slopes, 1e-15)
    expectNear(unsafeFlat(gradient(f, single)), slopes, 1e-7)
    expectNear(
      unsafeFlat(jvp((x: typeof points) => f(x))(points, ones([9], 'f64') as typeof points)[1]),
      slopes,
      1e-15
    )
  })
})

test('the slope of a parametric ReLU has the sum of what was negative as its derivative', () => {
  const x = tensor([-3, -0.5, 0, 2], 'f64')
  const weights = tensor([1, 10, 100, 1000], 'f64')
  const loss = (slope: Expr<[], 'f64'>) => pipe(parametricRelu(slope)(x), mul(weights), sum())
  expect(unsafeFlat(grad(loss)(tensor(0.25, 'f64')))).toEqual([-8])
})

test('the binary step stops what comes before it from learning, the straight-through step does not', () => {
  const x = tensor([-1, 2, 3], 'f64')
  type Vector = Expr<[3], 'f64'>
  const through = (f: (z: Vector) => Vector) => (w: Vector) => pipe(x, mul(w), f, sum())
  expect(unsafeFlat(grad(through(binaryStep))(x))).toEqual([0, 0, 0])
  expect(unsafeFlat(grad(through(straightThroughStep))(x))).toEqual([-1, 2, 3])
})
