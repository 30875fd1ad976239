/** Moments of what initialisers draw, with the keys fixed: bounds of five standard errors. */
import { describe, expect, test } from 'vitest'
import { eqTensor, evaluate, key } from '../../src/index.js'
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  normalInitializer,
  uniformInitializer,
  zeroInitializer,
  type Initializer
} from '../../src/nn/index.js'
import { unsafeFlat, unsafeRight } from '../support/outcome.js'

type Kind = 'uniform' | 'normal'

interface Row {
  readonly name: string
  readonly initializer: Initializer
  readonly kind: Kind
  readonly shape: ReadonlyArray<number>
  readonly variance: number
}

/** Fan-in 36 and fan-out 180 for the kernel, 60 and 90 for the matrix, 5000 for the vector. */
const [matrix, kernel, row] = [[60, 90], [3, 3, 4, 20], [5000]] as const

const table: ReadonlyArray<Row> = [
  {
    name: 'uniformInitializer(0.1)',
    initializer: uniformInitializer(0.1),
    kind: 'uniform',
    shape: matrix,
    variance: 0.01 / 3
  },
  {
    name: 'normalInitializer(0.1)',
    initializer: normalInitializer(0.1),
    kind: 'normal',
    shape: matrix,
    variance: 0.01
  },
  { name: 'glorotUniform', initializer: glorotUniform, kind: 'uniform', shape: matrix, variance: 2 / 150 },
  {
    name: 'glorotUniform of a kernel',
    initializer: glorotUniform,
    kind: 'uniform',
    shape: kernel,
    variance: 2 / 216
  },
  {
    name: 'glorotUniform of a vector',
    initializer: glorotUniform,
    kind: 'uniform',
    shape: row,
    variance: 2 / 10000
  },
  { name: 'glorotNormal', initializer: glorotNormal, kind: 'normal', shape: matrix, variance: 2 / 150 },
  { name: 'heUniform', initializer: heUniform, kind: 'uniform', shape: matrix, variance: 2 / 60 },
  { name: 'heUniform of a kernel', initializer: heUniform, kind: 'uniform', shape: kernel, variance: 2 / 36 },
  { name: 'heNormal', initializer: heNormal, kind: 'normal', shape: matrix, variance: 2 / 60 },
  { name: 'heNormal of a kernel', initializer: heNormal, kind: 'normal', shape: kernel, variance: 2 / 36 }
]

/** E(x^4) / E(x^2)^2. */
const kurtosis: Readonly<Record<Kind, number>> = { uniform: 9 / 5, normal: 3 }

const average = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0) / xs.length

describe.each(table)('$name', ({ initializer, kind, shape, variance }) => {
  const draw = (seed: number) => unsafeFlat(initializer(shape)(key(seed)))

  test.each([1, 2, 3])('mean 0 and its variance, key(%i)', (seed) => {
    const xs = draw(seed)
    const n = xs.length
    expect(n).toBe(shape.reduce((a, b) => a * b, 1))
    expect(Math.abs(average(xs))).toBeLessThan(5 * Math.sqrt(variance / n))
    const error = variance * Math.sqrt((kurtosis[kind] - 1) / n)
    expect(Math.abs(average(xs.map((x) => x * x)) - variance)).toBeLessThan(5 * error)
  })

  test('bounds', () => {
    const bound = Math.sqrt(3 * variance)
    const largest = Math.max(...draw(1).map(Math.abs))
    // Of n uniform numbers the largest is below 0.99 of the bound with probability 0.99^n < 1e-6 here.
    if (kind === 'uniform') expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6))
    expect(largest).toBeGreaterThan(0.99 * bound)
    if (kind === 'normal') expect(largest).toBeGreaterThan(3 * Math.sqrt(variance))
  })

  test('shape, dtype, and the same numbers for the same key only', () => {
    const x = initializer(shape)(key(1))
    expect([x.shape, x.dtype]).toEqual([shape, 'f32'])
    expect(eqTensor.equals(unsafeRight(evaluate(x)), unsafeRight(evaluate(initializer(shape)(key(1)))))).toBe(
      true
    )
    expect(draw(1)).not.toEqual(draw(2))
  })
})

test('zeroInitializer', () => {
  expect(unsafeFlat(zeroInitializer([2, 2])(key(7)))).toEqual([0, 0, 0, 0])
})
