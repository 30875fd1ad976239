/**
 * TensorFlow.js on its WebAssembly backend or in JavaScript, on one thread; it has no compiler, so each operation is a
 * call.
 */
import tf, { type Layer, type Tensor } from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import type {
  Curvature,
  Data,
  Forward,
  Gradient,
  Gru,
  Product,
  Tanh,
  Training,
  Values
} from './data/model.js'
import { adamOptions, gptSizes, gruSizes } from './data/training.js'
import type { Peer, Running } from './peer.js'

type Tensors = ReadonlyArray<Tensor>
type Network = (params: Tensors, x: Tensor) => Tensor

const tensor = ({ data, shape }: Values): Tensor => tf.tensor(data, shape)

/** The numbers of a result that is not needed any more. */
const taken = (x: Tensor): Float32Array => {
  const values = x.dataSync()
  x.dispose()
  return values
}

const variables = ({ params }: Training): Tensors => params.map((p) => tf.variable(tensor(p)))

const trained = (data: Training, network: Network, params = variables(data)): Running => {
  const { learningRate, beta1, beta2, epsilon } = adamOptions
  const [x, y] = [tensor(data.x), tensor(data.y)]
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon)
  const loss = (): Tensor => tf.losses.softmaxCrossEntropy(y, network(params, x))
  return { run: () => taken(optimizer.minimize(loss, true, params))[0] }
}

const mlp: Network = (params, x) => {
  const layers = params.length / 2
  return Array.from({ length: layers }).reduce<Tensor>((h, _, i) => {
    const z = tf.add(tf.matMul(h, params[2 * i]!), params[2 * i + 1]!)
    return i + 1 < layers ? tf.relu(z) : z
  }, x)
}

/** The shifted images side by side and a product: the backend has no gradient of a convolution in its kernel. */
const convolved = (x: Tensor, kernel: Tensor, bias: Tensor): Tensor => {
  const [n = 0, h = 0, w = 0, c = 0] = x.shape
  const out = kernel.shape[3]!
  const padded = tf.pad(x, [
    [0, 0],
    [2, 2],
    [2, 2],
    [0, 0]
  ])
  const shifted = Array.from({ length: 25 }, (_, k) =>
    tf.slice(padded, [0, Math.floor(k / 5), k % 5, 0], [n, h, w, c])
  )
  const patches = tf.reshape(tf.concat(shifted, 3), [n * h * w, 25 * c])
  const sums = tf.matMul(patches, tf.reshape(kernel, [25 * c, out]))
  return tf.relu(tf.add(tf.reshape(sums, [n, h, w, out]), bias))
}

const lenet: Network = (params, x) => {
  const [k0, b0, k1, b1, w, b] = params as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const pooled = (h: Tensor): Tensor => tf.maxPool(h, 2, 2, 'valid')
  const features = pooled(convolved(pooled(convolved(x, k0, b0)), k1, b1))
  return tf.add(tf.matMul(tf.reshape(features, [-1, 784]), w), b)
}

const normalized = (x: Tensor, gain: Tensor, shift: Tensor): Tensor => {
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5))
  return tf.add(tf.mul(tf.mul(centred, scale), gain), shift)
}

const gelu = (x: Tensor): Tensor => {
  const c = Math.sqrt(2 / Math.PI)
  const inner = tf.mul(x, tf.add(c, tf.mul(tf.square(x), 0.044715 * c)))
  return tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(inner)))
}

const causal = (n: number): Tensor => {
  const mask = Float32Array.from({ length: n * n }, (_, i) => (i % n > Math.floor(i / n) ? -1e9 : 0))
  return tf.tensor(mask, [1, 1, n, n])
}

const gpt = (): Network => {
  const { width, heads, layers, length, batch } = gptSizes
  const mask = causal(length)
  const size = width / heads
  return (params, x) => {
    const rest = params[Symbol.iterator]()
    const next = (): Tensor => rest.next().value!
    const linear = (h: Tensor): Tensor => tf.add(tf.matMul(h, next()), next())
    const norm = (h: Tensor): Tensor => normalized(h, next(), next())
    const attention = (h: Tensor): Tensor => {
      const [q, k, v] = tf
        .split(linear(norm(h)), 3, -1)
        .map((part) => tf.transpose(tf.reshape(part, [batch, length, heads, size]), [0, 2, 1, 3])) as [
        Tensor,
        Tensor,
        Tensor
      ]
      const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size))
      const mixed = tf.matMul(tf.softmax(tf.add(scores, mask)), v)
      return linear(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * length, width]))
    }
    const words = tf.reshape(tf.matMul(x, next()), [batch, length, width])
    let h = tf.reshape(tf.add(words, next()), [batch * length, width])
    for (let l = 0; l < layers; l++) {
      h = tf.add(h, attention(h))
      h = tf.add(h, linear(gelu(linear(norm(h)))))
    }
    return linear(norm(h))
  }
}

/** Its own layers. Their initializers are not used, and the usual one of a recurrent kernel is slow. */
const recurrent = ({ params }: Gru): ReadonlyArray<Layer> => {
  const { hidden, classes } = gruSizes
  const weights = params.map(tensor)
  const initial = { recurrentInitializer: 'zeros', weights: weights.slice(0, 3) } as const
  return [
    tf.layers.gru({ units: hidden, recurrentActivation: 'sigmoid', ...initial }),
    tf.layers.dense({ units: classes, weights: weights.slice(3) })
  ]
}

const gru = (data: Gru): Running => {
  const layers = recurrent(data)
  const network: Network = (_, x) => layers.reduce((h, layer) => layer.apply(h), x)
  // The first call makes the variables, which the optimizer must know before a step begins.
  tf.tidy(() => network([], tf.tensor(new Float32Array(gruSizes.features), [1, 1, gruSizes.features])))
  return trained(
    data,
    network,
    layers.flatMap((layer) => layer.trainableWeights.map(({ val }) => val))
  )
}

const product = ({ n, a, b, pick }: Product): Running => {
  const [p, q] = [tf.tensor(a, [n, n]), tf.tensor(b, [n, n])]
  return { run: () => tf.matMul(p, q).dispose(), answer: () => pick(taken(tf.matMul(p, q))) }
}

const tanhSum = ({ x, a, b, pick }: Tanh): Running => {
  const [at, scale, shift] = [tf.tensor(x), tf.scalar(a), tf.scalar(b)]
  const both = tf.valueAndGrad((v) => tf.sum(tf.mul(tf.tanh(tf.add(tf.mul(v, scale), shift)), v)))
  return {
    run: () => {
      const { value, grad } = both(at)
      grad.dispose()
      return taken(value)[0]
    },
    answer: () => {
      const { value, grad } = both(at)
      return pick(taken(value)[0] ?? NaN, taken(grad))
    }
  }
}

const rosenbrock = (x: Tensor): Tensor => {
  const [p, q] = [tf.slice(x, 0, 999), tf.slice(x, 1, 999)]
  const bent = tf.sum(tf.square(tf.sub(q, tf.square(p))))
  return tf.add(tf.mul(100, bent), tf.sum(tf.square(tf.sub(1, p))))
}

const gradient = ({ x, pick }: Gradient): Running => {
  const at = tf.tensor(x)
  const both = tf.valueAndGrad(rosenbrock)
  const run = (): readonly [number, Float32Array] => {
    const { value, grad } = both(at)
    return [taken(value)[0] ?? NaN, taken(grad)]
  }
  return { run, answer: () => pick(...run()) }
}

/** Reverse mode twice: there is no forward mode. */
const curvature = ({ x, v, pick }: Curvature): Running => {
  const [at, along, slope] = [tf.tensor(x), tf.tensor(v), tf.grad(rosenbrock)]
  const f = tf.grad((p) => tf.sum(tf.mul(slope(p), along)))
  const run = (): Float32Array => taken(f(at))
  return { run, answer: () => pick(run()) }
}

const forward = ({ params, x }: Forward): Running => {
  const [weights, row] = [params.map(tensor), tensor(x)]
  const run = (): Float32Array => taken(tf.tidy(() => mlp(weights, row)))
  return { run, answer: () => [...run()] }
}

const open = (data: Data): Running | undefined => {
  switch (data.kind) {
    case 'mlp':
      return trained(data, mlp)
    case 'lenet':
      return trained(data, lenet)
    case 'gpt':
      return trained(data, gpt())
    case 'gru':
      return gru(data)
    case 'product':
      return product(data)
    case 'tanh':
      return tanhSum(data)
    case 'gradient':
      return gradient(data)
    case 'curvature':
      return curvature(data)
    case 'forward':
      return forward(data)
    // Loops are those of JavaScript: every step would be recorded anew in each call.
    case 'long':
      return undefined
  }
}

export const tfjs = (backend: 'wasm' | 'cpu'): Peer => ({
  start: async () => {
    tf.enableProdMode()
    if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`)
    await tf.ready()
  },
  open
})
