/** Pairs of programs in turns on two engines, case by case: how often they differ. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { showFailure, type Law } from '../../laws/index.js'
import { runsLaw } from '../../laws/packs/runs.js'
import { reference } from '../../src/index.js'
import { keepingConstants } from '../support/checked/constants.js'

/** The law of interleaved runs, over programs small enough for very many; constants keep their bits. */
export const caseLaw: Law = runsLaw(reference, keepingConstants, {
  programs: 2,
  lacks: ['Custom', 'Project', 'Call', 'Scan', 'While', 'Case'],
  length: 3,
  parameters: 3
})

/** Some of the cases: from the first on, each that many further. What a case is depends on the seed and its number only. */
export interface Share {
  readonly cases: number
  readonly seed: number
  readonly first: number
  readonly every: number
}

export interface Tally {
  readonly cases: number
  readonly different: number
}

/** So many failures are made small and shown. */
const mostShown = 2

/** Seeds that have nothing in common for neighbours. */
export const seedOfCase = (seed: number, i: number): number => {
  const a = Math.imul(seed ^ (i + 0x9e3779b9), 0x85ebca6b)
  const b = Math.imul(a ^ (a >>> 13) ^ i, 0xc2b2ae35)
  return (b ^ (b >>> 16)) >>> 1
}

/** Judges each case by itself; what differs is counted, and the first such cases are shown as small as they get. */
export const soakRuns = (
  one: Law,
  { cases, seed, first, every }: Share,
  report: (line: string) => void
): Tally => {
  let [count, different] = [0, 0]
  for (let i = first; i < cases; i += every) {
    count++
    const parameters = { seed: seedOfCase(seed, i), numRuns: 1 }
    if (E.isRight(one.check({ ...parameters, endOnFailure: true }))) continue
    different++
    const small = different > mostShown ? E.right(undefined) : one.check(parameters)
    if (E.isLeft(small)) report(showFailure(small.left))
  }
  return { cases: count, different }
}

const script = fileURLToPath(new URL('soak.ts', import.meta.url))

/** One process for a share; its failures go where ours go. */
const worker = ({ cases, seed, first, every }: Share): Promise<Tally> =>
  new Promise((resolve, reject) => {
    const told = [
      '--runs',
      '--json',
      '--cases',
      cases,
      '--seed',
      seed,
      '--share',
      `${String(first)}/${String(every)}`
    ]
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...told.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    let said = ''
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => {
      const last = said.trim().split('\n').at(-1) ?? ''
      if (last.startsWith('{')) resolve(JSON.parse(last) as Tally)
      else reject(new Error(`a worker ended with code ${String(code)} and without a tally`))
    })
  })

/** The tally of several processes that share the cases. */
export const tallyOfWorkers = async (share: Share, workers: number): Promise<Tally> => {
  const tallies = await Promise.all(
    Array.from({ length: workers }, (_, first) => worker({ ...share, first, every: workers }))
  )
  return {
    cases: tallies.reduce((n, one) => n + one.cases, 0),
    different: tallies.reduce((n, one) => n + one.different, 0)
  }
}
