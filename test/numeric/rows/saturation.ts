/** Rows 1 to 16: exponentials, their inverses, and losses where they saturate or overflow. */
import * as A from '../../../src/index.js'
import { crossEntropy, crossEntropyFromLogits, sigmoid } from '../../../src/nn/index.js'
import { binaryCrossEntropy, binaryCrossEntropyFromLogits } from '../../../src/nn/index.js'
import { ofVectors, slope, type Row, type Vec } from './row.js'

const logSigmoid = (x: Vec): Vec => A.neg(A.softplus(A.neg(x)))
const silu = (x: Vec): Vec => A.mul(sigmoid(x))(x)
const mish = (x: Vec): Vec => A.mul(A.tanh(A.softplus(x)))(x)
const masked = (x: Vec): Vec => A.maskedSoftmax(A.lt(-Infinity)(x))(x)
const least = [-Infinity, -Infinity]

export const saturation: ReadonlyArray<Row> = [
  {
    id: '1',
    what: 'softmax([1000, 1001])',
    ask: ofVectors([[1000, 1001]], (x) => A.softmax()(x)),
    right: [0.2689414213699951, 0.7310585786300049]
  },
  {
    id: '2',
    what: 'softmax([-inf, -inf])',
    ask: ofVectors([least], (x) => A.softmax()(x)),
    right: [NaN, NaN]
  },
  {
    id: '2 masked',
    what: 'maskedSoftmax, nothing kept: value, gradient',
    ask: ofVectors([[1, 2]], (x) => [masked(x), slope(masked)(x)]),
    right: [0, 0, 0, 0]
  },
  {
    id: '3',
    what: 'logSumExp([-inf, -inf])',
    ask: ofVectors([least], (x) => A.logSumExp()(x)),
    right: [-Infinity]
  },
  {
    id: '3 gradient',
    what: 'its gradient',
    ask: ofVectors(
      [least],
      slope((x) => A.logSumExp()(x))
    ),
    right: [0, 0]
  },
  { id: '4', what: 'sigmoid([1000, -1000])', ask: ofVectors([[1000, -1000]], sigmoid), right: [1, 0] },
  {
    id: '5',
    what: "sigmoid'([-1000, -89])",
    ask: ofVectors([[-1000, -89]], slope(sigmoid)),
    right: [0, 2.2273635617957434e-39]
  },
  { id: '6', what: 'softplus(1000)', ask: ofVectors([[1000]], A.softplus), right: [1000] },
  { id: '6 gradient', what: "softplus'(1000)", ask: ofVectors([[1000]], slope(A.softplus)), right: [1] },
  { id: '7', what: 'softplus(-20)', ask: ofVectors([[-20]], A.softplus), right: [2.061153620314381e-9] },
  { id: '8', what: 'logSigmoid(-1000)', ask: ofVectors([[-1000]], logSigmoid), right: [-1000] },
  {
    id: '9',
    what: "silu'(-1000), mish'(1000)",
    ask: ofVectors([[-1000], [1000]], (a, b) => [slope(silu)(a), slope(mish)(b)]),
    right: [0, 1]
  },
  {
    id: '10',
    what: 'tanh(1e-5)',
    ask: ofVectors([[1e-5]], A.tanh),
    right: { f32: [Math.fround(1e-5)], f64: [9.999999999666668e-6] }
  },
  {
    id: '11',
    what: 'log1p(1e-10)',
    ask: ofVectors([[1e-10]], A.log1p),
    right: { f32: [Math.fround(1e-10)], f64: [9.9999999995e-11] }
  },
  {
    id: '12',
    what: 'expm1(1e-10)',
    ask: ofVectors([[1e-10]], A.expm1),
    right: { f32: [Math.fround(1e-10)], f64: [1.00000000005e-10] }
  },
  {
    id: '13',
    what: 'log(1.0001)',
    ask: ofVectors([[1.0001]], A.log),
    // In f32 the argument is the nearest float.
    right: { f32: [Math.log1p(Math.fround(1.0001) - 1)], f64: [9.999500033329732e-5] },
    ulps: 1
  },
  {
    id: '14',
    what: 'binaryCrossEntropy of p = 0 for 1',
    ask: ofVectors([[0], [1]], (p, t) => binaryCrossEntropy(t)(p)),
    right: [16.11809565095832],
    note: 'clipped at 1e-7'
  },
  {
    id: '14 logits',
    what: 'binaryCrossEntropyFromLogits of -1000 for 1',
    ask: ofVectors([[-1000], [1]], (z, t) => binaryCrossEntropyFromLogits(t)(z)),
    right: [1000]
  },
  {
    id: '15',
    what: 'crossEntropyFromLogits([0, -inf]) for class 0',
    ask: ofVectors(
      [
        [0, -Infinity],
        [1, 0]
      ],
      (z, t) => crossEntropyFromLogits(t)(z)
    ),
    right: [0]
  },
  {
    id: '15 gradient',
    what: 'its gradient',
    ask: ofVectors(
      [
        [0, -Infinity],
        [1, 0]
      ],
      (z, t) => slope((x) => crossEntropyFromLogits(t)(x))(z)
    ),
    right: [0, 0]
  },
  {
    id: '16',
    what: 'crossEntropy([0, 1]) for [0, 1]: 0 log 0',
    ask: ofVectors(
      [
        [0, 1],
        [0, 1]
      ],
      (p, t) => crossEntropy(t)(p)
    ),
    right: [0]
  }
]
