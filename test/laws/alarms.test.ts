/** Right derivatives of functions that are steep, oscillate, or have numbers at an end of the range: laws hold, or say that they cannot tell. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { arbitrary, gradientLaw, ridders, showFailure } from '../../laws/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { noiseOf } from '../../laws/oracle/noise.js'
import * as A from '../../src/index.js'
import { crossEntropyFromLogits } from '../../src/nn/index.js'
import type { Expr } from '../../src/index.js'

type X = Expr

const judged = (f: (x: X) => unknown, xs: fc.Arbitrary<A.Tensor>, numRuns = 1) =>
  pipe(gradientLaw({ name: 'f', f, arbitrary: xs, numRuns }).check({ seed: 1 }), E.mapLeft(showFailure))

const at = (...values: ReadonlyArray<number>) =>
  fc.constant(fromValues([values.length] as readonly [number], 'f64', values))

const undecided = (result: ReturnType<typeof judged>): number =>
  E.isRight(result) ? result.right.inconclusive : NaN

const logits = A.tensor([1, 0, 0], 'f64')
const mask = A.tensor([true, false, true])

describe('no false alarm', () => {
  it.each([10, 1e3, 1e4, 1e6, 1e9])(
    'of sin(%d x), at numbers that have common measures with its period too',
    (k) => {
      const wave = (x: X) => A.sum()(A.sin(A.mul(k)(x)))
      const random = arbitrary.tensor({ shape: [3] }) as ReturnType<typeof at>
      for (const xs of [at(4, 1, 0.5), at(2 * Math.PI, 1, 3), random])
        expect(judged(wave, xs, 8)).toHaveProperty('right')
      if (k <= 1e3) expect(undecided(judged(wave, random, 25))).toBeLessThan(5)
    }
  )

  it.each<readonly [string, (x: X) => unknown, ReadonlyArray<number>]>([
    ['a root behind a mask', (x) => A.sum()(A.where(A.sqrt(x), 0)(A.gt(0)(x))), [-1, 0]],
    ['a logarithm behind a mask', (x) => A.sum()(A.where(A.log(x), 0)(A.gt(0)(x))), [-1, 0, 2]],
    ['logSumExp of an infinite logit', (x) => A.logSumExp()(x), [1, -Infinity, 2]],
    ['softmax of an infinite logit', (x) => A.softmax()(x), [1, -Infinity, 2]],
    ['cross-entropy of an infinite logit', (x) => crossEntropyFromLogits(logits)(x), [1, -Infinity, 2]],
    ['an infinity behind a mask', (x) => A.maskedSoftmax(mask)(x), [1, Infinity, 2]],
    ['a negative infinity behind a mask', (x) => A.maskedSoftmax(mask)(x), [1, -Infinity, 2]],
    ['NaN behind a mask', (x) => A.maskedSoftmax(mask)(x), [1, NaN, 2]],
    ['an exponential behind a mask', (x) => A.sum()(A.where(A.exp(x), 0)(mask)), [1, Infinity, 2]]
  ])('of %s', (_, f, values) => {
    expect(judged(f, at(...values))).toHaveProperty('right')
  })

  it.each<readonly [string, (x: X) => unknown, ReadonlyArray<number>]>([
    ['norm', (x) => A.norm()(x), [1e-308, 1e-200, 1e-160, 1e154, 1e160, 1e200, 1e300]],
    ['exp', (x) => A.sum()(A.exp(x)), [-745, -700, 50, 300, 700, 705, 707, 709, 709.7].map((x) => x / 3)],
    ['exp', (x) => A.sum()(A.exp(A.div(3)(x))), [-745, -700, 700, 705, 707, 709, 709.7]],
    ['log', (x) => A.sum()(A.log(x)), [1e-310, 1e-307, 1e-300, 1e-250, 1e-160, 1e-150]],
    ['sqrt', (x) => A.sum()(A.sqrt(x)), [1e-300, 1e-200, 1e154, 1e300]],
    ['reciprocal', (x) => A.sum()(A.reciprocal(x)), [1e-300, 1e-200, 1e-150, 1e154, 1e200, 1e300]],
    ['square', (x) => A.sum()(A.square(x)), [1e-300, 1e-160, 1e154, 1e300]],
    ['tanh', (x) => A.sum()(A.tanh(x)), [1e-300, 1e180, 1e300]]
  ])('of %s at the ends of the range', (_, f, sizes) => {
    const failures = sizes.map((k) => judged(f, at(3 * k, k))).filter(E.isLeft)
    expect(failures).toEqual([])
  })

  it.each(['huge', 'tiny', 'subnormal'] as const)('at %s numbers', (magnitude) => {
    const xs = arbitrary.tensor({ shape: [2], magnitude }) as ReturnType<typeof at>
    const functions: ReadonlyArray<(x: X) => unknown> = [
      (x) => A.sum()(x),
      (x) => A.mul(3)(x),
      (x) => A.max()(x),
      (x) => A.norm()(x),
      (x) => A.std()(x),
      (x) => A.softmax()(x),
      (x) => A.sum()(A.tanh(x))
    ]
    for (const f of functions) expect(judged(f, xs, 5)).toHaveProperty('right')
  })

  it.each(['f64', 'f32'] as const)('of a ripple too fine and too low to be resolved, in %s', (dtype) => {
    const xs = arbitrary.tensor({ shape: [3], dtype }) as ReturnType<typeof at>
    const ripple = (x: X) => A.sum()(A.add(A.square(x))(A.mul(1e-9)(A.sin(A.mul(1e6)(x)))))
    expect(judged(ripple, xs, 8)).toHaveProperty('right')
  })

  it('of slopes that are subnormal in single precision, and are multiplied', () => {
    const xs = fc.constant(fromValues([2] as const, 'f32', [1, 0.001]))
    expect(judged((x) => A.sum()(A.logistic(A.mul(1e5)(x))), xs)).toHaveProperty('right')
  })

  it('holds, rather than not telling, of sums of huge numbers', () => {
    const xs = arbitrary.tensor({ shape: [1], magnitude: 'huge' }) as ReturnType<typeof at>
    expect(undecided(judged((x) => A.sum()(x), xs, 5))).toBe(0)
  })
})

describe('the noise of a function', () => {
  it.each([
    ['none', (x: number) => Math.sin(x), 0, 1e-15],
    ['that of single precision', (x: number) => Math.fround(Math.sin(x)), 3e-9, 6e-8],
    ['of ten digits', (x: number) => Math.sin(x) + 1e-10 * Math.sin(1e9 * x), 1e-11, 2e-10]
  ] as const)('%s', (_, f, low, high) => {
    const [noise = NaN] = noiseOf((t) => Float64Array.of(f(0.7 + 0.7 * t)), 1.5e-4) ?? []
    expect(noise).toBeGreaterThanOrEqual(low)
    expect(noise).toBeLessThanOrEqual(high)
  })

  it('widens the error bars: hardly any derivative of a function of single precision lies beyond', () => {
    const points = Array.from({ length: 1000 }, (_, i) => 8 * ((i * 0.618034) % 1) - 4)
    const beyond = points.filter((x) => {
      const slope = ridders((t) => Float64Array.of(Math.fround(Math.sin(x + t * x))))
      return !(Math.abs((slope?.value[0] ?? NaN) - x * Math.cos(x)) <= 10 * (slope?.error[0] ?? 0))
    })
    expect(beyond.length).toBeLessThanOrEqual(3)
  })

  it('aliases are contested: bars of a fast wave hold its derivative', () => {
    const points = Array.from({ length: 1000 }, (_, i) => 8 * ((i * 0.618034) % 1) - 4)
    const beyond = points.filter((x) => {
      const slope = ridders((t) => Float64Array.of(Math.sin(1000 * (x + t * x))))
      // The argument of the sine is rounded, by up to 2^-42.
      const bar = 10 * (slope?.error[0] ?? 0) + 1e-7
      return !(Math.abs((slope?.value[0] ?? NaN) - 1000 * x * Math.cos(1000 * x)) <= bar)
    })
    expect(beyond).toEqual([])
  })
})
