import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  convert,
  evaluate,
  grad,
  jvp,
  log,
  mulNoNan,
  softmax,
  sub,
  sum,
  tensor,
  type Expr
} from '../../src/index.js'
import {
  absoluteError,
  binaryCrossEntropy,
  binaryCrossEntropyFromLogits,
  crossEntropy,
  crossEntropyFromLogits,
  meanAbsoluteError,
  meanSquaredError,
  sigmoid,
  squaredError
} from '../../src/nn/index.js'
import { vector } from '../optim/descent.js'
import { messageOf, unsafeFlat } from '../support/outcome.js'

type Vector = Expr<number[], 'f64'>
type Loss = (target: Vector) => (prediction: Vector) => Expr<number[], 'f64'>

const { log: ln, exp, log1p } = Math

interface Row {
  readonly name: string
  readonly loss: Loss
  readonly prediction: ReadonlyArray<number>
  readonly target: ReadonlyArray<number>
  readonly value: ReadonlyArray<number>
  readonly gradient: ReadonlyArray<number>
}

const logistic = (z: number): number => 1 / (1 + exp(-z))
const weights = [1, 2, 3].map((z) => exp(z) / (exp(1) + exp(2) + exp(3)))

const table: ReadonlyArray<Row> = [
  {
    name: 'squaredError',
    loss: squaredError,
    prediction: [1, 2, -3],
    target: [3, 2, 1],
    value: [4, 0, 16],
    gradient: [-4, 0, -8]
  },
  {
    name: 'absoluteError, with derivative 0 where it is 0',
    loss: absoluteError,
    prediction: [1, 2, -3],
    target: [3, 2, -4],
    value: [2, 0, 1],
    gradient: [-1, 0, 1]
  },
  {
    name: 'meanSquaredError',
    loss: meanSquaredError,
    prediction: [1, 2, 3, 0],
    target: [2, 2, 5, 1],
    value: [1.5],
    gradient: [-0.5, 0, -1, -0.5]
  },
  {
    name: 'meanAbsoluteError',
    loss: meanAbsoluteError,
    prediction: [1, 2, 3, 0],
    target: [2, 2, 5, -1],
    value: [1],
    gradient: [-0.25, 0, -0.25, 0.25]
  },
  {
    name: 'crossEntropy',
    loss: crossEntropy,
    prediction: [0.7, 0.2, 0.1],
    target: [1, 0, 0],
    value: [0.35667494393873245],
    gradient: [-1 / 0.7, 0, 0]
  },
  {
    name: 'crossEntropy of soft targets',
    loss: crossEntropy,
    prediction: [0.25, 0.25, 0.5],
    target: [0.5, 0.5, 0],
    value: [ln(4)],
    gradient: [-2, -2, 0]
  },
  {
    name: 'crossEntropy of a sure and wrong prediction: clipped at 1e-7',
    loss: crossEntropy,
    prediction: [0, 1],
    target: [1, 0],
    value: [16.11809565095832],
    gradient: [0, 0]
  },
  {
    name: 'crossEntropyFromLogits',
    loss: crossEntropyFromLogits,
    prediction: [1, 2, 3],
    target: [0, 0, 1],
    value: [0.4076059644443803],
    gradient: weights.map((p, i) => p - (i === 2 ? 1 : 0))
  },
  {
    name: 'crossEntropyFromLogits of extreme logits',
    loss: crossEntropyFromLogits,
    prediction: [1000, -1000],
    target: [0, 1],
    value: [2000],
    gradient: [1, -1]
  },
  {
    name: 'crossEntropyFromLogits of an impossible class that is not the target',
    loss: crossEntropyFromLogits,
    prediction: [-Infinity, 0],
    target: [0, 1],
    value: [0],
    gradient: [0, 0]
  },
  {
    name: 'binaryCrossEntropy',
    loss: binaryCrossEntropy,
    prediction: [0.8, 0.8, 0.5],
    target: [1, 0, 0.25],
    value: [0.2231435513142097, 1.6094379124341005, ln(2)],
    gradient: [-1.25, 5, 1]
  },
  {
    name: 'binaryCrossEntropy at 0 and 1: clipped at 1e-7, with derivative 0 on the clipped side',
    loss: binaryCrossEntropy,
    prediction: [0, 1, 0, 1],
    target: [1, 0, 0, 1],
    value: [16.11809565095832, 16.11809565095832, 0, 0],
    gradient: [0, 0, 1, -1]
  },
  {
    name: 'binaryCrossEntropyFromLogits',
    loss: binaryCrossEntropyFromLogits,
    prediction: [2, 2, -1],
    target: [1, 0, 0.25],
    value: [0.1269280110429726, 2.1269280110429727, log1p(exp(-1)) + 0.25],
    gradient: [logistic(2) - 1, logistic(2), logistic(-1) - 0.25]
  },
  {
    name: 'binaryCrossEntropyFromLogits of extreme logits',
    loss: binaryCrossEntropyFromLogits,
    prediction: [-1000, 1000, -1000, 1000],
    target: [1, 0, 0, 1],
    value: [1000, 1000, 0, 0],
    gradient: [-1, 1, 0, 0]
  }
]

const expectNear = (actual: ReadonlyArray<number>, expected: ReadonlyArray<number>): void => {
  expect(actual.length).toBe(expected.length)
  expected.forEach((y, i) =>
    expect(Math.abs((actual[i] ?? NaN) - y)).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(y)))
  )
}

describe.each(table)('$name', ({ loss, prediction, target, value, gradient }) => {
  const [p, t] = [vector(prediction), vector(target)]

  test('value', () => {
    expectNear(unsafeFlat(loss(t)(p)), value)
  })

  test('gradient by the prediction', () => {
    const total = (x: Vector) => pipe(loss(t)(x), sum())
    expectNear(unsafeFlat(grad(total)(p)), gradient)
    const moved = jvp(total)(p, vector(prediction.map(() => 1)))[1]
    expect(unsafeFlat(moved)[0]).toBeCloseTo(
      gradient.reduce((a, b) => a + b, 0),
      13
    )
  })
})

describe('shapes', () => {
  const [p, t] = [tensor([[0.5, 0.5], [0.25, 0.75], [1, 0]]), tensor([[1, 0], [0, 1], [1, 0]])] // prettier-ignore

  test('one number per element, per example, or in all', () => {
    const shapeOf = (x: Expr<unknown>) => x.shape
    expect([squaredError(t)(p), absoluteError(t)(p), binaryCrossEntropy(t)(p), binaryCrossEntropyFromLogits(t)(p)].map(shapeOf)).toEqual([[3, 2], [3, 2], [3, 2], [3, 2]]) // prettier-ignore
    expect([crossEntropy(t)(p), crossEntropyFromLogits(t)(p)].map(shapeOf)).toEqual([[3], [3]])
    expect([meanSquaredError(t)(p), meanAbsoluteError(t)(p)].map(shapeOf)).toEqual([[], []])
    expect(unsafeFlat(crossEntropy(t)(p)).map((x) => x.toFixed(4))).toEqual(['0.6931', '0.2877', '0.0000'])
  })

  const losses = {
    squaredError,
    absoluteError,
    meanSquaredError,
    meanAbsoluteError,
    crossEntropy,
    crossEntropyFromLogits,
    binaryCrossEntropy,
    binaryCrossEntropyFromLogits
  }

  test.each(Object.entries(losses))('%s refuses what would broadcast, and other dtypes', (name, loss) => {
    const text = messageOf(evaluate((loss as Loss)(vector([1]))(vector([1, 2]))))
    expect(text).toMatch(
      new RegExp(`^${name}: prediction \\[2\\] and target \\[1\\] differ; losses do not broadcast\n`)
    )
    expect(text.split('\n').length).toBeLessThanOrEqual(3)
    const other: Expr = convert('f32')(vector([1, 2]))
    expect(E.isLeft(evaluate((loss as Loss)(other as Vector)(vector([1, 2]))))).toBe(true)
  })

  test('cross-entropy needs an axis of classes', () => {
    const scalar: Vector = tensor(0.5, 'f64')
    expect(messageOf(evaluate((crossEntropy as Loss)(scalar)(scalar)))).toMatch(
      /^crossEntropy: needs an axis of classes/
    )
  })
})

// No probability is as small as 1e-7, where those forms clip.
const logits = fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 2, maxLength: 6 })

test('losses of logits are losses of probabilities', () => {
  fc.assert(
    fc.property(logits, fc.nat(), (zs, label) => {
      const z: Vector = vector(zs)
      const oneHot: Vector = vector(zs.map((_, i) => (i === label % zs.length ? 1 : 0)))
      const pairs = [
        [pipe(z, crossEntropyFromLogits(oneHot)), pipe(z, softmax(), crossEntropy(oneHot))],
        [
          pipe(z, binaryCrossEntropyFromLogits(oneHot), sum()),
          pipe(z, sigmoid, binaryCrossEntropy(oneHot), sum())
        ]
      ] as const
      pairs.forEach(([a, b]) => {
        const [x = NaN] = unsafeFlat(a)
        const [y = NaN] = unsafeFlat(b)
        expect(Math.abs(x - y)).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)))
      })
    }),
    { numRuns: 100 }
  )
})

test('divergence from a target with zeros: 0 log 0 = 0, in value and gradient', () => {
  const target = tensor([0, 0.5, 0.5, 0], 'f64')
  const divergence = (p: Expr<[4], 'f64'>) => pipe(log(target), sub(log(p)), mulNoNan(target), sum())
  const p = tensor([0.5, 0.25, 0.25, 0], 'f64')
  expect(unsafeFlat(divergence(p))).toEqual([ln(2)])
  expect(unsafeFlat(grad(divergence)(p))).toEqual([0, -2, -2, 0])
})
