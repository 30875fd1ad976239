import * as E from 'fp-ts/lib/Either.js'
import { dataPath } from '../data/generate.js'
import { type Problem, problem } from '../input/problem.js'
import type { Network, Saved, Trained } from '../model/Learning.js'
import { causes } from './exits.js'
import type { Job } from './prepare.js'
import { type Ended, ended, type World } from './world.js'

/** What was learned is written where it should be, or else where it can be. */

const advice = 'make room there or give another --checkpoint'

const unsaved = (path: string, ...reasons: ReadonlyArray<string>): E.Either<Ended, never> =>
  ended('unsaved', ...reasons.map((reason) => problem(path, reason)))

/** Writes a checkpoint; where that fails, to the folder for temporary files. */
export const save = ({ files }: World, { options }: Job, saved: Saved): E.Either<Ended, void> => {
  const path = options.checkpoint
  if (E.isLeft(saved)) return unsaved(path, ...saved.left)
  const written = files.write(path, saved.right)
  if (E.isRight(written)) return written
  const rescued = files.rescue(path, saved.right)
  const instead = E.isLeft(rescued) ? 'nor elsewhere' : `the training is in ${rescued.right} instead`
  return unsaved(path, `cannot be written: ${written.left}; ${instead}; ${advice}`)
}

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** How to go on with a training. */
const command = ({ options: { checkpoint, data } }: Job): string =>
  ['npm start -- --resume', quoted(checkpoint), ...(data === dataPath ? [] : ['--data', quoted(data)])].join(
    ' '
  )

/** What to say of a training that is saved. */
const whereabouts = (job: Job, epochs: number): string =>
  epochs < job.hyper.epochs
    ? `after ${epochs} of ${job.hyper.epochs} epochs; saved, to go on: ${command(job)}`
    : `after training; saved to ${job.options.checkpoint}`

/** The end of a training that was stopped from outside or by a defect: its state is saved, if there is a new one. */
export const stopped = (
  world: World,
  job: Job,
  exit: Exclude<Ended['exit'], 'refused'>,
  epochs: number,
  saved: Saved | undefined
): E.Either<Ended, never> => {
  const cause = exit in causes ? causes[exit as keyof typeof causes] : 'unexpected error'
  if (saved === undefined) return ended(exit, problem(cause, 'before the first step; nothing was written'))
  const written = save(world, job, saved)
  return E.isLeft(written) ? written : ended(exit, problem(cause, whereabouts(job, epochs)))
}

const agree = async (world: World, job: Job, a: Network, b: Network): Promise<boolean> => {
  for (const fruit of job.fruits) {
    const other = b.predict(fruit)
    if (!a.predict(fruit).every((p, i) => Object.is(p, other[i]))) return false
    await world.terminal.breathe()
  }
  return true
}

/** Saves the network, reads it back, and compares what the two say of every fruit, bit for bit. */
export const saveAndReload = async (
  world: World,
  job: Job,
  { checkpoint, after }: Trained
): Promise<E.Either<Ended, void>> => {
  const path = job.options.checkpoint
  const written = save(world, job, checkpoint)
  if (E.isLeft(written)) return written
  const text = await world.files.read(path, Number.MAX_SAFE_INTEGER)()
  if (E.isLeft(text)) return unsaved(path, text.left)
  const reloaded = world.learning.load(text.right)
  if (E.isLeft(reloaded)) return unsaved(path, ...reloaded.left)
  return (await agree(world, job, after, reloaded.right))
    ? E.right(undefined)
    : unsaved(path, 'the reloaded network differs from the trained one')
}

/** A problem of a save on the way, which is tried again later. */
export const warning = ({ problems }: Ended): ReadonlyArray<Problem> =>
  problems.map(({ at, message }) => problem(at, `${message}; training goes on`))
