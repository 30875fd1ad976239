/** Edge cases of the numeric specification, by the numbers of its rows: what is asked of every engine where formulas taken literally fail. */
import { fromValues } from '../../../laws/arbitrary/tensor.js'
import * as A from '../../../src/index.js'
import type { Expr } from '../../../src/index.js'
import { f32, f64, i32, rounding, row, single, type Row, type Vector } from './row.js'

const logSigmoid = (x: Vector): Vector => A.neg(A.softplus(A.neg(x)))

/** sin(x) / x with its limit at 0, where the branch not taken divides 0 by 0. */
const sinc = (x: Vector): Vector => A.where(1, A.div(x)(A.sin(x)))(A.eq(0)(x))
const maskOf = (...xs: ReadonlyArray<number>): Expr<number[], 'bool'> => fromValues([xs.length], 'bool', xs)
const [yes, no, first] = [maskOf(1, 1), maskOf(0, 0), maskOf(1, 0)]

export const values: ReadonlyArray<Row> = [
  row(
    1,
    'softmax([1000, 1001])',
    () => A.softmax()(f64(1000, 1001)),
    [0.2689414213699951, 0.7310585786300049],
    rounding
  ),
  row(2, 'softmax of a row of -Infinity', () => A.softmax()(f64(-Infinity, -Infinity)), [NaN, NaN]),
  row(
    2,
    'masked softmax of a row of -Infinity',
    () => A.maskedSoftmax(yes)(f64(-Infinity, -Infinity)),
    [0, 0]
  ),
  row(2, 'softmax with an empty mask', () => A.maskedSoftmax(no)(f64(1, 2)), [0, 0]),
  row(3, 'logSumExp([-Infinity, -Infinity])', () => A.logSumExp()(f64(-Infinity, -Infinity)), [-Infinity]),
  row(4, 'logistic(1000), logistic(-1000)', () => A.logistic(f64(1000, -1000)), [1, 0]),
  row(6, 'softplus(1000)', () => A.softplus(f64(1000)), [1000]),
  row(7, 'softplus(-20)', () => A.softplus(f64(-20)), [2.06115362031438e-9], 1e-12),
  row(8, 'log logistic(-1000)', () => logSigmoid(f64(-1000)), [-1000]),
  row(10, 'tanh(1e-5) in f32', () => A.tanh(f32(1e-5)), [Math.fround(1e-5)], single),
  row(11, 'log1p(1e-10) in f32', () => A.log1p(f32(1e-10)), [Math.fround(1e-10)]),
  row(12, 'expm1(1e-10) in f32', () => A.expm1(f32(1e-10)), [Math.fround(1e-10)]),
  row(13, 'log(1.0001) in f32', () => A.log(f32(1.0001)), [Math.log(Math.fround(1.0001))], single),
  row(27, 'pow(0, 0)', () => A.pow(f64(0))(f64(0)), [1]),
  row(29, 'pow(-2, 3)', () => A.pow(f64(3))(f64(-2)), [-8]),
  row(30, '0 / 0', () => A.div(f64(0))(f64(0)), [NaN]),
  row(34, 'hypot(1e30, 1e30) in f32', () => A.hypot(f32(1e30))(f32(1e30)), [1.4142135e30], single),
  row(38, 'argmax([1, NaN, 3])', () => A.argmax()(f64(1, NaN, 3)), [1]),
  row(39, 'maximum with NaN on either side', () => A.maximum(f64(NaN, 1))(f64(1, NaN)), [NaN, NaN]),
  row(42, 'sum of nothing', () => A.sum()(f64()), [0]),
  row(
    42,
    '[2, 0] x [0, 3]',
    () => A.matmul(fromValues([0, 3], 'f64', []))(fromValues([2, 0], 'f64', [])),
    [0, 0, 0, 0, 0, 0]
  ),
  row(
    42,
    'concat with an empty operand',
    () => A.concat(0)([fromValues([0], 'f64', []), fromValues([2], 'f64', [1, 2])]),
    [1, 2]
  ),
  row(42, '[0] + [1]', () => A.add(fromValues([1], 'f64', [1]))(fromValues([0], 'f64', [])), []),
  row(
    44,
    '2147483647 + 1, 65536 * 65536',
    () => A.concat(0)([A.add(1)(i32(2147483647)), A.mul(65536)(i32(65536))]),
    [-2147483648, 0]
  ),
  row(
    45,
    'NaN, 1e20, -1e20 to i32',
    () => A.convert('i32')(f64(NaN, 1e20, -1e20)),
    [0, 2147483647, -2147483648]
  ),
  row(47, 'sign(-0), sign(NaN)', () => A.sign(f64(-0, NaN)), [-0, NaN]),
  row(48, '1 / -0', () => A.div(f64(-0))(f64(1)), [-Infinity]),
  row(49, 'a subnormal in f32', () => A.mul(1)(f32(1e-40)), [Math.fround(1e-40)]),
  row(50, 'round(0.5), round(1.5), round(2.5)', () => A.round(f64(0.5, 1.5, 2.5)), [0, 2, 2]),
  row(51, 'mean of integers', () => A.mean()(i32(1, 2)), [1.5]),
  row(52, '5 rem 3 beside a derivative', () => A.jvp((x: Vector) => A.rem(3)(x))(f64(5), f64(1))[0], [2]),
  row(20, 'cosine similarity with the zero vector', () => A.cosineSimilarity(f64(1, 2))(f64(0, 0)), [0]),
  row(35, 'sinc(0)', () => sinc(f64(0)), [1]),
  row(56, 'exp(x * NaN)', () => A.exp(A.mul(NaN)(f32(3))), [NaN]),
  row(59, 'what a mask hides may be larger than all', () => A.maskedSoftmax(first)(f32(3, 3e38)), [1, 0]),
  row(
    59,
    'what a mask leaves may be smaller than any fill',
    () => A.maskedSoftmax(first)(f32(-3e38, 0)),
    [1, 0]
  ),
  row(57, 'norm of tiny f32 numbers', () => A.norm()(f32(3e-30, 4e-30)), [Math.fround(5e-30)], single)
]

const nan = f32(NaN, -1)

/** Row 60: NaN beside a number, as it arises in different ways. */
export const nans: ReadonlyArray<readonly [string, Expr<unknown, 'f32'>]> = [
  ['neg', A.neg(nan)],
  ['0 / 0', A.div(f32(0, 1))(f32(0, 1))],
  ['inf - inf', A.sub(f32(Infinity, 0))(f32(Infinity, 1))],
  ['sqrt', A.sqrt(f32(-1, 1))],
  ['log', A.exp(A.log(f32(-1, 1)))]
]

/** Sums of many terms, with the bound on their relative error. */
export const accumulations: ReadonlyArray<Row> = [
  row(
    36,
    'the sum of 1e7 times 0.1 in f32',
    () => A.sum()(A.full([10_000_000], 0.1)),
    [1e7 * Math.fround(0.1)],
    2 * single
  ),
  row(
    37,
    'a dot product of length 1e5 in f32',
    () => {
      const x: Vector<'f32'> = f32(...Array.from({ length: 100_000 }, () => Math.sqrt(0.1)))
      return A.einsum('i,i->')(x, x)
    },
    [10_000],
    1e-6
  )
]

const empty: Vector = f64()
const vectorValued = (x: Vector): Expr<unknown, 'f64'> => x
/** Programs without an answer, and what the error says. */
export const errors: ReadonlyArray<readonly [number, string, () => Expr<unknown>, RegExp]> = [
  [40, 'max of nothing', () => A.max()(empty), /max/],
  [41, 'mean of nothing', () => A.mean()(empty), /mean/],
  [43, 'take 5 of 3', () => A.take(i32(5), 0)(f64(1, 2, 3)), /index 5 is out of range/],
  [43, 'take -1', () => A.take(i32(-1), 0)(f64(1, 2, 3)), /index -1 is out of range/],
  [46, 'integer division by 0', () => A.div(i32(0))(i32(1)), /division by 0/],
  [46, 'integer remainder by 0', () => A.rem(i32(0))(i32(1)), /division by 0/],
  [
    54,
    'grad of a function whose result is a vector',
    () => A.grad((x: Vector) => vectorValued(x) as Expr<[], 'f64'>)(f64(1, 2)),
    /number/
  ]
]
