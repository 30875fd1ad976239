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
import { type Hyper, weightCount } from '../cli/hyper.js'
import { encode, type Encoder, inputNames } from '../data/encoding.js'
import { type Fruit, labels } from '../data/fruit.js'
import { architecture, type Block, logits, type Params, type ParamValues } from './architecture.js'
import { lossParts, optimizerParts, type Scalar, type Vector } from './parts.js'
import { matrix, unsafeRight } from './values.js'

type Batch = Expr<[number, number], 'f32'>
export type State = Values<TrainState<Params>>

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

/** Where a training is between two epochs: enough to go on from. */
export interface Moment {
  readonly state: State
  readonly order: ConcreteKey
}

/** The steps of an epoch, as the places of the fruits of each, and the key of the next epoch. */
export interface Plan {
  readonly steps: ReadonlyArray<ReadonlyArray<number>>
  readonly later: ConcreteKey
}

/** Sums over some of the fruits. */
export interface Part {
  readonly count: number
  readonly loss: number
  readonly accuracy: number
}

/** A training whose programs are compiled. */
export interface Course {
  readonly start: Moment
  /** An epoch has every training fruit once, in the random order of the key. */
  readonly plan: (order: ConcreteKey) => Plan
  readonly step: (state: State, places: ReadonlyArray<number>) => State
  /** One epoch. */
  readonly epoch: (moment: Moment) => Moment
  /** The mean loss and the accuracy on all training fruits, by parts that are short work each. */
  readonly parts: ReadonlyArray<(state: State) => Part>
  readonly check: (moment: Moment) => Checked
  /** Where the first number that is not finite comes from in some steps and the loss after them, as text; nothing if all are finite. */
  readonly cause: (state: State, steps: Plan['steps']) => ReadonlyArray<string>
}

/**
 * The most products that a piece of work takes, forward, which is about a third of a second: in between, signals are
 * heard.
 */
export const mostProducts = 2 ** 30

/** How many fruits a step sees. */
export const stepSize = ({ batchSize }: Hyper, count: number): number =>
  batchSize === 'full' ? count : Math.min(batchSize, count)

const planner =
  (count: number, size: number): Course['plan'] =>
  (order) => {
    const [now = order, later = order] = splitKey(2)(order)
    return { steps: unsafeRight(batches({ count, size })(now)), later }
  }

const picker =
  ({ x, target }: Data) =>
  (places: ReadonlyArray<number>): Data => ({
    x: unsafeRight(rows(places)(x)),
    target: unsafeRight(rows(places)(target))
  })

/** The mean over all parts; of one part alone, its own numbers. */
export const combined = (parts: ReadonlyArray<Part>): Pick<Checked, 'loss' | 'accuracy'> => {
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const over = (key: 'loss' | 'accuracy'): number =>
    parts.length === 1
      ? (parts[0]?.[key] ?? 0)
      : Math.fround(parts.reduce((sum, part) => sum + part[key] * part.count, 0) / count)
  return { loss: over('loss'), accuracy: over('accuracy') }
}

/** Programs that check a block of fruits each. */
const checks = (
  hyper: Hyper,
  blocks: ReadonlyArray<Block>,
  params: ParamValues,
  data: Data
): Course['parts'] => {
  const count = data.x.shape[0]
  const size = Math.max(1, Math.min(count, Math.floor(mostProducts / weightCount(hyper))))
  const pick = size === count ? () => data : picker(data)
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size)
  const measureOf = (block: Data) =>
    unsafeRight(compile(metrics(hyper, blocks))(params, block.x, block.target))
  const blockAt = (start: number): Data =>
    pick(Array.from({ length: Math.min(size, count - start) }, (_, i) => start + i))
  const usual = measureOf(blockAt(0))
  const last = count % size === 0 ? usual : measureOf(blockAt(starts.at(-1) ?? 0))
  return starts.map((start) => {
    const block = blockAt(start)
    const measure = start + size <= count ? usual : last
    return (state) => {
      const { loss, accuracy } = unsafeRight(measure(state.params, block.x, block.target))
      return { count: block.x.shape[0], loss: item(loss), accuracy: item(accuracy) }
    }
  })
}

type Look = () => E.Either<CompileError | RunError, O.Option<Cause>>

/** The cause in a run of traced functions, each asked when those before it have found none. */
const firstCause = (looks: Iterable<Look>): ReadonlyArray<string> => {
  for (const look of looks) {
    const found = unsafeRight(look())
    if (O.isSome(found)) return showCause(found.value).split('\n')
  }
  return []
}

/** Goes through steps again, each traced before it is taken, then the loss of all fruits. */
const causes = (
  hyper: Hyper,
  blocks: ReadonlyArray<Block>,
  data: Data,
  step: Course['step']
): Course['cause'] => {
  const traceStep = traceNaN(trainStep(optimizerParts[hyper.optimizer](hyper))(batchLoss(hyper, blocks)))
  const traceMetrics = traceNaN(metrics(hyper, blocks))
  const pick = picker(data)
  function* looks(from: State, steps: Plan['steps']): Iterable<Look> {
    let now = from
    for (const places of steps) {
      const { x, target } = pick(places)
      yield () => traceStep(now, x, target)
      now = step(now, places)
    }
    yield () => traceMetrics(now.params, data.x, data.target)
  }
  return (from, steps) => firstCause(looks(from, steps))
}

/** The state before the first step. */
export const stateOf = (hyper: Hyper, params: ParamValues): State =>
  unsafeRight(evaluate(trainState(optimizerParts[hyper.optimizer](hyper))<Params>(params)))

/** Compiles a training of the given fruits from the given parameters. */
export const course = (
  hyper: Hyper,
  encoder: Encoder,
  fruits: ReadonlyArray<Fruit>,
  first: ParamValues,
  order: ConcreteKey
): Course => {
  const [blocks, data, state] = [architecture(hyper), dataOf(encoder, fruits), stateOf(hyper, first)]
  const [count, size] = [fruits.length, stepSize(hyper, fruits.length)]
  const steps = compileSteps(hyper, blocks, state, count % size === 0 ? [size] : [size, count % size])
  const [pick, plan, parts] = [picker(data), planner(count, size), checks(hyper, blocks, first, data)]
  const step: Course['step'] = (now, places) => steps.get(places.length)?.(now, pick(places)) ?? now
  return {
    start: { state, order },
    plan,
    step,
    epoch: (moment) => {
      const { steps: places, later } = plan(moment.order)
      return { state: places.reduce(step, moment.state), order: later }
    },
    parts,
    cause: causes(hyper, blocks, data, step),
    check: ({ state: now }) => ({ params: now.params, ...combined(parts.map((part) => part(now))) })
  }
}
