import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Hyper, weightCount } from '../cli/hyper.js'
import { fitEncoder } from '../data/encoding.js'
import { fingerprint } from '../data/fingerprint.js'
import type { Fruit } from '../data/fruit.js'
import { type Problem, problem } from '../input/problem.js'
import { architecture, initialValues } from './architecture.js'
import { type Origin, readModel, readSnapshot, sizeOf, type Snapshot } from './checkpoint.js'
import { begin } from './epochs.js'
import type { Learning, Progress } from './Learning.js'
import { network } from './network.js'
import { neuronProgram } from './neuron.js'
import { keysOf, splitFruits, testCount } from './split.js'
import { course, mostProducts, stateOf, stepSize } from './training.js'

const originOf = (fruits: ReadonlyArray<Fruit>): Origin => ({
  count: fruits.length,
  fingerprint: fingerprint(fruits)
})

/** Where a training is before its first step. */
const first = (fruits: ReadonlyArray<Fruit>, hyper: Hyper): Snapshot => {
  const keys = keysOf(hyper)
  const encoder = fitEncoder(hyper.encoding, splitFruits(fruits, hyper, keys.split).training)
  const state = stateOf(hyper, initialValues(architecture(hyper), keys.params))
  return { hyper, encoder, data: originOf(fruits), reports: [], order: keys.order, step: 0, state }
}

/** Goes on from anywhere. What does not change follows from the fruits and the hyper-parameters again. */
const goOn = (fruits: ReadonlyArray<Fruit>, from: Snapshot): Progress => {
  const { hyper, encoder } = from
  const keys = keysOf(hyper)
  const { training, test } = splitFruits(fruits, hyper, keys.split)
  const params = initialValues(architecture(hyper), keys.params)
  const run = course(hyper, encoder, training, params, keys.order)
  return begin({ course: run, before: { hyper, encoder, params }, test }, from)
}

/** The fewest fruits that can be split, and of which something can be learned. */
const fewest = 4

const tooFew = (count: number): ReadonlyArray<Problem> => [
  problem('data', `expected at least ${fewest} fruits, got ${count}`)
]

/** A step cannot be interrupted, and takes the memory of all its activations. */
const tooMuch = (hyper: Hyper, count: number): ReadonlyArray<Problem> => {
  const [size, weights] = [stepSize(hyper, count - testCount(count, hyper)), weightCount(hyper)]
  const most = Math.floor(mostProducts / weights)
  return size <= most
    ? []
    : [
        problem(
          'batch size',
          `a step over ${size} fruits with ${weights} weights takes too long to be interrupted; take batches of at most ${most}, or smaller layers`
        )
      ]
}

const obstacles = (fruits: ReadonlyArray<Fruit>, hyper: Hyper): ReadonlyArray<Problem> =>
  fruits.length < fewest ? tooFew(fruits.length) : tooMuch(hyper, fruits.length)

const otherFruits = (fruits: ReadonlyArray<Fruit>, { data }: Snapshot): ReadonlyArray<Problem> =>
  fingerprint(fruits) === data.fingerprint
    ? []
    : [
        problem(
          'data',
          `these ${fruits.length} fruits are not the ${data.count} that the training began with; give its file as --data`
        )
      ]

const unless = <A>(
  wrong: ReadonlyArray<Problem>,
  right: () => A
): E.Either<ReadonlyArray<Problem>, () => A> => (wrong.length > 0 ? E.left(wrong) : E.right(right))

/** The network of this example: everything follows from the fruits and the hyper-parameters. */
export const learner: Learning = {
  train: (fruits, hyper) => unless(obstacles(fruits, hyper), () => goOn(fruits, first(fruits, hyper))),
  resume: (text) =>
    pipe(
      readSnapshot(text),
      E.map((from) => ({
        hyper: from.hyper,
        reports: from.reports,
        train: (fruits, hyper) =>
          unless([...otherFruits(fruits, from), ...obstacles(fruits, hyper)], () =>
            goOn(fruits, { ...from, hyper })
          )
      }))
    ),
  load: (text) => pipe(readModel(text), E.map(network)),
  checkpointSize: sizeOf,
  neuronProgram
}
