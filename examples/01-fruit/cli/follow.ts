import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Problem, problem, showProblems } from '../input/problem.js'
import type { Causes, EpochReport, Progress, Trained } from '../model/Learning.js'
import type { Job } from './prepare.js'
import { save, stopped, warning } from './save.js'
import type { Meter } from './terminal.js'
import { type Ended, ended, type World } from './world.js'

/** Runs a training piece by piece. In between, signals and broken output are heard, and its place can be saved. */

/** What is said of a loss that is not finite, and of where that came from. */
const diverged = ({ epoch, loss }: EpochReport, cause: Causes): ReadonlyArray<Problem> => [
  problem(`epoch ${epoch}`, `training diverged, the loss is ${loss}; try a smaller --learning-rate`),
  ...cause().map((line) => problem('cause', line.trim()))
]

/** Seconds between saves while training runs, so that a process that is killed loses no more. */
const period = 60

type Running = Exclude<Progress, { readonly _tag: 'Done' }>

/** A place in a training that is under way. */
interface Reached {
  readonly at: Running
  /** Whether anything was computed since the start. */
  readonly isNew: boolean
  readonly epochs: number
}

type Early = Parameters<typeof stopped>[2]

/** Ends a training before its time, and keeps what is new. */
const leave = (world: World, job: Job, exit: Early, { at, isNew, epochs }: Reached): E.Either<Ended, never> =>
  stopped(world, job, exit, epochs, isNew ? at.save() : undefined)

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

/** The next piece of work; a defect in it is no reason to lose the others. */
const advance = (world: World, job: Job, reached: Reached): E.Either<Ended, Progress> =>
  pipe(
    E.tryCatch(reached.at.next, firstLine),
    E.orElseW((line) =>
      pipe(
        leave(world, job, 'defect', reached),
        E.mapLeft(({ exit, problems }) => ({
          exit,
          problems: [problem('unexpected error', line), ...problems]
        }))
      )
    )
  )

/** Saves at times. That this fails is said, and is no reason to end what may be saved later. */
const saver = (world: World, job: Job, began: number): ((reached: Reached) => void) => {
  let last = began
  return ({ at }) => {
    const now = world.terminal.now()
    if (now - last < period) return
    last = now
    const saved = save(world, job, at.save())
    if (E.isRight(saved)) return
    for (const line of showProblems(warning(saved.left))) world.terminal.err(line)
  }
}

/** What is shown of an epoch, unless it has no loss. */
const reporter =
  (world: World, began: number, meter: Meter | undefined, reports: Array<EpochReport>) =>
  ({ report, cause }: Extract<Running, { readonly _tag: 'Epoch' }>): E.Either<Ended, void> => {
    if (!Number.isFinite(report.loss)) return ended('diverged', ...diverged(report, cause))
    reports.push(report)
    meter?.show(report, world.terminal.now() - began)
    return E.right(undefined)
  }

interface Watch {
  readonly report: ReturnType<typeof reporter>
  readonly autosave: ReturnType<typeof saver>
}

/** What comes between two pieces of work, and the next one. */
const pass = async (
  world: World,
  job: Job,
  watch: Watch,
  reached: Reached
): Promise<E.Either<Ended, Progress>> => {
  await world.terminal.breathe()
  const stop = world.stops.asked()
  if (stop !== undefined) return leave(world, job, stop, reached)
  watch.autosave(reached)
  return advance(world, job, reached)
}

/** A training from its first epoch to its last. */
export interface Finished {
  readonly trained: Trained
  readonly reports: ReadonlyArray<EpochReport>
  readonly seconds: number
}

const run = async (
  world: World,
  job: Job,
  watch: Watch,
  reports: ReadonlyArray<EpochReport>
): Promise<E.Either<Ended, Trained>> => {
  let at = job.start()
  for (let isNew = at._tag === 'Epoch'; at._tag !== 'Done'; isNew = true) {
    const reported = at._tag === 'Epoch' ? watch.report(at) : E.right(undefined)
    if (E.isLeft(reported)) return reported
    const next = await pass(world, job, watch, { at, isNew, epochs: reports.length })
    if (E.isLeft(next)) return next
    at = next.right
  }
  return E.right(at.trained)
}

/** Trains to the end, or to where it is stopped. */
export const follow = async (world: World, job: Job): Promise<E.Either<Ended, Finished>> => {
  const { terminal } = world
  const [began, reports] = [terminal.now(), [...job.reports]]
  const meter = job.options.json ? undefined : terminal.meter(job.hyper.epochs, reports.length)
  const watch = { report: reporter(world, began, meter, reports), autosave: saver(world, job, began) }
  const outcome = await run(world, job, watch, reports)
  meter?.stop()
  return pipe(
    outcome,
    E.map((trained) => ({ trained, reports, seconds: terminal.now() - began }))
  )
}
