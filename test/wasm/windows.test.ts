/** Convolutions and pooling at sizes at which whole tiles, their rests, several panels and several blocks of terms all occur. */
import * as fc from 'fast-check'
import { test } from 'vitest'
import { arbitrary, engineLaws, lawsOf, register, type Program } from '../../laws/index.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { reference, wasm } from '../../src/program/compile.js'
import type { Dims } from '../../src/tensor/dims.js'
import type { DType } from '../../src/tensor/DType.js'
import { vjp } from '../../src/transform/differentiate.js'
import {
  axis,
  channels,
  convolution,
  dtype,
  float,
  positions,
  whole,
  windowsOf,
  type Axis
} from './convolutions.js'

const convolutions: fc.Arbitrary<Program> = dtype.chain((d) =>
  convolution(d).map(({ x, kernel, y, point }) => ({ results: [y], parameters: [x, kernel], point }))
)

/** Both gradients in one program. */
const gradients: fc.Arbitrary<Program> = float.chain((d) =>
  convolution(d).map(({ x, kernel, y, point, seed }) => {
    const cotangent = make.input('cotangent', y.shape, d)
    return {
      results: vjp()([y], [x, kernel], [cotangent]),
      parameters: [x, kernel, cotangent],
      point: [...point, whole(y.shape, d, seed + 2)]
    }
  })
)

/** Long sums: more terms than are added up in single precision. */
const long: fc.Arbitrary<Program> = fc
  .record({
    c: fc.constantFrom(40, 100, 256, 300, 600),
    k: fc.integer({ min: 1, max: 9 }),
    f: channels,
    d: dtype
  })
  .map(({ c, k, f, d }) => {
    const [x, kernel] = [make.input('x', [1, 1, 12, c], d), make.input('kernel', [1, k, c, f], d)]
    const w = { strides: [1], low: [1], inputDilation: [1], windowDilation: [1] }
    return {
      results: [make.conv([12], w, kernel, x)],
      parameters: [x, kernel],
      point: [whole(x.shape, d, 1), whole(kernel.shape, d, 2)]
    }
  })

const pooled = (last: (y: Value) => Value): fc.Arbitrary<Program> =>
  fc
    .record({
      axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
      c: fc.oneof(channels, fc.constant(0)),
      op: fc.constantFrom('sum' as const, 'max' as const, 'argmax' as const),
      d: dtype
    })
    .chain(({ axes, c, op, d }) => {
      const slid = op === 'sum' ? axes : axes.map((a) => ({ ...a, inner: 1 }))
      const still: Axis = { d: c, k: 1, stride: 1, low: 0, high: 0, inner: 1, outer: 1 }
      const all = c === 0 ? slid : [...slid, still]
      const x = make.input(
        'x',
        all.map((a) => a.d),
        d
      )
      const y = make.window(
        op,
        all.map(positions),
        all.map((a) => a.k),
        windowsOf(all),
        x
      )
      return arbitrary
        .tensor({ shape: x.shape, dtype: d })
        .map((value): Program => ({ results: [last(y)], parameters: [x], point: [value] }))
    })
    .filter(({ results }) => results.every((y) => y._tag !== 'Invalid'))

const moved = (shape: Dims, d: DType): fc.Arbitrary<Program> => {
  const x = make.input('x', shape, d)
  const turned = make.reverse([1], make.permute([0, 2, 1], x))
  const w = { strides: [1, 2, 1], low: [0, 1, 0], inputDilation: [1, 1, 1], windowDilation: [1, 1, 1] }
  const pool = make.window('max', [2, 2, 6], [1, 2, 1], w, turned)
  const kernel = make.reverse([0, 1], make.reshape([1, 3, 6, 1], make.iota(0, [18], d)))
  const conv = make.conv(
    [3],
    { ...w, strides: [1], low: [1], inputDilation: [1], windowDilation: [1] },
    kernel,
    make.reshape([1, 2, 5, 6], turned)
  )
  return fc.constant({ results: [pool, conv], parameters: [x], point: [whole(shape, d, 3)] })
}

const programs = {
  convolutions,
  gradients,
  long,
  pooling: pooled((y) => y),
  'pooling of what is used again': pooled((y) => make.unary('square', y)),
  'moved operands': dtype.chain((d) => moved([2, 6, 5], d))
}

for (const [name, samples] of Object.entries(programs)) {
  const set = engineLaws(reference, wasm, { arbitrary: samples, ulps: 64, numRuns: 200 })
  register({
    name,
    parents: [],
    laws: lawsOf(set)
      .filter((l) => l.name.endsWith(': programs') || l.name.endsWith(': purity'))
      .map((l) => ({ ...l, name: `${name}: ${l.name}` }))
  })(test)
}
