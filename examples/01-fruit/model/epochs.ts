import { type Fruit, labels } from '../data/fruit.js'
import { type Snapshot, writeSnapshot } from './checkpoint.js'
import type { EpochReport, Network, Progress, Saved } from './Learning.js'
import { type Model, network } from './network.js'
import { combined, type Course, type Part, type Plan } from './training.js'
import { greatest } from './values.js'

/** A training as a lazy list of short pieces of work, each of which begins at a place that can be saved. */

/** What stays the same from the first step to the last. */
interface Run {
  readonly course: Course
  readonly before: Model
  readonly test: ReadonlyArray<Fruit>
}

/** The epochs that are done, the last one first: a list that grows without being copied. */
interface History {
  readonly report: EpochReport
  readonly earlier: History | undefined
}

/** A snapshot whose reports are a growing list. */
interface Place extends Pick<Snapshot, 'hyper' | 'encoder' | 'data' | 'order' | 'step' | 'state'> {
  readonly history: History | undefined
}

const listed = (history: History | undefined): ReadonlyArray<EpochReport> => {
  const reports: Array<EpochReport> = []
  for (let at = history; at !== undefined; at = at.earlier) reports.push(at.report)
  return reports.reverse()
}

const saved = ({ history, ...place }: Place): Saved => writeSnapshot({ ...place, reports: listed(history) })

const pause = (place: Place, next: () => Progress): Progress => ({
  _tag: 'Pause',
  save: () => saved(place),
  next
})

const counted = (
  counts: ReadonlyArray<ReadonlyArray<number>>,
  is: number,
  said: number
): ReadonlyArray<ReadonlyArray<number>> =>
  counts.map((row, i) => (i === is ? row.map((n, j) => (j === said ? n + 1 : n)) : row))

/** Asks the trained network about each fruit of the test, and counts how often each kind is taken for each. */
const judge = (run: Run, place: Place, after: Network): Progress => {
  const go = (i: number, confusion: ReadonlyArray<ReadonlyArray<number>>): Progress => {
    const fruit = run.test[i]
    if (fruit === undefined) return done(confusion)
    return pause(place, () =>
      go(i + 1, counted(confusion, labels.indexOf(fruit.label), greatest(after.predict(fruit))))
    )
  }
  const done = (confusion: ReadonlyArray<ReadonlyArray<number>>): Progress => {
    const right = confusion.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)
    const testAccuracy = right / run.test.length
    const trained = { before: network(run.before), after, test: run.test, testAccuracy, confusion }
    return { _tag: 'Done', trained: { ...trained, checkpoint: saved(place) } }
  }
  return go(
    0,
    labels.map(() => labels.map(() => 0))
  )
}

/** The plan of an epoch, and where this run began with it. */
interface Begun extends Plan {
  readonly from: Place
}

/** The steps of the epoch that are left, then what they led to. */
const steps = (run: Run, plan: Begun, place: Place): Progress => {
  const places = plan.steps[place.step]
  return pause(place, () =>
    places === undefined
      ? check(run, plan, place, [])
      : steps(run, plan, {
          ...place,
          state: run.course.step(place.state, places),
          step: place.step + 1
        })
  )
}

const check = (run: Run, plan: Begun, place: Place, parts: ReadonlyArray<Part>): Progress => {
  const part = run.course.parts[parts.length]
  if (part === undefined) return epochDone(run, plan, place, parts)
  const more = [...parts, part(place.state)]
  return more.length < run.course.parts.length
    ? pause(place, () => check(run, plan, place, more))
    : epochDone(run, plan, place, more)
}

const epochDone = (run: Run, plan: Begun, place: Place, parts: ReadonlyArray<Part>): Progress => {
  const report = { epoch: (place.history?.report.epoch ?? 0) + 1, ...combined(parts) }
  const next: Place = { ...place, order: plan.later, step: 0, history: { report, earlier: place.history } }
  const cause = () => run.course.cause(plan.from.state, plan.steps.slice(plan.from.step))
  return { _tag: 'Epoch', report, save: () => saved(next), next: () => epoch(run, next), cause }
}

const epoch = (run: Run, place: Place): Progress =>
  (place.history?.report.epoch ?? 0) < place.hyper.epochs
    ? steps(run, { ...run.course.plan(place.order), from: place }, place)
    : judge(run, place, network({ ...run.before, params: place.state.params }))

/** The training from a snapshot on. */
export const begin = (run: Run, { reports, ...from }: Snapshot): Progress => {
  const history = reports.reduce<History | undefined>((earlier, report) => ({ report, earlier }), undefined)
  return epoch(run, { ...from, history })
}
