import { compile, type Engine, evaluate, type Expr, reshape, scan, type Tensor, toFlat } from 'adjoint'
import { showCause, traceNaN, trainState, type TrainState, trainStep } from 'adjoint/train'
import * as O from 'fp-ts/lib/Option.js'
import { batches, type ConcreteKey, rows, splitKey } from 'adjoint/data'
import { type Hyper, withDefaults } from '../01-fruit/cli/hyper.js'
import { type Encoder, fitEncoder } from '../01-fruit/data/encoding.js'
import type { Fruit } from '../01-fruit/data/fruit.js'
import { architecture, initialValues, type Params, type ParamValues } from '../01-fruit/model/architecture.js'
import { network } from '../01-fruit/model/network.js'
import { optimizerParts } from '../01-fruit/model/parts.js'
import { keysOf, splitFruits } from '../01-fruit/model/split.js'
import { batchLoss, dataOf } from '../01-fruit/model/training.js'
import { greatest, unsafeRight } from '../01-fruit/model/values.js'
import { labels } from '../01-fruit/data/fruit.js'

/** The fruit classifier of the first example, whose whole training is one program: a loop over batches that carries the network. */

type Stack = Expr<[number, number, number], 'f32'>
type Batch = Expr<[number, number], 'f32'>
type Matrix = Tensor<[number, number], 'f32'>

interface Batches {
  readonly x: Stack
  readonly target: Stack
}

/** The places of the fruits of each step: every epoch in an order of its own, the same as in the first example. */
export const placesOf = (
  epochs: number,
  count: number,
  size: number,
  order: ConcreteKey
): ReadonlyArray<number> => {
  const places: Array<number> = []
  let key = order
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [now = key, later = key] = splitKey(2)(key)
    places.push(...unsafeRight(batches({ count, size })(now)).flat())
    key = later
  }
  return places
}

/** `rows` of a matrix as a stack of batches. */
const stacked = (
  places: ReadonlyArray<number>,
  size: number,
  x: Matrix
): Tensor<[number, number, number], 'f32'> =>
  unsafeRight(evaluate(reshape([places.length / size, size, x.shape[1]])(unsafeRight(rows(places)(x)))))

/** The last state of the network and the loss of each step. */
const training = (hyper: Hyper) => (start: TrainState<Params>, inputs: Batches) => {
  const step = trainStep(optimizerParts[hyper.optimizer](hyper))(batchLoss(hyper, architecture(hyper)))
  const body = (state: TrainState<Params>, { x, target }: { readonly x: Batch; readonly target: Batch }) =>
    step(state, x, target)
  return scan(body)(start, inputs)
}

export interface Learned {
  readonly params: ParamValues
  readonly losses: ReadonlyArray<number>
  /** Where a loss that is not finite came from, as text. */
  readonly cause: string | undefined
}

/** Trains by one call of one program. The number of fruits is one of whole batches. */
export const train = (
  engine: Engine,
  hyper: Hyper,
  encoder: Encoder,
  fruits: ReadonlyArray<Fruit>,
  first: ParamValues,
  order: ConcreteKey
): Learned => {
  const size = hyper.batchSize === 'full' ? fruits.length : hyper.batchSize
  const places = placesOf(hyper.epochs, fruits.length, size, order)
  const data = dataOf(encoder, fruits)
  const inputs = { x: stacked(places, size, data.x), target: stacked(places, size, data.target) }
  const start = unsafeRight(evaluate(trainState(optimizerParts[hyper.optimizer](hyper))<Params>(first)))
  const run = unsafeRight(compile(training(hyper), engine)(start, inputs))
  const [{ params }, losses] = unsafeRight(run(start, inputs))
  const all = toFlat(losses)
  const trace = traceNaN(training(hyper), { engine })
  const cause = all.every(Number.isFinite) ? O.none : unsafeRight(trace(start, inputs))
  return { params, losses: all, cause: O.toUndefined(O.map(showCause)(cause)) }
}

/** What the loop starts from: whole batches of the training fruits of the first example, and its keys. */
export const setting = (all: ReadonlyArray<Fruit>, epochs: number) => {
  const hyper = withDefaults({ epochs })
  const keys = keysOf(hyper)
  const { training: some, test } = splitFruits(all, hyper, keys.split)
  const size = hyper.batchSize === 'full' ? some.length : hyper.batchSize
  const fruits = some.slice(0, some.length - (some.length % size))
  const encoder = fitEncoder(hyper.encoding, fruits)
  const first = initialValues(architecture(hyper), keys.params)
  return { hyper, fruits, test, encoder, first, order: keys.order }
}

/** How many of the fruits the network tells apart. */
export const accuracy = (
  hyper: Hyper,
  encoder: Encoder,
  params: ParamValues,
  test: ReadonlyArray<Fruit>
): number => {
  const { predict } = network({ hyper, encoder, params })
  return test.filter((fruit) => labels[greatest(predict(fruit))] === fruit.label).length / test.length
}
