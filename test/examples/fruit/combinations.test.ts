import { toFlat } from 'adjoint'
import { describe, expect, it } from 'vitest'
import {
  type Activation,
  activations,
  type Hyper,
  type Loss,
  losses,
  type OptimizerName,
  optimizers,
  withDefaults
} from '../../../examples/01-fruit/cli/hyper.js'
import { orchard } from '../../../examples/01-fruit/data/distribution.js'
import { fitEncoder } from '../../../examples/01-fruit/data/encoding.js'
import {
  architecture,
  initialValues,
  type ParamValues
} from '../../../examples/01-fruit/model/architecture.js'
import { keysOf } from '../../../examples/01-fruit/model/split.js'
import { type Checked, course } from '../../../examples/01-fruit/model/training.js'

/**
 * Every activation with every loss and every optimizer: after three passes over a few fruits the loss has fallen.
 * None of them is senseless except the binary step, whose derivative is 0: what comes before it cannot learn, and
 * must not move by a single bit, while the output layer learns from the random features.
 */

const fruits = orchard(5, 60)

interface Result {
  readonly before: Checked
  readonly after: Checked
}

const trained = (hyper: Hyper): Result => {
  const keys = keysOf(hyper)
  const encoder = fitEncoder(hyper.encoding, fruits)
  const run = course(hyper, encoder, fruits, initialValues(architecture(hyper), keys.params), keys.order)
  const end = [1, 2, 3].reduce(run.epoch, run.start)
  return { before: run.check(run.start), after: run.check(end) }
}

const hyperOf = (activation: Activation, loss: Loss, optimizer: OptimizerName): Hyper =>
  withDefaults({
    activations: [activation],
    loss,
    optimizer,
    hidden: [6],
    ...(optimizer === 'gradient-descent' ? {} : { batchSize: 25 }),
    learningRate: optimizer === 'adam' || optimizer === 'rmsprop' ? 0.01 : 0.05,
    key: 3
  })

const block = (params: ParamValues, i: number): ReadonlyArray<number> => {
  const found = params[i]
  return found === undefined ? [] : [found.neurons.w, found.neurons.b, ...found.slope].flatMap(toFlat)
}

const combinations = activations.flatMap((activation) => losses.map((loss) => ({ activation, loss })))

describe.each(combinations)('$activation with $loss', ({ activation, loss }) => {
  it.each(optimizers)('is trained by %s', (optimizer) => {
    const { before, after } = trained(hyperOf(activation, loss, optimizer))
    expect(after.loss).toBeLessThan(before.loss)
    expect([...block(after.params, 0), ...block(after.params, 1)].every(Number.isFinite)).toBe(true)
    expect(block(after.params, 1)).not.toEqual(block(before.params, 1))
    if (activation === 'binary-step') expect(block(after.params, 0)).toEqual(block(before.params, 0))
    else expect(block(after.params, 0)).not.toEqual(block(before.params, 0))
  })
})

it('prelu learns its slope', () => {
  const { before, after } = trained(hyperOf('prelu', 'cross-entropy', 'adam'))
  const slope = ({ params }: Checked): number => block(params, 0).at(-1) ?? Number.NaN
  expect(slope(before)).toBe(0.25)
  expect(slope(after)).not.toBe(0.25)
})
