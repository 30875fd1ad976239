/** Runs the laws against a planted fault until one of them breaks. */
import * as E from 'fp-ts/lib/Either.js'
import {
  conventionLaws,
  lawsOf,
  primitiveLaws,
  regionLaws,
  type Law,
  type LawFailure,
  type LawSet,
  type RegionSource
} from '../../laws/index.js'
import type { Node } from '../../src/graph/Expr.js'
import { merge } from '../../src/graph/merge.js'
import { batchResults, batchRules, repeat, type Batched } from '../../src/rules/batch.js'
import type { Mutant } from './mutant.js'

/** Few samples of every law first; more only of a fault that survives them. */
const rounds: ReadonlyArray<readonly ['near' | 'all', number]> = [
  ['near', 25],
  ['near', 400],
  ['all', 25],
  ['all', 400]
]

const concerned = ({ near }: Mutant, laws: ReadonlyArray<Law>): ReadonlyArray<Law> =>
  laws.filter((one) => one.name === near || one.name.startsWith(near))

/** `vectorize` by the rules of a mutant. */
const vectorizeBy =
  ({ batch = batchRules }: Mutant): NonNullable<RegionSource['vectorize']> =>
  (count, { parameters, results }, batches) => {
    const given = parameters.map((p, i) => [p, { value: batches[i] ?? p, batched: true }] as const)
    return batchResults(count, results, new Map<Node, Batched>(given), batch).map(({ value, batched }) =>
      batched || value._tag === 'Invalid' ? value : repeat(count, value)
    )
  }

/** A sample of some laws is a thousand points: a few are as many as many of others. */
export const runsFor = (one: Law, runs: number): number =>
  one.name.endsWith('all over its domain') ? Math.min(2, runs) : runs

/** The laws, of a calculus with a fault. */
export const lawsAgainst = (mutant: Mutant): LawSet => ({
  name: 'all',
  parents: [
    primitiveLaws(mutant.rules),
    conventionLaws(mutant.rules),
    regionLaws(mutant.rules, {
      vectorize: vectorizeBy(mutant),
      merge: (roots) => merge(roots, 'kept', mutant.same)
    })
  ],
  laws: []
})

/** The first law that breaks, or nothing when the fault survives. */
export const kill = (mutant: Mutant, seed: number): LawFailure | undefined => {
  const laws = lawsOf(lawsAgainst(mutant))
  for (const [which, numRuns] of rounds)
    for (const one of which === 'near' ? concerned(mutant, laws) : laws) {
      const result = one.check({ numRuns: runsFor(one, numRuns), seed, endOnFailure: true })
      if (E.isLeft(result)) return result.left
    }
  return undefined
}
