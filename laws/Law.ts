/**
 * Laws as values. A law has a name, a statement that keeps both sides, and a check that answers with a value; nothing here knows a test
 * framework. Sets of laws inherit the laws of their parents.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { showCulprit, type Culprit } from './culprit.js'

/**
 * How to run a law: what fast-check needs to repeat a failure.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawParameters {
  readonly seed?: number
  readonly path?: string
  readonly numRuns?: number
  /** Whether to report the first sample that fails, without looking for a smaller one. */
  readonly endOnFailure?: boolean
}

/**
 * What a law says: the two sides that agree.
 *
 * @since 0.1.0
 * @category model
 */
export interface Statement {
  readonly left: string
  readonly right: string
}

/**
 * Two numbers that should agree and do not: where, by how much, and how far apart they may be.
 *
 * @since 0.1.0
 * @category model
 */
export interface Mismatch {
  /** Whose number it is, as in `gradient of layers[0].w`. */
  readonly of: string
  readonly index: ReadonlyArray<number>
  readonly actual: number
  readonly expected: number
  /** The error that the expected value may have. */
  readonly bar: number
}

/**
 * What is wrong with one sample.
 *
 * @since 0.1.0
 * @category model
 */
export interface Fault {
  readonly message: string
  readonly mismatch?: Mismatch
}

/**
 * The judgement on one sample. `Inconclusive` means that the sample cannot tell right from wrong; it never counts as a failure.
 *
 * @since 0.1.0
 * @category model
 */
export type Verdict =
  | { readonly _tag: 'Pass' }
  | { readonly _tag: 'Fail'; readonly fault: Fault }
  | { readonly _tag: 'Inconclusive'; readonly reason: string }

/**
 * A law that held: how many samples were judged, and how many of them could not tell.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawPass {
  readonly _tag: 'LawPass'
  readonly law: string
  readonly runs: number
  readonly inconclusive: number
}

/**
 * A law that does not hold: the fault, the smallest sample found that shows it, and how to see it again.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawFailure {
  readonly _tag: 'LawFailure'
  readonly law: string
  readonly statement: Statement
  readonly fault: Fault
  /** The operation at fault, where the law can tell. */
  readonly culprit?: Culprit
  readonly counterexample: string
  readonly seed: number
  readonly path: string
}

/**
 * A statement and the means to test it.
 *
 * @since 0.1.0
 * @category model
 */
export interface Law {
  readonly name: string
  readonly statement: Statement
  readonly check: (parameters?: LawParameters) => E.Either<LawFailure, LawPass>
}

/**
 * Laws that belong together, on top of those of the parents.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawSet {
  readonly name: string
  readonly parents: ReadonlyArray<LawSet>
  readonly laws: ReadonlyArray<Law>
}

/**
 * What a law is made from: samples, and a judge of each. Where `show` is missing, samples print as fast-check prints them.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawSource<A> {
  readonly name: string
  readonly statement: Statement
  readonly arbitrary: fc.Arbitrary<A>
  readonly judge: (sample: A) => Verdict
  readonly show?: (sample: A) => string
  /** Which operation makes the smallest failing sample fail; asked once. */
  readonly localise?: (sample: A) => Culprit | undefined
  /** How many samples, unless the caller says otherwise. */
  readonly numRuns?: number
  /** How many smaller samples to try after a failure; where judging is costly, a somewhat larger counterexample is worth the time. */
  readonly shrinks?: number
}

/**
 * The statement holds for the sample.
 *
 * @since 0.1.0
 * @category verdicts
 */
export const pass: Verdict = { _tag: 'Pass' }

/**
 * The statement does not hold for the sample, and why.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { fail } from 'adjoint/laws'
 *
 * strictEqual(fail('the sums differ')._tag, 'Fail')
 * ```
 *
 * @since 0.1.0
 * @category verdicts
 */
export const fail = (message: string, mismatch?: Mismatch): Verdict => ({
  _tag: 'Fail',
  fault: mismatch === undefined ? { message } : { message, mismatch }
})

/**
 * The sample cannot tell, and why.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { inconclusive } from 'adjoint/laws'
 *
 * strictEqual(inconclusive('a tie')._tag, 'Inconclusive')
 * ```
 *
 * @since 0.1.0
 * @category verdicts
 */
export const inconclusive = (reason: string): Verdict => ({ _tag: 'Inconclusive', reason })

const rank: Readonly<Record<Verdict['_tag'], number>> = { Fail: 2, Inconclusive: 1, Pass: 0 }

/** The gravest of several verdicts; the first among equals. */
export const worst = (verdicts: ReadonlyArray<Verdict>): Verdict =>
  verdicts.reduce<Verdict>((a, b) => (rank[b._tag] > rank[a._tag] ? b : a), pass)

/** Verdicts in order until one fails: the later ones are not computed. */
export const firstFailure = (...verdicts: ReadonlyArray<() => Verdict>): Verdict => {
  let acc: Verdict = pass
  for (const verdict of verdicts) {
    acc = worst([acc, verdict()])
    if (acc._tag === 'Fail') return acc
  }
  return acc
}

/** A function under test may throw: that is a fault of its own. */
const guarded =
  <A>(judge: (sample: A) => Verdict) =>
  (sample: A): Verdict =>
    pipe(
      E.tryCatch(() => judge(sample), String),
      E.getOrElse((reason) => fail(`throws ${reason}`))
    )

/** What threw in the law may throw here as well: then nobody is accused. */
const culpritOf = <A>({ localise }: LawSource<A>, sample: A | undefined): Culprit | undefined =>
  sample === undefined || localise === undefined
    ? undefined
    : pipe(
        E.tryCatch(() => localise(sample), String),
        E.getOrElse((): Culprit | undefined => undefined)
      )

const failureOf = <A>(source: LawSource<A>, details: fc.RunDetailsCommon<[A]>, seed: number): LawFailure => {
  const sample = details.counterexample?.[0]
  const verdict = sample === undefined ? fail(String(details.errorInstance)) : guarded(source.judge)(sample)
  const culprit = verdict._tag === 'Fail' ? culpritOf(source, sample) : undefined
  return {
    _tag: 'LawFailure',
    law: source.name,
    statement: source.statement,
    fault:
      verdict._tag === 'Fail'
        ? verdict.fault
        : { message: 'the verdict on this sample varies from run to run' },
    ...(culprit === undefined ? {} : { culprit }),
    counterexample: sample === undefined ? '' : (source.show ?? fc.stringify)(sample),
    seed,
    path: details.counterexamplePath ?? ''
  }
}

/**
 * Makes a law: `judge` says of one sample whether the statement holds.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { fail, law, pass } from 'adjoint/laws'
 *
 * const commutes = law({
 *   name: 'addition commutes',
 *   statement: { left: 'a + b', right: 'b + a' },
 *   arbitrary: fc.tuple(fc.integer(), fc.integer()),
 *   judge: ([a, b]) => (a + b === b + a ? pass : fail('the sums differ'))
 * })
 * strictEqual(E.isRight(commutes.check({ numRuns: 10 })), true)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const law = <A>(source: LawSource<A>): Law => ({
  name: source.name,
  statement: source.statement,
  check: (parameters = {}) => {
    let undecided = 0
    let afterFailure = -1
    const holds = (sample: A): boolean => {
      if (afterFailure >= 0 && ++afterFailure > (source.shrinks ?? Infinity)) return true
      const verdict = guarded(source.judge)(sample)
      if (verdict._tag === 'Inconclusive') undecided++
      if (verdict._tag === 'Fail') afterFailure = Math.max(0, afterFailure)
      return verdict._tag !== 'Fail'
    }
    const numRuns = source.numRuns === undefined ? {} : { numRuns: source.numRuns }
    const details = fc.check(fc.property(source.arbitrary, holds), { ...numRuns, ...parameters })
    return details.failed
      ? E.left(failureOf(source, details, details.seed))
      : E.right({ _tag: 'LawPass', law: source.name, runs: details.numRuns, inconclusive: undecided })
  }
})

const showNumber = (x: number): string => (Number.isInteger(x) ? String(x) : x.toPrecision(10))

const showMismatch = ({ of, index, actual, expected, bar }: Mismatch): string =>
  `${of}${index.length === 0 ? '' : ` at [${index.join(', ')}]`}: ${showNumber(actual)}, expected ${showNumber(expected)} ± ${bar.toExponential(1)} (ratio ${(actual / expected).toPrecision(4)})`

/**
 * A failure in one line: the law with both sides, what is wrong, the operation at fault, the sample, and the seed and path that bring it back.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { fail, law, showFailure } from 'adjoint/laws'
 *
 * const never = law({
 *   name: 'never',
 *   statement: { left: 'x', right: 'x + 1' },
 *   arbitrary: fc.integer(),
 *   judge: () => fail('they differ')
 * })
 * const result = never.check({ seed: 1 })
 * ok(E.isLeft(result) && showFailure(result.left).startsWith('never: x = x + 1 fails: they differ; sample 0; replay'))
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const showFailure = ({
  law: name,
  statement,
  fault,
  culprit,
  counterexample,
  seed,
  path
}: LawFailure): string => {
  const what =
    fault.mismatch === undefined ? fault.message : `${fault.message}: ${showMismatch(fault.mismatch)}`
  const line = `${name}: ${statement.left} = ${statement.right} fails: ${what}${culprit === undefined ? '' : `; ${showCulprit(culprit)}`}; sample ${counterexample}; replay { seed: ${seed}, path: '${path}' }`
  return line.replace(/\s+/g, ' ')
}

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
