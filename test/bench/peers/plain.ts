/** Loops over typed arrays by hand, without any library: the backward pass written out, Adam over one flat buffer. */
import type { Data, Forward, Gradient, Mlp, Product, Tanh } from './data/model.js'
import { adamOptions } from './data/training.js'
import type { Peer, Running } from './peer.js'

type F = Float32Array

/** c = a b, plus a bias for each column. */
const product = (c: F, a: F, b: F, rows: number, inner: number, columns: number, bias?: F): void => {
  for (let i = 0; i < rows; i++) {
    const row = c.subarray(i * columns, (i + 1) * columns)
    if (bias === undefined) row.fill(0)
    else row.set(bias)
    for (let k = 0; k < inner; k++) {
      const v = a[i * inner + k]!
      if (v === 0) continue
      for (let j = 0; j < columns; j++) row[j]! += v * b[k * columns + j]!
    }
  }
}

/** c = aᵀ g. */
const leftTransposed = (c: F, a: F, g: F, rows: number, inner: number, columns: number): void => {
  c.fill(0)
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++) {
      const v = a[i * inner + k]!
      if (v === 0) continue
      for (let j = 0; j < columns; j++) c[k * columns + j]! += v * g[i * columns + j]!
    }
}

/** c = g bᵀ. */
const rightTransposed = (c: F, g: F, b: F, rows: number, columns: number, inner: number): void => {
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++) {
      let s = 0
      for (let j = 0; j < columns; j++) s += g[i * columns + j]! * b[k * columns + j]!
      c[i * inner + k] = s
    }
}

const sumRows = (c: F, g: F, rows: number): void => {
  c.fill(0)
  for (let i = 0; i < rows; i++) for (let j = 0; j < c.length; j++) c[j]! += g[i * c.length + j]!
}

const rectify = (x: F): void => {
  for (let i = 0; i < x.length; i++) if (x[i]! < 0) x[i] = 0
}

/** The mean cross-entropy of logits `z`; its gradient goes to `dz`. */
const crossEntropy = (z: F, y: F, dz: F, rows: number, classes: number): number => {
  let loss = 0
  for (let at = 0; at < rows * classes; at += classes) {
    let peak = -Infinity
    for (let j = at; j < at + classes; j++) peak = Math.max(peak, z[j]!)
    let sum = 0
    for (let j = at; j < at + classes; j++) sum += Math.exp(z[j]! - peak)
    const scale = peak + Math.log(sum)
    for (let j = at; j < at + classes; j++) {
      loss += y[j]! * (scale - z[j]!)
      dz[j] = (Math.exp(z[j]! - scale) - y[j]!) / rows
    }
  }
  return loss / rows
}

const adam = (theta: F, g: F, m: F, v: F, t: number): void => {
  const { learningRate, beta1, beta2, epsilon } = adamOptions
  const [c1, c2] = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)]
  for (let i = 0; i < theta.length; i++) {
    const first = (m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!)
    const second = (v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!)
    theta[i]! -= (learningRate * first * c1) / (Math.sqrt(second * c2) + epsilon)
  }
}

const mlp = ({ sizes, params, x, y }: Mlp): Running => {
  const rows = x.shape[0]!
  const last = sizes.length - 1
  const lengths = params.map((p) => p.data.length)
  const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0))
  const count = lengths.reduce((a, b) => a + b, 0)
  const [theta, g, m, v] = [0, 0, 0, 0].map(() => new Float32Array(count)) as [F, F, F, F]
  params.forEach((p, i) => theta.set(p.data, starts[i]))
  const part = (of: F, i: number): F => of.subarray(starts[i], starts[i]! + lengths[i]!)
  const [weights, dWeights] = [theta, g].map((of) => sizes.slice(1).map((_, l) => part(of, 2 * l))) as [
    F[],
    F[]
  ]
  const [biases, dBiases] = [theta, g].map((of) => sizes.slice(1).map((_, l) => part(of, 2 * l + 1))) as [
    F[],
    F[]
  ]
  const layers = sizes.map((n, l) => (l === 0 ? x.data : new Float32Array(rows * n)))
  const slopes = sizes.map((n) => new Float32Array(rows * n))
  let t = 0

  const forward = (): void => {
    for (let l = 0; l < last; l++) {
      product(layers[l + 1]!, layers[l]!, weights[l]!, rows, sizes[l]!, sizes[l + 1]!, biases[l])
      if (l + 1 < last) rectify(layers[l + 1]!)
    }
  }
  const backward = (): void => {
    for (let l = last - 1; l >= 0; l--) {
      const [slope, below, inputs] = [slopes[l + 1]!, slopes[l]!, layers[l]!]
      leftTransposed(dWeights[l]!, inputs, slope, rows, sizes[l]!, sizes[l + 1]!)
      sumRows(dBiases[l]!, slope, rows)
      if (l === 0) continue
      rightTransposed(below, slope, weights[l]!, rows, sizes[l + 1]!, sizes[l]!)
      for (let i = 0; i < below.length; i++) if (inputs[i]! <= 0) below[i] = 0
    }
  }
  return {
    run: () => {
      forward()
      const loss = crossEntropy(layers[last]!, y.data, slopes[last]!, rows, sizes[last]!)
      backward()
      adam(theta, g, m, v, ++t)
      return loss
    }
  }
}

const matmul = ({ n, a, b, pick }: Product): Running => {
  const c = new Float32Array(n * n)
  return { run: () => product(c, a, b, n, n, n), answer: () => pick(c) }
}

const tanhSum = ({ x, a, b, pick }: Tanh): Running => {
  const g = new Float32Array(x.length)
  const run = (): number => {
    let f = 0
    for (let i = 0; i < x.length; i++) {
      const [v, t] = [x[i]!, Math.tanh(x[i]! * a + b)]
      f += t * v
      g[i] = t + a * v * (1 - t * t)
    }
    return f
  }
  return { run, answer: () => pick(run(), g) }
}

const rosenbrock = ({ x, pick }: Gradient): Running => {
  const g = new Float32Array(x.length)
  const run = (): number => {
    let f = 0
    g.fill(0)
    for (let i = 0; i + 1 < x.length; i++) {
      const p = x[i]!
      const d = x[i + 1]! - p * p
      f += 100 * d * d + (1 - p) * (1 - p)
      g[i]! += -400 * p * d - 2 * (1 - p)
      g[i + 1]! += 200 * d
    }
    return f
  }
  return { run, answer: () => pick(run(), g) }
}

const forward = ({ params, x }: Forward): Running => {
  const [w0, b0, w1, b1] = params.map((p) => p.data) as [F, F, F, F]
  const [hidden, logits] = [new Float32Array(b0.length), new Float32Array(b1.length)]
  const run = (): F => {
    product(hidden, x.data, w0, 1, 784, b0.length, b0)
    rectify(hidden)
    product(logits, hidden, w1, 1, b0.length, b1.length, b1)
    return logits
  }
  return { run, answer: () => [...run()] }
}

const open = (data: Data): Running | undefined => {
  switch (data.kind) {
    case 'mlp':
      return mlp(data)
    case 'product':
      return matmul(data)
    case 'tanh':
      return tanhSum(data)
    case 'gradient':
      return rosenbrock(data)
    case 'forward':
      return forward(data)
    case 'lenet':
    case 'gpt':
    case 'gru':
    case 'curvature':
    case 'long':
      return undefined
  }
}

export const plain: Peer = { start: () => Promise.resolve(), open }
