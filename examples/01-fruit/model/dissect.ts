import { compile, type Tensor, valueAndGrad, add, type Values } from 'adjoint'
import type { Hyper } from '../cli/hyper.js'
import { encode, inputNames } from '../data/encoding.js'
import { type Fruit, labels } from '../data/fruit.js'
import { architecture, type Block, type Params, type Stage, stages } from './architecture.js'
import type { Backward, BlackBox, LayerTrace, Nudge, WeightGradient } from './BlackBox.js'
import type { Model } from './network.js'
import { lossParts, outputs, type Scalar, type Vector } from './parts.js'
import { targetOf } from './training.js'
import { numbers, unsafeRight, vector } from './values.js'

/** How many weights are worth a line. */
const shownWeights = 8

/** What the loss is differentiated in: the parameters, and for each block a zero that is added to its activations. */
interface Point {
  readonly params: Params
  readonly probes: ReadonlyArray<Vector>
}

interface Anatomy {
  readonly stages: ReadonlyArray<Stage>
  readonly probabilities: Vector
  readonly loss: Scalar
  /** Of the probes: the derivative of the loss in each activation. */
  readonly gradient: Point
}

/**
 * The forward pass with all its parts, and the backward pass derived from the same graph. Adding zero changes no
 * activation, but gives each a place at which to differentiate.
 */
const anatomy =
  (hyper: Hyper, blocks: ReadonlyArray<Block>) =>
  (point: Point, x: Vector, target: Vector): Anatomy => {
    const { loss: lossOf, output } = lossParts[hyper.loss]
    const run = ({ params, probes }: Point): ReadonlyArray<Stage> =>
      stages(
        blocks,
        (i) => (a) => probes.slice(i, i + 1).reduce<Vector>((y, probe) => add(probe)(y), a)
      )(params)(x)
    const last = (done: ReadonlyArray<Stage>): Vector => done.at(-1)?.output ?? x
    const [loss, gradient] = valueAndGrad((p: Point) => lossOf(target)(last(run(p))))(point)
    const done = run(point)
    return { stages: done, probabilities: outputs[output](last(done)), loss, gradient }
  }

type Seen = Values<Anatomy>
type Rows = ReadonlyArray<ReadonlyArray<number>>

/** The columns of a matrix: the weights into each neuron. */
const columns = (w: Tensor<[number, number], 'f32'>): Rows => {
  const [flat, width] = [numbers(w), w.shape[1]]
  return Array.from({ length: width }, (_, j) => flat.filter((_weight, k) => k % width === j))
}

/** What the neurons of a block are called: those of the last one by the kind they speak for. */
const neuronNames = (blocks: ReadonlyArray<Block>, i: number, size: number): ReadonlyArray<string> =>
  i === blocks.length - 1 ? labels : Array.from({ length: size }, (_, j) => `neuron ${j + 1}`)

interface Named {
  readonly block: Block
  readonly inputNames: ReadonlyArray<string>
  readonly names: ReadonlyArray<string>
}

const named = (blocks: ReadonlyArray<Block>, { params, hyper }: Model): ReadonlyArray<Named> => {
  const names = blocks.map((_, i) => neuronNames(blocks, i, params[i]?.neurons.b.shape[0] ?? 0))
  return blocks.map((block, i) => ({
    block,
    inputNames: names[i - 1] ?? inputNames(hyper.encoding),
    names: names[i] ?? []
  }))
}

const trace =
  ({ params }: Model, seen: Seen) =>
  ({ block, inputNames: from, names }: Named, i: number): ReadonlyArray<LayerTrace> => {
    const [stage, own] = [seen.stages[i], params[i]]
    if (stage === undefined || own === undefined) return []
    const weights = columns(own.neurons.w)
    const [sums, biases, activations] = [stage.sum, own.neurons.b, stage.output].map(numbers)
    const neurons = names.map((name, j) => ({
      name,
      weights: weights[j] ?? [],
      sum: sums?.[j] ?? Number.NaN,
      bias: biases?.[j] ?? Number.NaN,
      activation: activations?.[j] ?? Number.NaN
    }))
    const activation =
      own.slope[0] === undefined ? block.activation : `prelu of slope ${slopeText(own.slope[0])}`
    return [{ name: block.name, activation, inputNames: from, inputs: numbers(stage.input), neurons }]
  }

const slopeText = (slope: Tensor<[], 'f32'>): string =>
  numbers(slope)
    .map((s) => s.toFixed(3))
    .join()

const nudges =
  (seen: Seen) =>
  ({ block, names }: Named, i: number): Backward['layers'][number] => {
    const [stage, probe] = [seen.stages[i], seen.gradient.probes[i]]
    const values = stage === undefined ? [] : numbers(stage.output)
    const derivatives = probe === undefined ? [] : numbers(probe)
    const rows = names.map((name, j): Nudge => {
      const derivative = derivatives[j] ?? Number.NaN
      return { name, value: values[j] ?? Number.NaN, derivative, move: -derivative }
    })
    return { name: block.name, nudges: rows }
  }

const weightGradients =
  ({ params }: Model, { gradient }: Seen) =>
  ({ block, inputNames: from, names }: Named, i: number): ReadonlyArray<WeightGradient> => {
    const [own, derived] = [params[i], gradient.params[i]]
    if (own === undefined || derived === undefined) return []
    const [weights, gradients] = [columns(own.neurons.w), columns(derived.neurons.w)]
    return names.flatMap((to, j) =>
      from.map((name, k) => ({
        layer: block.name,
        from: name,
        to,
        value: weights[j]?.[k] ?? Number.NaN,
        gradient: gradients[j]?.[k] ?? Number.NaN
      }))
    )
  }

const bySize = (a: WeightGradient, b: WeightGradient): number => Math.abs(b.gradient) - Math.abs(a.gradient)

const described = (model: Model, blocks: ReadonlyArray<Block>, fruit: Fruit, seen: Seen): BlackBox => {
  const parts = named(blocks, model)
  const layers = parts.flatMap(trace(model, seen))
  return {
    fruit,
    forward: {
      layers,
      logits: layers.at(-1)?.neurons.map((n) => n.activation) ?? [],
      output: lossParts[model.hyper.loss].output,
      probabilities: numbers(seen.probabilities),
      lossName: model.hyper.loss,
      loss: numbers(seen.loss)[0] ?? Number.NaN
    },
    backward: {
      layers: parts.map(nudges(seen)).reverse(),
      weights: parts.flatMap(weightGradients(model, seen)).sort(bySize).slice(0, shownWeights)
    }
  }
}

/** Opens the black box for a fruit. */
export const dissect = (model: Model, fruit: Fruit): BlackBox => {
  const blocks = architecture(model.hyper)
  const probes = model.params.map(({ neurons }) => vector(numbers(neurons.b).map(() => 0)))
  const x = vector(encode(model.encoder)(fruit))
  const target = vector(targetOf(fruit))
  const point = { params: model.params, probes }
  const run = unsafeRight(compile(anatomy(model.hyper, blocks))(point, x, target))
  return described(model, blocks, fruit, unsafeRight(run(point, x, target)))
}
