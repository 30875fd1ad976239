/**
 * This package beside other libraries: `npm run bench -- [--json] [--readme] [--only W1,W2] [--peers jax-js,plain] [--repeat 3] [--budget 3]`.
 * Each workload of each peer runs in a process of its own, one at a time and in turns. Exits with 1 if this package computes something wrong.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { format, resolveConfig } from 'prettier'
import type { Id } from '../data/model.js'
import { isRight, parsed, type Measured } from './measured.js'
import { options, type Options } from './options.js'
import type { Name } from './peers.js'
import { child, prepare } from './prepare.js'
import { asJson, asTable, type Figures, type Results } from './report.js'
import { median } from './timing.js'

interface Sample extends Measured {
  readonly name: Name
  readonly id: Id
}

const patienceMs = 180_000

const measure = (name: Name, id: Id, budget: number): ReadonlyArray<Sample> => {
  const { stdout, stderr } = spawnSync(process.execPath, [child, name, id, String(budget)], {
    encoding: 'utf8',
    timeout: patienceMs,
    killSignal: 'SIGKILL'
  })
  const result = parsed(stdout)
  if (E.isRight(result) && result.right === null) return []
  const text = E.isLeft(result) ? `failed: ${stderr.slice(-600)}` : `${result.right?.us.toFixed(2) ?? ''} us`
  const sound = E.isRight(result) && result.right !== null && isRight(id, result.right)
  console.error(
    `${id} ${name} ${text}${E.isRight(result) && !sound ? ': not the stored losses or the right answer' : ''}`
  )
  return E.isRight(result) && result.right !== null ? [{ name, id, ...result.right }] : []
}

const inTurns = ({ only, peers, repeat, budget }: Options): ReadonlyArray<Sample> =>
  only.flatMap((id) =>
    Array.from({ length: repeat }).flatMap(() =>
      (['adjoint', ...peers] as const).flatMap((name) => measure(name, id, budget))
    )
  )

const summarised = (samples: ReadonlyArray<Sample>): Figures => {
  const of = (f: (s: Sample) => number): number => median(samples.map(f))
  const compileMs = samples.flatMap((s) => s.compileMs ?? [])
  return {
    us: of((s) => s.us),
    tenthUs: of((s) => s.tenthUs),
    firstStepMs: of((s) => s.firstStepMs),
    ...(compileMs.length === 0 ? {} : { compileMs: median(compileMs) }),
    rssMiB: of((s) => s.rssMiB),
    ok: samples.every((s) => isRight(s.id, s))
  }
}

const grouped = (samples: ReadonlyArray<Sample>, { only, peers }: Options): Results =>
  Object.fromEntries(
    only.map((id) => {
      const row = (['adjoint', ...peers] as const).flatMap((name) => {
        const own = samples.filter((s) => s.id === id && s.name === name)
        return own.length === 0 ? [] : [[name, summarised(own)] as const]
      })
      return [id, Object.fromEntries(row)] as const
    })
  )

const readme = fileURLToPath(new URL('../../../../README.md', import.meta.url))
const between = /(<!-- benchmarks -->)[^]*(<!-- end of benchmarks -->)/

const intoReadme = async (table: string): Promise<void> => {
  const text = readFileSync(readme, 'utf8').replace(
    between,
    (_, start: string, end: string) => `${start}\n\n${table}\n\n${end}`
  )
  const style = await resolveConfig(readme)
  writeFileSync(readme, await format(text, { ...style, parser: 'markdown' }))
}

const bench = async (o: Options): Promise<void> => {
  const results = grouped(inTurns(o), o)
  const table = asTable(results, o.peers)
  console.log(o.json ? asJson(results) : table)
  if (o.readme) await intoReadme(table)
  // What could not be measured is wrong, too.
  if (!Object.values(results).every((row) => row.adjoint?.ok)) process.exitCode = 1
}

const asked = pipe(
  options(),
  E.chainFirst(({ peers }) => prepare(peers.some((name) => name !== 'plain')))
)

if (E.isLeft(asked)) {
  console.error(asked.left)
  process.exitCode = 1
} else await bench(asked.right)
