/** The training workloads: one batch, the same at each step. */
import type { Gpt, Gru, Lenet, Mlp, Values } from './model.js'
import { random, type Random } from './random.js'

export const adamOptions = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

const size = (shape: ReadonlyArray<number>): number => shape.reduce((n, d) => n * d, 1)

const values = (shape: ReadonlyArray<number>, f: (i: number) => number): Values => ({
  shape,
  data: Float32Array.from({ length: size(shape) }, (_, i) => f(i))
})

const zeros = (...shape: ReadonlyArray<number>): Values => values(shape, () => 0)
const ones = (...shape: ReadonlyArray<number>): Values => values(shape, () => 1)
const scaled = (r: Random, deviation: number, ...shape: ReadonlyArray<number>): Values =>
  values(shape, () => deviation * r.normal())
/** Weights whose sums keep the variance of what comes in. */
const weights = (r: Random, fanIn: number, ...shape: ReadonlyArray<number>): Values =>
  values(shape, () => r.normal() * Math.sqrt(1 / fanIn))

const oneHot = (labels: Int32Array, classes: number): Values =>
  values([labels.length, classes], (i) => (labels[Math.floor(i / classes)] === i % classes ? 1 : 0))

interface Labelled {
  readonly pixels: Float32Array
  readonly labels: Int32Array
}

/** Examples that are the prototype of their class, and noise. */
const images = (r: Random, batch: number, count: number, classes: number): Labelled => {
  const prototypes = Array.from({ length: classes }, () =>
    Float32Array.from({ length: count }, () => r.uniform())
  )
  const labels = Int32Array.from({ length: batch }, () => Math.floor(r.uniform() * classes))
  const pixels = Float32Array.from({ length: batch * count }, (_, i) => {
    const ideal = prototypes[labels[Math.floor(i / count)]!]![i % count]!
    return 0.6 * ideal + 0.4 * r.uniform() - 0.5
  })
  return { pixels, labels }
}

const mlp = (id: Mlp['id'], seed: number, batch: number, sizes: ReadonlyArray<number>): Mlp => {
  const r = random(seed)
  const [inputs = 0, classes = 0] = [sizes[0], sizes[sizes.length - 1]]
  const { pixels, labels } = images(r, batch, inputs, classes)
  const params = sizes.slice(1).flatMap((out, i) => [weights(r, sizes[i]!, sizes[i]!, out), zeros(out)])
  const x = { shape: [batch, inputs], data: pixels }
  return { kind: 'mlp', id, sizes, params, x, y: oneHot(labels, classes) }
}

const lenet = (): Lenet => {
  const r = random(4)
  const { pixels, labels } = images(r, 32, 784, 10)
  const params = [
    weights(r, 25, 5, 5, 1, 8),
    zeros(8),
    weights(r, 200, 5, 5, 8, 16),
    zeros(16),
    weights(r, 784, 784, 10),
    zeros(10)
  ]
  const x = { shape: [32, 28, 28, 1], data: pixels }
  return { kind: 'lenet', id: 'W4', params, x, y: oneHot(labels, 10) }
}

/** The sizes of W5. */
export const gptSizes = { vocabulary: 65, width: 128, heads: 4, layers: 4, length: 64, batch: 8 } as const

/** A noisy Markov chain. */
const chain = (r: Random, count: number, states: number): Int32Array => {
  const out = new Int32Array(count)
  for (let i = 1; i < count; i++)
    out[i] = r.uniform() < 0.8 ? (out[i - 1]! * 7 + 3) % states : Math.floor(r.uniform() * states)
  return out
}

const block = (r: Random, d: number): ReadonlyArray<Values> => [
  ones(d),
  zeros(d),
  weights(r, d, d, 3 * d),
  zeros(3 * d),
  weights(r, d, d, d),
  zeros(d),
  ones(d),
  zeros(d),
  weights(r, d, d, 4 * d),
  zeros(4 * d),
  weights(r, 4 * d, 4 * d, d),
  zeros(d)
]

const gpt = (): Gpt => {
  const { vocabulary, width, layers, length, batch } = gptSizes
  const r = random(5)
  const sequence = chain(r, batch * length + 1, vocabulary)
  const embeddings = [scaled(r, 0.1, vocabulary, width), scaled(r, 0.1, length, width)]
  const blocks = Array.from({ length: layers }, () => block(r, width)).flat()
  const head = [ones(width), zeros(width), weights(r, width, width, vocabulary), zeros(vocabulary)]
  const [tokens, labels] = [sequence.slice(0, -1), sequence.slice(1)]
  return {
    kind: 'gpt',
    id: 'W5',
    params: [...embeddings, ...blocks, ...head],
    tokens,
    x: oneHot(tokens, vocabulary),
    y: oneHot(labels, vocabulary)
  }
}

/** The sizes of W6. */
export const gruSizes = { features: 32, hidden: 128, steps: 64, batch: 32, classes: 10 } as const

const gru = (): Gru => {
  const { features, hidden, steps, batch, classes } = gruSizes
  const r = random(6)
  const { pixels, labels } = images(r, batch, steps * features, classes)
  const params = [
    weights(r, features, features, 3 * hidden),
    weights(r, hidden, hidden, 3 * hidden),
    zeros(3 * hidden),
    weights(r, hidden, hidden, classes),
    zeros(classes)
  ]
  const x = { shape: [batch, steps, features], data: pixels }
  return { kind: 'gru', id: 'W6', params, x, y: oneHot(labels, classes) }
}

export const training = {
  W1: () => mlp('W1', 1, 32, [4, 8, 8, 3]),
  W2: () => mlp('W2', 2, 64, [784, 128, 10]),
  W3: () => mlp('W3', 3, 128, [784, 1024, 1024, 10]),
  W4: lenet,
  W5: gpt,
  W6: gru
}
