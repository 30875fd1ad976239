import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eqTensor, evaluate, key, tensor, toFlat, toNested } from '../../src/index.js'
import {
  batches,
  type ConcreteKey,
  permutation as permutationOf,
  rows,
  sample,
  splitKey
} from '../../src/data/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { messageOf, unsafeRight } from '../support/outcome.js'

const upTo = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i)
const sorted = (xs: ReadonlyArray<number>): ReadonlyArray<number> => [...xs].sort((a, b) => a - b)
const seeds = fc.nat(2 ** 31 - 1)

/** A size and a count that is not smaller. */
const sized = (least: number) =>
  fc
    .tuple(fc.integer({ min: least, max: 40 }), fc.nat(100))
    .map(([size, more]) => [size, size + more] as const)

/** The sum of (observed - expected)^2 / expected over cells that should be equally full. */
const chiSquare = (cells: ReadonlyArray<number>): number => {
  const expected = cells.reduce((a, b) => a + b, 0) / cells.length
  return cells.reduce((s, n) => s + (n - expected) ** 2 / expected, 0)
}

const permutation = (n: number) => (k: ConcreteKey) => unsafeRight(permutationOf(n)(k))

const counts = <A>(xs: ReadonlyArray<A>): ReadonlyMap<A, number> =>
  xs.reduce((m, x) => m.set(x, (m.get(x) ?? 0) + 1), new Map<A, number>())

describe('permutation', () => {
  test('is a bijection, the same one for the same key', () => {
    fc.assert(
      fc.property(seeds, fc.nat(200), (seed, n) => {
        const order = permutation(n)(key(seed))
        expect(sorted(order)).toEqual(upTo(n))
        expect(permutation(n)(key(seed))).toEqual(order)
      })
    )
  })

  test('differs from key to key', () => {
    expect(permutation(50)(key(1))).not.toEqual(permutation(50)(key(2)))
    expect(permutation(50)(key(1))).not.toEqual(upTo(50))
  })

  const keys = splitKey(12000)(key(2024))

  test('all orders of 4 are equally frequent', () => {
    const found = counts(keys.map((k) => permutation(4)(k).join('')))
    expect(found.size).toBe(24)
    // 23 degrees of freedom: mean 23, standard deviation 6.8; beyond 57 with probability 1e-4.
    expect(chiSquare([...found.values()])).toBeLessThan(57)
  })

  test('every number is equally frequent at every place', () => {
    const orders = keys.slice(0, 4000).map((k) => permutation(10)(k))
    upTo(10).forEach((place) => {
      const found = counts(orders.map((o) => o[place]))
      expect(found.size).toBe(10)
      // 9 degrees of freedom: beyond 38 with probability 2e-5, in ten places 2e-4.
      expect(chiSquare([...found.values()])).toBeLessThan(38)
    })
  })
})

describe('batches', () => {
  test('partition the examples', () => {
    fc.assert(
      fc.property(seeds, sized(1), (seed, [size, count]) => {
        const parts = unsafeRight(batches({ count, size })(key(seed)))
        expect(sorted(parts.flat())).toEqual(upTo(count))
        expect(parts.length).toBe(Math.ceil(count / size))
        parts.slice(0, -1).forEach((b) => expect(b.length).toBe(size))
        expect(parts.flat()).toEqual(permutation(count)(key(seed)))
      })
    )
  })

  test('without the rest, all are of one size', () => {
    fc.assert(
      fc.property(seeds, sized(1), (seed, [size, count]) => {
        const parts = unsafeRight(batches({ count, size, dropLast: true })(key(seed)))
        expect(parts.length).toBe(Math.floor(count / size))
        parts.forEach((b) => expect(b.length).toBe(size))
        expect(new Set(parts.flat()).size).toBe(parts.length * size)
      })
    )
  })
})

test.each([
  ...[0, -1, NaN, 2.5, 11, Infinity].map(
    (size) =>
      [
        batches({ count: 10, size }),
        `batches: size ${size} is not a whole number from 1 to 10, the number of examples`
      ] as const
  ),
  ...[-1, NaN, 2.5, 11].map(
    (size) =>
      [
        sample({ count: 10, size }),
        `sample: size ${size} is not a whole number from 0 to 10, the number of examples`
      ] as const
  ),
  ...[-1, NaN, 0.5, Infinity].map(
    (count) => [batches({ count, size: 1 }), `batches: count ${count} is not a number of examples`] as const
  )
])('sizes that make no sense are errors: %#', (draw, message) => {
  expect(messageOf(draw(key(0)))).toBe(message)
})

describe('sample', () => {
  test('has no repetitions', () => {
    fc.assert(
      fc.property(seeds, sized(0), (seed, [size, count]) => {
        const chosen = unsafeRight(sample({ count, size })(key(seed)))
        expect(chosen.length).toBe(size)
        expect(new Set(chosen).size).toBe(chosen.length)
        chosen.forEach((i) => expect(i >= 0 && i < count).toBe(true))
      })
    )
  })

  test('every subset is equally frequent', () => {
    const found = counts(
      splitKey(6000)(key(5)).map((k) => sorted(unsafeRight(sample({ count: 5, size: 2 })(k))).join(''))
    )
    expect(found.size).toBe(10)
    // 9 degrees of freedom: beyond 34 with probability 1e-4.
    expect(chiSquare([...found.values()])).toBeLessThan(34)
  })
})

describe('rows', () => {
  const x = tensor([[1, 2], [3, 4], [5, 6]]) // prettier-ignore
  const at = (indices: ReadonlyArray<number>) => (y: typeof x) => unsafeRight(rows(indices)(y))

  test('come in the order asked for, and more than once', () => {
    expect(toNested(at([2, 0, 2])(x))).toEqual([[5, 6], [1, 2], [5, 6]]) // prettier-ignore
    expect(at([])(x).shape).toEqual([0, 2])
    expect(toNested(unsafeRight(rows([1])(tensor([true, false]))))).toEqual([false])
  })

  test.each([-1, 3, 0.5, NaN])('an index that no row has is an error: %d', (i) => {
    expect(messageOf(rows([1, i])(x))).toBe(`rows: index ${i} is not a row of [3, 2]; valid are 0 to 2`)
  })

  test('nothing has no rows', () => {
    const none = own<[0, 2], 'f32'>([0, 2], 'f32', new Float32Array(0))
    expect(messageOf(rows([0])(none))).toBe('rows: index 0 is not a row of [0, 2]; there are none')
  })

  test('all of them in order are the tensor, whatever its rank and dtype', () => {
    const cube = own<[3, 2, 2], 'i32'>([3, 2, 2], 'i32', Int32Array.from(upTo(12)))
    expect(eqTensor.equals(unsafeRight(rows([0, 1, 2])(cube)), cube)).toBe(true)
    expect(toFlat(unsafeRight(rows([1])(cube)))).toEqual([4, 5, 6, 7])
  })
})

test('splitKey gives keys that differ from each other and from theirs', () => {
  const texts = [key(9), ...splitKey(100)(key(9))].map((k) => toFlat(k).join())
  expect(new Set(texts).size).toBe(101)
})

describe('numbers that are no counts, and keys in error', () => {
  const noCounts = [-1, 0.5, NaN, Infinity, 2 ** 53]

  test.each(noCounts)('%s', (n) => {
    expect(E.isLeft(permutationOf(n)(key(0)))).toBe(true)
    expect(messageOf(permutationOf(n)(key(0)))).toMatch(/^permutation: .* is not a number of examples/)
    expect(messageOf(evaluate(splitKey(n)(key(0))))).toMatch(/^splitKey: .* is not a number of keys/)
    expect(messageOf(batches({ count: n, size: 1 })(key(0)))).toMatch(/^batches: /)
    expect(messageOf(sample({ count: n, size: 1 })(key(0)))).toMatch(/^sample: /)
  })

  test.each([0.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 70])('a key of %s', (seed) => {
    const broken = key(seed)
    expect(messageOf(evaluate(broken))).toMatch(/^key: .* is not a seed/)
    expect(messageOf(permutationOf(3)(broken))).toMatch(/^permutation: .* is not a seed/)
    expect(messageOf(batches({ count: 3, size: 1 })(broken))).toMatch(/^batches: .* is not a seed/)
    expect(messageOf(sample({ count: 3, size: 1 })(broken))).toMatch(/^sample: .* is not a seed/)
    expect(messageOf(evaluate(splitKey(2)(broken)))).toMatch(/^splitKey: .* is not a seed/)
  })

  test('integers of every safe size are seeds', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        const [high = 0, low = 0] = toFlat(key(seed))
        expect(BigInt.asUintN(64, BigInt(seed))).toBe(BigInt(high) * 2n ** 32n + BigInt(low))
      })
    )
  })
})
