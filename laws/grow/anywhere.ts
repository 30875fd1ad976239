/** Samples of the families in every dtype that they take, at any values: engines must agree where derivatives do not exist, too. */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import type { Value, Operation } from '../../src/graph/Expr.js'
import type { Region } from '../../src/graph/Region.js'
import { reuse, reusingInside, rewrite } from '../../src/graph/fold.js'
import { size } from '../../src/tensor/dims.js'
import { dtypes, isFloat, type DType } from '../../src/tensor/DType.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { between } from '../arbitrary/number.js'
import { fromValues } from '../arbitrary/tensor.js'
import { familyDtypes, familySamples } from './family.js'
import { keys, type Sample } from './sample.js'
import { binarySample, unarySample } from './scalar.js'
import { binaryTraits, isOperator, unaryTraits } from './traits.js'

const special: Readonly<Record<DType, ReadonlyArray<number>>> = {
  f32: [0, -0, 1, -1, 0.5, -2, NaN, Infinity, -Infinity, 2 ** -149, -(2 ** -127), 3.4028234663852886e38],
  f64: [0, -0, 1, -1, 0.5, -2, NaN, Infinity, -Infinity, 2 ** -1074, -(2 ** -1023), Number.MAX_VALUE],
  i32: [0, 1, -1, 2, -3, 31, 2 ** 31 - 1, -(2 ** 31), 65537],
  u32: [0, 1, 2, 3, 31, 2 ** 32 - 1, 2 ** 31, 65537],
  bool: [0, 1]
}

const ordinary: Readonly<Record<DType, fc.Arbitrary<number>>> = {
  f32: fc.oneof(between(-4, 4), fc.float()),
  f64: fc.oneof(between(-4, 4), fc.double()),
  i32: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer()),
  u32: fc.oneof(fc.nat(9), fc.nat({ max: 2 ** 32 - 1 })),
  bool: fc.nat(1)
}

const element = (dtype: DType): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(...special[dtype]), ordinary[dtype])

const anyOf = (shape: Tensor['shape'], dtype: DType): fc.Arbitrary<Tensor> =>
  fc
    .array(element(dtype), { minLength: size(shape), maxLength: size(shape) })
    .map((values) => fromValues(shape, dtype, values))

/** A region with every f64 made another dtype, where its constructors allow that. */
const retype = (dtype: DType, { results, parameters }: Region): Region => {
  const given = parameters.map((x) => (isFloat(x.dtype) ? make.input(x.name, x.shape, dtype) : x))
  const replaced = new Map<Value, Value>(parameters.map((x, i) => [x, given[i] ?? x]))
  const value = (n: Operation, xs: ReadonlyArray<Value>): Value => {
    if (n._tag === 'Input') return replaced.get(n) ?? n
    if (n._tag === 'Constant' && isFloat(n.dtype))
      return make.constant(fromValues(n.shape, dtype, special[dtype].slice(0, size(n.shape))))
    if (n._tag === 'Iota' && isFloat(n.dtype)) return make.iota(n.axis, n.shape, dtype)
    return reuse(n, xs)
  }
  const many = reusingInside((r) => retype(dtype, r))
  return { results: rewrite(results, { value, many }), parameters: given }
}

/** Indices and keys keep their dtype, and mostly their values: an index out of range is an error, and errors must agree as well. */
const kept = (t: Tensor): fc.Arbitrary<Tensor> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(t) }, { weight: 1, arbitrary: anyOf(t.shape, t.dtype) })

const elsewhere = (dtype: DType, samples: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> =>
  samples
    .map((sample) => ({ point: sample.point, program: { ...retype(dtype, sample), seed: sample.seed } }))
    .filter(({ program }) => program.results.every((y) => y._tag !== 'Invalid'))
    .chain(({ point, program }) =>
      fc
        .tuple(
          ...program.parameters.map((x, i) => {
            const t = point[i]
            return t?.dtype === x.dtype && !isFloat(x.dtype) ? kept(t) : anyOf(x.shape, x.dtype)
          })
        )
        .map((values): Sample => ({ ...program, point: values }))
    )

/** Samples of one operation in one dtype. */
export interface Named {
  readonly name: string
  readonly family: keyof typeof familySamples
  readonly samples: fc.Arbitrary<Sample>
}

const inEach = (
  family: keyof typeof familySamples,
  op: string,
  samples: fc.Arbitrary<Sample>,
  allowed: ReadonlyArray<DType>
): ReadonlyArray<Named> =>
  allowed.map((dtype) => ({
    name: `${[family, op].filter((part) => part !== '').join(' ')} ${dtype}`,
    family,
    samples: elsewhere(dtype, samples)
  }))

/** Every scalar function and every other family, in each dtype that it takes. */
export const perDtype: ReadonlyArray<Named> = [
  ...keys(unaryTraits).flatMap((op) =>
    inEach('Unary', op, unarySample(op), dtypes.filter(unaryForm[op].takes))
  ),
  ...keys(binaryTraits).flatMap((op) =>
    inEach('Binary', op, binarySample(op), dtypes.filter(binaryForm[op].takes))
  ),
  ...keys(familySamples)
    .filter((family) => !isOperator(family))
    .flatMap((family) => inEach(family, '', familySamples[family], familyDtypes[family]))
]

/** A sample of one of several operations. */
export const oneOf = (some: ReadonlyArray<Named>): fc.Arbitrary<Sample> =>
  fc.oneof(...some.map(({ samples }) => samples))

/** A sample of any operation in any dtype. */
export const anyOperation: fc.Arbitrary<Sample> = oneOf(perDtype)
