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

/** Where laws are registered, for the stack of a failure: that is the line of the test. */
interface Place {
  readonly stack?: string
}

/** The frames above a function of ours; none where the host has no way to tell. */
const placeOf = (below: (...args: never) => unknown): Place => {
  const place: Place = {}
  if (typeof Error.captureStackTrace === 'function') Error.captureStackTrace(place, below)
  return place
}

/** An error that comes from where the law was registered. */
const failureAt = ({ stack = '' }: Place, message: string): Error => {
  const error = new Error(message)
  const [, ...frames] = stack.split('\n')
  if (frames.length > 0) error.stack = [`Error: ${message}`, ...frames].join('\n')
  return error
}

const defaultPower = 0.01

/** What has shown nothing, and why. */
const shownNothing = (held: LawPass, leastPower: number): string | undefined => {
  const { law: name, runs, inconclusive: undecided, reasons = [], power } = held
  if (runs > 0 && undecided === runs)
    return [
      `${name}: none of ${runs} samples could be judged`,
      ...reasons.map(({ reason, samples }) => `${samples} of them: ${reason}`)
    ].join('\n  ')
  return power !== undefined && power.whole < leastPower
    ? `${name}: power ${Number(power.whole.toPrecision(2))}, at least ${leastPower} is wanted: an entry of the gradient could be left out unseen\n  draw values at which the function is not flat, such as arbitrary.initialized(net)`
    : undefined
}

/** Test frameworks learn of a failure by an exception; a law that could judge no sample has shown nothing, and fails too. */
const unsafeHold = (result: E.Either<LawFailure, LawPass>, leastPower: number, place: Place): void => {
  const message = E.isLeft(result) ? showFailure(result.left) : shownNothing(result.right, leastPower)
  if (message !== undefined) throw failureAt(place, message)
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
  /** The least power (`whole`) that a law must have to hold, where it has one: 0.01 unless given. */
  readonly leastPower?: number
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
  <R>(
    test: TestFunction<R>,
    { timeout, leastPower = defaultPower, ...parameters }: RegisterParameters,
    place: Place
  ) =>
  (one: Law): R => {
    const body = (): void => unsafeHold(one.check(parameters), leastPower, place)
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
export const register = (
  set: LawSet,
  parameters: RegisterParameters = {}
): (<R>(runner: TestFunction<R> | TestRunner<R>) => ReadonlyArray<R>) => {
  const registering = <R>(runner: TestFunction<R> | TestRunner<R>): ReadonlyArray<R> => {
    const place = placeOf(registering)
    return typeof runner === 'function'
      ? lawsOf(set).map(declare(runner, parameters, place))
      : groupsOf(set).map(({ name, laws }) =>
          runner.describe(name, () => {
            laws.forEach(declare(runner.test, parameters, place))
          })
        )
  }
  return registering
}
