import { type Expr, softmax, sum, tanh } from 'adjoint'
import {
  binaryCrossEntropy,
  binaryCrossEntropyFromLogits,
  binaryStep,
  crossEntropy,
  crossEntropyFromLogits,
  glorotUniform,
  heNormal,
  type Initializer,
  leakyRelu,
  linear,
  meanAbsoluteError,
  meanSquaredError,
  parametricRelu,
  relu,
  sigmoid,
  squaredError,
  straightThroughStep
} from 'adjoint/nn'
import { adam, gradientDescent, rmsprop, sgd, type Transformation } from 'adjoint/optim'
import type { Activation, Hyper, Loss, OptimizerName } from '../cli/hyper.js'

/** The names of the hyper-parameters and the functions of the library that they stand for. */

export type Vector = Expr<[number], 'f32'>
export type Scalar = Expr<[], 'f32'>

interface ActivationPart {
  /** `slope` has one entry for `prelu`, where it is learned, and none for the others. */
  readonly apply: (slope: ReadonlyArray<Scalar>) => (x: Vector) => Vector
  readonly weights: Initializer
}

const plain = (apply: (x: Vector) => Vector, weights: Initializer): ActivationPart => ({
  apply: () => apply,
  weights
})

export const activationParts: Readonly<Record<Activation, ActivationPart>> = {
  relu: plain(relu, heNormal),
  'leaky-relu': plain(leakyRelu(0.01), heNormal),
  prelu: {
    apply: (slope) => (x) => slope.reduce<Vector>((y, s) => parametricRelu(s)(y), x),
    weights: heNormal
  },
  sigmoid: plain(sigmoid, glorotUniform),
  tanh: plain(tanh, glorotUniform),
  identity: plain(linear, glorotUniform),
  'binary-step': plain(binaryStep, glorotUniform),
  'straight-through-step': plain(straightThroughStep, glorotUniform),
  softmax: plain(softmax(), glorotUniform)
}

type Loss1 = (target: Vector) => (logits: Vector) => Scalar

interface LossPart {
  /** How logits become probabilities; of the sigmoids each answers for one kind, against the rest. */
  readonly output: 'softmax' | 'sigmoid'
  /** The loss of one fruit. */
  readonly loss: Loss1
}

export const outputs: Readonly<Record<LossPart['output'], (logits: Vector) => Vector>> = {
  softmax: softmax(),
  sigmoid
}

const after = (output: LossPart['output'], loss: Loss1): LossPart => ({
  output,
  loss: (target) => (logits) => loss(target)(outputs[output](logits))
})

export const lossParts: Readonly<Record<Loss, LossPart>> = {
  'cross-entropy': { output: 'softmax', loss: (target) => (z) => crossEntropyFromLogits(target)(z) },
  'cross-entropy-from-probabilities': after('softmax', (target) => (p) => crossEntropy(target)(p)),
  'binary-cross-entropy': {
    output: 'sigmoid',
    loss: (target) => (z) => sum()(binaryCrossEntropyFromLogits(target)(z))
  },
  'binary-cross-entropy-from-probabilities': after(
    'sigmoid',
    (target) => (p) => sum()(binaryCrossEntropy(target)(p))
  ),
  'squared-error': after('softmax', (target) => (p) => sum()(squaredError(target)(p))),
  mse: after('softmax', (target) => (p) => meanSquaredError(target)(p)),
  mae: after('softmax', (target) => (p) => meanAbsoluteError(target)(p))
}

type Rates = Pick<Hyper, 'learningRate' | 'momentum'>

export const optimizerParts: Readonly<Record<OptimizerName, (rates: Rates) => Transformation>> = {
  adam: ({ learningRate }) => adam({ learningRate }),
  rmsprop: ({ learningRate }) => rmsprop({ learningRate }),
  sgd: ({ learningRate }) => sgd({ learningRate }),
  momentum: ({ learningRate, momentum }) => sgd({ learningRate, momentum }),
  nesterov: ({ learningRate, momentum }) => sgd({ learningRate, momentum, nesterov: true }),
  'gradient-descent': ({ learningRate }) => gradientDescent({ learningRate })
}
