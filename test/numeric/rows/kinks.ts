/** Rows 17 to 35: derivatives where a function has a kink, a tie or no slope, and where the chain rule meets infinity. */
import * as A from '../../../src/index.js'
import { relu } from '../../../src/nn/index.js'
import { curvature, ofNumbers, ofVectors, slope, slopes, type Num, type Row, type Vec } from './row.js'

const norm = (x: Vec) => A.norm()(x)
const positive = (x: Vec) => A.gt(0)(x)
const sinc = (x: Vec): Vec => A.where(A.div(x)(A.sin(x)), 1)(A.ne(0)(x))
const products = (x: Vec): Vec => A.associativeScan((a: Num, b: Num) => A.mul(b)(a))(x)
const pooled = (x: Vec) => A.maxPool([2], { strides: [2] })(A.reshape([1, 2, 1])(x))

export const kinks: ReadonlyArray<Row> = [
  { id: '17', what: "sqrt'(0)", ask: ofVectors([[0]], slope(A.sqrt)), right: [Infinity] },
  {
    id: '17 safe',
    what: 'where(sqrt(x), 0)(x > 0): gradient at 0',
    ask: ofVectors(
      [[0]],
      slope((x) => A.where(A.sqrt(x), 0)(positive(x)))
    ),
    right: [0]
  },
  { id: '18', what: 'gradient of norm at [0, 0]', ask: ofVectors([[0, 0]], slope(norm)), right: [0, 0] },
  {
    id: '19',
    what: 'gradient of std at [2, 2, 2]',
    ask: ofVectors(
      [[2, 2, 2]],
      slope((x) => A.std()(x))
    ),
    right: [0, 0, 0]
  },
  {
    id: '20',
    what: 'gradient of cosineSimilarity with [1, 2] at [0, 0]',
    ask: ofVectors(
      [
        [0, 0],
        [1, 2]
      ],
      (x, y) => slope((v) => A.cosineSimilarity(y)(v))(x)
    ),
    right: [0, 0]
  },
  { id: '21', what: "abs'(0)", ask: ofVectors([[0]], slope(A.abs)), right: [0] },
  { id: '22', what: "relu'(0)", ask: ofVectors([[0]], slope(relu)), right: [0] },
  {
    id: '23',
    what: 'gradient of maximum(a, b) at a tie',
    ask: ofNumbers([1, 1], (a, b) => slopes((x, y) => A.maximum(y)(x))(a, b)),
    right: [0.5, 0.5]
  },
  {
    id: '24',
    what: 'gradient of max([1, 1, 0])',
    ask: ofVectors(
      [[1, 1, 0]],
      slope((x) => A.max()(x))
    ),
    right: [0.5, 0.5, 0]
  },
  { id: '25', what: 'gradient of maxPool at a tie', ask: ofVectors([[1, 1]], slope(pooled)), right: [1, 0] },
  {
    id: '26',
    what: 'gradient of where(x > 0, sqrt(x), 0) at [0, 4]',
    ask: ofVectors(
      [[0, 4]],
      slope((x) => A.where(A.sqrt(x), 0)(positive(x)))
    ),
    right: [0, 0.25]
  },
  {
    id: '27',
    what: 'pow(0, 0): value, d/dx, d/dy',
    ask: ofNumbers([0, 0], (a, b) => [A.pow(b)(a), ...slopes((x, y) => A.pow(y)(x))(a, b)]),
    right: [1, 0, 0]
  },
  {
    id: '28',
    what: 'd/dx pow(x, 2) at 0',
    ask: ofVectors(
      [[0]],
      slope((x) => A.pow(2)(x))
    ),
    right: [0]
  },
  {
    id: '29',
    what: 'pow(-2, 3): d/dx, d/dy',
    ask: ofNumbers([-2, 3], (a, b) => slopes((x, y) => A.pow(y)(x))(a, b)),
    right: [12, NaN]
  },
  {
    id: '30',
    what: '0 / 0: d/da, d/db',
    ask: ofNumbers([0, 0], (a, b) => slopes((x, y) => A.div(y)(x))(a, b)),
    right: [Infinity, NaN],
    note: 'as IEEE 754'
  },
  {
    id: '31',
    what: 'gradient of prod([0, 2, 3])',
    ask: ofVectors(
      [[0, 2, 3]],
      slope((x) => A.prod()(x))
    ),
    right: [6, 0, 0]
  },
  {
    id: '32',
    what: 'gradient of the running product of [0, 2]',
    ask: ofVectors([[0, 2]], slope(products)),
    right: [3, 0]
  },
  {
    id: '33',
    what: 'gradients of atan2(0, 0)',
    ask: ofNumbers([0, 0], (a, b) => slopes((x, y) => A.atan2(y)(x))(a, b)),
    right: [0, 0]
  },
  {
    id: '34',
    what: 'hypot(1e30, 1e30); in f64 of 1e300',
    ask: (engine, dtype) => {
      const x = dtype === 'f32' ? Math.fround(1e30) : 1e300
      return ofNumbers([x, x], (a, b) => A.hypot(b)(a))(engine, dtype)
    },
    right: { f32: [Math.SQRT2 * Math.fround(1e30)], f64: [Math.SQRT2 * 1e300] }
  },
  { id: '35', what: "sinc'(0)", ask: ofVectors([[0]], slope(sinc)), right: [0] },
  {
    id: '53',
    what: 'second derivatives of tanh, exp, sigmoid at 0.5',
    ask: ofNumbers([0.5], (x) => [A.tanh, A.exp, A.logistic].map((f) => curvature((v: Num) => f(v))(x))),
    right: [-0.7268619813835874, 1.6487212707001282, -0.05755679485232074],
    ulps: 16
  },
  {
    id: '55',
    what: 'gradient of what does not depend on x',
    ask: ofNumbers([2], (x) => A.grad((_: Num) => A.tensor(1))(x)),
    right: [0]
  },
  {
    id: '56',
    what: "elu'(1000)",
    ask: ofVectors(
      [[1000]],
      slope((x) => A.where(x, A.expm1(x))(positive(x)))
    ),
    right: [1]
  },
  {
    id: '57',
    what: 'norm([1e-30, 1e-30]); in f64 of 1e-300',
    ask: (engine, dtype) => {
      const x = dtype === 'f32' ? Math.fround(1e-30) : 1e-300
      return ofVectors([[x, x]], norm)(engine, dtype)
    },
    right: { f32: [Math.SQRT2 * Math.fround(1e-30)], f64: [Math.SQRT2 * 1e-300] }
  },
  {
    id: '58',
    what: 'gradient of norm at [1e-19, 1e-19]',
    ask: ofVectors([[1e-19, 1e-19]], slope(norm)),
    right: [Math.SQRT1_2, Math.SQRT1_2]
  }
]
