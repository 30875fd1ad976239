/** Uniform numbers lie in their range, half open, whatever the bounds; an empty range is an error. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { compile, evaluate, key, showError, toFlat, uniform, type FloatDType } from '../../src/index.js'
import { unsafeFlat, unsafeRight } from '../support/outcome.js'

const of = (low: number, high: number, dtype: FloatDType, n = 2000): ReadonlyArray<number> =>
  unsafeFlat(uniform([n], { low, high, dtype })(key(7))).map(Number)

const rounded = (dtype: FloatDType, x: number): number => (dtype === 'f32' ? Math.fround(x) : x)

describe.each(['f32', 'f64'] as const)('uniform %s', (dtype) => {
  const most = dtype === 'f32' ? 3.4028234663852886e38 : Number.MAX_VALUE
  const bound = fc.oneof(
    fc.double({ min: -most, max: most, noNaN: true }),
    fc.integer({ min: -20, max: 20 }),
    fc.constantFrom(0, -0, most, -most, 1e-40, -1e-40, 1e6, 1e6 + 1, 2 ** 24)
  )
  const range = fc
    .tuple(bound, bound)
    .map(([a, b]) => [rounded(dtype, Math.min(a, b)), rounded(dtype, Math.max(a, b))] as const)
    .filter(([low, high]) => low < high)

  it('is in its range', () => {
    fc.assert(
      fc.property(range, ([low, high]) => {
        const outside = of(low, high, dtype, 64).filter((x) => !(x >= low && x < high))
        expect(outside).toEqual([])
      }),
      { numRuns: 300 }
    )
  })

  it('never is the upper bound, where there are few numbers below it', () => {
    const [low, high] = dtype === 'f32' ? [1e6, 1e6 + 1] : [2 ** 48, 2 ** 48 + 1]
    const drawn = of(low, high, dtype)
    expect(drawn.filter((x) => x >= high)).toEqual([])
    expect(new Set(drawn).size).toBeGreaterThan(14)
  })

  it('never is the upper bound of a range of subnormal numbers', () => {
    const least = dtype === 'f32' ? 2 ** -149 : 2 ** -1074
    expect(new Set(of(0, least, dtype))).toEqual(new Set([0]))
    expect(new Set(of(0, 2 * least, dtype))).toEqual(new Set([0, least]))
    expect(Math.max(...of(0, 5 * least, dtype))).toBe(4 * least)
  })

  it('fills the widest range', () => {
    const drawn = of(-most, most, dtype)
    expect(drawn.every(Number.isFinite)).toBe(true)
    const mean = drawn.reduce((a, x) => a + x / most, 0) / drawn.length
    expect(Math.abs(mean)).toBeLessThan(0.1)
  })

  it.each([
    [1, 0, /^uniform: no f(32|64) is in \[1, 0\)/],
    [1, 1, /^uniform: no f(32|64) is in \[1, 1\)/],
    [NaN, 1, /^uniform: bounds must be finite in f(32|64), got NaN and 1/],
    [0, Infinity, /^uniform: bounds must be finite in f(32|64), got 0 and Infinity/]
  ])('refuses [%d, %d)', (low, high, message) => {
    const result = evaluate(uniform([2], { low, high, dtype })(key(0)))
    expect(E.isLeft(result) ? showError(result.left) : toFlat(result.right)).toMatch(message)
  })

  it('has the same bits compiled', () => {
    const draw = () => uniform([257], { low: -0.05, high: 0.05, dtype })(key(3))
    const compiled = unsafeRight(unsafeRight(compile(draw)())())
    expect(toFlat(compiled)).toEqual(unsafeFlat(draw()))
  })
})

it('refuses a range that has no f32', () => {
  expect(E.isLeft(evaluate(uniform([2], { low: 1, high: 1 + 1e-9 })(key(0))))).toBe(true)
  expect(unsafeFlat(uniform([2], { low: 16777216, high: 16777218 })(key(0)))).toEqual([16777216, 16777216])
})
