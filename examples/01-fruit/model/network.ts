import { compile, spec, type Tensor } from 'adjoint'
import type { Hyper } from '../cli/hyper.js'
import { encode, type Encoder, inputNames } from '../data/encoding.js'
import { architecture, logits, type Params, type ParamValues } from './architecture.js'
import { dissect } from './dissect.js'
import type { Network } from './Learning.js'
import { lossParts, outputs, type Vector } from './parts.js'
import { numbers, unsafeRight, vector } from './values.js'

/** Everything that a checkpoint has to hold. */
export interface Model {
  readonly hyper: Hyper
  readonly encoder: Encoder
  readonly params: ParamValues
}

type Row = Tensor<[number], 'f32'>

/** Compiles the program from a fruit to probabilities. */
const predictor = ({ hyper, params }: Model): ((x: Row) => Row) => {
  const blocks = architecture(hyper)
  const probabilities = outputs[lossParts[hyper.loss].output]
  const program = compile((p: Params, x: Vector) => probabilities(logits(blocks)(p)(x)))
  const run = unsafeRight(program(params, spec([inputNames(hyper.encoding).length])))
  return (x) => unsafeRight(run(params, x))
}

/** A network from what describes it. */
export const network = (model: Model): Network => {
  const inputs = encode(model.encoder)
  const predict = predictor(model)
  return {
    predict: (features) => numbers(predict(vector(inputs(features)))),
    open: (fruit) => dissect(model, fruit)
  }
}
