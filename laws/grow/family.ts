/**
 * Samples of the families. The table is total, so that a new family without a sample does not compile.
 */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import type { Node, ReduceOp, Value } from '../../src/graph/Expr.js'
import { dim, replaceAt, size, type Dims } from '../../src/tensor/dims.js'
import { dtypes, type DType } from '../../src/tensor/DType.js'
import { own, type Tensor } from '../../src/tensor/Tensor.js'
import { axisSize, shape } from './sizes.js'
import { tensor, type TensorOptions } from '../arbitrary/tensor.js'
import { callResults, caseResults, scanResults, whileResults } from './control.js'
import { customResults } from './custom.js'
import {
  axesOf,
  axisOf,
  convolution,
  covering,
  cuts,
  kept,
  lookup,
  margins,
  permutationOf,
  product,
  regrouped,
  sliding
} from './shapes.js'
import { keys, on1, on2, sampleOf, two, type Sample } from './sample.js'
import { binarySample, small, unarySample } from './scalar.js'
import { binaryTraits, unaryTraits } from './traits.js'

const ordinary = (s: Dims, more: Partial<TensorOptions> = {}): fc.Arbitrary<Tensor> =>
  tensor({ shape: s, ...more })

/** Whole numbers with zeros and ones among them, where a quotient of products has no answer. */
const counts = (s: Dims): fc.Arbitrary<Tensor> =>
  fc
    .array(fc.integer({ min: -1, max: 2 }), { minLength: size(s), maxLength: size(s) })
    .map((values) => own(s, 'f64', Float64Array.from(values)))

const reduceSample = (op: ReduceOp): fc.Arbitrary<Sample> => {
  const extremum = op === 'max' || op === 'min'
  const logical = op === 'and' || op === 'or'
  return shape(extremum ? { minSize: 1 } : {}).chain((s) =>
    axesOf(s).chain((axes) =>
      on1(
        (x) => make.reduce(op, axes, x),
        op === 'prod'
          ? fc.oneof(counts(s), ordinary(s))
          : tensor({ shape: s, dtype: logical ? 'bool' : 'f64', domain: extremum ? 'distinct' : 'ordinary' })
      )
    )
  )
}

const reduceOps: Readonly<Record<ReduceOp, true>> = {
  sum: true,
  prod: true,
  max: true,
  min: true,
  and: true,
  or: true
}

const concatSample = shape({ minRank: 1 }).chain((s) =>
  axisOf(s).chain((axis) =>
    fc
      .array(axisSize(), { minLength: 1, maxLength: 3 })
      .chain((ds) =>
        sampleOf((...xs) => [make.concat(axis, xs)], ...ds.map((d) => ordinary(replaceAt(s, axis, d))))
      )
  )
)

const argReduceSample = shape({ minRank: 1, minSize: 1 }).chain((s) =>
  fc
    .tuple(axisOf(s), fc.constantFrom('max' as const, 'min' as const))
    .chain(([axis, op]) => on1((x) => make.argReduce(op, axis, x), ordinary(s, { domain: 'distinct' })))
)

/** Double precision from every dtype. */
const convertSample = fc
  .tuple(
    shape(small),
    fc.constantFrom<DType>('f32', 'f64', 'i32', 'u32', 'bool'),
    fc.constantFrom<DType>('f32', 'f64', 'i32', 'bool')
  )
  .chain(([s, from, to]) =>
    on1((x) => make.convert(to, x), tensor({ shape: s, dtype: from, domain: 'betweenIntegers' }))
  )

const both = (s: Dims): readonly [fc.Arbitrary<Tensor>, fc.Arbitrary<Tensor>] => [ordinary(s), ordinary(s)]

const windowSample = fc.oneof(
  sliding({ min: 0, max: 3 }).chain((s) =>
    on1((x) => make.window('sum', s.positions, s.size, s.windows, x), ordinary(s.shape))
  ),
  fc
    .tuple(covering({ min: 0, max: 3 }), fc.constantFrom('max' as const, 'argmax' as const))
    .chain(([s, op]) =>
      on1(
        (x) => make.window(op, s.positions, s.size, s.windows, x),
        ordinary(s.shape, { domain: 'distinct' })
      )
    )
)

type Sampled = Exclude<Node['_tag'], 'Invalid'>

/** All results of a function of two values. */
const allOf =
  (f: (a: Value, b: Value) => ReadonlyArray<Value>) =>
  ([a, b]: ReadonlyArray<Value>): ReadonlyArray<Value> =>
    a === undefined || b === undefined ? [] : f(a, b)

/** One generator per family. `Invalid` describes no computation. */
export const familySamples: Readonly<Record<Sampled, fc.Arbitrary<Sample>>> = {
  Input: shape(small).chain((s) => on1((x) => x, ordinary(s))),
  Constant: shape(small).chain((s) =>
    ordinary(s).chain((value) => on1(() => make.constant(value), ordinary([])))
  ),
  Iota: shape({ minRank: 1 }).chain((s) =>
    axisOf(s).chain((axis) => on1(() => make.iota(axis, s, 'f64'), ordinary([])))
  ),
  Unary: fc.constantFrom(...keys(unaryTraits)).chain(unarySample),
  Binary: fc.constantFrom(...keys(binaryTraits)).chain(binarySample),
  Select: shape(small).chain((s) =>
    sampleOf(
      (...[c, ...ab]) => two((a, b) => make.select(c ?? a, a, b))(ab),
      tensor({ shape: s, dtype: 'bool' }),
      ...both(s)
    )
  ),
  Convert: convertSample,
  Reduce: fc.constantFrom(...keys(reduceOps)).chain(reduceSample),
  ArgReduce: argReduceSample,
  Broadcast: kept.chain((k) =>
    on1((x) => make.broadcast(k.shape, k.axes, x), ordinary(k.axes.map((axis) => dim(k.shape, axis))))
  ),
  Reshape: shape().chain((s) => regrouped(s).chain((to) => on1((x) => make.reshape(to, x), ordinary(s)))),
  Permute: shape().chain((s) =>
    permutationOf(s.length).chain((p) => on1((x) => make.permute(p, x), ordinary(s)))
  ),
  Slice: shape().chain((s) =>
    cuts(s).chain((c) => on1((x) => make.slice(c.start, c.limit, c.stride, x), ordinary(s)))
  ),
  Pad: shape(small).chain((s) =>
    fc
      .tuple(margins(s), fc.constantFrom(0, 1, -2))
      .chain(([m, value]) => on1((x) => make.pad(m.low, m.high, m.interior, value, x), ordinary(s)))
  ),
  Concat: concatSample,
  Reverse: shape().chain((s) => axesOf(s).chain((axes) => on1((x) => make.reverse(axes, x), ordinary(s)))),
  Contract: product.chain((p) => on2((a, b) => make.contract(p.dims, a, b), ordinary(p.a), ordinary(p.b))),
  Conv: convolution.chain((c) =>
    on2((x, kernel) => make.conv(c.positions, c.windows, kernel, x), ordinary(c.x), ordinary(c.kernel))
  ),
  Window: windowSample,
  Gather: lookup.chain((l) =>
    on2((x, i) => make.gather(l.axis, l.batch, i, x), ordinary(l.x), fc.constant(l.indices))
  ),
  Scatter: lookup.chain((l) =>
    on2((x, i) => make.scatter(l.size, l.axis, l.batch, i, x), ordinary(l.rows), fc.constant(l.indices))
  ),
  RandomBits: fc
    .tuple(shape({ maxRank: 1 }), shape(small))
    .chain(([keys, counters]) =>
      on1((key) => make.randomBits(counters, key), tensor({ shape: [...keys, 2], dtype: 'u32' }))
    ),
  Custom: shape(small).chain((s) => sampleOf((...xs) => allOf(customResults)(xs), ...both(s))),
  Call: shape(small).chain((s) => sampleOf((...xs) => allOf(callResults)(xs), ...both(s))),
  Scan: fc
    .tuple(shape(small), fc.integer({ min: 0, max: 3 }), fc.boolean())
    .chain(([s, length, reverse]) =>
      sampleOf(
        (...[w, h, xs]) =>
          w === undefined || h === undefined || xs === undefined ? [] : scanResults(reverse, w, h, xs),
        ordinary(s),
        ordinary(s),
        ordinary([length, ...s])
      )
    ),
  While: fc
    .tuple(shape(small), fc.integer({ min: 0, max: 9 }))
    .chain(([s, limit]) => on1((x) => whileResults(limit, x)[0] ?? x, ordinary(s))),
  Case: fc
    .tuple(shape(small), fc.integer({ min: -1, max: 4 }))
    .chain(([s, index]) => on2((a, b) => caseResults(index, a, b)[0] ?? a, ...both(s))),
  Project: shape(small).chain((s) =>
    sampleOf(
      (...xs) =>
        two((a, b) => callResults(a, b)[0] ?? a)(xs).flatMap((c) =>
          c._tag === 'Project' ? [make.project(1, c.x), c] : [c]
        ),
      ...both(s)
    )
  )
}

const numbers: ReadonlyArray<DType> = ['f32', 'f64', 'i32', 'u32']
const reals: ReadonlyArray<DType> = ['f32', 'f64']

/** What the operands of a family may be, apart from indices and keys. */
export const familyDtypes: Readonly<Record<Sampled, ReadonlyArray<DType>>> = {
  Input: dtypes,
  Constant: dtypes,
  Iota: numbers,
  Unary: dtypes,
  Binary: dtypes,
  Select: dtypes,
  Convert: dtypes,
  Reduce: dtypes,
  ArgReduce: numbers,
  Broadcast: dtypes,
  Reshape: dtypes,
  Permute: dtypes,
  Slice: dtypes,
  Pad: dtypes,
  Concat: dtypes,
  Reverse: dtypes,
  Contract: numbers,
  Conv: numbers,
  Window: numbers,
  Gather: dtypes,
  Scatter: numbers,
  RandomBits: ['u32'],
  Custom: reals,
  Call: reals,
  Scan: reals,
  While: reals,
  Case: reals,
  Project: reals
}
