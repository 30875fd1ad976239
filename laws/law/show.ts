/** Failures in words. */
import { showCulprit } from './culprit.js'
import type { LawFailure, Mismatch } from './model.js'

const showNumber = (x: number): string => (Number.isInteger(x) ? String(x) : x.toPrecision(10))

const showMismatch = ({ of, index, actual, expected, bar }: Mismatch): string =>
  `${of}${index.length === 0 ? '' : ` at [${index.join(', ')}]`}: ${showNumber(actual)}, expected ${showNumber(expected)} ± ${bar.toExponential(1)} (ratio ${(actual / expected).toPrecision(4)})`

/** One line, whatever is in it. */
const line = (text: string): string => text.replace(/\s+/g, ' ')

/**
 * A failure in a few lines: the law with both sides and what is wrong, the operation at fault, the sample, and the seed and path that bring it
 * back.
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
 * ok(E.isLeft(result) && showFailure(result.left).startsWith('never: x = x + 1 fails: they differ\n  sample 0\n  replay'))
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const showFailure = (failure: LawFailure): string => {
  const { law: name, statement, fault, culprit, counterexample, seed, path, failing } = failure
  const what =
    fault.mismatch === undefined ? fault.message : `${fault.message}: ${showMismatch(fault.mismatch)}`
  return [
    `${name}: ${statement.left} = ${statement.right} fails: ${what}`,
    ...(culprit === undefined ? [] : [showCulprit(culprit)]),
    `sample ${counterexample}`,
    `replay { seed: ${seed}, path: '${path}' }`,
    ...(failing === undefined ? [] : [`failing samples: ${failing.join(' | ')}`])
  ]
    .map(line)
    .join('\n  ')
}
