import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary } from '../../laws/index.js'
import type { Expr } from '../../src/graph/Expr.js'
import { matmul, zeros } from '../../src/ops/index.js'
import { evaluate } from '../../src/program/index.js'
import { dtypes, isFloat } from '../../src/tensor/DType.js'
import { broadcastDims, size, type Dims } from '../../src/tensor/dims.js'
import { elements, toFlat, type Tensor } from '../../src/tensor/Tensor.js'

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

  it.each([0, 1, 2, 3, 5])('come in groups of %i that broadcast to the result', (count) => {
    fc.assert(
      fc.property(arbitrary.broadcastGroup(count, { maxRank: 4 }), ({ shapes, result }) => {
        expect(shapes).toHaveLength(count)
        expect(shapes.reduce<Dims | undefined>((s, t) => s && broadcastDims(s, t), [])).toEqual(result)
      })
    )
  })

  it('keep to the ranks and sizes asked for', () => {
    const options = { minRank: 1, maxRank: 5, minSize: 2, maxSize: 7 }
    const sample = fc.sample(arbitrary.shape(options), 500)
    const sizes = sample.flat()
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([2, 7])
    const ranks = sample.map((s) => s.length)
    expect([Math.min(...ranks), Math.max(...ranks)]).toEqual([1, 5])
    expect(fc.sample(arbitrary.broadcastGroup(2, options), 100).every((g) => g.result.length <= 5)).toBe(true)
  })

  it('come in pairs that have a matrix product', () => {
    fc.assert(
      fc.property(arbitrary.matmulPair(), ({ a, b, result }) => {
        const [x, y] = [zeros(a), zeros(b)]
        const product: Expr = matmul(y)(x)
        expect(E.map(({ shape }: Tensor) => shape)(evaluate(product))).toEqual(E.right(result))
      })
    )
    const pairs = fc.sample(arbitrary.matmulPair(), 2000)
    expect(pairs.some(({ a, b }) => a.length === 1 && b.length === 1)).toBe(true)
    expect(pairs.some(({ a, b }) => a.length === 1 && b.length > 2)).toBe(true)
    expect(pairs.some(({ a, b }) => a.length === 4 && b.length === 3)).toBe(true)
  })
})

describe('tensors', () => {
  it('of any shape have all ranks', () => {
    const ranks = fc.sample(arbitrary.anyTensor(), 200).map((t) => t.shape.length)
    expect([...new Set(ranks)].sort()).toEqual([0, 1, 2, 3])
  })

  it('are the same for the same seed', () => {
    const options = { dtype: 'f32', special: ['nan', 'ties'] } as const
    const draw = () => fc.sample(arbitrary.anyTensor(options), { seed: 5, numRuns: 20 }).map(toFlat)
    expect(draw()).toEqual(draw())
  })

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
})
