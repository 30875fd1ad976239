import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parseFruits } from '../data/csv.js'
import type { Fruit } from '../data/fruit.js'
import { type Problem, problem } from '../input/problem.js'
import type { EpochReport, Progress, Train } from '../model/Learning.js'
import type { Files } from './disk/files.js'
import type { Hyper } from './hyper.js'
import { limits, parseTrain, type Source, type TrainOptions } from './options.js'
import type { World } from './world.js'

/** Everything that can be wrong is found here, before anything is computed or written. */

type Problems = ReadonlyArray<Problem>

/** A training that can start. */
export interface Job {
  readonly options: TrainOptions
  readonly hyper: Hyper
  readonly fruits: ReadonlyArray<Fruit>
  /** The epochs that were done before. */
  readonly reports: ReadonlyArray<EpochReport>
  readonly start: () => Progress
}

/** Paths that stand for standard input. */
const inputs = ['-', '/dev/stdin']

/** The fruits of a file, or of standard input. */
export const readFruits = async (
  files: Files,
  path: string
): Promise<E.Either<Problems, ReadonlyArray<Fruit>>> => {
  const text = await (inputs.includes(path) ? files.input(limits.data) : files.read(path, limits.data))()
  return E.isLeft(text) ? E.left([problem(path, text.left)]) : parseFruits(text.right)
}

interface Origin {
  readonly hyper: Hyper
  readonly reports: ReadonlyArray<EpochReport>
  readonly train: Train
}

const lengthened = (path: string, epochs: number | undefined, from: Origin): E.Either<Problems, Origin> => {
  const [done, hyper] = [from.reports.length, { ...from.hyper, epochs: epochs ?? from.hyper.epochs }]
  return hyper.epochs < done
    ? E.left([
        problem(
          '--epochs',
          `expected at least the ${done} that the training in ${path} has had, got ${hyper.epochs}`
        )
      ])
    : E.right({ ...from, hyper })
}

const originOf = async ({ files, learning }: World, source: Source): Promise<E.Either<Problems, Origin>> => {
  if (source._tag === 'Hyper') return E.right({ hyper: source.hyper, reports: [], train: learning.train })
  const { path, epochs } = source
  const text = await files.read(path, limits.checkpoint)()
  return pipe(
    text,
    E.mapLeft((reason): ReadonlyArray<string> => [reason]),
    E.chain(learning.resume),
    E.mapLeft((reasons): Problems => reasons.map((reason) => problem(path, reason))),
    E.chain((from) => lengthened(path, epochs, from))
  )
}

const checkPaths = (
  { files, learning }: World,
  { data, config, checkpoint }: TrainOptions,
  hyper: Hyper
): Problems => {
  const input = [data, config].find(
    (path) => path !== undefined && !inputs.includes(path) && files.real(path) === files.real(checkpoint)
  )
  if (input !== undefined) return [problem('--checkpoint', `would overwrite ${input}`)]
  const tried = files.tried(checkpoint, learning.checkpointSize(hyper))
  return E.isLeft(tried) ? [problem(checkpoint, `cannot be written: ${tried.left}`)] : []
}

const checkFruit = (fruits: ReadonlyArray<Fruit>, { fruit }: TrainOptions): Problems =>
  fruit !== undefined && fruit > fruits.length
    ? [problem('--fruit', `expected a whole number from 1 to ${fruits.length}, got ${fruit}`)]
    : []

/** Reads what the arguments name, and tries what has to be written. All problems are listed. */
export const prepare = async (
  world: World,
  args: ReadonlyArray<string>
): Promise<E.Either<Problems, Job>> => {
  const parsed = await parseTrain(world.files)(args)()
  if (E.isLeft(parsed)) return parsed
  const options = parsed.right
  const origin = await originOf(world, options.source)
  if (E.isLeft(origin)) return origin
  const { hyper, reports, train } = origin.right
  const fruits = await readFruits(world.files, options.data)
  const problems = checkPaths(world, options, hyper)
  if (E.isLeft(fruits)) return E.left([...problems, ...fruits.left])
  const all = [...problems, ...checkFruit(fruits.right, options)]
  const start = train(fruits.right, hyper)
  if (all.length > 0 || E.isLeft(start)) return E.left(E.isLeft(start) ? [...all, ...start.left] : all)
  return E.right({ options, hyper, fruits: fruits.right, reports, start: start.right })
}
