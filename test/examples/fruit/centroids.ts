import * as E from 'fp-ts/lib/Either.js'
import type { Hyper } from '../../../examples/01-fruit/cli/hyper.js'
import { encode, type Encoder, fitEncoder, inputNames } from '../../../examples/01-fruit/data/encoding.js'
import { type Fruit, labels } from '../../../examples/01-fruit/data/fruit.js'
import type { BlackBox } from '../../../examples/01-fruit/model/BlackBox.js'
import type { Learning, Network, Progress } from '../../../examples/01-fruit/model/Learning.js'

/**
 * A stand-in for the network: the nearest class centroid, one linear layer. It keeps the tests of the command line
 * fast and independent of what the library computes.
 */

interface Centroids {
  readonly encoder: Encoder
  readonly centres: ReadonlyArray<ReadonlyArray<number>>
}

const mean = (rows: ReadonlyArray<ReadonlyArray<number>>, size: number): ReadonlyArray<number> =>
  Array.from(
    { length: size },
    (_, i) => rows.reduce((sum, r) => sum + (r[i] ?? 0), 0) / Math.max(1, rows.length)
  )

const softmax = (xs: ReadonlyArray<number>): ReadonlyArray<number> => {
  const exps = xs.map((x) => Math.exp(x - Math.max(...xs)))
  return exps.map((e) => e / exps.reduce((a, b) => a + b, 0))
}

const dot = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)

const open = ({ encoder, centres }: Centroids, fruit: Fruit): BlackBox => {
  const x = encode(encoder)(fruit)
  const neurons = centres.map((c, i) => {
    const [sum, bias] = [dot(c, x), -dot(c, c) / 2]
    return { name: labels[i] ?? '', weights: c, sum, bias, activation: sum + bias }
  })
  const logits = neurons.map((n) => n.activation)
  const probabilities = softmax(logits)
  const target = labels.indexOf(fruit.label)
  const errors = probabilities.map((p, i) => p - (i === target ? 1 : 0))
  const names = inputNames(encoder.encoding)
  const nudges = labels.map((name, i) => ({
    name,
    value: logits[i] ?? 0,
    derivative: errors[i] ?? 0,
    move: -(errors[i] ?? 0)
  }))
  const weights = labels.map((to, i) => ({
    layer: 'output',
    from: names[0] ?? '',
    to,
    value: centres[i]?.[0] ?? 0,
    gradient: (errors[i] ?? 0) * (x[0] ?? 0)
  }))
  return {
    fruit,
    forward: {
      layers: [{ name: 'output layer', activation: 'identity', inputNames: names, inputs: x, neurons }],
      logits,
      output: 'softmax',
      probabilities,
      lossName: 'cross-entropy',
      loss: -Math.log(probabilities[target] ?? 1)
    },
    backward: { layers: [{ name: 'output layer', nudges }], weights }
  }
}

const network = (c: Centroids): Network => ({
  predict: (f) => open(c, { ...f, label: 'apple' }).forward.probabilities,
  open: (fruit) => open(c, fruit)
})

const winner = (ps: ReadonlyArray<number>): number => ps.indexOf(Math.max(...ps))

const fit = (training: ReadonlyArray<Fruit>, hyper: Hyper): Centroids => {
  const encoder = fitEncoder(hyper.encoding, training)
  const rows = (label: string): ReadonlyArray<ReadonlyArray<number>> =>
    training.filter((f) => f.label === label).map(encode(encoder))
  return { encoder, centres: labels.map((label) => mean(rows(label), inputNames(hyper.encoding).length)) }
}

/** Learns centroids in one go and reports the given losses as epochs. */
export const centroids = (loss: (epoch: number) => number = (epoch) => 1 / epoch): Learning => ({
  train: (fruits, hyper) => {
    if (fruits.length < 4)
      return E.left([{ at: 'data', message: `expected at least 4 fruits, got ${fruits.length}` }])
    const cut = Math.round(fruits.length * (1 - hyper.testFraction))
    const test = fruits.slice(cut)
    const fitted = fit(fruits.slice(0, cut), hyper)
    const after = network(fitted)
    const confusion = labels.map((label) => {
      const said = test.filter((f) => f.label === label).map((f) => winner(after.predict(f)))
      return labels.map((_, j) => said.filter((s) => s === j).length)
    })
    const right = confusion.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)
    const from = (epoch: number): Progress =>
      epoch <= hyper.epochs
        ? {
            _tag: 'Epoch',
            report: { epoch, loss: loss(epoch), accuracy: 0.5 },
            save: () => E.right(JSON.stringify(fitted)),
            next: () => from(epoch + 1),
            cause: () => []
          }
        : {
            _tag: 'Done',
            trained: {
              before: network({ ...fitted, centres: fitted.centres.map((c) => c.map(() => 0)) }),
              after,
              test,
              testAccuracy: right / test.length,
              confusion,
              checkpoint: E.right(JSON.stringify(fitted))
            }
          }
    return E.right(() => from(1))
  },
  resume: () => E.left(['centroids are learned in one go']),
  checkpointSize: () => 1000,
  load: (text) =>
    E.tryCatch(
      () => network(JSON.parse(text) as Centroids),
      () => ['not a checkpoint']
    ),
  neuronProgram: () => 'x w b -> w*x + b'
})
