import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { lawsOf, primitiveLaws, showFailure, type LawFailure } from '../../laws/index.js'
import { mutants } from './mutants.js'

const parameters = { numRuns: 400 }

describe('the tester is tested: a calculus with one fault', () => {
  it.each(mutants)('$fault is caught', ({ law, rules }) => {
    const concerned = lawsOf(primitiveLaws(rules)).filter((one) => one.name === law)
    expect(concerned).toHaveLength(1)
    expect(concerned.map((one) => one.check(parameters)).some(E.isLeft)).toBe(true)
  })
})

describe('a failure', () => {
  const failures = mutants.slice(0, 4).flatMap(({ law, rules }) =>
    lawsOf(primitiveLaws(rules))
      .filter((one) => one.name === law)
      .flatMap((one) => {
        const result = one.check({ ...parameters, seed: 7 })
        return E.isLeft(result) ? [{ one, failure: result.left }] : []
      })
  )

  it('prints in one line with both sides, the numbers and the way back', () => {
    expect(failures).toHaveLength(4)
    for (const { failure } of failures) {
      const line = showFailure(failure)
      expect(line).not.toContain('\n')
      expect(line).toContain(failure.statement.left)
      expect(line).toContain(failure.statement.right)
      expect(line).toMatch(/expected \S+ ± \S+ \(ratio/)
      expect(line).toContain(`seed: ${String(failure.seed)}, path: '${failure.path}'`)
    }
  })

  it('comes back from its seed and path, at the same sample', () => {
    const again = failures.map(({ one, failure }) => one.check({ seed: failure.seed, path: failure.path }))
    const samples = again.map(
      E.match(
        (f: LawFailure) => f.counterexample,
        () => 'held'
      )
    )
    expect(samples).toEqual(failures.map(({ failure }) => failure.counterexample))
  })

  it('names the ratio of a missing factor', () => {
    const ratios = failures.map(
      ({ failure: { fault } }) => (fault.mismatch?.actual ?? 0) / (fault.mismatch?.expected ?? 1)
    )
    expect(ratios[0]).toBeCloseTo(2, 6)
    expect(ratios[1]).toBeCloseTo(0.5, 6)
    expect(ratios[2]).toBeCloseTo(1.001, 6)
    expect(ratios[3]).toBeCloseTo(0.999, 6)
  })

  it('is shrunk to one number', () => {
    for (const { failure } of failures) expect(failure.counterexample).toMatch(/at f64\[\] -?[\d.]+ \(seed/)
  })
})
