/** Judgements on one sample, and how they add up. */
import type { Kink, Mismatch, Power, Verdict } from './model.js'

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
export const inconclusive = (reason: string, kink?: Kink): Verdict =>
  kink === undefined ? { _tag: 'Inconclusive', reason } : { _tag: 'Inconclusive', reason, kink }

/** The statement holds at a kink, as far as one-sided derivatives go. */
export const atKink = (kink: Kink): Verdict => ({ _tag: 'Kink', kink })

/** Which operation is how near to deciding otherwise. */
export const showKink = ({ operation, margin }: Kink): string =>
  margin === 0
    ? `a tie in ${operation}`
    : `a kink of ${operation}${Number.isNaN(margin) ? '' : ` at a margin of ${margin.toPrecision(2)}`}`

const rank: Readonly<Record<Verdict['_tag'], number>> = { Fail: 3, Inconclusive: 2, Kink: 1, Pass: 0 }

export const powerOf = (verdict: Verdict): Power | undefined =>
  verdict._tag === 'Pass' || verdict._tag === 'Kink' ? verdict.power : undefined

const withPower = (verdict: Verdict, power: Power | undefined): Verdict =>
  power === undefined || !(verdict._tag === 'Pass' || verdict._tag === 'Kink')
    ? verdict
    : { ...verdict, power }

/** The gravest of several verdicts, the first among equals; it can see what one of them could. */
export const worst = (verdicts: ReadonlyArray<Verdict>): Verdict =>
  verdicts.reduce<Verdict>(
    (a, b) => withPower(rank[b._tag] > rank[a._tag] ? b : a, powerOf(a) ?? powerOf(b)),
    pass
  )

/** Verdicts in order until one fails: the later ones are not computed. */
export const firstFailure = (...verdicts: ReadonlyArray<() => Verdict>): Verdict => {
  let acc: Verdict = pass
  for (const verdict of verdicts) {
    acc = worst([acc, verdict()])
    if (acc._tag === 'Fail') return acc
  }
  return acc
}
