/** Ten steps of each optimizer against optax, in f64: the same states compiled once and folded over. */
import { describe, expect, test } from 'vitest'
import { toFlat } from '../../src/index.js'
import { adam, gradientDescent, rmsprop, sgd, type Transformation } from '../../src/optim/index.js'
import { unsafePath, vector, type Gradient } from '../optim/descent.js'
import { relativeError } from '../support/outcome.js'
import golden from './optimizers.json' with { type: 'json' }

interface Options {
  readonly learningRate: number
  readonly momentum?: number
  readonly nesterov?: boolean
  readonly decay?: number
  readonly epsilon?: number
  readonly beta1?: number
  readonly beta2?: number
}

const optimizers: Readonly<Record<string, (options: Options) => Transformation>> = {
  gradientDescent,
  sgd,
  rmsprop,
  adam
}

const { start, curvature, slope, gradients } = golden

const quadratic: Gradient = (x) =>
  vector(toFlat(x).map((v, i) => (curvature[i] ?? NaN) * v - (slope[i] ?? NaN)))
const given: Gradient = (_, i) => vector(gradients[i] ?? [])

const tolerance = 1e-14

describe.each(golden.entries)('$optimizer $options', (entry) => {
  const optimizer = optimizers[entry.optimizer]?.(entry.options)

  test.each([
    ['on a quadratic', quadratic, entry.quadratic],
    ['on given gradients', given, entry.sequence]
  ] as const)('%s', (_, gradient, expected) => {
    expect(expected.length).toBe(10)
    if (optimizer === undefined) return expect.fail('an optimizer of this name')
    const path = unsafePath(optimizer, gradient, start, expected.length)
    expect(path.length).toBe(expected.length)
    expected.forEach((x, i) => expect(relativeError(path[i] ?? [], x)).toBeLessThan(tolerance))
  })
})
