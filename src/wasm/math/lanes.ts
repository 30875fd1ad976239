/** What the algorithms need to know about the lanes they work on, so that one text serves f32 and f64. */
import { f32x4, f64x2, i32x4, i64x2, type FloatLanes } from '../encode/simd.js'
import type { Fn2, Value } from '../encode/value.js'

export type Vector = Value<'v128'>
export type LanesName = 'f32x4' | 'f64x2'

type Shift = (x: Vector, by: Value<'i32'>) => Vector

export interface Lanes extends FloatLanes {
  readonly name: LanesName
  /** Stored bits of the significand. */
  readonly mantissa: 23 | 52
  readonly bias: 127 | 1023
  /** The same bits in every lane. */
  readonly bits: (n: bigint) => Vector
  readonly int: {
    readonly add: Fn2<'v128', 'v128'>
    readonly sub: Fn2<'v128', 'v128'>
    readonly gtS: Fn2<'v128', 'v128'>
    readonly shl: Shift
    readonly shrU: Shift
  }
  /** Numbers beyond are infinite or flush to the right limit under exp; and a bound between which 2^n is normal. */
  readonly exponent: { readonly least: number; readonly most: number; readonly safe: number }
  /** ln 2 in two parts: the first has so few bits that its product with an exponent is exact. */
  readonly ln2: readonly [first: number, rest: number]
  readonly smallestNormal: number
}

const single: Lanes = {
  ...f32x4,
  name: 'f32x4',
  mantissa: 23,
  bias: 127,
  bits: (n) => i32x4.const(Number(n)),
  int: i32x4,
  exponent: { least: -105, most: 90, safe: 87 },
  ln2: [0.693359375, -2.1219444e-4],
  smallestNormal: 2 ** -126
}

const double: Lanes = {
  ...f64x2,
  name: 'f64x2',
  mantissa: 52,
  bias: 1023,
  bits: i64x2.const,
  int: i64x2,
  exponent: { least: -747, most: 711, safe: 708 },
  // The first part has 42 bits.
  ln2: [2977044471 * 2 ** -32, 1.9082149292705877e-10],
  smallestNormal: 2 ** -1022
}

export const lanesOf: Readonly<Record<LanesName, Lanes>> = { f32x4: single, f64x2: double }

/** Where float meets bits: masks and constants of the format. */
export const format = (L: Lanes) => {
  const m = BigInt(L.mantissa)
  const one = BigInt(L.bias) << m
  const exponents = (2n * BigInt(L.bias) + 1n) << m
  return {
    one,
    infinity: exponents,
    nan: exponents | (1n << (m - 1n)),
    sign: 1n << BigInt(L.mantissa === 23 ? 31 : 63),
    magnitude: (1n << BigInt(L.mantissa === 23 ? 31 : 63)) - 1n,
    fraction: (1n << m) - 1n,
    /** Adding it rounds to an integer, which is then found in the low bits. */
    rounder: 1.5 * 2 ** L.mantissa
  } as const
}
