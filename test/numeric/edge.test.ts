/** Edge cases of the numeric specification, by the numbers of its rows: what is asked of every engine where formulas taken literally fail. */
import { describe, expect, it } from 'vitest'
import * as A from '../../src/index.js'
import type { DType, Expr } from '../../src/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { messageOf, unsafeFlat } from '../support/outcome.js'

type Vector<D extends DType = 'f64'> = Expr<number[], D>

const of =
  <D extends DType>(dtype: D) =>
  (...xs: ReadonlyArray<number>): Vector<D> =>
    fromValues([xs.length], dtype, xs)

const f64 = of('f64')
const f32 = of('f32')
const i32 = of('i32')

/** The derivative of the sum of an elementwise (or any) function. */
const d =
  (f: (x: Vector) => Expr<unknown, 'f64'>, ...xs: ReadonlyArray<number>) =>
  (): Vector =>
    A.grad((x: Vector) => A.sum()(f(x) as Vector))(f64(...xs))

const d2 = (f: (a: Vector, b: Vector) => Vector, a: number, b: number, of: 0 | 1) => (): Vector =>
  A.grad((p: readonly [Vector, Vector]) => A.sum()(f(p[0], p[1])))([f64(a), f64(b)])[of]

interface Row {
  readonly row: number
  readonly what: string
  readonly program: () => Expr<unknown>
  readonly expected: ReadonlyArray<number>
  /** Relative; 0 asks for the very bits, NaN and the sign of zero included. */
  readonly within?: number
}

const row = (
  n: number,
  what: string,
  program: () => Expr<unknown>,
  expected: ReadonlyArray<number>,
  within = 0
): Row => ({
  row: n,
  what,
  program,
  expected,
  within
})

const silu = (x: Vector): Vector => A.mul(x)(A.logistic(x))
const mish = (x: Vector): Vector => A.mul(x)(A.tanh(A.softplus(x)))
const logSigmoid = (x: Vector): Vector => A.neg(A.softplus(A.neg(x)))
const guardedRoot = (x: Vector): Vector => A.where(A.sqrt(x), 0)(A.gt(0)(x)) as Vector
const cosine = (x: Vector): Expr<unknown, 'f64'> =>
  A.div(A.norm()(x))(A.sum()(A.mul(f64(1, 2))(x))) as Expr<unknown, 'f64'>

const rounding = 4e-16
const single = 2 ** -23

const values: ReadonlyArray<Row> = [
  row(
    1,
    'softmax([1000, 1001])',
    () => A.softmax()(f64(1000, 1001)),
    [0.2689414213699951, 0.7310585786300049],
    rounding
  ),
  row(2, 'softmax of a row of -Infinity', () => A.softmax()(f64(-Infinity, -Infinity)), [NaN, NaN]),
  row(3, 'logSumExp([-Infinity, -Infinity])', () => A.logSumExp()(f64(-Infinity, -Infinity)), [-Infinity]),
  row(4, 'logistic(1000), logistic(-1000)', () => A.logistic(f64(1000, -1000)), [1, 0]),
  row(6, 'softplus(1000)', () => A.softplus(f64(1000)), [1000]),
  row(7, 'softplus(-20)', () => A.softplus(f64(-20)), [2.0611536203143603e-9], 1e-12),
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
  row(57, 'norm of tiny f32 numbers', () => A.norm()(f32(3e-30, 4e-30)), [Math.fround(5e-30)], single)
]

const gradients: ReadonlyArray<Row> = [
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
    d((x) => A.crossEntropyFromLogits(f64(1, 0))(x), 2, -Infinity),
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
    d((x) => A.where(cosine(x), 0)(A.gt(0)(A.norm()(x))) as Vector, 0, 0),
    [0, 0]
  ),
  row(21, 'abs at 0', d(A.abs, 0), [0]),
  row(22, 'relu at 0', d(A.relu, 0), [0]),
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
    [0]
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

const secondDerivatives: ReadonlyArray<Row> = [
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

const agrees = (actual: ReadonlyArray<number | boolean>, { expected, within = 0 }: Row): void => {
  if (within === 0) {
    expect(actual).toEqual(expected)
    return
  }
  expect(actual).toHaveLength(expected.length)
  expected.forEach((e, i) => {
    expect(Math.abs(Number(actual[i]) - e)).toBeLessThanOrEqual(within * Math.abs(e))
  })
}

describe('values', () => {
  it.each(values)('row $row: $what', (r) => {
    agrees(unsafeFlat(r.program()), r)
  })
})

describe('gradients', () => {
  it.each(gradients)('row $row: $what', (r) => {
    agrees(unsafeFlat(r.program()), r)
  })
})

describe('second derivatives', () => {
  it.each(secondDerivatives)('row $row: $what', (r) => {
    agrees(unsafeFlat(r.program()), r)
  })
})

describe('accumulation', () => {
  it('row 36: the sum of 1e7 times 0.1 in f32, within 2 ulp of the exact sum', () => {
    const [total = NaN] = unsafeFlat(A.sum()(A.full([10_000_000], 0.1)))
    expect(Math.abs(total / (1e7 * Math.fround(0.1)) - 1)).toBeLessThanOrEqual(2 * single)
  })

  it('row 37: a dot product of length 1e5 in f32', () => {
    const x: Vector<'f32'> = f32(...Array.from({ length: 100_000 }, () => Math.sqrt(0.1)))
    const [product = NaN] = unsafeFlat(A.einsum('i,i->')(x, x) as Expr<unknown, 'f32'>)
    expect(Math.abs(Number(product) / 10_000 - 1)).toBeLessThanOrEqual(1e-6)
  })
})

describe('what has no answer is an error that says so', () => {
  const empty: Vector = f64()
  const errors: ReadonlyArray<readonly [number, string, () => Expr<unknown>, RegExp]> = [
    [40, 'max of nothing', () => A.max()(empty), /max/],
    [41, 'mean of nothing', () => A.mean()(empty), /mean/],
    [43, 'take 5 of 3', () => A.take(i32(5), 0)(f64(1, 2, 3)), /index 5 is out of range/],
    [43, 'take -1', () => A.take(i32(-1), 0)(f64(1, 2, 3)), /index -1 is out of range/],
    [46, 'integer division by 0', () => A.div(i32(0))(i32(1)), /division by 0/],
    [46, 'integer remainder by 0', () => A.rem(i32(0))(i32(1)), /division by 0/],
    [
      54,
      'grad of a function whose result is a vector',
      () => A.grad((x: Vector) => x as Expr<unknown, 'f64'> as Expr<[], 'f64'>)(f64(1, 2)),
      /number/
    ]
  ]

  it.each(errors)('row %i: %s', (_, __, program, message) => {
    expect(messageOf(A.evaluate(program()))).toMatch(message)
  })
})
