import { evaluate, fromFlat, softmax, tensor, toFlat } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  type Hyper,
  optimizers,
  type PartialHyper,
  withDefaults
} from '../../../examples/01-fruit/cli/hyper.js'
import { specimen } from '../../../examples/01-fruit/cli/specimen.js'
import { parseFruits } from '../../../examples/01-fruit/data/csv.js'
import { orchard } from '../../../examples/01-fruit/data/distribution.js'
import { fitEncoder } from '../../../examples/01-fruit/data/encoding.js'
import { type Fruit, labels } from '../../../examples/01-fruit/data/fruit.js'
import { generate } from '../../../examples/01-fruit/data/generate.js'
import { architecture, initialValues } from '../../../examples/01-fruit/model/architecture.js'
import type { BlackBox } from '../../../examples/01-fruit/model/BlackBox.js'
import { learner } from '../../../examples/01-fruit/model/learner.js'
import type { EpochReport, Trained } from '../../../examples/01-fruit/model/Learning.js'
import { type Model, network } from '../../../examples/01-fruit/model/network.js'
import { neuronProgram } from '../../../examples/01-fruit/model/neuron.js'
import { keysOf, splitFruits } from '../../../examples/01-fruit/model/split.js'
import { course } from '../../../examples/01-fruit/model/training.js'
import { outputRow } from '../../../examples/01-fruit/render/blackBox.js'

interface Run {
  readonly reports: ReadonlyArray<EpochReport>
  readonly trained: Trained
}

/** Trains to the end. */
const run = (fruits: ReadonlyArray<Fruit>, hyper: Hyper): Run | undefined => {
  const start = learner.train(fruits, hyper)
  if (E.isLeft(start)) return undefined
  const reports: Array<EpochReport> = []
  let progress = start.right()
  while (progress._tag !== 'Done') {
    if (progress._tag === 'Epoch') reports.push(progress.report)
    progress = progress.next()
  }
  return { reports, trained: progress.trained }
}

const committed = (): ReadonlyArray<Fruit> => {
  const parsed = parseFruits(generate())
  return E.isRight(parsed) ? parsed.right : []
}

const few = orchard(11, 90)

describe('training on the committed fruits', () => {
  it.each(optimizers)('%s reaches 0.95 on the test with its documented settings', (optimizer) => {
    const done = run(committed(), withDefaults({ optimizer }))
    expect(done?.trained.testAccuracy).toBeGreaterThanOrEqual(0.95)
    const sum = done?.trained.confusion.flat().reduce((a, b) => a + b, 0)
    expect(sum).toBe(300)
    if (optimizer !== 'adam' || done === undefined) return
    const chosen = specimen(done.trained, [], undefined)
    expect(chosen?.fruit.label).toBe('apple')
    if (chosen === undefined) return
    const [apple = 0, ...others] = done.trained.before.predict(chosen.fruit)
    expect(apple).toBeLessThan(Math.max(...others))
    expect(done.trained.after.predict(chosen.fruit)[0]).toBeGreaterThan(0.9)
  })

  it.each<PartialHyper>([
    { encoding: 'ordinal' },
    { hidden: [] },
    { hidden: [16, 8, 8], activations: ['tanh', 'prelu', 'sigmoid'] },
    { loss: 'binary-cross-entropy' }
  ])('reaches 0.9 with %j', (given) => {
    expect(run(committed(), withDefaults(given))?.trained.testAccuracy).toBeGreaterThanOrEqual(0.9)
  })
})

describe('training', () => {
  const hyper = withDefaults({ epochs: 4, batchSize: 16 })

  it('follows from the fruits and the hyper-parameters, to the last bit', () => {
    const [a, b] = [run(few, hyper), run(few, hyper)]
    expect(a?.trained.checkpoint).toEqual(b?.trained.checkpoint)
    expect(a?.reports).toEqual(b?.reports)
    expect(run(few, { ...hyper, key: 2 })?.reports).not.toEqual(a?.reports)
  })

  it('goes the same way however long it goes on', () => {
    const longer = run(few, { ...hyper, epochs: 6 })
    expect(longer?.reports.slice(0, 4)).toEqual(run(few, hyper)?.reports)
  })

  it('keeps the test fruits apart from the training fruits', () => {
    const { training, test } = splitFruits(few, hyper, keysOf(hyper).split)
    expect([training.length, test.length]).toEqual([67, 23])
    expect(new Set([...training, ...test])).toEqual(new Set(few))
    const tiny = splitFruits(few.slice(0, 4), withDefaults({ testFraction: 0.01 }), keysOf(hyper).split)
    expect(tiny.test).toHaveLength(1)
  })

  it('sees every fruit, also when the last batch is smaller', () => {
    const given = few.slice(0, 16)
    const encoder = fitEncoder('one-hot', given)
    const one = withDefaults({ optimizer: 'sgd', batchSize: 15, activations: ['tanh'] })
    const first = initialValues(architecture(one), keysOf(one).params)
    const learned = (fruits: ReadonlyArray<Fruit>): ReadonlyArray<number> => {
      const { start, epoch, check } = course(one, encoder, fruits, first, keysOf(one).order)
      return check(epoch(start)).params.flatMap(({ neurons }) => toFlat(neurons.w))
    }
    // each fruit moves the parameters: with any of them relabelled they end elsewhere
    const usual = learned(given)
    given.forEach((fruit, i) => {
      const other: Fruit = { ...fruit, label: fruit.label === 'apple' ? 'orange' : 'apple' }
      expect(learned(given.map((f, j) => (i === j ? other : f)))).not.toEqual(usual)
    })
  })

  it('takes a new order each epoch', () => {
    const encoder = fitEncoder('one-hot', few)
    const first = initialValues(architecture(hyper), keysOf(hyper).params)
    const { start, epoch } = course(hyper, encoder, few, first, keysOf(hyper).order)
    const second = epoch(start)
    const orders = [start, second, epoch(second)].map(({ order }) => toFlat(order).join())
    expect(new Set(orders).size).toBe(3)
  })

  it('with SGD on the full batch is gradient descent', () => {
    const shared = { learningRate: 0.1, batchSize: 'full', epochs: 5 } as const
    const a = run(few, withDefaults({ ...shared, optimizer: 'sgd' }))
    const b = run(few, withDefaults({ ...shared, optimizer: 'gradient-descent' }))
    expect(a?.reports).toEqual(b?.reports)
  })

  it('takes a batch larger than the data as the whole', () => {
    const whole = run(few, withDefaults({ epochs: 3, batchSize: 'full' }))
    expect(run(few, withDefaults({ epochs: 3, batchSize: 5000 }))?.reports).toEqual(whole?.reports)
  })
})

const model = (given: PartialHyper = {}): Model => {
  const hyper = withDefaults({ hidden: [5, 4], activations: ['tanh', 'sigmoid'], ...given })
  return {
    hyper,
    encoder: fitEncoder(hyper.encoding, few),
    params: initialValues(architecture(hyper), keysOf(hyper).params)
  }
}

const apple: Fruit = { weight: 160, colour: 'red', texture: 'smooth', size: 'medium', label: 'apple' }

/** The model with one weight moved by `by`. */
const moved = (m: Model, layer: number, at: number, by: number): Model => ({
  ...m,
  params: m.params.map((block, i) => {
    if (i !== layer) return block
    const changed = toFlat(block.neurons.w).map((w, k) => (k === at ? w + by : w))
    const w = E.getOrElse(() => block.neurons.w)(fromFlat(block.neurons.w.shape)(changed))
    return { ...block, neurons: { ...block.neurons, w } }
  })
})

describe('the black box', () => {
  const box = network(model()).open(apple)
  const { layers } = box.forward

  it('adds up: weighted sums, biases and activations of every neuron', () => {
    const functions = [Math.tanh, (z: number) => 1 / (1 + Math.exp(-z)), (z: number) => z]
    expect(layers.map((layer) => layer.neurons.length)).toEqual([5, 4, 3])
    layers.forEach((layer, i) => {
      if (i > 0) expect(layer.inputs).toEqual(layers[i - 1]?.neurons.map((n) => n.activation))
      for (const { weights, sum, bias, activation } of layer.neurons) {
        const dot = weights.reduce((total, w, k) => total + w * (layer.inputs[k] ?? Number.NaN), 0)
        expect(sum).toBeCloseTo(dot, 5)
        expect(activation).toBeCloseTo(functions[i]?.(sum + bias) ?? Number.NaN, 5)
      }
    })
    expect(layers[0]?.inputNames).toHaveLength(10)
    expect(layers[2]?.neurons.map((n) => n.name)).toEqual(labels)
  })

  it('ends in what the network predicts', () => {
    expect(box.forward.probabilities).toEqual(network(model()).predict(apple))
    expect(box.forward.logits).toEqual(layers[2]?.neurons.map((n) => n.activation))
    expect(box.forward.loss).toBeCloseTo(-Math.log(box.forward.probabilities[0] ?? 0), 5)
  })

  it('says how far the logits should move: target less probability', () => {
    const [output] = box.backward.layers
    expect(output?.name).toBe('output layer')
    output?.nudges.forEach(({ derivative, move }, i) => {
      expect(derivative).toBeCloseTo((box.forward.probabilities[i] ?? 0) - (i === 0 ? 1 : 0), 5)
      expect(move).toBe(-derivative)
    })
    expect(box.backward.layers.map(({ name }) => name)).toEqual([
      'output layer',
      'hidden layer 2',
      'hidden layer 1'
    ])
  })

  it('carries derivatives back through weights and activations: the chain rule by hand', () => {
    const [output, second, first] = box.backward.layers
    const back = (
      to: typeof output,
      layer: (typeof layers)[number] | undefined,
      slopes: ReadonlyArray<number>
    ) =>
      layer?.inputs.map((_, k) =>
        (to?.nudges ?? []).reduce(
          (sum, { derivative }, j) =>
            sum + derivative * (slopes[j] ?? 1) * (layer.neurons[j]?.weights[k] ?? Number.NaN),
          0
        )
      )
    const sigmoids = layers[1]?.neurons.map(({ activation: a }) => a * (1 - a)) ?? []
    const close = (got: typeof output, expected: ReadonlyArray<number> | undefined): void => {
      expect(got?.nudges).toHaveLength(expected?.length ?? -1)
      got?.nudges.forEach(({ derivative }, i) => {
        expect(derivative).toBeCloseTo(expected?.[i] ?? Number.NaN, 5)
      })
    }
    close(second, back(output, layers[2], []))
    close(first, back(second, layers[1], sigmoids))
  })

  it('names the weights of greatest gradient, which differences of the loss confirm', () => {
    const { weights } = box.backward
    expect(weights).toHaveLength(8)
    const sizes = weights.map(({ gradient }) => Math.abs(gradient))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    for (const { layer, from, to, gradient, value } of weights) {
      const i = layers.findIndex(({ name }) => name === layer)
      const [k, j] = [
        layers[i]?.inputNames.indexOf(from) ?? -1,
        layers[i]?.neurons.findIndex(({ name }) => name === to) ?? -1
      ]
      expect(layers[i]?.neurons[j]?.weights[k]).toBe(value)
      const at = k * (layers[i]?.neurons.length ?? 0) + j
      const loss = (by: number): number => network(moved(model(), i, at, by)).open(apple).forward.loss
      expect((loss(0.01) - loss(-0.01)) / 0.02).toBeCloseTo(gradient, 3)
    }
  })

  it('tells sigmoids of one kind against the rest from a softmax', () => {
    const { output, probabilities, logits } = network(model({ loss: 'binary-cross-entropy' })).open(
      apple
    ).forward
    expect(output).toBe('sigmoid')
    probabilities.forEach((p, i) => {
      expect(p).toBeCloseTo(1 / (1 + Math.exp(-(logits[i] ?? 0))), 5)
    })
  })

  it('shows the slope of a parametric ReLU', () => {
    const { forward }: BlackBox = network(model({ activations: ['prelu', 'relu'] })).open(apple)
    expect(forward.layers.map(({ activation }) => activation)).toEqual([
      'prelu of slope 0.250',
      'relu',
      'identity'
    ])
  })
})

it('has the softmax of the article', () => {
  const logits = [34, 32, 25] as const
  const probabilities = pipe(evaluate(softmax()(tensor([34, 32, 25]))), E.map(toFlat))
  expect(E.isRight(probabilities) && probabilities.right.map((p) => p.toFixed(4))).toEqual([
    '0.8807',
    '0.1192',
    '0.0001'
  ])
  if (E.isLeft(probabilities)) return
  expect(outputRow({ output: 'softmax', logits, probabilities: probabilities.right })).toBe(
    'softmax([34.00, 32.00, 25.00]) = [0.88, 0.12, 0.00]'
  )
})

describe('the gradient of one neuron', () => {
  it('of a sigmoid', () => {
    expect(neuronProgram(withDefaults({ activations: ['sigmoid'], encoding: 'ordinal' })))
      .toMatchInlineSnapshot(`
        "the derivatives of (sigmoid(x·w + b) − target)² in w and b
        (contract multiplies and sums over the axes it names; mulNoNan is mul, but 0 times anything is 0)

        (x: f32[4], w: f32[4], b: f32[], target: f32[]) =>
          a: f32[] = contract x w {contract: [0] x [0]}
          c: f32[] = add a b
          d: f32[] = logistic c
          e: f32[] = sub d target
          f: f32[] = mul 2 e
          g: f32[] = logisticSlope c
          h: f32[] = mul f g
          i: f32[4] = contract h x {contract: [] x []}
          return { w = i, b = h }"
      `)
  })

  it('of no hidden layer is that of a linear neuron', () => {
    expect(neuronProgram(withDefaults({ hidden: [] }))).toContain('(identity(x·w + b) − target)²')
  })
})
