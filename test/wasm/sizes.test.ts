/** Sizes at which whole vectors, their rests, several rows and several blocks all occur. */
import * as fc from 'fast-check'
import { test } from 'vitest'
import { engineLaws, lawsOf, register, type Program } from '../../laws/index.js'
import { axesOf, permutationOf } from '../../laws/grow/shapes.js'
import { tensor } from '../../laws/arbitrary/tensor.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value, ReduceOp } from '../../src/graph/Expr.js'
import { reference } from '../../src/program/compile.js'
import { wasm } from '../../src/index.js'
import { range, type Dims } from '../../src/tensor/dims.js'
import type { DType } from '../../src/tensor/DType.js'

const size = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 19 }))

const shapes = (rank: number): fc.Arbitrary<Dims> => fc.array(size, { minLength: 1, maxLength: rank })

const dtype = fc.constantFrom<DType>('f32', 'f64', 'i32', 'u32')

const anyTensor = (shape: Dims, d: DType) => tensor({ shape, dtype: d })

/** A program of one input. */
const of = (shape: Dims, d: DType, f: (x: Value) => Value): fc.Arbitrary<Program> => {
  const x = make.input('x', shape, d)
  return anyTensor(shape, d).map((value) => ({ results: [f(x)], parameters: [x], point: [value] }))
}

const ops = (d: DType): ReadonlyArray<ReduceOp> =>
  d === 'i32' || d === 'u32' ? ['sum', 'prod', 'max', 'min'] : ['sum', 'max', 'min']

const reductions = fc
  .tuple(shapes(4), dtype)
  .chain(([shape, d]) =>
    fc
      .tuple(axesOf(shape), fc.constantFrom(...ops(d)))
      .chain(([axes, op]) => of(shape, d, (x) => make.reduce(op, axes, x)))
  )

const moves = fc.tuple(shapes(3), dtype).chain(([shape, d]) =>
  fc
    .tuple(
      permutationOf(shape.length),
      axesOf(shape),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.nat(2), { minLength: 3, maxLength: 3 })
    )
    .chain(([permutation, axes, stride, start]) =>
      of(shape, d, (x) => {
        const from = shape.map((n, i) => Math.min(n - 1, start[i]!))
        const sliced = make.slice(from, shape, stride.slice(0, shape.length), x)
        const turned = make.permute(permutation, make.reverse(axes, sliced))
        return make.binary('add', turned, make.unary('neg', turned))
      })
    )
)

const padded = fc.tuple(shapes(3), dtype).chain(([shape, d]) =>
  fc.array(fc.nat(3), { minLength: 9, maxLength: 9 }).chain((ns) =>
    of(shape, d, (x) => {
      const part = (k: number): Dims => ns.slice(3 * k, 3 * k + shape.length)
      const y = make.pad(part(0), part(1), part(2), 1, x)
      return make.concat(0, [y, y, make.unary('square', y)])
    })
  )
)

/** Exponentials over their sum, along the last axis: a reduction between elementwise operations. */
const normalised = fc.tuple(shapes(3), fc.constantFrom<DType>('f32', 'f64')).chain(([shape, d]) =>
  of(shape, d, (x) => {
    const axis = shape.length - 1
    const spread = (y: Value): Value => make.broadcast(shape, range(0, axis), y)
    const top = spread(make.reduce('max', [axis], x))
    const y = make.unary('square', make.binary('sub', x, top))
    const positive = make.binary('add', y, make.broadcast(shape, [], make.constant(one(d))))
    return make.binary('div', positive, spread(make.reduce('sum', [axis], positive)))
  })
)

const one = (d: DType) =>
  fc.sample(tensor({ shape: [], dtype: d, domain: 'positive' }), { numRuns: 1, seed: 1 })[0]!

const side = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 33, 70)
const length = fc.oneof(side, fc.constantFrom(255, 256, 257, 512, 513, 600))

/** Products of matrices, as they are and transposed, of whole numbers: sums are then exact in every dtype. */
const products = fc
  .record({
    m: side,
    k: length,
    n: side,
    batch: fc.constantFrom(1, 1, 3),
    d: dtype,
    ta: fc.boolean(),
    tb: fc.boolean()
  })
  .chain(({ m, k, n, batch, d, ta, tb }) => {
    const a = make.input('a', ta ? [batch, k, m] : [batch, m, k], d)
    const b = make.input('b', tb ? [batch, n, k] : [batch, k, n], d)
    const dims = { batch: [[0], [0]], contract: [[ta ? 1 : 2], [tb ? 2 : 1]] } as const
    const whole = (x: typeof a) => tensor({ shape: x.shape, dtype: 'u32' }).map((t) => recast(t, d))
    return fc
      .tuple(whole(a), whole(b))
      .map((point): Program => ({ results: [make.contract(dims, a, b)], parameters: [a, b], point }))
  })

/**
 * Less an argument in whose place the result may be, and which is read first, so that it lies in front of the operands: they stay as they are, with
 * rows that make no whole tile and several groups of columns.
 */
const replacing = fc
  .record({ m: fc.constantFrom(5, 33, 70), k: fc.constantFrom(17, 40, 70), n: fc.constantFrom(33, 70, 90) })
  .chain(({ m, k, n }) => {
    const [c, a, b] = [
      [m, n],
      [m, k],
      [k, n]
    ].map((shape, i) => make.input(`x${i}`, shape, 'f32')) as [Input, Input, Input]
    const dims = { batch: [[], []], contract: [[1], [0]] } as const
    const most = make.broadcast([m, n], [], make.reduce('max', [0, 1], c))
    const scaled = make.binary('mul', make.contract(dims, a, b), most)
    return fc
      .tuple(...[c, a, b].map((x) => tensor({ shape: x.shape, dtype: 'u32' })))
      .map((point): Program => ({
        results: [make.binary('sub', scaled, c)],
        parameters: [c, a, b],
        point: point.map((t) => recast(t, 'f32'))
      }))
  })

const recast = (t: Tensor, d: DType) => {
  const data = allocate(d, elements(t).length)
  data.set(elements(t))
  return own(t.shape, d, data)
}

import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { allocate } from '../../src/tensor/DType.js'

const programs = {
  reductions,
  moves,
  padded,
  normalised,
  products,
  replacing
}

for (const [name, arbitrary] of Object.entries(programs)) {
  const set = engineLaws(reference, wasm, { arbitrary, ulps: 64, numRuns: 200 })
  register({
    name,
    parents: [],
    laws: lawsOf(set)
      .filter((l) => l.name.endsWith(': programs') || l.name.endsWith(': purity'))
      .map((l) => ({ ...l, name: `${name}: ${l.name}` }))
  })(test)
}
