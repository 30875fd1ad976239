/** jax-js on its WebAssembly backend; in plain Node it runs on one thread. The whole step is one `jit`. */
import {
  defaultDevice,
  grad,
  init,
  jit,
  jvp,
  nn,
  numpy as np,
  valueAndGrad,
  type Array as Tensor
} from '@jax-js/jax'
import type { Curvature, Data, Forward, Gradient, Product, Tanh, Training, Values } from './data/model.js'
import { adamOptions, gptSizes, gruSizes } from './data/training.js'
import type { Peer, Running } from './peer.js'

type Tensors = ReadonlyArray<Tensor>
type Network = (params: Tensors, x: Tensor) => Tensor

const tensor = ({ data, shape }: Values): Tensor => np.array(data, { shape })
const kept = (xs: Tensors): Tensors => xs.map((x) => x.ref)

interface Moments {
  readonly params: Tensors
  readonly first: Tensors
  readonly second: Tensors
}

const adam = (state: Moments, gradients: Tensors, step: Tensor): Moments => {
  const { learningRate, beta1, beta2, epsilon } = adamOptions
  const correction = (beta: number): Tensor =>
    np.reciprocal(np.subtract(1, np.exp(step.ref.mul(Math.log(beta)))))
  const [c1, c2] = [correction(beta1), correction(beta2)]
  const updated = gradients.map((g, i) => {
    const m = state.first[i]!.mul(beta1).add(g.ref.mul(1 - beta1))
    const v = state.second[i]!.mul(beta2).add(g.ref.mul(g).mul(1 - beta2))
    const scale = np.sqrt(v.ref.mul(c2.ref)).add(epsilon)
    const p = state.params[i]!.sub(m.ref.mul(c1.ref).mul(learningRate).div(scale))
    return { p, m, v }
  })
  c1.dispose()
  c2.dispose()
  return {
    params: updated.map(({ p }) => p),
    first: updated.map(({ m }) => m),
    second: updated.map(({ v }) => v)
  }
}

const trained = (data: Training, network: Network): Running => {
  const [x, y, rows] = [tensor(data.x), tensor(data.y), data.y.shape[0]!]
  const loss = (p: Tensors, xs: Tensor, ys: Tensor): Tensor =>
    nn
      .logSoftmax(network(p, xs))
      .mul(ys)
      .sum()
      .mul(-1 / rows)
  const step = jit((params: Tensors, first: Tensors, second: Tensors, t: Tensor, xs: Tensor, ys: Tensor) => {
    const [value, gradients] = valueAndGrad(loss)(kept(params), xs, ys)
    const next = t.add(1)
    const after = adam({ params, first, second }, gradients, next.ref)
    return [value, after.params, after.first, after.second, next] as const
  })
  let params: Tensors = data.params.map(tensor)
  const zeros = (): Tensors => data.params.map((p) => np.zeros(p.shape))
  let [first, second, t] = [zeros(), zeros(), np.array(new Float32Array([0]))]
  return {
    run: () => {
      const [value, ...next] = step(params, first, second, t, x.ref, y.ref)
      ;[params, first, second, t] = next
      return value.dataSync()[0]
    }
  }
}

const mlp: Network = (params, x) => {
  const layers = params.length / 2
  return Array.from({ length: layers }).reduce<Tensor>((h, _, i) => {
    const z = np.dot(h, params[2 * i]!).add(params[2 * i + 1]!)
    return i + 1 < layers ? nn.relu(z) : z
  }, x)
}

/** The shifted images side by side and a product: faster here than its own convolution. */
const convolved = (x: Tensor, kernel: Tensor, bias: Tensor): Tensor => {
  const [n = 0, h = 0, w = 0, c = 0] = x.shape
  const out = kernel.shape[3]!
  const padded = np.pad(x, [
    [0, 0],
    [2, 2],
    [2, 2],
    [0, 0]
  ])
  const shifted = Array.from({ length: 25 }, (_, k) => {
    const [i, j] = [Math.floor(k / 5), k % 5]
    return padded.ref.slice([], [i, i + h], [j, j + w])
  })
  padded.dispose()
  const patches = np.concatenate(shifted, 3).reshape([n * h * w, 25 * c])
  return nn.relu(np.dot(patches, kernel.reshape([25 * c, out])).add(bias)).reshape([n, h, w, out])
}

const pooled = (x: Tensor): Tensor => {
  const [n = 0, h = 0, w = 0, c = 0] = x.shape
  return np.max(np.max(x.reshape([n, h / 2, 2, w / 2, 2, c]), 4), 2)
}

const lenet: Network = (params, x) => {
  const [k0, b0, k1, b1, w, b] = params as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const features = pooled(convolved(pooled(convolved(x, k0, b0)), k1, b1))
  return np.dot(features.reshape([-1, 784]), w).add(b)
}

const normalized = (x: Tensor, gain: Tensor, shift: Tensor): Tensor => {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }))
  const variance = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true })
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(gain)
    .add(shift)
}

const gpt: Network = (params, x) => {
  const { width, heads, layers, length, batch } = gptSizes
  const rest = params[Symbol.iterator]()
  const next = (): Tensor => rest.next().value!
  const linear = (h: Tensor): Tensor => np.dot(h, next()).add(next())
  const norm = (h: Tensor): Tensor => normalized(h, next(), next())
  const size = width / heads
  const attention = (h: Tensor): Tensor => {
    const [q, k, v] = np
      .split(linear(norm(h)), 3, -1)
      .map((part) => part.reshape([batch, length, heads, size]).transpose([0, 2, 1, 3])) as [
      Tensor,
      Tensor,
      Tensor
    ]
    const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(size))
    const weights = nn.softmax(np.where(np.tri(length, length, 0, { dtype: np.bool }), scores, -1e9))
    return linear(
      np
        .matmul(weights, v)
        .transpose([0, 2, 1, 3])
        .reshape([batch * length, width])
    )
  }
  let h = np
    .dot(x, next())
    .reshape([batch, length, width])
    .add(next())
    .reshape([batch * length, width])
  for (let l = 0; l < layers; l++) {
    h = h.ref.add(attention(h))
    h = h.ref.add(linear(nn.gelu(linear(norm(h)))))
  }
  return linear(norm(h))
}

/** Loop unrolling: it has no loop that `jit` keeps as one. */
const gru: Network = (params, x) => {
  const [kernel, recurrent, bias, w, b] = params as [Tensor, Tensor, Tensor, Tensor, Tensor]
  const { hidden: n, steps, batch } = gruSizes
  const forGates = recurrent.ref.slice([], [0, 2 * n])
  const forCandidate = recurrent.slice([], [2 * n, 3 * n])
  const cell = (h: Tensor, xt: Tensor): Tensor => {
    const seen = np.dot(xt, kernel.ref).add(bias.ref)
    const kept = np.dot(h.ref, forGates.ref)
    const gate = (from: number): Tensor =>
      nn.sigmoid(seen.ref.slice([], [from, from + n]).add(kept.ref.slice([], [from, from + n])))
    const [update, reset] = [gate(0), gate(n)]
    kept.dispose()
    const recalled = np.dot(reset.mul(h.ref), forCandidate.ref)
    const candidate = np.tanh(seen.slice([], [2 * n, 3 * n]).add(recalled))
    return update.ref.mul(h).add(np.subtract(1, update).mul(candidate))
  }
  let h = np.zeros([batch, n])
  for (let t = 0; t < steps; t++) h = cell(h, x.ref.slice([], t))
  for (const used of [kernel, bias, forGates, forCandidate, x]) used.dispose()
  return np.dot(h, w).add(b)
}

const product = ({ n, a, b, pick }: Product): Running => {
  const [p, q] = [tensor({ shape: [n, n], data: a }), tensor({ shape: [n, n], data: b })]
  return {
    run: async () => {
      const c = np.matmul(p.ref, q.ref)
      await c.blockUntilReady()
      c.dispose()
    },
    answer: async () => pick(await np.matmul(p.ref, q.ref).data())
  }
}

const tanhSum = ({ x, a, b, pick }: Tanh): Running => {
  const [xs, scale, shift] = [x, new Float32Array([a]), new Float32Array([b])].map((d) => np.array(d)) as [
    Tensor,
    Tensor,
    Tensor
  ]
  const f = (v: Tensor, p: Tensor, q: Tensor): Tensor => np.tanh(v.ref.mul(p).add(q)).mul(v).sum()
  const both = jit((v: Tensor, p: Tensor, q: Tensor) => valueAndGrad(f)(v, p, q))
  const now = () => both(xs.ref, scale.ref, shift.ref)
  return {
    run: async () => {
      const [value, gradient] = now()
      await gradient.blockUntilReady()
      gradient.dispose()
      return (await value.data())[0]
    },
    answer: async () => {
      const [value, gradient] = now()
      return pick((await value.data())[0] ?? NaN, await gradient.data())
    }
  }
}

const rosenbrock = (x: Tensor): Tensor => {
  const [p, q] = [x.ref.slice([0, 999]), x.slice([1, 1000])]
  const bent = np.square(q.sub(p.ref.mul(p.ref)))
  return bent
    .sum()
    .mul(100)
    .add(np.square(np.subtract(1, p)).sum())
}

const gradient = ({ x, pick }: Gradient): Running => {
  const at = np.array(x)
  const both = jit((v: Tensor) => valueAndGrad(rosenbrock)(v))
  const run = (): readonly [number, Float32Array] => {
    const [value, slope] = both(at.ref)
    return [value.dataSync()[0] ?? NaN, slope.dataSync()]
  }
  return { run, answer: () => pick(...run()) }
}

const curvature = ({ x, v, pick }: Curvature): Running => {
  const [at, along] = [np.array(x), np.array(v)]
  const f = jit((p: Tensor, t: Tensor) => jvp(grad(rosenbrock), [p], [t])[1])
  const run = (): Float32Array => f(at.ref, along.ref).dataSync()
  return { run, answer: () => pick(run()) }
}

const forward = ({ params, x }: Forward): Running => {
  const [weights, row] = [params.map(tensor), tensor(x)]
  const f = jit(mlp)
  const run = (): Float32Array => f(kept(weights), row.ref).dataSync()
  return { run, answer: () => [...run()] }
}

const open = (data: Data): Running | undefined => {
  switch (data.kind) {
    case 'mlp':
      return trained(data, mlp)
    case 'lenet':
      return trained(data, lenet)
    case 'gpt':
      return trained(data, gpt)
    case 'gru':
      return trained(data, gru)
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

export const jax: Peer = {
  start: async () => {
    await init('wasm')
    defaultDevice('wasm')
  },
  open
}
