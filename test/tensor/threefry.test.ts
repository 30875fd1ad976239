import { describe, expect, test } from 'vitest'
import { threefry2x32, threefryBlock } from '../../src/tensor/threefry.js'
import { erfInvF32, erfInvF64 } from '../../src/reference/scalar/erfInv.js'
import golden from '../golden/random.json' with { type: 'json' }
import { ulpsF32, ulpsF64 } from '../reference/scalar/bits.js'

describe("Random123's kat_vectors, threefry2x32 with 20 rounds", () => {
  test.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe]
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7]
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0]
    ]
  ] as const)('counter %j under key %j', ([x0, x1], [k0, k1], expected) => {
    expect(threefry2x32(k0, k1, x0, x1)).toEqual(expected)
  })
})

const at = (words: ArrayLike<number>, index: number): number => words[index] ?? NaN
const block = (key: readonly number[], n: number): Uint32Array => threefryBlock(at(key, 0), at(key, 1), n)
const indices = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

test('the bulk version gives the single blocks', () => {
  const words = threefryBlock(7, 9, 5)
  expect(words.length).toBe(10)
  indices(5).forEach((i) => {
    expect([...words.slice(2 * i, 2 * i + 2)]).toEqual(threefry2x32(7, 9, 0, i))
  })
  expect(threefryBlock(7, 9, 0).length).toBe(0)
})

describe('keys as JAX derives them', () => {
  test.each(golden.keys)('key($seed)', ({ seed, words, split2, split5, foldIn, grandchild }) => {
    const bits = BigInt.asUintN(64, BigInt(seed))
    expect([Number(bits >> 32n), Number(bits & 0xffffffffn)]).toEqual(words)
    expect([...block(words, 2)]).toEqual(split2)
    expect([...block(words, 5)]).toEqual(split5)
    expect([...block([...block(words, 3).slice(4, 6)], 2).slice(2, 4)]).toEqual(grandchild)
    Object.entries(foldIn).forEach(([data, expected]) => {
      expect(threefry2x32(at(words, 0), at(words, 1), 0, Number(data))).toEqual(expected)
    })
  })
})

const { fround } = Math

/** 23 random bits as the fraction of a number in [1, 2), less 1, scaled; every operation rounded to f32. */
const uniformF32 = (bits: number, low: number, high: number): number => {
  const [from, to] = [fround(low), fround(high)]
  return Math.max(from, fround(fround((bits >>> 9) * 2 ** -23 * fround(to - from)) + from))
}

/** The same with 52 bits in f64. */
const uniformF64 = (first: number, second: number, low: number, high: number): number =>
  Math.max(low, (first * 2 ** 20 + (second >>> 12)) * 2 ** -52 * (high - low) + low)

/** The least number above -1. */
const NEXT_F32 = -(1 - 2 ** -24)
const NEXT_F64 = -(1 - 2 ** -53)

const largest = (distances: readonly number[]): number => distances.reduce((a, b) => Math.max(a, b), 0)

describe.each(golden.samples)('draws of key $key, shape $shape', (sample) => {
  const n = sample.shape.reduce((product, size) => product * size, 1)
  const words = block(sample.key, n)
  const pairs = indices(n).map((i) => [at(words, 2 * i), at(words, 2 * i + 1)] as const)
  const bits = pairs.map(([first, second]) => (first ^ second) >>> 0)
  const { minval, maxval } = golden.uniformRange

  test('bits', () => {
    expect(bits).toEqual(sample.bits32)
    expect(pairs.map(([first, second]) => String((BigInt(first) << 32n) | BigInt(second)))).toEqual(
      sample.bits64
    )
  })

  test('uniforms, bit for bit', () => {
    expect(bits.map((b) => uniformF32(b, 0, 1))).toEqual(sample.uniformF32)
    expect(bits.map((b) => uniformF32(b, minval, maxval))).toEqual(sample.rangeF32)
    expect(pairs.map(([a, b]) => uniformF64(a, b, 0, 1))).toEqual(sample.uniformF64)
    expect(pairs.map(([a, b]) => uniformF64(a, b, minval, maxval))).toEqual(sample.rangeF64)
  })

  test('normals: bit for bit in f32, within 2 ulp in f64', () => {
    expect(bits.map((b) => fround(fround(Math.SQRT2) * erfInvF32(uniformF32(b, NEXT_F32, 1))))).toEqual(
      sample.normalF32
    )
    const normals = pairs.map(([a, b]) => Math.SQRT2 * erfInvF64(uniformF64(a, b, NEXT_F64, 1)))
    expect(normals.length).toBe(sample.normalF64.length)
    expect(largest(normals.map((x, i) => ulpsF64(x, at(sample.normalF64, i))))).toBeLessThanOrEqual(2)
  })
})

describe('inverse error function against JAX', () => {
  test('f32', () => {
    const { x, y } = golden.erfInv.f32
    expect(x.length).toBeGreaterThan(100)
    expect(largest(x.map((v, i) => ulpsF32(erfInvF32(v), at(y, i))))).toBe(0)
  })

  test('f64', () => {
    const { x, y } = golden.erfInv.f64
    expect(x.length).toBeGreaterThan(100)
    expect(largest(x.map((v, i) => ulpsF64(erfInvF64(v), at(y, i))))).toBeLessThanOrEqual(2)
  })
})
