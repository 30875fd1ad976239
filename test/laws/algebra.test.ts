import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { algebraLaws, lawsOf, register, showFailure } from '../../laws/index.js'
import { full } from '../../src/graph/terms.js'
import { compose, scale, type Linear } from '../../src/linear/Linear.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { operation } from '../../src/graph/families.js'

describe('the algebra of gradients', () => {
  register(algebraLaws())(it)

  it('holds for programs that round to single precision on the way', () => {
    const [sum] = lawsOf(algebraLaws()).filter(({ name }) => name === 'Algebra sum rule')
    expect(sum?.check({ seed: -474808831, numRuns: 600 })).toMatchObject({ _tag: 'Right' })
  })
})

/** The derivative of one operation followed by a factor. */
const wrong = (name: string, factor: (l: Linear) => number): Calculus => ({
  ...calculus,
  derivative: (n) => {
    const rows = calculus.derivative(n)
    return operation(n) === name
      ? rows.map((row) => row.map((l) => compose(scale(full(factor(l), l.to)), l)))
      : rows
  }
})

const broken = (rules: Calculus): ReadonlyArray<string> =>
  lawsOf(algebraLaws(rules)).flatMap((one) => {
    const result = one.check({ numRuns: 200, endOnFailure: true })
    return E.isLeft(result) ? [showFailure(result.left)] : []
  })

describe('a calculus with a fault', () => {
  it('breaks the sum rule where additions are wrong', () => {
    expect(broken(wrong('add', () => 1.001)).join()).toMatch(
      /Algebra sum rule: grad \(f \+ g\) = grad f \+ grad g fails: not the sum/
    )
  })

  it('breaks the chain rule where the outer function is wrong', () => {
    expect(broken(wrong('square', () => 1.001)).join()).toMatch(/Algebra chain rule: .*not the product/)
  })

  it('breaks finiteness where a rule divides by zero', () => {
    expect(broken(wrong('contract', () => Infinity)).join()).toMatch(
      /Algebra finiteness: .*the gradient is not/
    )
  })

  it('breaks determinism where a rule changes from call to call', () => {
    let calls = 0
    const changing = wrong('contract', () => 1 + ++calls)
    expect(broken(changing).join()).toMatch(/Algebra determinism: .*two runs differ/)
  })
})
