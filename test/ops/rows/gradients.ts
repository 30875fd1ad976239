/** Derivatives at the edge cases of the numeric specification, by the numbers of its rows. */
import { fromValues } from '../../../laws/arbitrary/tensor.js'
import * as A from '../../../src/index.js'
import * as nn from '../../../src/nn/index.js'
import type { Expr } from '../../../src/index.js'
import { f64, rounding, row, type Row, type Vector } from './row.js'

/** The derivative of the sum of an elementwise (or any) function. */
const d =
  (f: (x: Vector) => Expr<unknown, 'f64'>, ...xs: ReadonlyArray<number>) =>
  (): Vector =>
    A.grad((x: Vector) => A.sum()(f(x) as Vector))(f64(...xs))

const d2 = (f: (a: Vector, b: Vector) => Vector, a: number, b: number, of: 0 | 1) => (): Vector =>
  A.grad((p: readonly [Vector, Vector]) => A.sum()(f(p[0], p[1])))([f64(a), f64(b)])[of]

const silu = (x: Vector): Vector => A.mul(x)(A.logistic(x))
const mish = (x: Vector): Vector => A.mul(x)(A.tanh(A.softplus(x)))
const logSigmoid = (x: Vector): Vector => A.neg(A.softplus(A.neg(x)))
const guardedRoot = (x: Vector): Vector => A.where(A.sqrt(x), 0)(A.gt(0)(x))
const cosine = (x: Vector): Expr<unknown, 'f64'> => A.div(A.norm()(x))(A.sum()(A.mul(f64(1, 2))(x)))

const sinc = (x: Vector): Vector => A.where(1, A.div(x)(A.sin(x)))(A.eq(0)(x))
const elu = (x: Vector): Vector => A.where(x, A.expm1(x))(A.gt(0)(x))
const maskOf = (...xs: ReadonlyArray<number>): Expr<number[], 'bool'> => fromValues([xs.length], 'bool', xs)

export const gradients: ReadonlyArray<Row> = [
  row(
    3,
    'logSumExp([-Infinity, -Infinity])',
    d((x) => A.logSumExp()(x), -Infinity, -Infinity),
    [0, 0]
  ),
  row(5, 'logistic at -1000', d(A.logistic, -1000), [0]),
  row(6, 'softplus at 1000', d(A.softplus, 1000), [1]),
  row(8, 'log logistic at -1000', d(logSigmoid, -1000), [1]),
  row(9, 'silu at -1000', d(silu, -1000), [0]),
  row(9, 'mish at 1000', d(mish, 1000), [1]),
  row(
    15,
    'cross-entropy with a logit of -Infinity whose target is 0',
    d((x) => nn.crossEntropyFromLogits(f64(1, 0))(x), 2, -Infinity),
    [0, 0]
  ),
  row(17, 'sqrt at 0', d(A.sqrt, 0), [Infinity]),
  row(
    18,
    'norm at 0',
    d((x) => A.norm()(x), 0, 0),
    [0, 0]
  ),
  row(
    19,
    'std of a constant vector',
    d((x) => A.std()(x), 2, 2, 2),
    [0, 0, 0]
  ),
  row(
    20,
    'cosine similarity, guarded, at the zero vector',
    d((x) => A.where(cosine(x), 0)(A.gt(0)(A.norm()(x))), 0, 0),
    [0, 0]
  ),
  row(
    20,
    'cosine similarity at the zero vector',
    d((x) => A.cosineSimilarity(f64(1, 2))(x), 0, 0),
    [0, 0]
  ),
  row(
    2,
    'masked softmax of a row of -Infinity',
    d((x) => A.mul(f64(1, 5))(A.maskedSoftmax(maskOf(1, 1))(x)), -Infinity, -Infinity),
    [0, 0]
  ),
  row(
    59,
    'masked softmax without anything, beside large numbers',
    d((x) => A.mul(f64(1, 5))(A.maskedSoftmax(maskOf(0, 0))(x)), 1e300, -1e300),
    [0, 0]
  ),
  row(35, 'sinc at 0', d(sinc, 0), [0]),
  row(56, 'elu at 1000 and -1000', d(elu, 1000, -1000), [1, 0]),
  row(21, 'abs at 0', d(A.abs, 0), [0]),
  row(22, 'relu at 0', d(nn.relu, 0), [0]),
  row(
    23,
    'maximum at a tie, first',
    d2((a, b) => A.maximum(b)(a), 1, 1, 0),
    [0.5]
  ),
  row(
    23,
    'maximum at a tie, second',
    d2((a, b) => A.maximum(b)(a), 1, 1, 1),
    [0.5]
  ),
  row(
    23,
    'minimum at a tie',
    d2((a, b) => A.minimum(b)(a), 1, 1, 0),
    [0.5]
  ),
  row(
    24,
    'max([1, 1, 0])',
    d((x) => A.max()(x), 1, 1, 0),
    [0.5, 0.5, 0]
  ),
  row(26, 'where(x > 0, sqrt x, 0) at [0, 4]', d(guardedRoot, 0, 4), [0, 0.25]),
  row(
    27,
    'pow(0, 0), base',
    d2((a, b) => A.pow(b)(a), 0, 0, 0),
    [0]
  ),
  row(
    27,
    'pow(0, 0), exponent',
    d2((a, b) => A.pow(b)(a), 0, 0, 1),
    [0]
  ),
  row(
    28,
    'pow(x, 2) at 0',
    d((x) => A.pow(2)(x), 0),
    [0]
  ),
  row(
    29,
    'pow(-2, 3), base',
    d2((a, b) => A.pow(b)(a), -2, 3, 0),
    [12]
  ),
  row(
    29,
    'pow(-2, 3), exponent',
    d2((a, b) => A.pow(b)(a), -2, 3, 1),
    [NaN]
  ),
  row(
    30,
    '0 / 0, numerator',
    d2((a, b) => A.div(b)(a), 0, 0, 0),
    [Infinity]
  ),
  row(
    30,
    '0 / 0, denominator',
    d2((a, b) => A.div(b)(a), 0, 0, 1),
    [NaN]
  ),
  row(
    31,
    'prod([0, 2, 3])',
    d((x) => A.prod()(x), 0, 2, 3),
    [6, 0, 0]
  ),
  row(
    31,
    'prod([0, 0, 3])',
    d((x) => A.prod()(x), 0, 0, 3),
    [0, 0, 0]
  ),
  row(
    33,
    'atan2(0, 0), first',
    d2((a, b) => A.atan2(b)(a), 0, 0, 0),
    [0]
  ),
  row(
    33,
    'atan2(0, 0), second',
    d2((a, b) => A.atan2(b)(a), 0, 0, 1),
    [-0]
  ),
  row(
    33,
    'hypot(0, 0)',
    d2((a, b) => A.hypot(b)(a), 0, 0, 0),
    [0]
  ),
  row(
    55,
    'a function that ignores its argument',
    d(() => f64(7), 3),
    [0]
  ),
  row(
    58,
    'norm at 1e-300',
    d((x) => A.norm()(x), 3e-300, 4e-300),
    [0.6, 0.8],
    rounding
  )
]

const second = (f: (x: Vector) => Vector, x: number) => (): Vector =>
  A.grad((v: Vector) => A.sum()(A.grad((u: Vector) => A.sum()(f(u)))(v)))(f64(x))

const [t, s] = [Math.tanh(0.7), 1 / (1 + Math.exp(-0.7))]

export const secondDerivatives: ReadonlyArray<Row> = [
  row(53, 'tanh', second(A.tanh, 0.7), [-2 * t * (1 - t * t)], 1e-14),
  row(53, 'exp', second(A.exp, 0.7), [Math.exp(0.7)], 1e-14),
  row(53, 'logistic', second(A.logistic, 0.7), [s * (1 - s) * (1 - 2 * s)], 1e-14),
  row(
    28,
    'pow(x, 2) at 0',
    second((x) => A.pow(2)(x), 0),
    [2]
  ),
  row(21, 'abs at 0', second(A.abs, 0), [0])
]
