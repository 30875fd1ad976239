/**
 * Every exported function that takes expressions or numbers, and how it is called: so that a test can drive all of them with operands and numbers that
 * they do not take.
 */
import * as root from '../../src/index.js'
import * as networks from '../../src/nn/index.js'

type Functions = Readonly<Record<string, unknown>>

export const functions: Functions = { ...root, ...networks }

/** A call without types; functions that wait for more are called with the next arguments. */
export const called = (name: string, ...groups: ReadonlyArray<ReadonlyArray<unknown>>): unknown =>
  groups.reduce<unknown>(
    (f, args) => (typeof f === 'function' ? (Reflect.apply(f, undefined, args) as unknown) : f),
    functions[name]
  )

/** A function of one operand `x` or of two of the same kind, or of an operand and the numbers that it is told. */
export interface Call {
  readonly name: string
  readonly of: (x: unknown) => unknown
}

const ones = (names: ReadonlyArray<string>): ReadonlyArray<Call> =>
  names.map((name) => ({ name, of: (x) => called(name, [x]) }))

const twos = (names: ReadonlyArray<string>): ReadonlyArray<Call> =>
  names.map((name) => ({ name, of: (x) => called(name, [x], [x]) }))

const after = (told: ReadonlyArray<unknown>, names: ReadonlyArray<string>): ReadonlyArray<Call> =>
  names.map((name) => ({ name, of: (x) => called(name, told, [x]) }))

const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

/** Floating-point operands only. */
export const floats: ReadonlyArray<Call> = [
  ...ones(
    words(`floor ceil round reciprocal sqrt rsqrt exp expm1 log log1p logistic softplus erf erfc erfInv sin cos tan asin acos atan sinh cosh tanh
      isFinite linear relu sigmoid binaryStep straightThroughStep`)
  ),
  ...twos(
    words(`pow atan2 hypot mulNoNan squaredError absoluteError meanSquaredError meanAbsoluteError crossEntropy crossEntropyFromLogits
      binaryCrossEntropy binaryCrossEntropyFromLogits cosineSimilarity`)
  ),
  ...after([-1], words('logSumExp norm softmax logSoftmax')),
  ...after([], ['leakyRelu']),
  ...after([[1]], ['avgPool']),
  ...after([root.full([2, 2], 1, 'bool')], ['maskedSoftmax']),
  {
    name: 'parametricRelu',
    of: (x) =>
      called(
        'parametricRelu',
        [
          called(
            'reshape',
            [[]],
            [
              called(
                'slice',
                [
                  [
                    [0, 1],
                    [0, 1]
                  ]
                ],
                [x]
              )
            ]
          )
        ],
        [x]
      )
  }
]

/** Numbers of any kind. */
export const numbers: ReadonlyArray<Call> = [
  ...ones(words('neg abs sign square')),
  ...twos(words('add sub mul div rem maximum minimum lt le gt ge matmul outer')),
  ...after([-1], words('sum prod max min mean variance std argmax argmin')),
  ...after([[1]], words('maxPool sumPool')),
  ...after([0, 1], ['clip']),
  ...after(['ij->i'], ['einsum']),
  ...after([root.tensor([0, 1], 'i32'), 2, 0], ['scatterAdd']),
  {
    name: 'conv',
    of: (x) => called('conv', [called('reshape', [[1, 2, 2]], [x])], [called('reshape', [[1, 2, 2]], [x])])
  },
  {
    name: 'convTranspose',
    of: (x) =>
      called('convTranspose', [called('reshape', [[1, 2, 2]], [x])], [called('reshape', [[1, 2, 2]], [x])])
  }
]

/** Booleans only. */
export const booleans: ReadonlyArray<Call> = [
  ...after([], words('all any')),
  ...after([1, 0], ['where']),
  { name: 'maskedSoftmax', of: (m) => called('maskedSoftmax', [m], [root.ones([2, 2])]) }
]

/** All that take two operands of one dtype. */
export const functionsOfTwo: ReadonlyArray<string> =
  words(`add sub mul div rem pow atan2 hypot mulNoNan maximum minimum eq ne lt le gt ge matmul
  squaredError absoluteError meanSquaredError meanAbsoluteError crossEntropy crossEntropyFromLogits binaryCrossEntropy binaryCrossEntropyFromLogits
  cosineSimilarity conv convTranspose`)

/** No floating-point numbers. */
export const bitwise: ReadonlyArray<Call> = [...ones(['not']), ...twos(words('and or xor'))]

/** Integers that say where something is. */
export const indices: ReadonlyArray<Call> = [
  { name: 'oneHot', of: (i) => called('oneHot', [2], [i]) },
  { name: 'take', of: (i) => called('take', [i, 0], [root.ones([3])]) },
  { name: 'takeAlongAxis', of: (i) => called('takeAlongAxis', [i, 0], [root.ones([2, 2])]) },
  { name: 'scatterAdd', of: (i) => called('scatterAdd', [i, 2, 0], [root.ones([2, 2])]) }
]

const x = root.tensor([
  [1, 2],
  [3, 4]
])
const k = root.key(0)

/** Where a number is expected that counts something or is a place: sizes, axes, counts. */
export const counted: ReadonlyArray<Call> = [
  ...words(
    'sum prod max min mean variance std logSumExp norm softmax logSoftmax argmax argmin reverse expandDims squeeze'
  ).map((name): Call => ({ name, of: (n) => called(name, [n], [x]) })),
  ...words('all any').map((name): Call => ({ name, of: (n) => called(name, [n], [root.gt(0)(x)]) })),
  ...words('concat stack').map((name): Call => ({ name, of: (n) => called(name, [n], [[x, x]]) })),
  ...words('zeros ones').map((name): Call => ({ name, of: (n) => called(name, [[n]]) })),
  ...words('maxPool sumPool avgPool').flatMap((name): ReadonlyArray<Call> => [
    { name, of: (n) => called(name, [[n]], [x]) },
    { name, of: (n) => called(name, [[1], { strides: n }], [x]) },
    { name, of: (n) => called(name, [[1], { dilation: n }], [x]) }
  ]),
  ...words('conv convTranspose').flatMap((name): ReadonlyArray<Call> => [
    { name, of: (n) => called(name, [root.ones([1, 2, 2]), { strides: n }], [x]) },
    { name, of: (n) => called(name, [root.ones([1, 2, 2]), { dilation: n }], [x]) },
    { name, of: (n) => called(name, [root.ones([1, 2, 2]), { groups: n }], [x]) }
  ]),
  { name: 'full', of: (n) => called('full', [[n], 1]) },
  { name: 'iota', of: (n) => called('iota', [[n]]) },
  { name: 'iota', of: (n) => called('iota', [[2, 2], n]) },
  { name: 'eye', of: (n) => called('eye', [n]) },
  { name: 'oneHot', of: (n) => called('oneHot', [n], [root.tensor([0, 1], 'i32')]) },
  { name: 'take', of: (n) => called('take', [root.tensor([0], 'i32'), n], [x]) },
  { name: 'takeAlongAxis', of: (n) => called('takeAlongAxis', [root.tensor([[0, 0]], 'i32'), n], [x]) },
  { name: 'scatterAdd', of: (n) => called('scatterAdd', [root.tensor([0, 1], 'i32'), n, 0], [x]) },
  { name: 'scatterAdd', of: (n) => called('scatterAdd', [root.tensor([0, 1], 'i32'), 2, n], [x]) },
  { name: 'maskedSoftmax', of: (n) => called('maskedSoftmax', [root.gt(0)(x), n], [x]) },
  { name: 'cosineSimilarity', of: (n) => called('cosineSimilarity', [x, n], [x]) },
  { name: 'reshape', of: (n) => called('reshape', [[n, 2, 1]], [x]) },
  { name: 'broadcastTo', of: (n) => called('broadcastTo', [[n, 2, 2]], [x]) },
  { name: 'permute', of: (n) => called('permute', [[n, 0]], [x]) },
  { name: 'slice', of: (n) => called('slice', [[[n, 2]]], [x]) },
  { name: 'slice', of: (n) => called('slice', [[[0, 2, n]]], [x]) },
  { name: 'pad', of: (n) => called('pad', [[{ low: n }]], [x]) },
  { name: 'pad', of: (n) => called('pad', [[{ interior: n }]], [x]) },
  { name: 'split', of: (n) => called('split', [n], [k]) },
  { name: 'keyAt', of: (n) => called('keyAt', [n], [root.split(2)(k)]) },
  ...words('bits uniform normal').map((name): Call => ({ name, of: (n) => called(name, [[n]], [k]) })),
  ...words('glorotNormal glorotUniform heNormal heUniform zeroInitializer').map((name): Call => ({
    name,
    of: (n) => called(name, [[n]], [k])
  })),
  ...words('uniformInitializer normalInitializer').map((name): Call => ({
    name,
    of: (n) => called(name, [1], [[n]], [k])
  })),
  { name: 'dense', of: (n) => called('init', [called('dense', [n, 2])], [k]) },
  { name: 'dense', of: (n) => called('init', [called('dense', [2, n])], [k]) },
  { name: 'convolution', of: (n) => called('init', [called('convolution', [n, 2, [3]])], [k]) },
  { name: 'convolution', of: (n) => called('init', [called('convolution', [2, n, [3]])], [k]) },
  { name: 'convolution', of: (n) => called('init', [called('convolution', [2, 2, [n]])], [k]) },
  { name: 'forLoop', of: (n) => called('forLoop', [n, (c: unknown) => c], [x]) }
]

/** Numbers beside integers. */
export const besides: ReadonlyArray<Call> = [
  ...words('add sub mul div rem maximum minimum eq ne lt le gt ge and or xor').map((name): Call => ({
    name,
    of: (n) => called(name, [n], [root.tensor([1, 2], 'i32')])
  })),
  { name: 'clip', of: (n) => called('clip', [n, 5], [root.tensor([1, 2], 'i32')]) },
  { name: 'clip', of: (n) => called('clip', [0, n], [root.tensor([1, 2], 'i32')]) },
  { name: 'full', of: (n) => called('full', [[2], n, 'i32']) },
  { name: 'pad', of: (n) => called('pad', [[{ low: 1 }], n], [root.tensor([1, 2], 'i32')]) },
  { name: 'where', of: (n) => called('where', [root.tensor([1], 'i32'), n], [root.tensor([true])]) },
  { name: 'tensor', of: (n) => called('tensor', [[n], 'i32']) },
  { name: 'key', of: (n) => called('key', [n]) }
]
