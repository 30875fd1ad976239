/** Runs the laws against a planted fault until one of them breaks. */
import * as E from 'fp-ts/lib/Either.js'
import { conventionLaws, lawsOf, primitiveLaws, type Law, type LawFailure } from '../../laws/index.js'
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

/** The first law that breaks, or nothing when the fault survives. */
export const kill = (mutant: Mutant, seed: number): LawFailure | undefined => {
  const set = { name: 'all', parents: [primitiveLaws(mutant.rules), conventionLaws(mutant.rules)], laws: [] }
  const laws = lawsOf(set)
  for (const [which, numRuns] of rounds)
    for (const one of which === 'near' ? concerned(mutant, laws) : laws) {
      const result = one.check({ numRuns, seed, endOnFailure: true })
      if (E.isLeft(result)) return result.left
    }
  return undefined
}
