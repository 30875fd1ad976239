import * as t from 'io-ts/lib/index.js'
import { encodings, inputNames } from '../data/encoding.js'
import { labels } from '../data/fruit.js'
import { fraction, listOf, naturalNumber, numberThat, oneOf, positive, readDecimal } from '../input/codecs.js'
import { showValue } from '../input/problem.js'

export const activations = [
  'relu',
  'leaky-relu',
  'prelu',
  'sigmoid',
  'tanh',
  'identity',
  'binary-step',
  'straight-through-step',
  'softmax'
] as const
export const losses = [
  'cross-entropy',
  'cross-entropy-from-probabilities',
  'binary-cross-entropy',
  'binary-cross-entropy-from-probabilities',
  'squared-error',
  'mse',
  'mae'
] as const
export const optimizers = ['adam', 'sgd', 'momentum', 'nesterov', 'rmsprop', 'gradient-descent'] as const

export type Activation = (typeof activations)[number]
export type Loss = (typeof losses)[number]
export type OptimizerName = (typeof optimizers)[number]

const wholeUpTo = (limit: number): t.Type<number, number, unknown> =>
  numberThat(`a whole number from 1 to ${limit}`, (n) => Number.isInteger(n) && n >= 1 && n <= limit)

const isBatchSize = (u: unknown): u is number | 'full' =>
  u === 'full' || (typeof u === 'number' && Number.isSafeInteger(u) && u > 0)

const batchSize = new t.Type<number | 'full', number | 'full', unknown>(
  'BatchSize',
  isBatchSize,
  (u, c) =>
    isBatchSize(u)
      ? t.success(u)
      : t.failure(u, c, `expected a positive whole number or "full", got ${showValue(u)}`),
  t.identity
)

/** Each layer is part of one compiled program: with 32 of them it takes a second to compile. */
const mostLayers = { count: 32, why: 'with more layers the program takes long to compile' }

/** With the state of the optimizer, a checkpoint of so many weights has up to 34 MB. */
const mostWeights = 2 ** 21

/** The codec of each hyper-parameter: the same for the JSON file and, once the text is read, for flags. */
export const fields = {
  hidden: listOf(wholeUpTo(1024), 'a list of layer sizes such as [8, 8]', mostLayers),
  activations: listOf(oneOf(activations), 'a list of activations such as ["relu", "tanh"]', mostLayers),
  loss: oneOf(losses),
  optimizer: oneOf(optimizers),
  learningRate: positive,
  momentum: numberThat('a number from 0 up to but not 1', (n) => n >= 0 && n < 1),
  batchSize,
  epochs: wholeUpTo(100_000),
  testFraction: fraction,
  key: naturalNumber,
  encoding: oneOf(encodings)
} as const

/** Some hyper-parameters, as a file or the flags give them. */
export const PartialHyper = t.readonly(t.partial(fields))
export type PartialHyper = t.TypeOf<typeof PartialHyper>

/** All hyper-parameters. */
export const Hyper = t.readonly(t.type(fields))
export type Hyper = t.TypeOf<typeof Hyper>

export type HyperKey = keyof typeof fields

const number = (text: string): unknown => readDecimal(text) ?? text
const list = (text: string): ReadonlyArray<string> =>
  text === 'none' ? [] : text.split(',').map((s) => s.trim())

/** The flag of each hyper-parameter: its name, what follows it, how its text becomes a value, and its help. */
export interface Flag {
  readonly flag: string
  readonly value: string
  readonly read: (text: string) => unknown
  readonly help: string
}

export const flags: Readonly<Record<HyperKey, Flag>> = {
  hidden: {
    flag: 'hidden',
    value: '<n,n,...>',
    read: (text) => list(text).map(number),
    help: 'neurons in each hidden layer, or none'
  },
  activations: {
    flag: 'activations',
    value: '<name,...>',
    read: list,
    help: `one for each hidden layer, or one for all: ${activations.join(', ')}`
  },
  loss: { flag: 'loss', value: '<name>', read: (text) => text, help: losses.join(', ') },
  optimizer: { flag: 'optimizer', value: '<name>', read: (text) => text, help: optimizers.join(', ') },
  learningRate: { flag: 'learning-rate', value: '<number>', read: number, help: 'the length of a step' },
  momentum: {
    flag: 'momentum',
    value: '<number>',
    read: number,
    help: 'for the optimizers momentum and nesterov'
  },
  batchSize: { flag: 'batch-size', value: '<n|full>', read: number, help: 'fruits in a step' },
  epochs: { flag: 'epochs', value: '<n>', read: number, help: 'passes over the training fruits' },
  testFraction: {
    flag: 'test-fraction',
    value: '<number>',
    read: number,
    help: 'the part of the fruits that is kept for the test'
  },
  key: { flag: 'key', value: '<n>', read: number, help: 'the key of every random choice' },
  encoding: {
    flag: 'encoding',
    value: '<name>',
    read: (text) => text,
    help: `of words: ${encodings.join(', ')}`
  }
}

/** The hyper-parameters that depend on the optimizer, when none are given. */
export const byOptimizer: Readonly<
  Record<OptimizerName, Pick<Hyper, 'learningRate' | 'epochs' | 'batchSize'>>
> = {
  adam: { learningRate: 0.003, epochs: 40, batchSize: 32 },
  rmsprop: { learningRate: 0.005, epochs: 40, batchSize: 32 },
  momentum: { learningRate: 0.02, epochs: 40, batchSize: 32 },
  nesterov: { learningRate: 0.02, epochs: 40, batchSize: 32 },
  sgd: { learningRate: 0.1, epochs: 60, batchSize: 32 },
  'gradient-descent': { learningRate: 0.5, epochs: 200, batchSize: 'full' }
}

/** All hyper-parameters from some: the rest have their defaults. */
export const withDefaults = (given: PartialHyper): Hyper => {
  const optimizer = given.optimizer ?? 'adam'
  const hidden = given.hidden ?? [8, 8]
  const named = given.activations ?? ['relu']
  const [only] = named
  return {
    hidden,
    activations: named.length === 1 && only !== undefined ? hidden.map(() => only) : named,
    loss: given.loss ?? 'cross-entropy',
    optimizer,
    learningRate: given.learningRate ?? byOptimizer[optimizer].learningRate,
    momentum: given.momentum ?? 0.9,
    batchSize: given.batchSize ?? byOptimizer[optimizer].batchSize,
    epochs: given.epochs ?? byOptimizer[optimizer].epochs,
    testFraction: given.testFraction ?? 0.25,
    key: given.key ?? 1,
    encoding: given.encoding ?? 'one-hot'
  }
}

/** The sizes of all layers, the inputs first. */
export const layerSizes = ({ encoding, hidden }: Hyper): ReadonlyArray<number> => [
  inputNames(encoding).length,
  ...hidden,
  labels.length
]

/** How many weights and biases the layers have. */
export const weightCount = (hyper: Hyper): number =>
  layerSizes(hyper).reduce((sum, size, i, sizes) => sum + ((sizes[i - 1] ?? -1) + 1) * size, 0)

/** A hyper-parameter that does not go with the others. */
export interface Inconsistency {
  readonly key: HyperKey
  readonly message: string
}

/** What only shows when all hyper-parameters are seen together. */
export const inconsistencies = (hyper: Hyper): ReadonlyArray<Inconsistency> => {
  const { hidden, activations: names, optimizer, batchSize: size } = hyper
  const wrong: ReadonlyArray<readonly [boolean, HyperKey, string]> = [
    [
      names.length !== hidden.length,
      'activations',
      `expected ${hidden.length} ${hidden.length === 1 ? 'name' : 'names'}, one for each hidden layer, got ${names.length}`
    ],
    [
      weightCount(hyper) > mostWeights,
      'hidden',
      `these layers have ${weightCount(hyper)} weights, more than the ${mostWeights} of which checkpoints are written; take fewer or smaller layers`
    ],
    [
      hidden.some((neurons, i) => neurons === 1 && names[i] === 'softmax'),
      'activations',
      'the softmax of a single neuron is always 1; give the layer 2 neurons or more'
    ],
    [
      optimizer === 'gradient-descent' && size !== 'full',
      'batchSize',
      `gradient-descent takes the full batch; for batches of ${size} choose sgd`
    ]
  ]
  return wrong.flatMap(([holds, key, message]) => (holds ? [{ key, message }] : []))
}
