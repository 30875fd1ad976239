import { add, type Expr, grad, matmul, print, simplify, spec, trace, tanh, tensor } from 'adjoint'
import {
  binaryStep,
  leakyRelu,
  linear,
  parametricRelu,
  relu,
  sigmoid,
  squaredError,
  straightThroughStep
} from 'adjoint/nn'
import { pipe } from 'fp-ts/lib/function.js'
import type { Activation, Hyper } from '../cli/hyper.js'
import { inputNames } from '../data/encoding.js'
import type { Scalar, Vector } from './parts.js'

/** The activations of a single neuron; softmax is one of whole layers, and its like for one neuron the sigmoid. */
const single: Readonly<Record<Activation, readonly [name: string, f: (z: Scalar) => Scalar]>> = {
  relu: ['relu', relu],
  'leaky-relu': ['leakyRelu', leakyRelu()],
  prelu: ['prelu', parametricRelu(tensor(0.25))],
  sigmoid: ['sigmoid', sigmoid],
  tanh: ['tanh', tanh],
  identity: ['identity', linear],
  'binary-step': ['binaryStep', binaryStep],
  'straight-through-step': ['straightThroughStep', straightThroughStep],
  softmax: ['sigmoid', sigmoid]
}

interface Weights {
  readonly w: Vector
  readonly b: Scalar
}

interface Example extends Weights {
  readonly x: Vector
  readonly target: Expr<[], 'f32'>
}

/** The derivatives of the squared error of one neuron in its weights and its bias. */
const derivatives =
  (activation: (z: Scalar) => Scalar) =>
  ({ w, b, x, target }: Example): Weights =>
    grad((p: Weights) => pipe(x, matmul(p.w), add(p.b), activation, squaredError(target)))({ w, b })

/** The program that the library derives for one neuron of the first hidden layer, as text. */
export const neuronProgram = ({ activations, encoding }: Hyper): string => {
  const [name, activation] = single[activations[0] ?? 'identity']
  const [inputs, number] = [spec([inputNames(encoding).length]), spec([])]
  const program = trace(derivatives(activation))({ w: inputs, b: number, x: inputs, target: number })
  return [
    `the derivatives of (${name}(x·w + b) − target)² in w and b`,
    '(contract multiplies and sums over the axes it names; mulNoNan is mul, but 0 times anything is 0)',
    '',
    print(simplify(program))
  ].join('\n')
}
