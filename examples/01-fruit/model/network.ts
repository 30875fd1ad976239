import { compile, fromFlat, spec, type Tensor, tensor, toFlat, type Values } from 'adjoint'
import type { Hyper } from '../cli/hyper.js'
import { encode, type Encoder } from '../data/encoding.js'
import { type Features, type Fruit, labels } from '../data/fruit.js'
import { architecture, logits, type Params, type ParamValues, unsafeRight } from './architecture.js'
import { unsafeOpen } from './dissect.js'
import type { Network } from './Learning.js'
import { lossParts, outputs, type Vector } from './parts.js'

/** A row of numbers as the tensor that programs take. */
export const vector = (xs: ReadonlyArray<number>): Tensor<[number], 'f32'> => tensor([...xs])

/** 1 for the label, 0 for the others. */
export const target = (fruit: Fruit): ReadonlyArray<number> =>
  labels.map((label) => (label === fruit.label ? 1 : 0))

const numbers = (x: Tensor<unknown, 'f32'>): ReadonlyArray<number> => toFlat(x)

/** Compiles the program that gives the probabilities of a fruit. */
const unsafePredictor = (hyper: Hyper, params: ParamValues): ((x: Values<Vector>) => Values<Vector>) => {
  const [blocks, size] = [architecture(hyper), hyperInputs(params)]
  const output = outputs[lossParts[hyper.loss].output]
  const program = compile((p: Params, x: Vector) => output(logits(blocks)(p)(x)))(params, spec([size]))
  const run = unsafeRight(program)
  return (x) => unsafeRight(run(params, x))
}
