import * as E from 'fp-ts/lib/Either.js'
import { follow } from './follow.js'
import { type Job, prepare } from './prepare.js'
import { saveAndReload, stopped } from './save.js'
import { jsonReport, textReport } from './story.js'
import { type Ended, refused, type World } from './world.js'

/** Trains, saves, reports. */
const work = async (world: World, job: Job): Promise<E.Either<Ended, void>> => {
  const finished = await follow(world, job)
  if (E.isLeft(finished)) return finished
  const { trained } = finished.right
  const saved = await saveAndReload(world, job, trained)
  if (E.isLeft(saved)) return saved
  world.terminal.out(
    job.options.json ? jsonReport(job, finished.right) : `\n${textReport(world, job, finished.right)}`
  )
  const stop = world.stops.asked()
  return stop === undefined ? saved : stopped(world, job, stop, job.hyper.epochs, trained.checkpoint)
}

/** `npm start`: nothing is computed before all is checked, and from then on nothing is lost. */
export const train = async (world: World, args: ReadonlyArray<string>): Promise<E.Either<Ended, void>> => {
  const job = await prepare(world, args)
  if (E.isLeft(job)) return refused(job.left)
  world.stops.hold()
  const outcome = await work(world, job.right)
  world.stops.release()
  return outcome
}
