/** Random programs of matrix products and elementwise work on their results: what layers, their derivatives and optimizers are made of. */
import * as fc from 'fast-check'
import type { Program } from '../../../laws/index.js'
import * as make from '../../../src/graph/make.js'
import type { Value } from '../../../src/graph/Expr.js'
import { full } from '../../../src/graph/terms.js'
import { size, type Dims } from '../../../src/tensor/dims.js'
import { allocate, type DType } from '../../../src/tensor/DType.js'
import { own, type Tensor } from '../../../src/tensor/Tensor.js'

interface Sizes {
  readonly batch: number
  readonly m: number
  readonly k: number
  readonly n: number
}

const length = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 21 }))

const sizes: fc.Arbitrary<Sizes> = fc.record({
  batch: fc.constantFrom(1, 1, 1, 3),
  m: length,
  k: fc.oneof(length, fc.constant(300)),
  n: length
})

/** Fractions with few digits, the same each time. */
const values = (shape: Dims, dtype: DType, seed: number): Tensor => {
  const data = allocate(dtype, size(shape))
  for (let i = 0; i < data.length; i++) {
    const x = Math.sin(seed + 7 * i)
    data[i] = dtype === 'i32' ? Math.round(9 * x) : x
  }
  return own(shape, dtype, data)
}

interface Shaped {
  readonly name: string
  readonly shape: Dims
}

const inputsOf = ({ batch, m, k, n }: Sizes, [turnA, turnB]: readonly [boolean, boolean]) =>
  [
    { name: 'a', shape: turnA ? [batch, k, m] : [batch, m, k] },
    { name: 'b', shape: turnB ? [batch, n, k] : [batch, k, n] },
    { name: 'bias', shape: [n] },
    { name: 'columns', shape: [m] },
    { name: 'state', shape: [batch, m, n] },
    { name: 'scale', shape: [] }
  ] satisfies ReadonlyArray<Shaped>

/** One more operation on a value in the shape of the product. */
const grown = (x: Value, [, , bias, columns, state, scale]: ReadonlyArray<Value>, kind: number): Value => {
  const zero = full(0, x)
  switch (kind % 8) {
    case 0:
      return make.binary('add', x, make.broadcast(x.shape, [2], bias!))
    case 1:
      return make.binary('sub', x, make.broadcast(x.shape, [1], columns!))
    case 2:
      return make.binary('mul', x, state!)
    case 3:
      return make.binary('add', x, make.broadcast(x.shape, [], scale!))
    case 4:
      return make.select(make.binary('le', x, zero), zero, x)
    case 5:
      return make.select(make.binary('gt', state!, zero), x, make.unary('neg', x))
    case 6:
      return make.binary('max', make.permute([0, 1, 2], x), state!)
    default:
      return make.binary('add', make.reverse([kind % 3], state!), x)
  }
}

/** A result, beside it what several users make of it: sums over rows, over columns, another product. */
const resultsOf = (x: Value, product: Value, kinds: ReadonlyArray<number>): ReadonlyArray<Value> => {
  const square = { batch: [[0], [0]], contract: [[1], [1]] } as const
  const ways = [
    x,
    make.reduce('sum', [0, 1], x),
    make.reduce('max', [2], x),
    product,
    make.contract(square, x, x)
  ]
  return [x, ...ways.filter((_, i) => (kinds[0]! >> i) % 2 === 1)]
}

export const productPrograms: fc.Arbitrary<Program> = fc
  .record({
    sizes,
    turned: fc.tuple(fc.boolean(), fc.boolean()),
    dtype: fc.constantFrom<DType>('f32', 'f32', 'f64', 'i32'),
    kinds: fc.array(fc.nat(1000), { minLength: 2, maxLength: 7 })
  })
  .map(({ sizes: s, turned, dtype, kinds }) => {
    const shaped = inputsOf(s, turned)
    const parameters = shaped.map(({ name, shape }) => make.input(name, shape, dtype))
    const contract = [[turned[0] ? 1 : 2], [turned[1] ? 2 : 1]] as const
    const product = make.contract({ batch: [[0], [0]], contract }, parameters[0]!, parameters[1]!)
    const x = kinds.slice(1).reduce<Value>((so, kind) => grown(so, parameters, kind), product)
    const point = shaped.map(({ shape }, i) => values(shape, dtype, i))
    // A result in the place of the state can be written over it.
    const results = resultsOf(x, product, kinds)
    return {
      parameters,
      point,
      results:
        kinds[1]! % 2 === 0
          ? results
          : [...shaped.slice(0, 4).map(() => make.iota(0, [97], 'i32')), ...results]
    }
  })
