import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { parseFruits } from '../data/csv.js'
import type { Fruit } from '../data/fruit.js'
import { type Problem, problem } from '../input/problem.js'
import type { Causes, EpochReport, Learning, Network, Progress, Trained } from '../model/Learning.js'
import { backwardPass, comparison, describe, forwardPass } from '../render/blackBox.js'
import { confusionTable, lossCurve } from '../render/report.js'
import type { Files } from './files.js'
import type { Hyper } from './hyper.js'
import { parseTrain, type TrainOptions } from './options.js'
import { specimen } from './specimen.js'
import type { Terminal } from './terminal.js'

/** What the commands act on and with. */
export interface World {
  readonly files: Files
  readonly terminal: Terminal
  readonly learning: Learning
}

type Problems = ReadonlyArray<Problem>

interface Job {
  readonly options: TrainOptions
  readonly fruits: ReadonlyArray<Fruit>
  readonly start: () => Progress
}

export const readFruits = (files: Files, path: string): E.Either<Problems, ReadonlyArray<Fruit>> => {
  const text = files.read(path)
  return E.isLeft(text) ? E.left([problem(path, text.left)]) : parseFruits(text.right)
}

const checkPaths = (files: Files, { data, config, checkpoint }: TrainOptions): Problems => {
  const input = [data, config].find((path) => path !== undefined && resolve(path) === resolve(checkpoint))
  if (input !== undefined) return [problem('--checkpoint', `would overwrite ${input}`)]
  const writable = files.writable(checkpoint)
  return E.isLeft(writable) ? [problem(checkpoint, `cannot be written: ${writable.left}`)] : []
}

const checkFruit = (fruits: ReadonlyArray<Fruit>, { fruit }: TrainOptions): Problems =>
  fruit !== undefined && fruit > fruits.length
    ? [problem('--fruit', `expected a whole number from 1 to ${fruits.length}, got ${fruit}`)]
    : []

/** Everything that can be wrong is found here, before anything is computed or written. */
const prepare = ({ files, learning }: World, args: ReadonlyArray<string>): E.Either<Problems, Job> => {
  const options = parseTrain(files)(args)
  if (E.isLeft(options)) return options
  const fruits = readFruits(files, options.right.data)
  const problems = checkPaths(files, options.right)
  if (E.isLeft(fruits)) return E.left([...problems, ...fruits.left])
  const all = [...problems, ...checkFruit(fruits.right, options.right)]
  const start = learning.train(fruits.right, options.right.hyper)
  if (all.length > 0 || E.isLeft(start)) return E.left(E.isLeft(start) ? [...all, ...start.left] : all)
  return E.right({ options: options.right, fruits: fruits.right, start: start.right })
}

interface Finished {
  readonly trained: Trained
  readonly reports: ReadonlyArray<EpochReport>
  readonly seconds: number
}

/** What is said of a loss that is not finite, and of where that came from. */
const diverged = ({ epoch, loss }: EpochReport, cause: Causes = () => []): Problems => [
  problem(`epoch ${epoch}`, `training diverged, the loss is ${loss}; try a smaller --learning-rate`),
  ...cause().map((line) => problem('cause', line.trim()))
]

/** Runs the epochs one by one, pausing in between so that an interruption is noticed. */
const follow = async (
  { terminal }: World,
  { options, start }: Job
): Promise<E.Either<Problems, Finished>> => {
  const reports: Array<EpochReport> = []
  const began = terminal.now()
  const meter = options.json ? undefined : terminal.meter(options.hyper.epochs)
  let progress = start()
  while (progress._tag === 'Epoch' && Number.isFinite(progress.report.loss)) {
    reports.push(progress.report)
    meter?.show(progress.report, terminal.now() - began)
    await terminal.breathe()
    progress = progress.next()
  }
  meter?.stop()
  if (progress._tag === 'Epoch') return E.left(diverged(progress.report, progress.cause))
  return E.right({ trained: progress.trained, reports, seconds: terminal.now() - began })
}

const identical = (fruits: ReadonlyArray<Fruit>, a: Network, b: Network): boolean =>
  fruits.every((fruit) => {
    const other = b.predict(fruit)
    return a.predict(fruit).every((p, i) => Object.is(p, other[i]))
  })

/** Saves the network, reads it back, and compares what the two say of every fruit, bit for bit. */
const saveAndReload = (
  { files, learning }: World,
  job: Job,
  { trained }: Finished
): E.Either<Problems, void> => {
  const path = job.options.checkpoint
  const wrong = (...reasons: ReadonlyArray<string>): E.Either<Problems, never> =>
    E.left(reasons.map((reason) => problem(path, reason)))
  if (E.isLeft(trained.checkpoint)) return wrong(...trained.checkpoint.left)
  const written = files.write(path, trained.checkpoint.right)
  if (E.isLeft(written)) return wrong(`cannot be written: ${written.left}`)
  const text = files.read(path)
  if (E.isLeft(text)) return wrong(text.left)
  const reloaded = learning.load(text.right)
  if (E.isLeft(reloaded)) return wrong(...reloaded.left)
  return identical(job.fruits, trained.after, reloaded.right)
    ? E.right(undefined)
    : wrong('the reloaded network differs from the trained one')
}

const jsonReport = (job: Job, { trained, reports, seconds }: Finished): string =>
  JSON.stringify({
    testAccuracy: trained.testAccuracy,
    trainLoss: reports.map(({ loss }) => loss),
    seconds: Number(seconds.toFixed(3)),
    confusion: trained.confusion,
    checkpoint: job.options.checkpoint
  })

const boxText = ({ terminal, learning }: World, job: Job, trained: Trained): ReadonlyArray<string> => {
  const chosen = specimen(trained, job.fruits, job.options.fruit)
  if (chosen === undefined) return []
  const { fruit, why } = chosen
  const { colour } = terminal
  const title = (text: string): string => colour.bold(colour.underline(text))
  const [before, after] = [trained.before.open(fruit), trained.after.open(fruit)]
  return [
    `${title(`The black box, opened for one fruit: ${describe(fruit)} (${fruit.label})`)}\n${why}`,
    title('Before training, forward: what each neuron makes of it'),
    forwardPass(colour)(before),
    title('Before training, backward: how the activations should move, and the weights that matter most'),
    backwardPass(colour)(before.backward),
    title('After training, forward'),
    forwardPass(colour)(after),
    title('After training, backward'),
    comparison(before, after),
    title('The gradient of one neuron, as the library derives it'),
    learning.neuronProgram(job.options.hyper).replaceAll(/^(?=.)/gm, '  ')
  ]
}

/** Says which layers cannot learn, if any. */
const standstill = ({ hidden, activations }: Hyper): ReadonlyArray<string> => {
  const last = activations.lastIndexOf('binary-step')
  if (last < 0) return []
  const layers = hidden.slice(0, last + 1).map((_, i) => `${i + 1}`)
  const which = layers.length === 1 ? 'layer 1 keeps its' : `layers 1 to ${layers.length} keep their`
  return [`note: binary-step has derivative 0: hidden ${which} random weights`]
}

const textReport = (world: World, job: Job, { trained, reports, seconds }: Finished): string =>
  [
    lossCurve(reports.map(({ loss }) => loss)),
    confusionTable(world.terminal.colour)(trained.confusion),
    [
      `test accuracy ${trained.testAccuracy.toFixed(4)} on ${trained.test.length} fruits, trained in ${seconds.toFixed(1)} s`,
      `saved to ${job.options.checkpoint}, reloaded: its ${job.fruits.length} predictions are bit-identical`
    ].join('\n'),
    ...standstill(job.options.hyper),
    ...boxText(world, job, trained)
  ]
    .filter((part) => part !== '')
    .join('\n\n')

/** `npm start`: trains, saves, reports. */
export const train = async (world: World, args: ReadonlyArray<string>): Promise<E.Either<Problems, void>> => {
  const job = prepare(world, args)
  if (E.isLeft(job)) return job
  const finished = await follow(world, job.right)
  if (E.isLeft(finished)) return finished
  const saved = saveAndReload(world, job.right, finished.right)
  if (E.isLeft(saved)) return saved
  const { json } = job.right.options
  world.terminal.out(
    json ? jsonReport(job.right, finished.right) : `\n${textReport(world, job.right, finished.right)}`
  )
  return saved
}
