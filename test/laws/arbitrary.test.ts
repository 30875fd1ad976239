import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary } from '../../laws/index.js'
import { dtypes, isFloat } from '../../src/tensor/DType.js'
import { broadcastDims, size } from '../../src/tensor/dims.js'
import { elements } from '../../src/tensor/Tensor.js'

const domains = [
  'ordinary',
  'positive',
  'nonzero',
  'unitInterval',
  'symmetricUnit',
  'distinct',
  'probabilities'
] as const
const magnitudes = ['subnormal', 'tiny', 'ordinary', 'huge'] as const

const within: Readonly<Record<(typeof domains)[number], (xs: ReadonlyArray<number>) => boolean>> = {
  ordinary: (xs) => xs.every((x) => Math.abs(x) <= 4),
  positive: (xs) => xs.every((x) => x > 0),
  nonzero: (xs) => xs.every((x) => x !== 0),
  unitInterval: (xs) => xs.every((x) => x > 0 && x < 1),
  symmetricUnit: (xs) => xs.every((x) => Math.abs(x) < 1),
  distinct: (xs) => xs.every((x, i) => xs.every((y, k) => i === k || Math.abs(x - y) > 0.1)),
  probabilities: (xs) =>
    xs.length !== 6 ||
    [xs.slice(0, 3), xs.slice(3)].every((row) => Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-12)
}

const smallest = <A>(values: fc.Arbitrary<A>, refuses: (a: A) => boolean): A | undefined =>
  fc.check(fc.property(values, (a) => !refuses(a))).counterexample?.[0]

describe('shapes', () => {
  it('include rank 0, empty axes and single elements', () => {
    const sample = fc.sample(arbitrary.shape(), 500)
    expect(sample.some((s) => s.length === 0)).toBe(true)
    expect(sample.some((s) => s.includes(0))).toBe(true)
    expect(sample.some((s) => s.includes(1))).toBe(true)
    expect(sample.every((s) => s.length <= 3 && s.every((d) => d <= 3))).toBe(true)
  })

  it('come in pairs that broadcast', () => {
    fc.assert(
      fc.property(arbitrary.broadcastPair(), ([a, b, whole]) => {
        expect(broadcastDims(a, b)).toEqual(whole)
      })
    )
    const pairs = fc.sample(arbitrary.broadcastPair(), 200)
    expect(pairs.some(([a, b]) => a.length !== b.length && size(a) > 1)).toBe(true)
    expect(pairs.some(([a, b]) => a.length === b.length && a.some((d, i) => d !== b[i]))).toBe(true)
  })
})

describe('tensors', () => {
  it.each(domains)('keep to the domain %s', (domain) => {
    fc.assert(
      fc.property(arbitrary.tensor({ shape: [2, 3], domain }), (t) => within[domain](Array.from(elements(t))))
    )
  })

  it.each(dtypes)('of dtype %s are finite and of the shape asked for', (dtype) => {
    fc.assert(
      fc.property(
        arbitrary.shape().chain((shape) => arbitrary.tensor({ shape, dtype })),
        (t) => {
          const xs = Array.from(elements(t))
          expect(t.dtype).toBe(dtype)
          expect(xs).toHaveLength(size(t.shape))
          expect(xs.every(Number.isFinite)).toBe(true)
        }
      )
    )
  })

  it.each(magnitudes)(
    'of magnitude %s stay finite and differ from zero in every float dtype',
    (magnitude) => {
      for (const dtype of dtypes.filter(isFloat))
        fc.assert(
          fc.property(arbitrary.tensor({ shape: [4], dtype, domain: 'nonzero', magnitude }), (t) =>
            Array.from(elements(t)).every((x) => Number.isFinite(x) && x !== 0)
          )
        )
    }
  )

  it('use all bits of the mantissa', () => {
    const xs = fc.sample(arbitrary.between(-4, 4), 200)
    expect(xs.filter((x) => !Number.isInteger(x * 2 ** 40)).length).toBeGreaterThan(100)
  })

  it('shrink to short decimals', () => {
    expect(smallest(arbitrary.between(-4, 4), (x) => x > 1.2345)).toBe(1.235)
    const t = smallest(arbitrary.tensor({ shape: [3] }), (x) => Array.from(elements(x)).some((v) => v > 1))
    expect(t === undefined ? [] : Array.from(elements(t)).sort()).toEqual([0, 0, 1.001])
  })
})
