import { describe, expect, test } from 'vitest'
import { logistic, softplus } from '../../../src/reference/scalar/activation.js'
import {
  hypot,
  maximum,
  minimum,
  pow,
  reciprocal,
  rem,
  roundHalfEven,
  rsqrt,
  sign,
  square
} from '../../../src/reference/scalar/arithmetic.js'
import { erf, erfc } from '../../../src/reference/scalar/erf.js'
import { erfInvF32, erfInvF64 } from '../../../src/reference/scalar/erfInv.js'
import * as integer from '../../../src/reference/scalar/integer.js'

type Case1 = readonly [x: number, expected: number]
type Case2 = readonly [a: number, b: number, expected: number]

/** toBe tells -0 from 0 and takes NaN as equal to itself. */
const unary = (name: string, f: (x: number) => number, cases: readonly Case1[]): void => {
  test.each(cases)(`${name}(%d) = %d`, (x, expected) => {
    expect(f(x)).toBe(expected)
  })
}

const binary = (name: string, f: (a: number, b: number) => number, cases: readonly Case2[]): void => {
  test.each(cases)(`${name}(%d, %d) = %d`, (a, b, expected) => {
    expect(f(a, b)).toBe(expected)
  })
}

const TINY = 5e-324

describe('special values', () => {
  unary('erf', erf, [
    [0, 0],
    [-0, -0],
    [Infinity, 1],
    [-Infinity, -1],
    [NaN, NaN],
    [6, 1],
    [-27, -1]
  ])
  unary('erfc', erfc, [
    [0, 1],
    [-0, 1],
    [Infinity, 0],
    [-Infinity, 2],
    [NaN, NaN],
    [28, 0],
    [-27, 2]
  ])
  unary('logistic', logistic, [
    [0, 0.5],
    [1000, 1],
    [-1000, 0],
    [Infinity, 1],
    [-Infinity, 0],
    [NaN, NaN]
  ])
  unary('logistic', logistic, [[-745, TINY]])
  unary('softplus', softplus, [
    [1000, 1000],
    [-1000, 0],
    [0, Math.LN2],
    [Infinity, Infinity],
    [-Infinity, 0]
  ])
  unary('softplus', softplus, [
    [NaN, NaN],
    [-20, 2.061153620314381e-9],
    [-745, TINY]
  ])
  unary('reciprocal', reciprocal, [
    [-0, -Infinity],
    [0, Infinity],
    [4, 0.25]
  ])
  unary('rsqrt', rsqrt, [
    [0, Infinity],
    [-0, -Infinity],
    [Infinity, 0],
    [-1, NaN],
    [4, 0.5]
  ])
  unary('square', square, [
    [-3, 9],
    [-0, 0],
    [1e200, Infinity]
  ])
  unary('sign', sign, [
    [-0, -0],
    [0, 0],
    [-TINY, -1],
    [Infinity, 1],
    [NaN, NaN]
  ])
  unary('erfInvF64', erfInvF64, [
    [0, 0],
    [-0, -0],
    [1, Infinity],
    [-1, -Infinity],
    [1.5, NaN],
    [NaN, NaN]
  ])
  unary('erfInvF32', erfInvF32, [
    [0, 0],
    [-0, -0],
    [1, Infinity],
    [-1, -Infinity],
    [1.5, NaN],
    [NaN, NaN]
  ])
})

describe('rounding', () => {
  unary('roundHalfEven', roundHalfEven, [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, -0],
    [-1.5, -2],
    [-2.5, -2]
  ])
  unary('roundHalfEven', roundHalfEven, [
    [0.49999999999999994, 0],
    [0.5000000000000001, 1],
    [-0, -0],
    [NaN, NaN]
  ])
  unary('roundHalfEven', roundHalfEven, [
    [2 ** 52 - 0.5, 2 ** 52],
    [2 ** 52 + 1, 2 ** 52 + 1],
    [1e300, 1e300]
  ])
  unary('roundHalfEven', roundHalfEven, [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
    [-3.2, -3],
    [-3.7, -4]
  ])
})

describe('two arguments', () => {
  binary('rem', rem, [
    [5, 3, 2],
    [-5, 3, -2],
    [5, -3, 2],
    [-6, 3, -0],
    [5.5, 2, 1.5],
    [1, 0, NaN]
  ])
  binary('rem', rem, [
    [Infinity, 2, NaN],
    [2, Infinity, 2]
  ])
  binary('pow', pow, [
    [0, 0, 1],
    [NaN, 0, 1],
    [1, NaN, 1],
    [1, Infinity, 1],
    [-1, -Infinity, 1],
    [-2, 3, -8]
  ])
  binary('pow', pow, [
    [-2, 0.5, NaN],
    [0, -1, Infinity],
    [-0, -1, -Infinity],
    [2, 0.5, Math.SQRT2],
    [2, NaN, NaN]
  ])
  binary('hypot', hypot, [
    [3, 4, 5],
    [0, -0, 0],
    [Infinity, NaN, Infinity],
    [NaN, -Infinity, Infinity]
  ])
  binary('hypot', hypot, [
    [NaN, 1, NaN],
    [3e300, 4e300, 5e300],
    [TINY, 0, TINY],
    [3e-310, 4e-310, 5e-310]
  ])
  binary('maximum', maximum, [
    [1, 2, 2],
    [NaN, 1, NaN],
    [1, NaN, NaN],
    [-0, 0, 0],
    [0, -0, 0]
  ])
  binary('minimum', minimum, [
    [1, 2, 1],
    [NaN, 1, NaN],
    [1, NaN, NaN],
    [-0, 0, -0],
    [0, -0, -0]
  ])
  test('hypot of large f32', () => {
    const x = Math.fround(1e30)
    expect(Math.fround(hypot(x, x))).toBe(Math.fround(Math.SQRT2 * x))
  })
})

const LEAST = -2147483648
const LARGEST = 2147483647
const U32 = 4294967295

describe('32-bit integers', () => {
  binary('addI32', integer.addI32, [
    [LARGEST, 1, LEAST],
    [LEAST, -1, LARGEST],
    [2, 3, 5]
  ])
  binary('subI32', integer.subI32, [
    [LEAST, 1, LARGEST],
    [2, 3, -1]
  ])
  binary('mulI32', integer.mulI32, [
    [65536, 65536, 0],
    [LARGEST, LARGEST, 1],
    [-3, 7, -21],
    [123456789, 987654321, -67153019]
  ])
  binary('divI32', integer.divI32, [
    [7, 2, 3],
    [-7, 2, -3],
    [7, -2, -3],
    [LEAST, -1, LEAST],
    [1, 0, 0],
    [-1, 2, 0]
  ])
  binary('remI32', integer.remI32, [
    [5, 3, 2],
    [-5, 3, -2],
    [-6, 3, 0],
    [LEAST, -1, 0],
    [1, 0, 0]
  ])
  unary('negI32', integer.negI32, [
    [5, -5],
    [0, 0],
    [LEAST, LEAST]
  ])
  unary('absI32', integer.absI32, [
    [-5, 5],
    [5, 5],
    [LEAST, LEAST]
  ])
  binary('addU32', integer.addU32, [
    [U32, 1, 0],
    [2, 3, 5]
  ])
  binary('subU32', integer.subU32, [
    [0, 1, U32],
    [3, 2, 1]
  ])
  binary('mulU32', integer.mulU32, [
    [65536, 65536, 0],
    [U32, U32, 1],
    [65535, 65537, U32]
  ])
  binary('divU32', integer.divU32, [
    [U32, 2, LARGEST],
    [7, 0, 0],
    [U32, 1, U32]
  ])
  binary('remU32', integer.remU32, [
    [U32, 10, 5],
    [7, 0, 0]
  ])
  unary('negU32', integer.negU32, [
    [1, U32],
    [0, 0]
  ])
  binary('maxInt', integer.maxInt, [
    [1, 2, 2],
    [2, 1, 2],
    [LEAST, LARGEST, LARGEST]
  ])
  binary('minInt', integer.minInt, [
    [1, 2, 1],
    [2, 1, 1],
    [LEAST, LARGEST, LEAST]
  ])
  unary('toI32', integer.toI32, [
    [NaN, 0],
    [1e20, LARGEST],
    [-1e20, LEAST],
    [-2.9, -2],
    [2.9, 2],
    [-0.5, 0],
    [-0, 0]
  ])
  unary('toI32', integer.toI32, [
    [Infinity, LARGEST],
    [-Infinity, LEAST],
    [2147483646.5, 2147483646]
  ])
  unary('toU32', integer.toU32, [
    [NaN, 0],
    [-1, 0],
    [-0.5, 0],
    [1e20, U32],
    [Infinity, U32],
    [4294967294.9, 4294967294]
  ])
})
