/** Sets of laws: what is in them, checking all, and handing them to a test framework. */
import * as E from 'fp-ts/lib/Either.js'
import type { Law, LawFailure, LawParameters, LawPass, LawSet } from './model.js'
import { showFailure } from './show.js'

/** A set with its parents and theirs, ancestors first. */
const lineage = (set: LawSet): ReadonlyArray<LawSet> => [...new Set([...set.parents.flatMap(lineage), set])]

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
  ...new Set(lineage(set).flatMap(({ laws }) => laws))
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
 * How to run registered laws: what fast-check needs, and the milliseconds that each test may take. Frameworks with a limit of their own (vitest
 * and jest: 5 seconds) take it as the argument after the body; node:test has none, and does not look at it.
 *
 * @since 0.1.0
 * @category model
 */
export interface RegisterParameters extends LawParameters {
  readonly timeout?: number
}

/**
 * The `test` or `it` of a framework.
 *
 * @since 0.1.0
 * @category model
 */
export type TestFunction<R> = (name: string, body: () => void, timeout?: number) => R

/**
 * The functions of a framework that make tests, and groups of them.
 *
 * @since 0.1.0
 * @category model
 */
export interface TestRunner<R> {
  readonly describe: (name: string, body: () => void) => R
  readonly test: TestFunction<unknown>
}

/** An argument that is not given is left out: node:test counts arguments. */
const declare =
  <R>(test: TestFunction<R>, { timeout, ...parameters }: RegisterParameters) =>
  (one: Law): R => {
    const body = (): void => unsafeHold(one.check(parameters))
    return timeout === undefined ? test(one.name, body) : test(one.name, body, timeout)
  }

interface Group {
  readonly name: string
  readonly laws: ReadonlyArray<Law>
}

/** The set and its ancestors, each with the laws that none before it has. */
const groupsOf = (set: LawSet): ReadonlyArray<Group> => {
  const sets = lineage(set)
  return sets
    .map(({ name, laws }, i) => {
      const before = sets.slice(0, i).flatMap((other) => other.laws)
      return { name, laws: [...new Set(laws)].filter((one) => !before.includes(one)) }
    })
    .filter(({ laws }) => laws.length > 0)
}

/**
 * Hands each law to a test framework, in one line: `register(set)(it)` with the `it` or `test` of vitest, jest or node:test, or
 * `register(set)({ describe, test })` for a group of tests for each set. The answers are those of the framework: inside a test of node:test,
 * `await Promise.all(register(set)(t.test))`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { law, pass, register } from 'adjoint/laws'
 *
 * const reflexive = law({
 *   name: 'equality is reflexive',
 *   statement: { left: 'x', right: 'x' },
 *   arbitrary: fc.integer(),
 *   judge: () => pass
 * })
 * const set = { name: 'equality', parents: [], laws: [reflexive] }
 * const test = (name: string, body: () => void): string => {
 *   body()
 *   return name
 * }
 * deepStrictEqual(register(set, { numRuns: 10 })(test), ['equality is reflexive'])
 * deepStrictEqual(register(set)({ describe: test, test }), ['equality'])
 * ```
 *
 * @since 0.1.0
 * @category runners
 */
export const register =
  (set: LawSet, parameters: RegisterParameters = {}) =>
  <R>(runner: TestFunction<R> | TestRunner<R>): ReadonlyArray<R> =>
    typeof runner === 'function'
      ? lawsOf(set).map(declare(runner, parameters))
      : groupsOf(set).map(({ name, laws }) =>
          runner.describe(name, () => {
            laws.forEach(declare(runner.test, parameters))
          })
        )
