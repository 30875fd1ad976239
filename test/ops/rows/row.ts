/** Rows of the numeric specification as tests. */
import { expect } from 'vitest'
import { fromValues } from '../../../laws/arbitrary/tensor.js'
import type { DType, Expr } from '../../../src/index.js'

export type Vector<D extends DType = 'f64'> = Expr<number[], D>

/** Vectors whose length the compiler does not know. */
export const of =
  <D extends DType>(dtype: D) =>
  (...xs: ReadonlyArray<number>): Vector<D> =>
    fromValues([xs.length], dtype, xs)

export const f64 = of('f64')
export const f32 = of('f32')
export const i32 = of('i32')

export interface Row {
  readonly row: number
  readonly what: string
  readonly program: () => Expr<unknown>
  readonly expected: ReadonlyArray<number>
  /** Relative; 0 asks for the very bits, NaN and the sign of zero included. */
  readonly within?: number
}

export const row = (
  n: number,
  what: string,
  program: () => Expr<unknown>,
  expected: ReadonlyArray<number>,
  within = 0
): Row => ({
  row: n,
  what,
  program,
  expected,
  within
})

/** The elements are those of the row. */
export const agrees = (actual: ReadonlyArray<number | boolean>, { expected, within = 0 }: Row): void => {
  if (within === 0) {
    expect(actual).toEqual(expected)
    return
  }
  expect(actual).toHaveLength(expected.length)
  expected.forEach((e, i) => {
    expect(Math.abs(Number(actual[i]) - e)).toBeLessThanOrEqual(within * Math.abs(e))
  })
}

/** Half an ulp, doubled for the comparison with a decimal. */
export const rounding = 4e-16
export const single = 2 ** -23
