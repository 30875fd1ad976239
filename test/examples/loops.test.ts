import { compile, evaluate, reference, toFlat, wasm } from 'adjoint'
import { trainState, trainStep } from 'adjoint/train'
import { rows } from 'adjoint/data'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { files } from '../../examples/01-fruit/cli/disk/files.js'
import { readFruits } from '../../examples/01-fruit/cli/prepare.js'
import type { Fruit } from '../../examples/01-fruit/data/fruit.js'
import { dataPath } from '../../examples/01-fruit/data/generate.js'
import { architecture, type Params, type ParamValues } from '../../examples/01-fruit/model/architecture.js'
import { optimizerParts } from '../../examples/01-fruit/model/parts.js'
import { batchLoss, course, dataOf } from '../../examples/01-fruit/model/training.js'
import { accuracy, placesOf, setting, train } from '../../examples/02-fruit-loop/loop.js'
import * as parity from '../../examples/03-parity/parity.js'
import { fit, observe } from '../../examples/04-pendulum/pendulum.js'
import { leavesOf } from '../../src/tensor/Tree.js'
import { relativeError, unsafeRight } from '../support/outcome.js'

const numbersOf = (tree: unknown): ReadonlyArray<number> =>
  leavesOf(unsafeRight(evaluate(tree as Params))).flatMap((t) =>
    toFlat(t as ParamValues[number]['neurons']['w'])
  )

const committed = await readFruits(files, dataPath)

describe('the fruit classifier, trained by one program', () => {
  const epochs = 2
  const fruits = pipe(
    committed,
    E.getOrElse<unknown, ReadonlyArray<Fruit>>(() => [])
  )
  const { hyper, fruits: training, test, encoder, first, order } = setting(fruits, epochs)

  it('is on the reference engine the same to the bit as step by step: the same operations on the same numbers', () => {
    const optimizer = optimizerParts[hyper.optimizer](hyper)
    const size = 32
    const data = dataOf(encoder, training)
    const places = placesOf(epochs, training.length, size, order)
    const step = trainStep(optimizer)(batchLoss(hyper, architecture(hyper)))
    const batch = (k: number) => {
      const at = rows(places.slice(k * size, (k + 1) * size))
      return [unsafeRight(at(data.x)), unsafeRight(at(data.target))] as const
    }
    let state = unsafeRight(evaluate(trainState(optimizer)<Params>(first)))
    const run = unsafeRight(compile(step, reference)(state, ...batch(0)))
    const losses: Array<number> = []
    for (let k = 0; k < places.length / size; k++) {
      const [next, loss] = unsafeRight(run(state, ...batch(k)))
      state = next
      losses.push(...toFlat(loss))
    }
    const looped = train(reference, hyper, encoder, training, first, order)
    expect(looped.losses).toEqual(losses)
    expect(numbersOf(looped.params)).toEqual(numbersOf(state.params))
  })

  it('is on the default engine the training of the first example up to rounding, as kernels sum in an order of their own', () => {
    const run = course(hyper, encoder, training, first, order)
    const stepwise = run.epoch(run.epoch(run.start)).state.params
    const looped = train(wasm, hyper, encoder, training, first, order)
    expect(relativeError(numbersOf(looped.params), numbersOf(stepwise))).toBeLessThan(1e-5)
  })

  it('tells fruits apart', () => {
    const learned = train(wasm, { ...hyper, epochs: 20 }, encoder, training, first, order)
    expect(accuracy(hyper, encoder, learned.params, test)).toBeGreaterThan(0.95)
  })
})

describe('parity', () => {
  it('learned from rows of 8 bits is known for rows of 128', () => {
    const { params, losses } = parity.train(wasm, 400)
    expect(losses[0]).toBeGreaterThan(0.6)
    expect(losses.at(-1)).toBeLessThan(0.01)
    expect(parity.accuracy(wasm, params, 128)).toBeGreaterThan(0.99)
  })

  it('is learned alike on both engines', () => {
    const [a, b] = [wasm, reference].map((engine) => parity.train(engine, 40).losses)
    expect(relativeError(a ?? [], b ?? [])).toBeLessThan(1e-4)
  })
})

describe('a pendulum', () => {
  it.each([
    [1.3, 0.25],
    [0.7, 0.05]
  ])('of length %d and friction %d is found from its angles', (length, friction) => {
    const found = fit(wasm, observe(length, friction), 300)
    expect(found.length).toBeCloseTo(length, 3)
    expect(found.friction).toBeCloseTo(friction, 3)
  })

  it('is fitted alike on both engines', () => {
    const [a, b] = [wasm, reference].map((engine) => fit(engine, observe(1.3, 0.25), 20).errors)
    expect(relativeError(a ?? [], b ?? [])).toBeLessThan(1e-9)
  })
})
