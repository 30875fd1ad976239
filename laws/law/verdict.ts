/** Judgements on one sample, and how they add up. */
import type { Mismatch, Verdict } from './model.js'

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
