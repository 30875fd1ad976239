/** The edge cases of the numeric specification on the reference engine; `test/wasm/edges.test.ts` asks the same of the other one. */
import { describe, expect, it } from 'vitest'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { messageOf, unsafeFlat, unsafeRight } from '../support/outcome.js'
import { gradients, secondDerivatives } from './rows/gradients.js'
import { agrees, f64, type Row } from './rows/row.js'
import { accumulations, errors, nans, values } from './rows/values.js'

const tables: ReadonlyArray<readonly [string, ReadonlyArray<Row>]> = [
  ['values', values],
  ['gradients', gradients],
  ['second derivatives', secondDerivatives],
  ['accumulation', accumulations]
]

describe.each(tables)('%s', (_, rows) => {
  it.each(rows)('row $row: $what', (r) => {
    agrees(unsafeFlat(r.program()), r)
  })
})

describe('row 60: NaN has one bit pattern, however it arose', () => {
  const wordsOf = (x: Expr<unknown, 'f32' | 'f64'>): ReadonlyArray<number> => {
    const data = A.toTypedArray(unsafeRight(A.evaluate(x)))
    return [...new Uint32Array(data.buffer)]
  }
  it.each(nans)('%s in f32', (_, x) => {
    expect(wordsOf(x)).toEqual([0x7fc00000, 0x3f800000])
  })
  it('in f64', () => {
    expect(wordsOf(A.sub(f64(Infinity))(f64(Infinity)))).toEqual([
      ...new Uint32Array(Float64Array.of(NaN).buffer)
    ])
    expect(wordsOf(A.neg(f64(NaN)))).toEqual([0, 0x7ff80000])
  })
})

describe('what has no answer is an error that says so', () => {
  it.each(errors)('row %i: %s', (_, __, program, message) => {
    expect(messageOf(A.evaluate(program()))).toMatch(message)
  })
})
