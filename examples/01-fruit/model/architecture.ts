import { evaluate, matmul, named, tensor, type Values } from 'adjoint'
import { apply, type Dense, dense, init, type Layer } from 'adjoint/nn'
import { type ConcreteKey, splitKey } from 'adjoint/data'
import type { DenseFn } from 'adjoint/shape'
import { type Activation, type Hyper, layerSizes } from '../cli/hyper.js'
import { activationParts, type Scalar, type Vector } from './parts.js'
import { unsafeRight } from './values.js'

/** The shape of the network: dense blocks, each followed by its activation; the last one gives the logits. */
export interface Block {
  readonly name: string
  readonly activation: Activation
  readonly dense: Layer<DenseFn<number, number>, readonly [Dense<number, number>]>
}

/** The parameters of a block; `slope` has an entry only where the activation learns one. */
export interface BlockParams {
  readonly neurons: Dense<number, number>
  readonly slope: ReadonlyArray<Scalar>
}

export type Params = ReadonlyArray<BlockParams>
export type ParamValues = Values<Params>

/** The blocks that the hyper-parameters ask for. */
export const architecture = (hyper: Hyper): ReadonlyArray<Block> => {
  const [{ hidden, activations }, sizes] = [hyper, layerSizes(hyper)]
  return sizes.slice(1).map((size, i) => {
    const activation = activations[i] ?? 'identity'
    return {
      name: i < hidden.length ? `hidden layer ${i + 1}` : 'output layer',
      activation,
      dense: dense(sizes[i] ?? 0, size, { weights: activationParts[activation].weights })
    }
  })
}

const fresh = ({ dense: layer, activation }: Block, key: ConcreteKey): BlockParams => {
  const [neurons] = init(layer)(key)
  return { neurons, slope: activation === 'prelu' ? [tensor(0.25)] : [] }
}

/** Random parameters, as expressions. */
export const initialParams = (blocks: ReadonlyArray<Block>, key: ConcreteKey): Params =>
  splitKey(blocks.length)(key).flatMap((k, i) => blocks.slice(i, i + 1).map((block) => fresh(block, k)))

/** What happens in one block: what comes in, the weighted sums without the biases, and what goes out. */
export interface Stage {
  readonly input: Vector
  readonly sum: Vector
  readonly output: Vector
}

/** A function to apply to the activations of the i-th block. */
export type Touch = (block: number) => (activations: Vector) => Vector

const untouched: Touch = () => (x) => x

/** Runs a fruit through the blocks; the last output are the logits. */
export const stages =
  (blocks: ReadonlyArray<Block>, touch: Touch = untouched) =>
  (params: Params) =>
  (x: Vector): ReadonlyArray<Stage> => {
    const done: Array<Stage> = []
    params.forEach(({ neurons, slope }, i) => {
      const block = blocks[i]
      const input = done.at(-1)?.output ?? x
      if (block === undefined) return
      const through = named(block.name)((y: Vector, p: typeof neurons, own: typeof slope) =>
        activationParts[block.activation].apply(own)(apply(block.dense)([p])(y))
      )
      const output = touch(i)(through(input, neurons, slope))
      done.push({ input, sum: matmul(neurons.w)(input), output })
    })
    return done
  }

/** The logits of a fruit. */
export const logits =
  (blocks: ReadonlyArray<Block>, touch?: Touch) =>
  (params: Params) =>
  (x: Vector): Vector =>
    stages(blocks, touch)(params)(x).at(-1)?.output ?? x

/** Random parameters, at hand. */
export const initialValues = (blocks: ReadonlyArray<Block>, key: ConcreteKey): ParamValues =>
  unsafeRight(evaluate(initialParams(blocks, key)))
