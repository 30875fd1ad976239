/** Sets of laws: what is in them, checking all, and handing them to a test framework. */
import * as E from 'fp-ts/lib/Either.js'
import type { Law, LawFailure, LawParameters, LawPass, LawSet } from './model.js'
import { showFailure } from './show.js'

/**
 * All laws of a set, those of its parents first, each once.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import { lawsOf, linearLaws, primitiveLaws } from 'adjoint/laws'
 *
 * ok(lawsOf(primitiveLaws()).length > lawsOf(linearLaws()).length)
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const lawsOf = (set: LawSet): ReadonlyArray<Law> => [
  ...new Set([...set.parents.flatMap(lawsOf), ...set.laws])
]

/**
 * Checks every law of a set.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { batchLaws, checkAll } from 'adjoint/laws'
 *
 * strictEqual(checkAll({ numRuns: 3 })(batchLaws).every(E.isRight), true)
 * ```
 *
 * @since 0.1.0
 * @category runners
 */
export const checkAll =
  (parameters: LawParameters = {}) =>
  (set: LawSet): ReadonlyArray<E.Either<LawFailure, LawPass>> =>
    lawsOf(set).map((one) => one.check(parameters))

/** Test frameworks learn of a failure by an exception; a law that could judge no sample has shown nothing, and fails too. */
const unsafeHold = (result: E.Either<LawFailure, LawPass>): void => {
  if (E.isLeft(result)) throw new Error(showFailure(result.left))
  const { law: name, runs, inconclusive: undecided } = result.right
  if (runs > 0 && undecided === runs) throw new Error(`${name}: none of ${runs} samples could be judged`)
}

/**
 * Hands each law to a test framework: `register(set)(it)` with the `it` or `test` of vitest, jest or node:test.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { law, pass, register } from 'adjoint/laws'
 *
 * const reflexive = law({
 *   name: 'equality is reflexive',
 *   statement: { left: 'x', right: 'x' },
 *   arbitrary: fc.integer(),
 *   judge: () => pass
 * })
 * const names: Array<string> = []
 * register({ name: 'equality', parents: [], laws: [reflexive] })((name, body) => {
 *   names.push(name)
 *   body()
 * })
 * strictEqual(names[0], 'equality is reflexive')
 * ```
 *
 * @since 0.1.0
 * @category runners
 */
export const register =
  (set: LawSet, parameters: LawParameters = {}) =>
  (test: (name: string, body: () => void) => void): void => {
    for (const one of lawsOf(set))
      test(one.name, () => {
        unsafeHold(one.check(parameters))
      })
  }
