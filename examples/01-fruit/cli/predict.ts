import * as E from 'fp-ts/lib/Either.js'
import { labels } from '../data/fruit.js'
import { type Problem, problem } from '../input/problem.js'
import type { Network } from '../model/Learning.js'
import { describe, greatest } from '../render/blackBox.js'
import { probabilityBars } from '../render/report.js'
import { defaultCheckpoint, limits, parsePredict, type PredictOptions } from './options.js'
import { type Ended, refused, type World } from './world.js'

type Problems = ReadonlyArray<Problem>

const readNetwork = async (
  { files, learning }: World,
  path: string
): Promise<E.Either<Problems, Network>> => {
  const text = await files.read(path, limits.checkpoint)()
  const hint = path === defaultCheckpoint ? '; npm start trains and saves a network' : ''
  if (E.isLeft(text)) return E.left([problem(path, `${text.left}${hint}`)])
  return E.mapLeft((reasons: ReadonlyArray<string>): Problems => reasons.map((r) => problem(path, r)))(
    learning.load(text.right)
  )
}

const answer = (options: PredictOptions, probabilities: ReadonlyArray<number>): string => {
  const label = labels[greatest(probabilities)] ?? ''
  if (options.json) {
    const named = Object.fromEntries(labels.map((name, i) => [name, probabilities[i]]))
    return JSON.stringify({ label, probabilities: named })
  }
  return `${describe(options.features)}: ${label}\n${probabilityBars(probabilities)}`
}

/** `npm start -- predict`: says what a fruit is. */
export const predict = async (world: World, args: ReadonlyArray<string>): Promise<E.Either<Ended, void>> => {
  const options = parsePredict(args)
  if (E.isLeft(options)) return refused(options.left)
  const network = await readNetwork(world, options.right.checkpoint)
  if (E.isLeft(network)) return refused(network.left)
  world.terminal.out(answer(options.right, network.right.predict(options.right.features)))
  return E.right(undefined)
}
