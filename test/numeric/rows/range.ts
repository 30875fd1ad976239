/** Rows beyond the first sixty: saturated units, the ends of the range, zeros that are numbers, and what is not of a dtype. */
import * as A from '../../../src/index.js'
import { adam } from '../../../src/optim/index.js'
import { typed } from '../../../src/graph/terms.js'
import type { Expr, FloatDType } from '../../../src/index.js'
import {
  curvature,
  ofIntegers,
  ofNumbers,
  ofVectors,
  slope,
  slopes,
  type Num,
  type Row,
  type Vec
} from './row.js'

const std = (x: Vec) => A.std()(x)
const threes = Array.from({ length: 98 }, () => 3)

export const range: ReadonlyArray<Row> = [
  {
    id: 'F1',
    what: 'std([1e30, -1e30]); gradient at [1e-30, -1e-30]',
    ask: ofVectors(
      [
        [1e30, -1e30],
        [1e-30, -1e-30]
      ],
      (x, y) => [std(x), slope(std)(y)]
    ),
    right: { f32: [Math.fround(1e30), 0.5, -0.5], f64: [1e30, 0.5, -0.5] }
  },
  {
    id: 'F2',
    what: 'largest of 4096 of uniform [1e6, 1e6 + 1) is below the bound',
    ask: ofVectors([[1e6 + 1]], (high) => {
      const drawn = A.uniform([4096], { low: 1e6, high: 1e6 + 1 })(A.key(0))
      return A.convert('i32')(A.all()(A.lt(A.convert('f32')(A.reshape([])(high)))(drawn)))
    }),
    right: [1]
  },
  {
    id: 'F3',
    what: "sigmoid'(20), sigmoid'(-20), tanh'(9.01), softplus''(40)",
    ask: ofNumbers([20, -20, 9.01, 40], (a, b, c, d) => [
      A.grad((x: Num) => A.logistic(x))(a),
      A.grad((x: Num) => A.logistic(x))(b),
      A.grad((x: Num) => A.tanh(x))(c),
      curvature((x: Num) => A.softplus(x))(d)
    ]),
    right: {
      f32: [2.061153613941849e-9, 2.061153613941849e-9, 5.971359464344611e-8, 4.248354255291589e-18],
      f64: [2.061153613941849e-9, 2.061153613941849e-9, 5.971362197816593e-8, 4.248354255291589e-18]
    }
  },
  {
    id: 'F4',
    what: "asin''(1e-8), tanh''(1e-8)",
    ask: ofNumbers([1e-8], (x) => [curvature((v: Num) => A.asin(v))(x), curvature((v: Num) => A.tanh(v))(x)]),
    right: { f32: [Math.fround(1e-8), -2 * Math.fround(1e-8)], f64: [1e-8, -2e-8] },
    ulps: 16
  },
  {
    id: 'F5',
    what: 'gradient at 0 of square(sqrt x), exp(log x), 1 / (1 / x)',
    ask: ofVectors([[0]], (x) => [
      slope((v) => A.square(A.sqrt(v)))(x),
      slope((v) => A.exp(A.log(v)))(x),
      slope((v) => A.reciprocal(A.reciprocal(v)))(x)
    ]),
    right: [1, 1, 1]
  },
  {
    id: 'F5 zero',
    what: 'gradient of x log x at 0: a computed 0 times infinity',
    ask: ofVectors(
      [[0]],
      slope((x) => A.mul(A.log(x))(x))
    ),
    right: [NaN],
    note: 'the limit is -Infinity; the rule is stated'
  },
  {
    id: 'F6',
    what: 'gradients of hypot(1e-40, 1e-40)',
    ask: ofNumbers([1e-40, 1e-40], (a, b) => slopes((x, y) => A.hypot(y)(x))(a, b)),
    right: [Math.SQRT1_2, Math.SQRT1_2]
  },
  {
    id: 'F7c',
    what: 'gradient of log(sigmoid x) at -90',
    ask: ofVectors(
      [[-90]],
      slope((x) => A.log(A.logistic(x)))
    ),
    right: [1]
  },
  {
    id: 'F7d',
    what: 'gradient of prod([0, 0, 3, 3, ... 100]): first two',
    ask: ofVectors([[0, 0, ...threes]], (x) => A.slice([[0, 2]])(slope((v) => A.prod()(v))(x))),
    right: [0, 0]
  },
  {
    id: 'F8',
    what: 'avgPool of u32 or i32',
    ask: ofIntegers([[1, 2]], (x) =>
      A.avgPool([2])(typed<Expr<readonly [1, 2, 1], FloatDType>>(A.reshape([1, 2, 1])(x)))
    ),
    right: 'refused'
  },
  { id: 'F9', what: 'key(0.5)', ask: ofNumbers([0], () => A.uniform([1])(A.key(0.5))), right: 'refused' },
  {
    id: 'F12',
    what: 'Adam with an epsilon of 1e-60 (f32): update at gradient 0',
    ask: ofNumbers([1, 0], (p, g) => {
      const optimizer = adam({ learningRate: 1, epsilon: 1e-60 })
      return optimizer.update(g, optimizer.init(p), p)[0]
    }),
    right: { f32: 'refused', f64: [0] }
  }
]
