import type * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import {
  argmax,
  type CompileError,
  compile,
  convert,
  eq,
  evaluate,
  type Expr,
  item,
  mean,
  type RunError,
  spec,
  type Tensor,
  type Values,
  vmap
} from 'adjoint'
import { type Cause, showCause, traceNaN, trainState, type TrainState, trainStep } from 'adjoint/train'
import { batches, type ConcreteKey, rows, splitKey } from 'adjoint/data'
import type { Hyper } from '../cli/hyper.js'
import { encode, type Encoder, inputNames } from '../data/encoding.js'
import { type Fruit, labels } from '../data/fruit.js'
import { architecture, type Block, logits, type Params, type ParamValues } from './architecture.js'
import { lossParts, optimizerParts, type Scalar, type Vector } from './parts.js'
import { matrix, unsafeRight } from './values.js'

type Batch = Expr<[number, number], 'f32'>
type State = Values<TrainState<Params>>

/** Fruits as the network sees them: a row each, and a row of 0 and 1 for the label. */
export interface Data {
  readonly x: Tensor<[number, number], 'f32'>
  readonly target: Tensor<[number, number], 'f32'>
}

/** 1 for the label of the fruit, 0 for the others. */
export const targetOf = (fruit: Fruit): ReadonlyArray<number> =>
  labels.map((label) => (label === fruit.label ? 1 : 0))

/** Fruits as tensors. */
export const dataOf = (encoder: Encoder, fruits: ReadonlyArray<Fruit>): Data => ({
  x: matrix(fruits.map(encode(encoder)), inputNames(encoder.encoding).length),
  target: matrix(fruits.map(targetOf), labels.length)
})

const exampleLoss =
  (hyper: Hyper, blocks: ReadonlyArray<Block>) =>
  (params: Params) =>
  (x: Vector, target: Vector): Scalar =>
    lossParts[hyper.loss].loss(target)(logits(blocks)(params)(x))

/** The mean loss of a batch. */
export const batchLoss =
  (hyper: Hyper, blocks: ReadonlyArray<Block>) =>
  (params: Params, x: Batch, target: Batch): Scalar =>
    mean()(vmap(exampleLoss(hyper, blocks)(params))(x, target))

interface Metrics {
  readonly loss: Scalar
  readonly accuracy: Scalar
}

const metrics =
  (hyper: Hyper, blocks: ReadonlyArray<Block>) =>
  (params: Params, x: Batch, target: Batch): Metrics => {
    const said = argmax(1)(vmap(logits(blocks)(params))(x))
    const right = eq(argmax(1)(target))(said)
    return { loss: batchLoss(hyper, blocks)(params, x, target), accuracy: mean()(convert('f32')(right)) }
  }

type Step = (state: State, batch: Data) => State

/** The training step, compiled once for each size of batch: the usual one and, if fruits are left over, theirs. */
const compileSteps = (
  hyper: Hyper,
  blocks: ReadonlyArray<Block>,
  state: State,
  sizes: ReadonlyArray<number>
): ReadonlyMap<number, Step> => {
  const step = trainStep(optimizerParts[hyper.optimizer](hyper))(batchLoss(hyper, blocks))
  const inputs = inputNames(hyper.encoding).length
  const compiled = [...new Set(sizes)].map((size): readonly [number, Step] => {
    const run = unsafeRight(compile(step)(state, spec([size, inputs]), spec([size, labels.length])))
    return [size, (now, { x, target }) => unsafeRight(run(now, x, target))[0]]
  })
  return new Map(compiled)
}

/** How the network stands after some epochs. */
export interface Checked {
  readonly params: ParamValues
  readonly loss: number
  readonly accuracy: number
}

/** The cause in a run of traced functions, each asked when those before it have found none. */
const firstCause = (
  traced: Iterable<() => E.Either<CompileError | RunError, O.Option<Cause>>>
): ReadonlyArray<string> => {
  for (const look of traced) {
    const found = unsafeRight(look())
    if (O.isSome(found)) return showCause(found.value).split('\n')
  }
  return []
}

/** Where a training is: enough to go on from. */
export interface Moment {
  readonly state: State
  readonly order: ConcreteKey
}

/** A training whose programs are compiled. */
export interface Course {
  readonly start: Moment
  /** One epoch: every training fruit once, in the random order of the moment's key. */
  readonly epoch: (moment: Moment) => Moment
  /** Where the first number that is not finite comes from in an epoch, as text; nothing if all are finite. */
  readonly cause: (moment: Moment) => ReadonlyArray<string>
  /** The mean loss and the accuracy on all training fruits. */
  readonly check: (moment: Moment) => Checked
}

/** Compiles a training of the given fruits from the given parameters. */
export const course = (
  hyper: Hyper,
  encoder: Encoder,
  fruits: ReadonlyArray<Fruit>,
  first: ParamValues,
  order: ConcreteKey
): Course => {
  const [blocks, data] = [architecture(hyper), dataOf(encoder, fruits)]
  const optimizer = optimizerParts[hyper.optimizer](hyper)
  const state = unsafeRight(evaluate(trainState(optimizer)<Params>(first)))
  const [count, size] = [fruits.length, hyper.batchSize === 'full' ? fruits.length : hyper.batchSize]
  const whole = Math.min(size, count)
  const steps = compileSteps(hyper, blocks, state, count % whole === 0 ? [whole] : [whole, count % whole])
  const measure = unsafeRight(compile(metrics(hyper, blocks))(first, data.x, data.target))
  const pick = (indices: ReadonlyArray<number>): Data => ({
    x: unsafeRight(rows(indices)(data.x)),
    target: unsafeRight(rows(indices)(data.target))
  })
  const next = (s: State, batch: Data): State => steps.get(batch.x.shape[0])?.(s, batch) ?? s
  const epochOf = ({ order: from }: Moment) => {
    const [now = from, later = from] = splitKey(2)(from)
    return { data: unsafeRight(batches({ count, size: whole })(now)).map(pick), later }
  }
  const traceStep = traceNaN(trainStep(optimizer)(batchLoss(hyper, blocks)))
  const traceMetrics = traceNaN(metrics(hyper, blocks))
  /** The steps of an epoch, each before it is taken, then the loss of all fruits. */
  function* looks(moment: Moment) {
    let now = moment.state
    for (const batch of epochOf(moment).data) {
      yield () => traceStep(now, batch.x, batch.target)
      now = next(now, batch)
    }
    yield () => traceMetrics(now.params, data.x, data.target)
  }
  return {
    start: { state, order },
    epoch: (moment) => {
      const { data: all, later } = epochOf(moment)
      return { state: all.reduce(next, moment.state), order: later }
    },
    cause: (moment) => firstCause(looks(moment)),
    check: ({ state: { params } }) => {
      const { loss, accuracy } = unsafeRight(measure(params, data.x, data.target))
      return { params, loss: item(loss), accuracy: item(accuracy) }
    }
  }
}
