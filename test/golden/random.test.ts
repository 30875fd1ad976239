/** Keys and draws of the public API against JAX: bit for bit, normals within 2 ulp. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { bits, key, keyAt, normal, split, toFlat, uniform, type Key } from '../../src/index.js'
import { splitKey } from '../../src/data/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { ulpsF32, ulpsF64 } from '../reference/scalar/bits.js'
import { unsafeFlat } from '../support/outcome.js'
import golden from './random.json' with { type: 'json' }

const keyOf = (words: ReadonlyArray<number>): Key => own([2], 'u32', Uint32Array.from(words))

/** Seeds that a JavaScript number holds. */
const seeds = golden.keys.filter(({ seed }) => Number.isSafeInteger(Number(seed)))

const furthest = (
  ulps: (a: number, b: number) => number,
  actual: ReadonlyArray<number>,
  expected: ReadonlyArray<number>
): number => expected.reduce((worst, x, i) => Math.max(worst, ulps(actual[i] ?? NaN, x)), 0)

test.each(seeds)('key($seed)', ({ seed, words }) => {
  expect(toFlat(key(Number(seed)))).toEqual(words)
})

test('seeds beyond 32 bits and below 0 are among them', () => {
  expect(seeds.map(({ seed }) => seed)).toEqual(['0', '1', '42', '4294967303', '-1'])
})

describe.each(golden.keys)('splitting key($seed)', ({ words, split2, split5, grandchild }) => {
  const k = keyOf(words)

  test('split', () => {
    expect(unsafeFlat(split(2)(k))).toEqual(split2)
    expect(unsafeFlat(split(5)(k))).toEqual(split5)
    expect(unsafeFlat(pipe(k, split(3), keyAt(2), split(2), keyAt(1)))).toEqual(grandchild)
  })

  test('splitKey, without a graph', () => {
    const keys = splitKey(5)(own([2], 'u32', Uint32Array.from(words)))
    expect(keys.flatMap((t) => toFlat(t))).toEqual(split5)
  })
})

describe.each(golden.samples)('draws of key $key, shape $shape', (sample) => {
  const k = keyOf(sample.key)
  const { shape } = sample
  const range = { low: golden.uniformRange.minval, high: golden.uniformRange.maxval }

  test('bits', () => {
    expect(bits(shape)(k).shape).toEqual(shape)
    expect(unsafeFlat(bits(shape)(k))).toEqual(sample.bits32)
  })

  test('uniforms', () => {
    expect(unsafeFlat(uniform(shape)(k))).toEqual(sample.uniformF32)
    expect(unsafeFlat(uniform(shape, { dtype: 'f64' })(k))).toEqual(sample.uniformF64)
    expect(unsafeFlat(uniform(shape, range)(k))).toEqual(sample.rangeF32)
    expect(unsafeFlat(uniform(shape, { ...range, dtype: 'f64' })(k))).toEqual(sample.rangeF64)
  })

  test('normals', () => {
    const [single, double] = [unsafeFlat(normal(shape)(k)), unsafeFlat(normal(shape, 'f64')(k))]
    expect([single.length, double.length]).toEqual([sample.normalF32.length, sample.normalF64.length])
    expect(furthest(ulpsF32, single, sample.normalF32)).toBeLessThanOrEqual(2)
    expect(furthest(ulpsF64, double, sample.normalF64)).toBeLessThanOrEqual(2)
  })
})

/** JAX computes `u * width + low` with one rounding, which may lead to the upper bound: there the number below it is ours. */
test.each(golden.ranges)('uniforms in [$low, $high)', ({ low, high, f32 }) => {
  const drawn = unsafeFlat(uniform([f32.length], { low, high })(key(11))).map(Number)
  const odd = f32.flatMap((x, i) => (x === drawn[i] || x >= Math.fround(high) ? [] : [[x, drawn[i]]]))
  expect(odd).toEqual([])
  expect(drawn.every((x) => x < Math.fround(high))).toBe(true)
})
