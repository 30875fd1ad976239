import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts/lib/index.js'
import { colours, type Features, sizes, textures } from '../data/fruit.js'
import { dataPath } from '../data/generate.js'
import { fromText, oneOf, positiveInteger, weight } from '../input/codecs.js'
import { fromErrors, type Problem, problem } from '../input/problem.js'
import { parseConfig, parseHyperFlags } from './config.js'
import type { Files } from './disk/files.js'
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

/** The most bytes that are read of each kind of file: about 130,000 fruits, and a checkpoint of all weights there may be. */
export const limits = { config: 2 ** 20, data: 4 * 2 ** 20, checkpoint: 48 * 2 ** 20 } as const

/** What a training starts from: hyper-parameters, or a checkpoint that has them. */
export type Source =
  | { readonly _tag: 'Hyper'; readonly hyper: Hyper }
  | { readonly _tag: 'Checkpoint'; readonly path: string; readonly epochs: number | undefined }

/** What `train` is asked to do. */
export interface TrainOptions {
  readonly source: Source
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
  values: [
    ...Object.values(flags).map(({ flag }) => flag),
    'config',
    'resume',
    'data',
    'checkpoint',
    'fruit'
  ],
  switches: ['json', 'help']
}

/** The flags of `predict`. */
export const predictFlags: Known = {
  values: ['weight', 'colour', 'texture', 'size', 'checkpoint'],
  switches: ['json', 'help']
}

const readConfig = async (
  files: Files,
  path: string | undefined
): Promise<E.Either<Problems, PartialHyper>> => {
  if (path === undefined) return E.right({})
  const text = await files.read(path, limits.config)()
  return E.isLeft(text) ? E.left([problem(path, text.left)]) : parseConfig(path, text.right)
}

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

/** A training that goes on has its hyper-parameters, except for how long it is. */
const settled = (
  values: Readonly<Record<string, string>>,
  path: string,
  given: PartialHyper
): E.Either<Problems, Source> => {
  const fixed = Object.values(flags)
    .map(({ flag }) => flag)
    .filter((flag) => flag !== flags.epochs.flag && values[flag] !== undefined)
  const wrong = [...fixed, ...(values['config'] === undefined ? [] : ['config'])].map((flag) =>
    problem(`--${flag}`, `the training in ${path} has its own; with --resume only --epochs can be changed`)
  )
  return wrong.length > 0 ? E.left(wrong) : E.right({ _tag: 'Checkpoint', path, epochs: given.epochs })
}

/** Flags before file before defaults. */
const chosen = (
  path: string | undefined,
  file: PartialHyper,
  flagged: PartialHyper
): E.Either<Problems, Source> => {
  const all = { ...file, ...flagged }
  const hyper = withDefaults(all)
  const inFile = (key: HyperKey): boolean => path !== undefined && flagged[key] === undefined && key in file
  const wrong = contradictions(all, hyper, (key) =>
    inFile(key) ? `${path ?? ''}: ${key}` : `--${flags[key].flag}`
  )
  return wrong.length > 0 ? E.left(wrong) : E.right({ _tag: 'Hyper', hyper })
}

/** Decodes the arguments of `train`. All problems are listed. */
export const parseTrain =
  (files: Files) =>
  (args: ReadonlyArray<string>): TE.TaskEither<Problems, TrainOptions> =>
  async () => {
    const { values, switches, problems } = readFlags(trainFlags, args)
    const { config, resume, data = dataPath, checkpoint = resume ?? defaultCheckpoint } = values
    const file = await readConfig(files, config)
    const flagged = parseHyperFlags(values)
    const fruit = fruitNumber(values['fruit'])
    const given = [...problems, ...failures(flagged), ...failures(fruit), ...failures(file)]
    if (given.length > 0 || E.isLeft(file) || E.isLeft(flagged) || E.isLeft(fruit)) return E.left(given)
    const source =
      resume === undefined
        ? chosen(config, file.right, flagged.right)
        : settled(values, resume, flagged.right)
    if (E.isLeft(source)) return source
    const json = switches.includes('json')
    return E.right({ source: source.right, data, config, checkpoint, fruit: fruit.right, json })
  }

const FeatureFlags = t.type({
  weight,
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
