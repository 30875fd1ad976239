/** What one process finds out about one workload of one peer. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts/lib/index.js'
import type { Id } from '../data/model.js'
import expected from '../expected.json' with { type: 'json' }

const numbers = t.readonlyArray(t.number)

const measured = t.intersection([
  t.readonly(
    t.type({
      us: t.number,
      tenthUs: t.number,
      samples: t.number,
      firstStepMs: t.number,
      rssMiB: t.number
    })
  ),
  t.readonly(t.partial({ compileMs: t.number, losses: numbers, answer: numbers, expected: numbers }))
])

export type Measured = t.TypeOf<typeof measured>

const decoder = t.union([measured, t.null])

/** The last line of what a child wrote; `null` where the peer has no way to do the work. */
export const parsed = (output: string): E.Either<string, Measured | null> =>
  pipe(
    E.tryCatch(() => JSON.parse(output.trim().split('\n').pop() ?? '') as unknown, String),
    E.chain((x) =>
      pipe(
        decoder.decode(x),
        E.mapLeft(() => `not a result: ${JSON.stringify(x)}`)
      )
    )
  )

const stored: Partial<Readonly<Record<Id, ReadonlyArray<number>>>> = expected

const lossTolerance = 1e-5
const answerTolerance = 1e-3

/** Whether every number is where it should be, up to `tolerance` relative to `scale` of what it should be. */
const near = (
  found: ReadonlyArray<number>,
  wanted: ReadonlyArray<number>,
  tolerance: number,
  scale: (x: number) => number
): boolean =>
  found.length === wanted.length &&
  wanted.every((w, i) => Math.abs((found[i] ?? NaN) - w) <= tolerance * scale(w))

/** Whether the first five losses are the stored ones, or the answer is right. */
export const isRight = (id: Id, { losses, answer, expected: wanted }: Measured): boolean =>
  losses === undefined
    ? near(answer ?? [], wanted ?? [NaN], answerTolerance, (x) => 1 + Math.abs(x))
    : near(losses, stored[id] ?? [NaN], lossTolerance, Math.abs)
