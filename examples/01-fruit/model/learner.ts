import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Hyper } from '../cli/hyper.js'
import { fitEncoder } from '../data/encoding.js'
import { type Fruit, labels } from '../data/fruit.js'
import { type Problem, problem } from '../input/problem.js'
import { architecture, initialValues } from './architecture.js'
import { readModel, writeModel } from './checkpoint.js'
import type { Learning, Network, Progress, Trained } from './Learning.js'
import { type Model, network } from './network.js'
import { neuronProgram } from './neuron.js'
import { keysOf, splitFruits } from './split.js'
import { course, type Course, type Moment } from './training.js'
import { greatest } from './values.js'

/** How often each kind (rows) is taken for each kind (columns). */
const confusionOf = (net: Network, fruits: ReadonlyArray<Fruit>): Trained['confusion'] => {
  const said = fruits.map((fruit) => ({ is: fruit.label, said: labels[greatest(net.predict(fruit))] }))
  return labels.map((is) => labels.map((other) => said.filter((s) => s.is === is && s.said === other).length))
}

const finish = (before: Model, after: Model, test: ReadonlyArray<Fruit>): Trained => {
  const trained = network(after)
  const confusion = confusionOf(trained, test)
  const right = confusion.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)
  return {
    before: network(before),
    after: trained,
    test,
    testAccuracy: right / test.length,
    confusion,
    checkpoint: writeModel(after)
  }
}

/** The epochs from `epoch` on, as a lazy list. */
const epochs = (run: Course, before: Model, test: ReadonlyArray<Fruit>): ((from: Moment) => Progress) => {
  const go = (epoch: number, from: Moment): Progress => {
    const after = run.epoch(from)
    const { params, ...report } = run.check(after)
    const last = epoch === before.hyper.epochs
    return {
      _tag: 'Epoch',
      report: { epoch, ...report },
      cause: () => run.cause(from),
      next: () =>
        last ? { _tag: 'Done', trained: finish(before, { ...before, params }, test) } : go(epoch + 1, after)
    }
  }
  return (from) => go(1, from)
}

const start = (fruits: ReadonlyArray<Fruit>, hyper: Hyper): Progress => {
  const keys = keysOf(hyper)
  const { training, test } = splitFruits(fruits, hyper, keys.split)
  const encoder = fitEncoder(hyper.encoding, training)
  const params = initialValues(architecture(hyper), keys.params)
  const run = course(hyper, encoder, training, params, keys.order)
  return epochs(run, { hyper, encoder, params }, test)(run.start)
}

/** The fewest fruits that can be split, and of which something can be learned. */
const fewest = 4

const tooFew = (count: number): ReadonlyArray<Problem> => [
  problem('data', `expected at least ${fewest} fruits, got ${count}`)
]

/** The network of this example: everything follows from the fruits and the hyper-parameters. */
export const learner: Learning = {
  train: (fruits, hyper) =>
    fruits.length < fewest ? E.left(tooFew(fruits.length)) : E.right(() => start(fruits, hyper)),
  load: (text) => pipe(readModel(text), E.map(network)),
  neuronProgram
}
