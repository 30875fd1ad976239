import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts/lib/index.js'
import { colours, type Features, sizes, textures } from '../data/fruit.js'
import { dataPath } from '../data/generate.js'
import { fromText, oneOf, positiveInteger, weight } from '../input/codecs.js'
import { fromErrors, type Problem, problem } from '../input/problem.js'
import { parseConfig, parseHyperFlags } from './config.js'
import type { Files } from './files.js'
import { type Known, readFlags } from './flags.js'
import {
  flags,
  type Hyper,
  type HyperKey,
  inconsistencies,
  type PartialHyper,
  withDefaults
} from './hyper.js'

/** Where a command leaves and finds the trained network when no path is given. */
export const defaultCheckpoint = 'checkpoint.json'

/** What `train` is asked to do. */
export interface TrainOptions {
  readonly hyper: Hyper
  readonly data: string
  readonly config: string | undefined
  readonly checkpoint: string
  /** The number of the fruit to open the box for, from 1; undefined for an instructive test apple. */
  readonly fruit: number | undefined
  readonly json: boolean
}

/** What `predict` is asked to do. */
export interface PredictOptions {
  readonly features: Features
  readonly checkpoint: string
  readonly json: boolean
}

type Problems = ReadonlyArray<Problem>

const failures = (result: E.Either<Problems, unknown>): Problems => (E.isLeft(result) ? result.left : [])

/** The flags of `train`. */
export const trainFlags: Known = {
  values: [...Object.values(flags).map(({ flag }) => flag), 'config', 'data', 'checkpoint', 'fruit'],
  switches: ['json', 'help']
}

/** The flags of `predict`. */
export const predictFlags: Known = {
  values: ['weight', 'colour', 'texture', 'size', 'checkpoint'],
  switches: ['json', 'help']
}

const readConfig = (files: Files, path: string | undefined): E.Either<Problems, PartialHyper> =>
  path === undefined
    ? E.right({})
    : E.chain((text: string) => parseConfig(path, text))(
        E.mapLeft((reason: string): Problems => [problem(path, reason)])(files.read(path))
      )

/** What only shows when flags and file are put together. `at` says where a hyper-parameter came from. */
const contradictions = (given: PartialHyper, hyper: Hyper, at: (key: HyperKey) => string): Problems => {
  const { optimizer } = hyper
  const useless = given.momentum !== undefined && optimizer !== 'momentum' && optimizer !== 'nesterov'
  return [
    ...inconsistencies(hyper).map(({ key, message }) => problem(at(key), message)),
    ...(useless ? [problem(at('momentum'), `${optimizer} has none; choose momentum or nesterov`)] : [])
  ]
}

const fruitNumber = (text: string | undefined): E.Either<Problems, number | undefined> =>
  text === undefined
    ? E.right(undefined)
    : E.mapLeft(fromErrors(() => '--fruit'))(fromText(positiveInteger).decode(text))

/** Decodes the arguments of `train`: flags before file before defaults. All problems are listed. */
export const parseTrain =
  (files: Files) =>
  (args: ReadonlyArray<string>): E.Either<Problems, TrainOptions> => {
    const { values, switches, problems } = readFlags(trainFlags, args)
    const path = values['config']
    const file = readConfig(files, path)
    const flagged = parseHyperFlags(values)
    const fruit = fruitNumber(values['fruit'])
    const given = [...problems, ...failures(flagged), ...failures(fruit), ...failures(file)]
    if (given.length > 0 || E.isLeft(file) || E.isLeft(flagged) || E.isLeft(fruit)) return E.left(given)
    const all = { ...file.right, ...flagged.right }
    const hyper = withDefaults(all)
    const inFile = (key: HyperKey): boolean =>
      path !== undefined && flagged.right[key] === undefined && key in file.right
    const wrong = contradictions(all, hyper, (key) =>
      inFile(key) ? `${path ?? ''}: ${key}` : `--${flags[key].flag}`
    )
    if (wrong.length > 0) return E.left(wrong)
    const { data = dataPath, checkpoint = defaultCheckpoint } = values
    return E.right({
      hyper,
      data,
      config: path,
      checkpoint,
      fruit: fruit.right,
      json: switches.includes('json')
    })
  }

const FeatureFlags = t.type({
  weight: fromText(weight),
  colour: oneOf(colours),
  texture: oneOf(textures),
  size: oneOf(sizes)
})

const required: ReadonlyArray<readonly [string, string]> = [
  ['weight', '160'],
  ['colour', 'red'],
  ['texture', 'smooth'],
  ['size', 'medium']
]

/** Decodes the arguments of `predict`. All problems are listed. */
export const parsePredict = (args: ReadonlyArray<string>): E.Either<Problems, PredictOptions> => {
  const { values, switches, problems } = readFlags(predictFlags, args)
  const complained = problems.map(({ at }) => at)
  const absent = required.filter(([name]) => values[name] === undefined && !complained.includes(`--${name}`))
  const missing = absent.map(([name, example]) =>
    problem(`--${name}`, `is required, for example --${name} ${example}`)
  )
  const decoded = E.mapLeft(fromErrors((path) => `--${path.join()}`))(FeatureFlags.decode(values))
  const bad = failures(decoded).filter(({ at }) => values[at.slice(2)] !== undefined)
  if (E.isLeft(decoded) || problems.length > 0) return E.left([...problems, ...missing, ...bad])
  const checkpoint = values['checkpoint'] ?? defaultCheckpoint
  return E.right({ features: decoded.right, checkpoint, json: switches.includes('json') })
}
