/**
 * `npm run laws:soak`: random cases over the right rules. A law that fails here cries wolf. With `--runs`, pairs of programs that are run on each
 * other's results: an engine that differs here is wrong.
 */
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
import { extremeLaw } from './extremes.js'
import { runsFor } from './kill.js'
import { programLaw } from './programs.js'
import { caseLaw, soakRuns, tallyOfWorkers, type Share } from './runs.js'

const chunk = 50
/** The largest share of cases that may be undecided. */
const mostUndecided = 0.01

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
    seed: { type: 'string' },
    law: { type: 'string', default: '' },
    runs: { type: 'boolean', default: false },
    workers: { type: 'string', default: '1' },
    /** Every how many cases, from which one on: what a worker is told. */
    share: { type: 'string', default: '0/1' }
  }
})
const wanted = Number(values.cases)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)

const laws: ReadonlyArray<Law> = lawsOf({
  name: 'all',
  parents: [primitiveLaws(), conventionLaws(), batchLaws],
  laws: [programLaw(1), programLaw(2), extremeLaw]
}).filter((one) => one.name.startsWith(values.law))

interface Tally {
  readonly cases: number
  readonly failures: ReadonlyArray<LawFailure>
  readonly inconclusive: Readonly<Record<string, number>>
}

/** One law on the next few cases; every chunk has a seed of its own, counted up from the first. */
const advance = (tally: Tally, one: Law, at: number): Tally => {
  const numRuns = Math.min(runsFor(one, chunk), wanted - tally.cases)
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

/** Every law on cases of its own. */
const soakLaws = (): void => {
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
}

/** A worker's share of the cases, or all of them, by workers where there are several. */
const soakCases = async (): Promise<void> => {
  const [first = 0, every = 1] = values.share.split('/').map(Number)
  const share: Share = { cases: wanted, seed, first, every }
  const workers = Number(values.workers)
  const { cases, different } =
    workers > 1 ? await tallyOfWorkers(share, workers) : soakRuns(caseLaw, share, console.error)
  console.log(
    values.json
      ? JSON.stringify({ cases, different, seed })
      : `${String(cases)} cases, ${String(different)} different, seed ${String(seed)}`
  )
  if (different > 0) process.exitCode = 1
}

if (values.runs) await soakCases()
else soakLaws()
