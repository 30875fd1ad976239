/** What the arbitraries come down to when a law is false: few axes, then small sizes, then 1, 0 and short decimals. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary } from '../../laws/index.js'
import { node } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { print } from '../../src/index.js'
import { elements, toNested, type Tensor } from '../../src/tensor/Tensor.js'
import { leavesOf } from '../../src/tensor/Tree.js'

const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

/** The smallest samples that break a false law, one for each seed. */
const smallest = <A>(values: fc.Arbitrary<A>, holds: (a: A) => boolean): ReadonlyArray<A | undefined> =>
  seeds.map((seed) => fc.check(fc.property(values, holds), { seed, numRuns: 2000 }).counterexample?.[0])

/** Whatever the seed, the counterexample is the same. */
const always = <A>(a: A): ReadonlyArray<A> => seeds.map(() => a)

const numbers = (t: Tensor): ReadonlyArray<number> => Array.from(elements(t), Number)

const sum = (t: Tensor): number => numbers(t).reduce((a, b) => a + b, 0)

const nested = (ts: ReadonlyArray<Tensor | undefined>) => ts.map((t) => t && toNested(t))

describe('numbers shrink', () => {
  it.each([
    ['x is small', 1.2345, 2],
    ['x is negative', 0, 1],
    ['x is below 3.9', 3.9, 3.91]
  ])('"%s" to a short decimal', (_, bound, expected) => {
    expect(smallest(arbitrary.between(-4, 3.95), (x) => x <= bound)).toEqual(always(expected))
  })
})

describe('shapes shrink', () => {
  it('"every shape has fewer than 2 axes" to two axes of size 1', () => {
    expect(smallest(arbitrary.shape({ maxRank: 5 }), (s) => s.length < 2)).toEqual(always([1, 1]))
  })

  it('"no axis is empty" to one empty axis', () => {
    expect(smallest(arbitrary.shape(), (s) => !s.includes(0))).toEqual(always([0]))
  })

  it('"no axis is stretched" to one that is', () => {
    const found = smallest(
      arbitrary.broadcastPair(),
      ([a, b]) => a.length !== b.length || a.join() === b.join()
    )
    expect(
      new Set(
        found.map((pair) =>
          pair
            ?.map((s) => s.join())
            .sort()
            .join(' ')
        )
      )
    ).toEqual(new Set(['1 2 2']))
  })

  it('"a product is a number" to a matrix and a vector', () => {
    const found = smallest(arbitrary.matmulPair(), ({ result }) => result.length === 0)
    expect(found.map((p) => p && [p.a.length, p.b.length].sort().join())).toEqual(always('1,2'))
    expect(found.every((p) => p && [...p.a, ...p.b].every((d) => d === 1))).toBe(true)
  })
})

describe('tensors shrink', () => {
  it('"every tensor has fewer than 2 axes" to [[1]]', () => {
    expect(
      nested(smallest(arbitrary.anyTensor({ maxRank: 4, maxSize: 4 }), (t) => t.shape.length < 2))
    ).toEqual(always([[1]]))
  })

  it('"the sum is below 3" to 3, or to positive integers that make 3, of which none can be left out', () => {
    const found = smallest(arbitrary.anyTensor({ dtype: 'f32' }), (t) => sum(t) < 3)
    const texts = new Set(found.map((t) => t && [...numbers(t)].sort().join()))
    expect([...texts].filter((text) => !['3', '1,2', '1,1,1'].includes(text ?? ''))).toEqual([])
    expect(texts).toContain('3')
  })

  it('"the sum of two is below 3" to short decimals, at no fixed place', () => {
    const found = smallest(arbitrary.tensor({ shape: [2] }), (t) => sum(t) < 3)
    expect(new Set(found.map((t) => t && [...numbers(t)].sort().join()))).toEqual(new Set(['1,2']))
  })

  it('"no tensor has more than 3 elements" to four ones in a row', () => {
    const found = smallest(arbitrary.anyTensor({ maxSize: 5 }), (t) => numbers(t).length <= 3)
    expect(new Set(nested(found).map((t) => JSON.stringify(t)))).toEqual(
      new Set(['[1,1,1,1]', '[[1,1],[1,1]]'])
    )
  })

  it('"nothing is NaN" to NaN among ones', () => {
    const options = { special: ['nan', 'infinity', 'negativeZero'] } as const
    expect(nested(smallest(arbitrary.anyTensor(options), (t) => !numbers(t).some(Number.isNaN)))).toEqual(
      always(NaN)
    )
    const found = smallest(
      arbitrary.tensor({ shape: [3], ...options }),
      (t) => !numbers(t).some(Number.isNaN)
    )
    expect(found.map((t) => t && [...numbers(t)].sort())).toEqual(always([1, 1, NaN]))
  })

  it('"no integer is below -3" to -4', () => {
    expect(
      nested(smallest(arbitrary.anyTensor({ dtype: 'i32' }), (t) => numbers(t).every((x) => x >= -3)))
    ).toEqual(always(-4))
  })

  it('domains without 1 and 0 to the shortest decimals that they have', () => {
    const of = (domain: 'symmetricUnit' | 'betweenIntegers' | 'positive') =>
      smallest(arbitrary.tensor({ shape: [], domain }), () => false).map((t) => t && sum(t))
    expect(of('positive')).toEqual(always(1))
    expect(of('symmetricUnit')).toEqual(always(0))
    expect(of('betweenIntegers')).toEqual(always(0.1))
  })

  it('matrices to the identity, probabilities to equal ones', () => {
    const matrix = arbitrary.tensor({ shape: [2, 2], domain: 'spd' })
    expect(nested(smallest(matrix, () => false))).toEqual(
      always([
        [1, 0],
        [0, 1]
      ])
    )
    const row = arbitrary.tensor({ shape: [4], domain: 'probabilities' })
    expect(nested(smallest(row, () => false))).toEqual(always([0.25, 0.25, 0.25, 0.25]))
  })
})

describe('trees, layers and optimizers shrink', () => {
  it('"a tree has one tensor at most" to two numbers', () => {
    const found = smallest(arbitrary.parameters(), (tree) => leavesOf(tree).length < 2)
    expect(found.map((tree) => leavesOf(tree).map((t) => toNested(t as Tensor)))).toEqual(always([1, 1]))
  })

  it('"no layer has parameters" to one dense layer with one input and one output', () => {
    const found = smallest(arbitrary.layer(), ({ layer }) => layer.slots === 0)
    expect(
      new Set(found.map((s) => s && `${s.description} at ${JSON.stringify(toNested(s.input))}`))
    ).toEqual(new Set(['sequential(dense(1, 1, { weights: heNormal, biases: zeroInitializer })) at [1]']))
  })

  it('"no optimizer has momentum" to momentum and nothing else', () => {
    const found = smallest(arbitrary.optimizer(), ({ description }) => !/momentum/i.test(description))
    expect(
      found.every((s) => s && s.description.length < 60),
      found.map((s) => s?.description).join()
    ).toBe(true)
  })
})

describe('expressions shrink', () => {
  const listing = (op: string, options: arbitrary.ExpressionOptions = {}) =>
    smallest(
      arbitrary.expression(options),
      ({ results }) => !topological(results.map(node)).some((n) => n._tag === 'Unary' && n.op === op)
    ).map((s) => fc.stringify(s).replace(/\bx\d\b/g, 'x'))

  it('"no expression contains tanh" to tanh of the input', () => {
    expect(listing('tanh')).toEqual(always('(x: f64[]) =>\n  a: f64[] = tanh x\n  return [a] at f64[] 1'))
  })

  it('"no expression contains log", whose domain is kept, to the logarithm of 1', () => {
    expect(listing('log', { dtype: 'f32' })).toEqual(
      always('(x: f32[]) =>\n  a: f32[] = log x\n  return [a] at f32[] 1')
    )
  })

  it('"no expression looks up" to one lookup with small sizes', () => {
    const found = smallest(
      arbitrary.expression(),
      ({ results }) => !topological(results.map(node)).some((n) => n._tag === 'Gather')
    )
    expect(
      found.every((s) => s && print([...s.results]).split('\n').length <= 6),
      found.map((s) => fc.stringify(s)).join('\n')
    ).toBe(true)
    expect(found.every((s) => s?.point.every((t) => numbers(t).every((x) => x === 0 || x === 1)))).toBe(true)
  })
})
