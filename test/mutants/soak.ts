/** `npm run laws:soak`: random cases over the right rules. A law that fails here cries wolf. */
import * as E from 'fp-ts/lib/Either.js'
import { parseArgs } from 'node:util'
import {
  batchLaws,
  conventionLaws,
  lawsOf,
  primitiveLaws,
  showFailure,
  type Law,
  type LawFailure
} from '../../laws/index.js'
import { programLaw } from './programs.js'

const chunk = 50
/** The largest share of cases that may be undecided. */
const mostUndecided = 0.01

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
    seed: { type: 'string' },
    law: { type: 'string', default: '' }
  }
})
const wanted = Number(values.cases)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)

const laws: ReadonlyArray<Law> = lawsOf({
  name: 'all',
  parents: [primitiveLaws(), conventionLaws(), batchLaws],
  laws: [programLaw(1), programLaw(2)]
}).filter((one) => one.name.startsWith(values.law))

interface Tally {
  readonly cases: number
  readonly failures: ReadonlyArray<LawFailure>
  readonly inconclusive: Readonly<Record<string, number>>
}

/** One law on the next few cases; every chunk has a seed of its own, counted up from the first. */
const advance = (tally: Tally, one: Law, at: number): Tally => {
  const numRuns = Math.min(chunk, wanted - tally.cases)
  if (numRuns === 0) return tally
  const result = one.check({ numRuns, seed: seed + at })
  if (E.isLeft(result))
    return { ...tally, cases: tally.cases + numRuns, failures: [...tally.failures, result.left] }
  const { runs, inconclusive } = result.right
  const sofar = tally.inconclusive[one.name] ?? 0
  return {
    ...tally,
    cases: tally.cases + runs,
    inconclusive: { ...tally.inconclusive, [one.name]: sofar + inconclusive }
  }
}

const soak = (): Tally => {
  let tally: Tally = { cases: 0, failures: [], inconclusive: {} }
  for (let at = 0; tally.cases < wanted && laws.length > 0; at++) {
    const one = laws[at % laws.length]
    if (one !== undefined) tally = advance(tally, one, at)
  }
  return tally
}

const { cases, failures, inconclusive } = soak()
const undecided = Object.values(inconclusive).reduce((a, b) => a + b, 0)

for (const failure of failures) console.error(showFailure(failure))
if (values.json)
  console.log(JSON.stringify({ cases, falseAlarms: failures.length, inconclusive: undecided, seed }))
else {
  for (const [name, n] of Object.entries(inconclusive))
    if (n > 0) console.log(`${name}: ${String(n)} undecided`)
  console.log(
    `${String(cases)} cases, ${String(failures.length)} false alarms, ${String(undecided)} inconclusive, seed ${String(seed)}`
  )
}
if (failures.length > 0 || undecided >= mostUndecided * cases) process.exitCode = 1
