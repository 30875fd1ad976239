/** The outcome of many laws as a table. */
import * as E from 'fp-ts/lib/Either.js'
import type { LawFailure, LawPass } from './model.js'
import { showFailure } from './show.js'

type Result = E.Either<LawFailure, LawPass>
type Row = readonly [law: string, verdict: string, runs: string, inconclusive: string]

const heading: Row = ['law', 'verdict', 'runs', 'inconclusive']

const verdictOf = ({ runs, inconclusive: undecided }: LawPass): string =>
  runs > 0 && runs === undecided ? 'undecided' : 'holds'

const rowOf: (result: Result) => Row = E.match(
  (failure) => [failure.law, 'FAILS', '', ''],
  (held) => [held.law, verdictOf(held), String(held.runs), String(held.inconclusive)]
)

/** Text to the left, numbers to the right. */
const aligned = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const width = (k: 0 | 1 | 2 | 3): number => rows.reduce((w, row) => Math.max(w, row[k].length), 0)
  const [a, b, c, d] = [width(0), width(1), width(2), width(3)]
  return rows.map(([name, verdict, runs, undecided]) =>
    `${name.padEnd(a)}  ${verdict.padEnd(b)}  ${runs.padStart(c)}  ${undecided.padStart(d)}`.trimEnd()
  )
}

/**
 * The results of `checkAll` for people: a line for each law with the number of samples and of those that could not tell, then each failure in
 * full, then a count. Laws none of whose samples could be judged are `undecided`.
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
    ...failures.map(showFailure),
    `${count(rows.length, 'law', 'laws')}: ${count(held, 'holds', 'hold')}, ${count(failures.length, 'fails', 'fail')}${undecided === 0 ? '' : `, ${undecided} undecided`}`
  ].join('\n')
}
