import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { runsLaw } from '../../laws/packs/runs.js'
import { reference, type Engine } from '../../src/index.js'
import type { Run } from '../../src/graph/program.js'
import { caseLaw, seedOfCase, soakRuns, tallyOfWorkers, type Share } from './runs.js'

/** Large programs have no results from the fourth run on. */
const tired: Engine = {
  name: 'tired',
  compile: ({ results: outputs, parameters: inputs }) =>
    E.map((run: Run): Run => {
      let runs = 0
      return (xs) => (runs++ > 2 && outputs.length > 6 ? E.right([]) : run(xs))
    })(reference.compile({ results: outputs, parameters: inputs }))
}

const faulty = runsLaw(reference, tired, { programs: 2 })
const all: Share = { cases: 60, seed: 7, first: 0, every: 1 }

const tallied = (share: Share): { readonly different: number; readonly lines: ReadonlyArray<string> } => {
  const lines: Array<string> = []
  const { different } = soakRuns(faulty, share, (line) => lines.push(line))
  return { different, lines }
}

test('each different case counts, and the first two are shown', () => {
  const { different, lines } = tallied(all)
  expect(different).toBeGreaterThan(5)
  expect(different).toBeLessThan(60)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(
    /^Engine tired: interleaved runs: .* gives 0 results, expected 7\s+sample program 0/
  )
})

test('cases depend on the seed and their number only', () => {
  const parts = [0, 1, 2].map((first) => tallied({ ...all, first, every: 3 }).different)
  expect(parts.reduce((a, b) => a + b, 0)).toBe(tallied(all).different)
  const seeds = Array.from({ length: 3000 }, (_, i) => seedOfCase(i % 3, Math.floor(i / 3)))
  expect(new Set(seeds).size).toBe(3000)
})

test('processes that share the cases', async () => {
  expect(await tallyOfWorkers({ ...all, cases: 11 }, 2)).toEqual({ cases: 11, different: 0 })
  expect(soakRuns(caseLaw, { ...all, cases: 11 }, () => undefined)).toEqual({ cases: 11, different: 0 })
})
