/** Runs a judge over samples, and brings back the smallest one that fails. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Culprit } from './culprit.js'
import type { Law, LawFailure, LawParameters, LawPass, LawSource, Power, Reason, Verdict } from './model.js'
import { fail, powerOf } from './verdict.js'

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

const shown = <A>(source: LawSource<A>): ((sample: A) => string) => source.show ?? fc.stringify

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
    counterexample: sample === undefined ? '' : shown(source)(sample),
    seed,
    path: details.counterexamplePath ?? '',
    // fast-check collects them only when asked to.
    ...(details.failures.length === 0 ? {} : { failing: details.failures.map(([one]) => shown(source)(one)) })
  }
}

interface Tally {
  readonly kinks: number
  readonly inconclusive: number
  readonly reasons: ReadonlyMap<string, number>
  readonly powers: ReadonlyArray<Power>
}

const nothing = (): Tally => ({ kinks: 0, inconclusive: 0, reasons: new Map(), powers: [] })

const counted = (reasons: Tally['reasons'], verdict: Verdict): Tally['reasons'] =>
  verdict._tag === 'Inconclusive'
    ? new Map([...reasons, [verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1]])
    : reasons

const reasonsOf = (reasons: Tally['reasons']): ReadonlyArray<Reason> =>
  [...reasons].map(([reason, samples]) => ({ reason, samples })).sort((a, b) => b.samples - a.samples)

const count = (tally: Tally, verdict: Verdict): Tally => {
  const power = powerOf(verdict)
  return {
    kinks: tally.kinks + Number(verdict._tag === 'Kink'),
    inconclusive: tally.inconclusive + Number(verdict._tag === 'Inconclusive'),
    reasons: counted(tally.reasons, verdict),
    powers: power === undefined ? tally.powers : [...tally.powers, power]
  }
}

const mean = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0) / xs.length

const summary = ({
  kinks,
  inconclusive,
  reasons,
  powers
}: Tally): Omit<LawPass, '_tag' | 'law' | 'runs'> => ({
  kinks,
  inconclusive,
  ...(reasons.size === 0 ? {} : { reasons: reasonsOf(reasons) }),
  ...(powers.length === 0
    ? {}
    : {
        power: { thousandth: mean(powers.map((p) => p.thousandth)), whole: mean(powers.map((p) => p.whole)) }
      })
})

/** A path leads to one sample: there is no need to find out how many there are. */
const runsOf = <A>({ numRuns }: LawSource<A>, given: LawParameters): { readonly numRuns?: number } =>
  numRuns === undefined || given.numRuns !== undefined || given.path !== undefined
    ? {}
    : { numRuns: typeof numRuns === 'number' ? numRuns : numRuns() }

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
    let tally = nothing()
    let afterFailure = -1
    const holds = (sample: A): boolean => {
      if (afterFailure >= 0 && ++afterFailure > (source.shrinks ?? Infinity)) return true
      const verdict = guarded(source.judge)(sample)
      tally = count(tally, verdict)
      if (verdict._tag === 'Fail') afterFailure = Math.max(0, afterFailure)
      return verdict._tag !== 'Fail'
    }
    const details = fc.check(fc.property(source.arbitrary, holds), {
      ...runsOf(source, parameters),
      ...parameters
    })
    return details.failed
      ? E.left(failureOf(source, details, details.seed))
      : E.right({ _tag: 'LawPass', law: source.name, runs: details.numRuns, ...summary(tally) })
  }
})
