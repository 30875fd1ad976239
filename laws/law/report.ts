/** The outcome of many laws as a table. */
import * as E from 'fp-ts/lib/Either.js'
import type { LawFailure, LawPass } from './model.js'
import { showFailure } from './show.js'

type Result = E.Either<LawFailure, LawPass>
type Row = readonly [law: string, verdict: string, runs: string, inconclusive: string, power: string]

const heading: Row = ['law', 'verdict', 'runs', 'inconclusive', 'power']

/** What could have shown nothing has not. */
const verdictOf = ({ runs, inconclusive: undecided, power }: LawPass): string =>
  (runs > 0 && runs === undecided) || power?.whole === 0 ? 'undecided' : 'holds'

const showPower = ({ power }: LawPass): string =>
  power === undefined ? '' : String(Number(power.whole.toPrecision(2)))

const rowOf: (result: Result) => Row = E.match(
  (failure): Row => [failure.law, 'FAILS', '', '', ''],
  (held): Row => [held.law, verdictOf(held), String(held.runs), String(held.inconclusive), showPower(held)]
)

/** Why samples of a law could not tell. */
const showReasons: (result: Result) => ReadonlyArray<string> = E.match(
  () => [],
  ({ law: name, reasons = [] }) =>
    reasons.map(({ reason, samples }) => `${name}: ${samples} inconclusive: ${reason.replace(/\s+/g, ' ')}`)
)

/** Text to the left, numbers to the right; a column that nobody has is left out. */
const aligned = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const width = (k: number): number => rows.reduce((w, row) => Math.max(w, row[k]?.length ?? 0), 0)
  const isEmpty = (k: number): boolean => rows.slice(1).every((row) => row[k] === '')
  const cell = (text: string, k: number): string =>
    k < 2 ? text.padEnd(width(k)) : isEmpty(k) ? '' : text.padStart(width(k))
  return rows.map((row) => row.map(cell).join('  ').trimEnd())
}

/**
 * The results of `checkAll` for people: a line for each law with the number of samples, of those that could not tell, and the power, where it has
 * one; then why samples could not tell, each failure in full, and a count. Laws none of whose samples could be judged, or whose power is 0, are
 * `undecided`.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { checkAll, law, pass, showReport } from 'adjoint/laws'
 *
 * const reflexive = law({
 *   name: 'reflexive',
 *   statement: { left: 'x', right: 'x' },
 *   arbitrary: fc.integer(),
 *   judge: () => pass
 * })
 * strictEqual(
 *   showReport(checkAll({ numRuns: 10 })({ name: 'equality', parents: [], laws: [reflexive] })),
 *   'law        verdict  runs  inconclusive\nreflexive  holds      10             0\n1 law: 1 holds, 0 fail'
 * )
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const showReport = (results: ReadonlyArray<Result>): string => {
  const failures = results.flatMap((r) => (E.isLeft(r) ? [r.left] : []))
  const rows = results.map(rowOf)
  const undecided = rows.filter(([, verdict]) => verdict === 'undecided').length
  const held = rows.length - failures.length - undecided
  const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`
  return [
    ...aligned([heading, ...rows]),
    ...results.flatMap(showReasons),
    ...failures.map(showFailure),
    `${count(rows.length, 'law', 'laws')}: ${count(held, 'holds', 'hold')}, ${count(failures.length, 'fails', 'fail')}${undecided === 0 ? '' : `, ${undecided} undecided`}`
  ].join('\n')
}
