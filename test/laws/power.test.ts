/** What a law says that it could have seen, against faults planted entry by entry. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { gradientLaw } from '../../laws/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { judgeDerivatives } from '../../laws/gradient/derivatives.js'
import { thorough } from '../../laws/gradient/effort.js'
import { powerOf } from '../../laws/law/verdict.js'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { constant, input } from '../../src/graph/make.js'
import { node } from '../../src/graph/Expr.js'
import { compose, scale } from '../../src/linear/Linear.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'

const n = 90

/** Sizes from 1 down to 1e-18, so that errors of some entries drown in the sum and those of others do not. */
const point = fromValues(
  [n] as const,
  'f64',
  Array.from({ length: n }, (_, i) => 10 ** (-(i * 18) / n))
)

const squares = (x: Expr) => A.sum()(A.square(x))

/** The rule of the square with a relative error in one entry. */
const planted = (entry: number, error: number): Calculus => ({
  ...calculus,
  derivative: (x) => {
    const rows = calculus.derivative(x)
    if (!(x._tag === 'Unary' && x.op === 'square')) return rows
    const factors = Array.from({ length: n }, (_, i) => (i === entry ? 1 + error : 1))
    return rows.map((row) => row.map((l) => compose(scale(constant(fromValues([n], 'f64', factors))), l)))
  }
})

const judged = (rules: Calculus, seed: number) => {
  const x = input('x', [n], 'f64')
  const program = { results: [node(squares(x))], parameters: [x] }
  return judgeDerivatives({ rules, order: 1, power: true, ...thorough }, program, [point], seed)
}

const entries = Array.from({ length: n }, (_, i) => i)

/** The share of the entries at which the error is found. */
const found = (error: number, seed: number): number =>
  entries.filter((k) => judged(planted(k, error), seed)._tag === 'Fail').length / n

describe('the power of a check', () => {
  it.each([
    [1e-3, 'thousandth', 1],
    [1e-3, 'thousandth', 2],
    [1, 'whole', 1],
    [1, 'whole', 2]
  ] as const)('of an error %d (%s) is the share that is found, seed %i', (error, which, seed) => {
    const claimed = powerOf(judged(calculus, seed))?.[which] ?? NaN
    const share = found(error, seed)
    expect(claimed).toBeGreaterThan(0.1)
    expect(claimed).toBeLessThan(0.9)
    // Rounding decides on an entry next to the bar.
    expect(Math.abs(share - claimed)).toBeLessThanOrEqual(2.5 / n)
  })

  it('is what a law reports that held', () => {
    const result = gradientLaw({
      name: 'squares',
      f: squares,
      arbitrary: fc.constant(point),
      order: 1,
      numRuns: 1
    }).check({ seed: 1 })
    const power = E.isRight(result) ? result.right.power : undefined
    expect(Math.abs((power?.thousandth ?? NaN) - found(1e-3, 3))).toBeLessThan(0.06)
    expect(Math.abs((power?.whole ?? NaN) - found(1, 3))).toBeLessThan(0.06)
  })

  it('is 1 where every coordinate is tried', () => {
    const small = gradientLaw({
      name: 'squares',
      f: (x: Expr<readonly [3], 'f32'>) => A.sum()(A.square(x)),
      arbitrary: fc.constant(A.tensor([1, 1e-3, -1e3])),
      numRuns: 1
    }).check({ seed: 1 })
    expect(small).toMatchObject({ right: { power: { thousandth: 1, whole: 1 } } })
  })
})
