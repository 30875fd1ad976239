import { describe, expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import type { Expr } from '../../src/index.js'
import { typed } from '../../src/graph/terms.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { keys } from '../../laws/grow/sample.js'
import { unsafeFlat } from '../support/outcome.js'

type X = Expr<number[], 'f64'>

const odd = [Infinity, -Infinity, NaN]
const all = [...odd, 0, -0, 1, -2, 1e300]
const pairs = all.flatMap((a) => all.map((b) => [a, b] as const)).filter((p) => !p.every(Number.isFinite))

const column = (xs: ReadonlyArray<number>) => make.constant(fromValues([xs.length], 'f64', xs))

const finiteOf = (made: ReturnType<typeof make.unary>): ReadonlyArray<number> =>
  unsafeFlat(typed<X>(made)).filter(Number.isFinite)

describe('functions that keep what is not finite', () => {
  it.each(keys(unaryForm).filter((op) => unaryForm[op].keepsNonFinite))('%s', (op) => {
    expect(finiteOf(make.unary(op, column(odd)))).toEqual([])
  })

  it.each(keys(binaryForm).filter((op) => binaryForm[op].keepsNonFinite))('%s', (op) => {
    const [a, b] = [column(pairs.map(([x]) => x)), column(pairs.map(([, y]) => y))]
    expect(finiteOf(make.binary(op, a, b))).toEqual([])
  })

  it('not all do', () => {
    expect(finiteOf(make.unary('exp', column(odd)))).toEqual([0])
    expect(unaryForm.exp.keepsNonFinite).toBe(false)
  })
})
