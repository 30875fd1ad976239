/** Rows 36 to 60: long sums, NaN, empty tensors, indices, integers, rounding, and bits. */
import * as A from '../../../src/index.js'
import type { Expr, FloatDType, Tensor } from '../../../src/index.js'
import { ofIntegers, ofNumbers, ofVectors, read, slope, type Num, type Row, type Vec } from './row.js'

const tenths = (n: number): ReadonlyArray<number> => Array.from({ length: n }, () => 0.1)
const ones = (n: number): ReadonlyArray<number> => Array.from({ length: n }, () => 1)
/** What n times the float nearest to 0.1 is. */
const times = (n: number): Row['right'] => ({ f32: [n * Math.fround(0.1)], f64: [n * 0.1] })
const masked = (x: Vec): Vec => A.maskedSoftmax(A.gt(10)(x))(x)

/** The bits of all elements, as unsigned words, high ones first. */
const wordsOf = (t: Tensor): ReadonlyArray<number> => {
  const data = A.toTypedArray(t)
  const words = Array.from(new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4))
  return t.dtype === 'f32' ? words : words.reverse()
}

const invalid = ([a, b, c]: ReadonlyArray<Num>): ReadonlyArray<Num> => [
  A.div(a!)(a!),
  A.sub(b!)(b!),
  A.sqrt(c!)
]

export const arithmetic: ReadonlyArray<Row> = [
  {
    id: '36',
    what: 'sum of 1e7 times 0.1',
    ask: (engine, dtype) => ofNumbers([0.1], (x) => A.sum()(A.broadcastTo([10 ** 7])(x)))(engine, dtype),
    right: times(10 ** 7),
    ulps: { f32: 2, f64: 32 },
    note: 'blocked sums'
  },
  {
    id: '37',
    what: '1e5 times 0.1 times 1, summed (matmul)',
    ask: ofVectors([tenths(10 ** 5), ones(10 ** 5)], (x, y) => A.matmul(y)(x)),
    right: times(10 ** 5),
    ulps: { f32: 10, f64: 64 },
    note: 'blocked products: 1e-6'
  },
  { id: '38', what: 'argmax([1, NaN, 3])', ask: ofVectors([[1, NaN, 3]], (x) => A.argmax()(x)), right: [1] },
  {
    id: '39',
    what: 'maximum(NaN, 1), maximum(1, NaN)',
    ask: ofVectors(
      [
        [NaN, 1],
        [1, NaN]
      ],
      (x, y) => A.maximum(y)(x)
    ),
    right: [NaN, NaN]
  },
  { id: '40', what: 'max of an empty tensor', ask: ofVectors([[]], (x) => A.max()(x)), right: 'refused' },
  { id: '41', what: 'mean of an empty tensor', ask: ofVectors([[]], (x) => A.mean()(x)), right: 'refused' },
  {
    id: '42',
    what: 'empty: sum; [2, 0] x [0, 3]',
    ask: ofVectors([[]], (x) => [
      A.sum()(x),
      A.matmul(A.reshape([0, 3])(x))(A.reshape([2, 0])(x) as Expr<readonly [number, number], FloatDType>)
    ]),
    right: [0, 0, 0, 0, 0, 0, 0]
  },
  {
    id: '42 joined',
    what: 'empty: concat of [] and [1, 2]; [] + [1]',
    ask: ofVectors([[], [1, 2], [1]], (x, y, z) => [A.concat(0)([x, y]), A.add(A.reshape([1])(z))(x)]),
    right: [1, 2]
  },
  {
    id: '43',
    what: 'take index 5 of 3',
    ask: ofIntegers([[1, 2, 3], [5]], (x, i) => A.take(i, 0)(x)),
    right: 'refused'
  },
  {
    id: '43 negative',
    what: 'take index -1 of 3',
    ask: ofIntegers([[1, 2, 3], [-1]], (x, i) => A.take(i, 0)(x)),
    right: 'refused'
  },
  {
    id: '44',
    what: '2147483647 + 1; 65536 * 65536 (i32)',
    ask: ofIntegers([[2147483647], [1], [65536]], (a, b, c) => [A.add(b)(a), A.mul(c)(c)]),
    right: [-2147483648, 0],
    note: 'wraps'
  },
  {
    id: '45',
    what: 'convert [NaN, 1e20, -1e20] to i32',
    ask: ofVectors([[NaN, 1e20, -1e20]], (x) => A.convert('i32')(x)),
    right: [0, 2147483647, -2147483648],
    note: 'saturates'
  },
  { id: '46', what: '7 / 0 (i32)', ask: ofIntegers([[7], [0]], (a, b) => A.div(b)(a)), right: 'refused' },
  { id: '47', what: 'sign([-0, NaN])', ask: ofVectors([[-0, NaN]], A.sign), right: [-0, NaN] },
  { id: '48', what: '1 / -0', ask: ofVectors([[-0]], A.reciprocal), right: [-Infinity] },
  {
    id: '49',
    what: '1e-40 * 1.5; in f64 1e-310 * 1.5',
    ask: (engine, dtype) =>
      ofVectors([[dtype === 'f32' ? 1e-40 : 1e-310]], (x) => A.mul(1.5)(x))(engine, dtype),
    right: { f32: [Math.fround(Math.fround(1e-40) * 1.5)], f64: [1e-310 * 1.5] },
    ulps: 0,
    note: 'subnormals are kept'
  },
  { id: '50', what: 'round([0.5, 1.5, 2.5])', ask: ofVectors([[0.5, 1.5, 2.5]], A.round), right: [0, 2, 2] },
  { id: '51', what: 'mean of [1, 2] (i32)', ask: ofIntegers([[1, 2]], (x) => A.mean()(x)), right: [1.5] },
  {
    id: '52',
    what: '5 rem 3: value, tangent',
    ask: ofNumbers([5, 3], (a, b) => [A.rem(b)(a), A.grad((x: typeof a & {}) => A.rem(b)(x))(a)]),
    right: [2, 1]
  },
  {
    id: '54',
    what: 'grad of a function with a vector as result',
    // @ts-expect-error the compiler refuses it as well
    ask: ofVectors([[1, 2]], (x) => A.grad((v: Vec) => A.mul(2)(v))(x)),
    right: 'refused'
  },
  {
    id: '59',
    what: 'maskedSoftmax, nothing kept',
    ask: ofVectors([[1, 2]], (x) => masked(x)),
    right: [0, 0]
  },
  {
    id: '59 part',
    what: 'maskedSoftmax of [1, 2, 30], the last kept: value, gradient',
    ask: ofVectors([[1, 2, 30]], (x) => [masked(x), slope(masked)(x)]),
    right: [0, 0, 1, 0, 0, 0]
  },
  {
    id: '60',
    what: 'bits of 0 / 0, inf - inf, sqrt(-1)',
    ask: (engine, dtype) =>
      read(
        engine,
        [0, Infinity, -1].map((x) => A.tensor(x, dtype)),
        invalid,
        wordsOf
      ),
    right: {
      f32: [0x7fc00000, 0x7fc00000, 0x7fc00000],
      f64: [0x7ff80000, 0, 0x7ff80000, 0, 0x7ff80000, 0]
    },
    note: 'one pattern'
  }
]
