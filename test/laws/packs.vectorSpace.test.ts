import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import {
  arbitrary,
  innerProductLaws,
  register,
  treeSpace,
  vectorSpaceLaws,
  type InnerProductSpace
} from '../../laws/index.js'
import { tensor } from '../../src/index.js'
import { broken, firstFailure } from './broken.js'

const f32 = arbitrary.tensor({ shape: [2, 3], dtype: 'f32' })
const f64 = arbitrary.tensor({ shape: [4], dtype: 'f64' })

register(innerProductLaws(treeSpace({ name: 'f32[2, 3]', like: tensor([[0, 0, 0], [0, 0, 0]]), arbitrary: f32 })))({ describe, test }) // prettier-ignore
register(innerProductLaws(treeSpace({ name: 'f64[4]', like: tensor([0, 0, 0, 0], 'f64'), arbitrary: f64 })))({
  describe,
  test
})
register(
  innerProductLaws(
    treeSpace<unknown>({
      name: 'a tree',
      like: { layers: [{ w: tensor([[0, 0, 0], [0, 0, 0]]) }, {}], b: tensor([0, 0, 0, 0], 'f64') }, // prettier-ignore
      arbitrary: fc.record({ layers: fc.tuple(fc.record({ w: f32 }), fc.constant({})), b: f64 })
    })
  )
)({ describe, test })

type V = readonly [number, number]

const plane: InnerProductSpace<V> = {
  name: 'plane',
  add: ([a, b], [c, d]) => [a + c, b + d],
  scale: (k, [a, b]) => [k * a, k * b],
  zero: [0, 0],
  inner: ([a, b], [c, d]) => E.right(a * c + b * d),
  components: E.right,
  arbitrary: fc.tuple(arbitrary.between(-4, 4), arbitrary.between(-4, 4))
}

describe('planted faults', () => {
  it('none', () => {
    expect(broken(innerProductLaws(plane))).toEqual([])
  })

  it.each<readonly [string, Partial<InnerProductSpace<V>>, ReadonlyArray<string>]>([
    [
      'an addition that prefers its left side',
      { add: ([a, b], [c, d]) => [a + c, (b + d) * (a > c ? 1 + 1e-12 : 1)] },
      [
        'commutativity',
        'associativity',
        'zero',
        'vector sums',
        'scalar sums',
        'linearity on the left',
        'linearity on the right'
      ]
    ],
    [
      'an addition that rounds to multiples of 2^-20',
      { add: (a, b) => [Math.round((a[0] + b[0]) * 2 ** 20) / 2 ** 20, a[1] + b[1]] },
      [
        'associativity',
        'zero',
        'vector sums',
        'scalar sums',
        'linearity on the left',
        'linearity on the right'
      ]
    ],
    ['another zero', { zero: [1e-3, 0] }, ['zero', 'inverse', 'annihilation', 'positivity']],
    [
      'a scale that is even',
      { scale: (k, [a, b]) => [k * a, Math.abs(k) * b] },
      ['inverse', 'scalar sums', 'linearity on the left', 'linearity on the right']
    ],
    [
      'a scale off by one unit in the last place',
      { scale: (k, [a, b]) => [k * a * (1 + Number.EPSILON), k * b] },
      ['inverse', 'unit']
    ],
    [
      'nothing added that is felt',
      { add: (a, b) => (b[0] === 0 ? [a[0] * (1 + Number.EPSILON), a[1] + b[1]] : plane.add(a, b)) },
      ['commutativity', 'zero']
    ],
    [
      'an inverse off by one unit in the last place',
      { scale: (k, v) => plane.scale(k === -1 ? -1 - Number.EPSILON : k, v) },
      ['inverse']
    ],
    [
      'a unit off by one unit in the last place',
      { scale: (k, v) => plane.scale(k === 1 ? 1 + Number.EPSILON : k, v) },
      ['unit']
    ],
    [
      'nothing that is the smallest number',
      { scale: (k, v) => (k === 0 ? [5e-324, 0] : plane.scale(k, v)) },
      ['annihilation']
    ],
    [
      'a scale that keeps what it should drop',
      { scale: (k, v) => (k === 0 ? v : [k * v[0], k * v[1]]) },
      ['annihilation', 'compatibility', 'scalar sums', 'linearity on the left', 'linearity on the right']
    ],
    [
      'a scale by the square',
      { scale: (k, [a, b]) => [k * Math.abs(k) * a, k * Math.abs(k) * b] },
      ['scalar sums', 'linearity on the left', 'linearity on the right']
    ],
    [
      'a scale that is not linear',
      {
        scale: (k, [a, b]) => (Math.abs(k) > 1 ? [k * a, k * b * (1 + 1e-9 * Math.abs(b))] : [k * a, k * b])
      },
      ['compatibility', 'vector sums', 'scalar sums', 'linearity on the left', 'linearity on the right']
    ],
    [
      'a product that is not symmetric',
      { inner: ([a, b], [c, d]) => E.right(a * c + b * d + 1e-9 * a * d) },
      ['symmetry']
    ],
    [
      'a product that is not linear',
      { inner: ([a, b], [c, d]) => E.right(a * c + Math.cbrt(b * d)) },
      ['linearity on the left', 'linearity on the right']
    ],
    [
      'a product that is linear on one side only',
      { inner: ([a, b], [c, d]) => E.right(a * c + b * d + 1e-6 * a * Math.abs(d)) },
      ['symmetry', 'linearity on the right']
    ],
    ['a product of another signature', { inner: ([a, b], [c, d]) => E.right(a * c - b * d) }, ['positivity']],
    [
      'a product that fails',
      { inner: () => E.left('no product') },
      ['symmetry', 'linearity on the left', 'linearity on the right', 'positivity']
    ]
  ])('%s', (_, change, expected) => {
    expect(broken(innerProductLaws({ ...plane, ...change }))).toEqual(expected)
  })

  it('are reported by component', () => {
    expect(firstFailure(vectorSpaceLaws<V>({ ...plane, scale: (k, [a, b]) => [k * a, 0 * b] }))).toMatch(
      /^VectorSpace plane: inverse: a \+ \(-1\) a = 0 fails: the sides differ: component 1: /
    )
  })
})
