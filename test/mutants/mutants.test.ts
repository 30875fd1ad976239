import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  conventionLaws,
  lawsOf,
  primitiveLaws,
  register,
  showFailure,
  type LawFailure
} from '../../laws/index.js'
import { calculus } from '../../src/transform/differentiate.js'
import { seed } from '../support/seed.js'
import { equivalents, mutants } from './catalogue.js'
import { controlMutants } from './control.js'
import { batchMutants, mergeMutants } from './insides.js'
import { kill, lawsAgainst } from './kill.js'
import type { Mutant } from './mutant.js'

/** Every n-th fault: each group has its share. `npm run laws:mutants` tries them all. */
const sample = (count: number): ReadonlyArray<Mutant> =>
  Array.from({ length: count }, (_, i) => mutants[Math.floor(((i + 0.5) * mutants.length) / count)]).flatMap(
    (m) => (m === undefined ? [] : [m])
  )

const every = (n: number, all: ReadonlyArray<Mutant>): ReadonlyArray<Mutant> =>
  all.filter((_, i) => i % n === 0)

describe('the catalogue', () => {
  it('has at least 200 faults, each with a name of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(200)
    expect(new Set(mutants.map((m) => m.fault)).size).toBe(mutants.length)
  })

  it('tells why a fault is left out', () => {
    expect(equivalents.length).toBeGreaterThan(0)
    for (const { reason } of equivalents) expect(reason.length).toBeGreaterThanOrEqual('both are 1'.length)
  })

  it('points to laws that there are', () => {
    const right = { fault: 'none', near: '', rules: calculus }
    const names = lawsOf(lawsAgainst(right)).map((one) => one.name)
    const lost = mutants.filter((m) => !names.some((name) => name.startsWith(m.near)))
    expect(lost.map((m) => m.near)).toEqual([])
  })
})

describe('the tester is tested: a calculus with one fault', () => {
  it.each([...sample(30), ...every(4, [...controlMutants, ...batchMutants, ...mergeMutants])])(
    '$fault is caught',
    (mutant) => {
      expect(kill(mutant, seed)).toBeDefined()
    }
  )
})

describe('the documented derivatives at kinks', () => {
  register(conventionLaws())(it)
})

const named = (fault: string): Mutant =>
  mutants.find((m) => m.fault === fault) ?? { fault, near: 'none', rules: calculus }

describe('a failure', () => {
  const shown = ['exp: a factor 2', 'tanh: off by 0.1 %', 'sin: sign', 'sqrt: a factor 2'].map(named)
  const failures = shown.flatMap(({ near, rules }) =>
    lawsOf(primitiveLaws(rules))
      .filter((one) => one.name === near)
      .flatMap((one) => {
        const result = one.check({ numRuns: 400, seed: 7 })
        return E.isLeft(result) ? [{ one, failure: result.left }] : []
      })
  )

  it('prints in lines with both sides, the numbers and the way back', () => {
    expect(failures).toHaveLength(4)
    for (const { failure } of failures) {
      const line = showFailure(failure)
      expect(line.split('\n').map((part) => /^\s*\S+/.exec(part)?.[0])).toEqual([
        expect.any(String),
        '  culprit',
        '  sample',
        '  replay'
      ])
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
    expect(ratios[1]).toBeCloseTo(1.001, 6)
    expect(ratios[2]).toBeCloseTo(-1, 6)
    expect(ratios[3]).toBeCloseTo(2, 6)
  })

  it('is shrunk to one number', () => {
    for (const { failure } of failures) expect(failure.counterexample).toMatch(/at f64\[\] -?[\d.]+ \(seed/)
  })
})
