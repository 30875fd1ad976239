import type { Fruit } from '../data/fruit.js'

/** One neuron on one fruit: `activation = f(sum + bias)` where `sum` is the weighted sum of the inputs. */
export interface Neuron {
  readonly name: string
  readonly weights: ReadonlyArray<number>
  readonly sum: number
  readonly bias: number
  readonly activation: number
}

/** One layer on one fruit. The last layer's activations are the logits. */
export interface LayerTrace {
  readonly name: string
  readonly activation: string
  readonly inputNames: ReadonlyArray<string>
  readonly inputs: ReadonlyArray<number>
  readonly neurons: ReadonlyArray<Neuron>
}

/** The forward pass of one fruit. */
export interface Forward {
  readonly layers: ReadonlyArray<LayerTrace>
  readonly logits: ReadonlyArray<number>
  /** How logits become probabilities. */
  readonly output: 'softmax' | 'sigmoid'
  readonly probabilities: ReadonlyArray<number>
  readonly lossName: string
  readonly loss: number
}

/** The derivative of the loss in one activation, and the step that gradient descent would like it to make. */
export interface Nudge {
  readonly name: string
  readonly value: number
  readonly derivative: number
  readonly move: number
}

/** One weight and the derivative of the loss in it. */
export interface WeightGradient {
  readonly layer: string
  readonly from: string
  readonly to: string
  readonly value: number
  readonly gradient: number
}

/** The backward pass of one fruit: layers from the output back, weights by the size of their gradient. */
export interface Backward {
  readonly layers: ReadonlyArray<{ readonly name: string; readonly nudges: ReadonlyArray<Nudge> }>
  readonly weights: ReadonlyArray<WeightGradient>
}

/** Everything that happens inside the network for one fruit. */
export interface BlackBox {
  readonly fruit: Fruit
  readonly forward: Forward
  readonly backward: Backward
}
