/** Random layers with parameters and an input. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Expr } from '../../src/graph/Expr.js'
import {
  binaryStep,
  dense,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  init,
  leakyRelu,
  linear,
  normalInitializer,
  prelu,
  relu,
  sequential,
  sigmoid,
  straightThroughStep,
  uniformInitializer,
  zeroInitializer,
  type Initializer,
  type Layer,
  type Stage
} from '../../src/nn/index.js'
import { key, logSoftmax, softmax, softplus, tanh } from '../../src/ops/index.js'
import { evaluate, type Values } from '../../src/program/index.js'
import type { ArrowFn } from '../../src/shape/index.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { assemble, cells, smallerCells } from './cell.js'
import { between } from './number.js'
import { shrinking } from './shrink.js'

/**
 * A layer, parameters and an example that it accepts, and the expression that makes the layer.
 *
 * @since 0.1.0
 * @category model
 */
export interface LayerSample {
  readonly layer: Layer<
    ArrowFn<number[], number[]>,
    ReadonlyArray<Readonly<Record<string, Expr<number[], 'f32'>>>>
  >
  readonly params: ReadonlyArray<Readonly<Record<string, Tensor<number[], 'f32'>>>>
  readonly input: Tensor<number[], 'f32'>
  readonly description: string
}

/**
 * What layers to make: the size of the last axis of the input, random unless told; how many stages at most, 4 unless told; whether only those
 * without kinks.
 *
 * @since 0.1.0
 * @category model
 */
export interface LayerOptions {
  readonly inputSize?: number
  readonly maxStages?: number
  readonly smooth?: boolean
}

/** A stage and how it is written. */
interface Written {
  readonly stage: Stage
  readonly text: string
}

/** What one stage is drawn as: which one, and numbers of which it uses some. */
interface Drawn {
  readonly kind: number
  readonly width: number
  readonly slope: number
  readonly weights: number
  readonly biases: number
}

type Named = readonly [string, Initializer]

const usual: Named = ['heNormal', heNormal]
const zero: Named = ['zeroInitializer', zeroInitializer]
const others: ReadonlyArray<Named> = [
  ['heUniform', heUniform],
  ['glorotNormal', glorotNormal],
  ['glorotUniform', glorotUniform],
  ['uniformInitializer(0.5)', uniformInitializer(0.5)],
  ['normalInitializer(0.5)', normalInitializer(0.5)]
]

/** The default first, to which they shrink. */
const forWeights: ReadonlyArray<Named> = [usual, zero, ...others]
const forBiases: ReadonlyArray<Named> = [zero, usual, ...others]

const denseStage = (inputs: number, { width, weights, biases }: Drawn): Written => {
  const [[w, ofWeights], [b, ofBiases]] = [forWeights[weights] ?? usual, forBiases[biases] ?? zero]
  return {
    stage: dense(inputs, width, { weights: ofWeights, biases: ofBiases }),
    text: `dense(${inputs}, ${width}, { weights: ${w}, biases: ${b} })`
  }
}

const plain = (text: string, stage: Stage) => (): Written => ({ stage, text })

const sloped =
  (name: string, make: (slope: number) => Stage) =>
  (_: number, { slope }: Drawn): Written => ({ stage: make(slope), text: `${name}(${slope})` })

type MakeStage = (inputs: number, drawn: Drawn) => Written

const smoothStages: ReadonlyArray<MakeStage> = [
  denseStage,
  denseStage,
  denseStage,
  plain('linear', linear),
  plain('tanh', tanh),
  plain('sigmoid', sigmoid),
  plain('softplus', softplus),
  plain('softmax()', softmax()),
  plain('logSoftmax()', logSoftmax())
]

const kinkedStages: ReadonlyArray<MakeStage> = [
  plain('relu', relu),
  plain('binaryStep', binaryStep),
  plain('straightThroughStep', straightThroughStep),
  sloped('leakyRelu', leakyRelu),
  sloped('prelu', prelu)
]

/** The stages one after another, each made for as many inputs as the one before has outputs. */
const stagesOf = (
  makers: ReadonlyArray<MakeStage>,
  inputs: number,
  drawn: ReadonlyArray<Drawn>
): ReadonlyArray<Written> => {
  const sizes = drawn.reduce<ReadonlyArray<number>>(
    (all, d) => [...all, makers[d.kind] === denseStage ? d.width : (all.at(-1) ?? inputs)],
    [inputs]
  )
  return drawn.map((d, i) => (makers[d.kind] ?? denseStage)(sizes[i] ?? inputs, d))
}

const textOf = (parts: ReadonlyArray<Written>): string => parts.map((p) => p.text).join(', ')

/** The first `inner` stages may be a sequence of their own. */
const nested = (parts: ReadonlyArray<Written>, inner: number): ReadonlyArray<Written> => {
  const first = parts.slice(0, inner)
  return first.length === 0
    ? parts
    : [{ stage: stack(first), text: `sequential(${textOf(first)})` }, ...parts.slice(inner)]
}

const stack = (parts: ReadonlyArray<Written>): LayerSample['layer'] =>
  sequential(...parts.map((p) => p.stage)) as LayerSample['layer']

/**
 * Sequences of layers and activations, nested ones among them, with initial parameters and an input of rank 1 or 2. They shrink in the number of
 * stages, then in sizes, then in the values of the input.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { apply } from 'adjoint/nn'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const sample = fc.sample(arbitrary.layer({ inputSize: 3 }), 20)
 * deepStrictEqual(
 *   sample.map(({ layer, params, input }) => apply(layer)(params)(input).shape.length),
 *   sample.map(({ input }) => input.shape.length)
 * )
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const layer = ({
  inputSize,
  maxStages = 4,
  smooth = false
}: LayerOptions = {}): fc.Arbitrary<LayerSample> => {
  const makers = smooth ? smoothStages : [...smoothStages, ...kinkedStages]
  const initializer = fc.nat(forWeights.length - 1)
  const width = fc.integer({ min: 1, max: 3 })
  const drawn = fc.record({
    kind: fc.nat(makers.length - 1),
    width,
    slope: between(0, 1),
    weights: initializer,
    biases: initializer
  })
  const most = Math.max(3, inputSize ?? 0)
  const values = shrinking(cells([2, most], { dtype: 'f32' }), smallerCells({ dtype: 'f32' }))
  return fc
    .tuple(
      fc.array(drawn, { minLength: 1, maxLength: maxStages, size: 'max' }),
      fc.nat(maxStages),
      fc.nat(2),
      inputSize === undefined ? width : fc.constant(inputSize),
      fc.nat(1000),
      values
    )
    .map(([all, inner, batch, size, seed, row]) => {
      const parts = nested(stagesOf(makers, size, all), inner)
      const made = stack(parts)
      const shape = batch === 0 ? [size] : [batch, size]
      return {
        layer: made,
        params: valuesOf(init(made)(key(seed))),
        input: assemble(shape, { dtype: 'f32' }, row.slice(0, Math.max(1, batch) * size)),
        description: `sequential(${textOf(parts)})`
      }
    })
}

/** Initial parameters always have values: they depend on nothing but their key. */
const valuesOf = (params: Parameters<LayerSample['layer']['run']>[0]): LayerSample['params'] =>
  pipe(
    evaluate(params),
    E.getOrElse(() => [] as unknown)
  ) as LayerSample['params']

/** So many keys are as good as all. */
const keys = 2 ** 20

/**
 * Parameters of a layer as its initializer draws them, from a random key. Weights that are drawn anywhere saturate a wide network: then most of its
 * gradient is too small to see, and little is verified.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { mean, ones, square, tanh } from 'adjoint'
 * import { apply, dense, sequential, type Params } from 'adjoint/nn'
 * import { arbitrary, gradientLaw } from 'adjoint/laws'
 *
 * const net = sequential(dense(3, 4), tanh)
 * const model = gradientLaw({
 *   name: 'a model',
 *   f: (p: Params<typeof net>) => mean()(square(apply(net)(p)(ones([3])))),
 *   arbitrary: arbitrary.initialized(net),
 *   numRuns: 5
 * })
 * strictEqual(E.isRight(model.check()), true)
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const initialized = <F, P>(net: Layer<F, P>): fc.Arbitrary<Values<P>> =>
  fc
    .nat(keys)
    .map((seed) => evaluate(init(net)(key(seed))))
    .filter(E.isRight)
    .map(({ right }) => right)
