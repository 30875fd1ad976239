/**
 * Writes javascript.json: what TensorFlow.js (in plain JavaScript) and jax-js (WebAssembly) answer to the rows of the numeric specification, in f32.
 *
 *     npm ci --prefix test/bench/peers && node test/golden/numerics/javascript.mjs
 *
 * A cell is a list of numbers, "error" where the library raises, and is missing where it has no such function. The rows are those of
 * `test/numeric/rows`.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const peers = new URL('../../bench/peers/node_modules/', import.meta.url)
const jaxUrl = new URL('@jax-js/jax/', peers)
const tfUrl = new URL('@tensorflow/tfjs/', peers)
const { defaultDevice, grad, init, jvp, nn, numpy: np } = await import(new URL('dist/index.js', jaxUrl))
const { default: tf } = await import(new URL('dist/tf.node.js', tfUrl))
await init('wasm')
defaultDevice('wasm')
await tf.setBackend('cpu')

const shown = (x) => (Object.is(x, -0) ? '-0' : String(x))

const cell = (ask) => {
  try {
    return ask()
      .flatMap((x) => Array.from(typeof x === 'number' ? [x] : x.dataSync(), Number))
      .map(shown)
  } catch {
    return 'error'
  }
}

const answers = (cells) => Object.fromEntries(Object.entries(cells).map(([k, ask]) => [k, cell(ask)]))

const jaxCells = () => {
  const f = (...xs) => np.array(new Float32Array(xs))
  const s = (x) => np.array(new Float32Array([x])).reshape([])
  const i = (...xs) => np.array(new Int32Array(xs))
  const d = (g, ...xs) => grad((x) => np.sum(g(x)))(f(...xs))
  const at = (g, x) => grad(g)(s(x))
  const both = (g, a, b) => [grad((x) => g(x, s(b)))(s(a)), grad((y) => g(s(a), y))(s(b))]
  const second = (g, x) => grad((y) => grad(g)(y))(s(x))
  const lse = (x) => nn.logsumexp(x)
  const silu = (x) => nn.silu(x)
  const mish = (x) => nn.mish(x)
  const cross = (x) => np.sum(nn.logSoftmax(x).mul(f(1, 0))).mul(-1)
  const norm = (x) => np.sqrt(np.sum(np.square(x)))
  return {
    1: () => [nn.softmax(f(1000, 1001))],
    2: () => [nn.softmax(f(-Infinity, -Infinity))],
    3: () => [lse(f(-Infinity, -Infinity))],
    '3 gradient': () => [d(lse, -Infinity, -Infinity)],
    4: () => [nn.sigmoid(f(1000, -1000))],
    5: () => [d(nn.sigmoid, -1000, -89)],
    6: () => [nn.softplus(f(1000))],
    '6 gradient': () => [d(nn.softplus, 1000)],
    7: () => [nn.softplus(f(-20))],
    8: () => [nn.logSigmoid(f(-1000))],
    9: () => [d(silu, -1000), d(mish, 1000)],
    10: () => [np.tanh(f(1e-5))],
    11: () => [np.log1p(f(1e-10))],
    12: () => [np.expm1(f(1e-10))],
    13: () => [np.log(f(1.0001))],
    15: () => [cross(f(0, -Infinity))],
    '15 gradient': () => [grad(cross)(f(0, -Infinity))],
    17: () => [d(np.sqrt, 0)],
    18: () => [d(np.linalg.norm, 0, 0)],
    19: () => [d((x) => np.std(x), 2, 2, 2)],
    21: () => [d(np.abs, 0)],
    22: () => [d(nn.relu, 0)],
    23: () => both(np.maximum, 1, 1),
    24: () => [d((x) => np.max(x), 1, 1, 0)],
    26: () => [d((x) => np.where(np.greater(x.ref, 0), np.sqrt(x), 0), 0, 4)],
    27: () => [np.power(s(0), s(0)), ...both(np.power, 0, 0)],
    28: () => [d((x) => np.power(x, 2), 0)],
    29: () => both(np.power, -2, 3),
    30: () => both(np.divide, 0, 0),
    31: () => [d((x) => np.prod(x), 0, 2, 3)],
    32: () => [d((x) => np.cumprod(x), 0, 2)],
    33: () => both(np.atan2, 0, 0),
    34: () => [np.hypot(f(1e30), f(1e30))],
    35: () => [d(np.sinc, 0)],
    36: () => [np.sum(np.full([10 ** 7], 0.1))],
    37: () => [np.dot(np.full([10 ** 5], 0.1), np.ones([10 ** 5]))],
    38: () => [np.argmax(f(1, NaN, 3))],
    39: () => [np.maximum(f(NaN, 1), f(1, NaN))],
    40: () => [np.max(f())],
    41: () => [np.mean(f())],
    42: () => [np.sum(f()), np.matmul(np.zeros([2, 0]), np.zeros([0, 3]))],
    43: () => [np.take(f(1, 2, 3), i(5))],
    '43 negative': () => [np.take(f(1, 2, 3), i(-1))],
    44: () => [i(2147483647).add(i(1)), i(65536).mul(i(65536))],
    45: () => [f(NaN, 1e20, -1e20).astype(np.int32)],
    46: () => [np.floorDivide(i(7), i(0))],
    47: () => [np.sign(f(-0, NaN))],
    48: () => [np.divide(s(1), f(-0))],
    49: () => [f(1e-40).mul(1.5)],
    50: () => [np.round(f(0.5, 1.5, 2.5))],
    51: () => [np.mean(i(1, 2))],
    52: () => jvp((x) => np.remainder(x, s(3)), [s(5)], [s(1)]),
    53: () => [second(np.tanh, 0.5), second(np.exp, 0.5), second(nn.sigmoid, 0.5)],
    54: () => [grad((x) => x.mul(2))(f(1, 2))],
    55: () => [grad(() => s(1))(s(2))],
    56: () => [d((x) => nn.elu(x), 1000)],
    57: () => [np.linalg.norm(f(1e-30, 1e-30))],
    58: () => [d(norm, 1e-19, 1e-19)],
    F1: () => [np.std(f(1e30, -1e30)), d((x) => np.std(x), 1e-30, -1e-30)],
    F3: () => [d(nn.sigmoid, 20, -20), d(np.tanh, 9.01), second(nn.softplus, 40)],
    F4: () => [second(np.asin, 1e-8), second(np.tanh, 1e-8)],
    F5: () => [
      d((x) => np.square(np.sqrt(x)), 0),
      d((x) => np.exp(np.log(x)), 0),
      d((x) => np.reciprocal(np.reciprocal(x)), 0)
    ],
    'F5 zero': () => [d((x) => x.ref.mul(np.log(x)), 0)],
    F6: () => both(np.hypot, 1e-40, 1e-40),
    F7c: () => [d((x) => np.log(nn.sigmoid(x)), -90)],
    F7d: () => {
      const g = grad((x) => np.prod(x))(f(0, 0, ...Array.from({ length: 98 }, () => 3)))
      return [...g.dataSync().slice(0, 2)]
    }
  }
}

const tfCells = () => {
  const f = (...xs) => tf.tensor1d(xs, 'float32')
  const s = (x) => tf.scalar(x)
  const i = (...xs) => tf.tensor1d(xs, 'int32')
  const d = (g, ...xs) => tf.grad((x) => tf.sum(g(x)))(f(...xs))
  const both = (g, a, b) => tf.grads(g)([s(a), s(b)])
  const second = (g, x) => tf.grad((y) => tf.grad(g)(y))(s(x))
  const lse = (x) => tf.logSumExp(x)
  const pool = (x) => tf.maxPool(x.reshape([1, 2, 1]).expandDims(2), [2, 1], [2, 1], 'valid')
  const cross = (x) => tf.losses.softmaxCrossEntropy(tf.tensor2d([[1, 0]]), x.reshape([1, 2]))
  const spread = (x) => tf.sqrt(tf.moments(x).variance)
  return {
    1: () => [tf.softmax(f(1000, 1001))],
    2: () => [tf.softmax(f(-Infinity, -Infinity))],
    3: () => [lse(f(-Infinity, -Infinity))],
    '3 gradient': () => [d(lse, -Infinity, -Infinity)],
    4: () => [tf.sigmoid(f(1000, -1000))],
    5: () => [d(tf.sigmoid, -1000, -89)],
    6: () => [tf.softplus(f(1000))],
    '6 gradient': () => [d(tf.softplus, 1000)],
    7: () => [tf.softplus(f(-20))],
    8: () => [tf.logSigmoid(f(-1000))],
    9: () => [d((x) => x.mul(tf.sigmoid(x)), -1000), d((x) => x.mul(tf.tanh(tf.softplus(x))), 1000)],
    10: () => [tf.tanh(f(1e-5))],
    11: () => [tf.log1p(f(1e-10))],
    12: () => [tf.expm1(f(1e-10))],
    13: () => [tf.log(f(1.0001))],
    14: () => [tf.metrics.binaryCrossentropy(tf.tensor2d([[1]]), tf.tensor2d([[0]]))],
    '14 logits': () => [tf.losses.sigmoidCrossEntropy(f(1), f(-1000))],
    15: () => [cross(f(0, -Infinity))],
    '15 gradient': () => [tf.grad(cross)(f(0, -Infinity))],
    17: () => [d(tf.sqrt, 0)],
    18: () => [d((x) => tf.norm(x), 0, 0)],
    19: () => [d(spread, 2, 2, 2)],
    20: () => [tf.grad((a) => tf.losses.cosineDistance(a, f(1, 2), 0))(f(0, 0))],
    21: () => [d(tf.abs, 0)],
    22: () => [d(tf.relu, 0)],
    23: () => both(tf.maximum, 1, 1),
    24: () => [d((x) => tf.max(x), 1, 1, 0)],
    25: () => [d(pool, 1, 1)],
    26: () => [d((x) => tf.where(tf.greater(x, 0), tf.sqrt(x), tf.zerosLike(x)), 0, 4)],
    27: () => [tf.pow(s(0), s(0)), ...both(tf.pow, 0, 0)],
    28: () => [d((x) => tf.pow(x, 2), 0)],
    29: () => both(tf.pow, -2, 3),
    30: () => both(tf.div, 0, 0),
    31: () => [d((x) => tf.prod(x), 0, 2, 3)],
    32: () => [d((x) => tf.cumprod(x), 0, 2)],
    33: () => both(tf.atan2, 0, 0),
    36: () => [tf.sum(tf.fill([10 ** 7], 0.1))],
    37: () => [tf.dot(tf.fill([10 ** 5], 0.1), tf.ones([10 ** 5]))],
    38: () => [tf.argMax(f(1, NaN, 3))],
    39: () => [tf.maximum(f(NaN, 1), f(1, NaN))],
    40: () => [tf.max(f())],
    41: () => [tf.mean(f())],
    42: () => [tf.sum(f()), tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3]))],
    43: () => [tf.gather(f(1, 2, 3), i(5))],
    '43 negative': () => [tf.gather(f(1, 2, 3), i(-1))],
    44: () => [i(2147483647).add(i(1)), i(65536).mul(i(65536))],
    45: () => [f(NaN, 1e20, -1e20).toInt()],
    46: () => [tf.floorDiv(i(7), i(0))],
    47: () => [tf.sign(f(-0, NaN))],
    48: () => [s(1).div(f(-0))],
    49: () => [f(1e-40).mul(1.5)],
    50: () => [tf.round(f(0.5, 1.5, 2.5))],
    51: () => [tf.mean(i(1, 2))],
    52: () => [tf.mod(s(5), s(3)), tf.grad((x) => tf.mod(x, s(3)))(s(5))],
    53: () => [second(tf.tanh, 0.5), second(tf.exp, 0.5), second(tf.sigmoid, 0.5)],
    54: () => [tf.grad((x) => x.mul(2))(f(1, 2))],
    55: () => [tf.grad(() => s(1))(s(2))],
    56: () => [d(tf.elu, 1000)],
    57: () => [tf.norm(f(1e-30, 1e-30))],
    58: () => [d((x) => tf.norm(x), 1e-19, 1e-19)],
    F1: () => [spread(f(1e30, -1e30)), d(spread, 1e-30, -1e-30)],
    F2: () => [tf.max(tf.randomUniform([4096], 1e6, 1e6 + 1, 'float32', 1))],
    F3: () => [d(tf.sigmoid, 20, -20), d(tf.tanh, 9.01), second(tf.softplus, 40)],
    F4: () => [second(tf.asin, 1e-8), second(tf.tanh, 1e-8)],
    F5: () => [
      d((x) => tf.square(tf.sqrt(x)), 0),
      d((x) => tf.exp(tf.log(x)), 0),
      d((x) => tf.reciprocal(tf.reciprocal(x)), 0)
    ],
    'F5 zero': () => [d((x) => x.mul(tf.log(x)), 0)],
    F7c: () => [d((x) => tf.log(tf.sigmoid(x)), -90)],
    F7d: () => {
      const g = tf.grad((x) => tf.prod(x))(f(0, 0, ...Array.from({ length: 98 }, () => 3)))
      return [...g.dataSync().slice(0, 2)]
    },
    F12: () => {
      const p = tf.variable(f(1))
      tf.train.adam(1, 0.9, 0.999, 1e-60).applyGradients({ [p.name]: f(0) })
      return [p.sub(1)]
    }
  }
}

const versionOf = (url) => JSON.parse(readFileSync(new URL('package.json', url), 'utf8')).version
const versions = { tfjs: versionOf(tfUrl), 'jax-js': versionOf(jaxUrl), node: process.versions.node }
const all = {
  versions,
  tfjs: answers(tfCells()),
  'jax-js': answers(jaxCells()),
  generator: 'test/golden/numerics/javascript.mjs'
}
writeFileSync(new URL('javascript.json', import.meta.url), `${JSON.stringify(all, null, 1)}\n`)
