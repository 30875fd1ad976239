/** Tensors for laws, by shape, dtype, domain and magnitude. */
import * as fc from 'fast-check'
import type { Mutable } from '../../src/shape/index.js'
import type { DType } from '../../src/tensor/DType.js'
import { allocate, isFloat } from '../../src/tensor/DType.js'
import { dim, size, type Dims } from '../../src/tensor/dims.js'
import { own, toNested, type Tensor } from '../../src/tensor/Tensor.js'
import { between, domains, type Domain } from './number.js'

/**
 * Orders of magnitude: a factor on the values, exact as a power of two.
 *
 * @since 0.1.0
 * @category model
 */
export type Magnitude = 'subnormal' | 'tiny' | 'ordinary' | 'huge'

const factors: Readonly<Record<Magnitude, { readonly f32: number; readonly f64: number }>> = {
  subnormal: { f32: 2 ** -136, f64: 2 ** -1064 },
  tiny: { f32: 2 ** -80, f64: 2 ** -600 },
  ordinary: { f32: 1, f64: 1 },
  huge: { f32: 2 ** 80, f64: 2 ** 600 }
}

/**
 * What tensors to make. `distinct` values keep their distance from each other; `probabilities` are positive and sum to 1 along the last axis.
 *
 * @since 0.1.0
 * @category model
 */
export interface TensorOptions<S extends Dims = Dims, D extends DType = DType> {
  readonly shape: S
  readonly dtype?: D
  readonly domain?: Domain | 'distinct' | 'probabilities'
  readonly magnitude?: Magnitude
}

export const fromValues = <S extends Dims, D extends DType>(
  shape: S,
  dtype: D,
  values: ReadonlyArray<number>
): Tensor<S, D> => {
  const data = allocate(dtype, size(shape))
  values.forEach((v, i) => {
    data[i] = v
  })
  return own(shape, dtype, data)
}

const many = <A>(n: number, one: fc.Arbitrary<A>): fc.Arbitrary<ReadonlyArray<A>> =>
  fc.array(one, { minLength: n, maxLength: n })

/** Steps of a quarter in any order, each off by at most a tenth. */
const distinct = (n: number): fc.Arbitrary<ReadonlyArray<number>> => {
  const places = Array.from({ length: n }, (_, i) => i)
  const order = fc.shuffledSubarray(places, { minLength: n, maxLength: n })
  return fc
    .tuple(order, many(n, between(0, 0.1)))
    .map(([ks, us]) => ks.map((k, i) => (k - Math.floor(n / 2)) / 4 + (us[i] ?? 0)))
}

const normalised = (values: ReadonlyArray<number>, row: number): ReadonlyArray<number> =>
  values.map((v, i) => {
    const start = i - (i % row)
    return v / values.slice(start, start + row).reduce((a, b) => a + b, 0)
  })

/** Values of the domains that concern a whole tensor. */
const floats = (
  shape: Dims,
  domain: NonNullable<TensorOptions['domain']>
): fc.Arbitrary<ReadonlyArray<number>> => {
  const n = size(shape)
  if (domain === 'distinct') return distinct(n)
  if (domain !== 'probabilities') return many(n, domains[domain])
  return many(n, domains.positive).map((values) => normalised(values, dim(shape, shape.length - 1)))
}

const whole: Readonly<Record<'i32' | 'u32' | 'bool', fc.Arbitrary<number>>> = {
  i32: fc.integer({ min: -9, max: 9 }),
  u32: fc.integer({ min: 0, max: 9 }),
  bool: fc.integer({ min: 0, max: 1 })
}

/**
 * Tensors of a shape. Integers are small; booleans are either.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 * import { toFlat } from 'adjoint'
 *
 * const positive = arbitrary.tensor({ shape: [2, 3], dtype: 'f64', domain: 'positive' })
 * ok(fc.sample(positive, 20).every((t) => toFlat(t).every((x) => x > 0)))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const tensor = <const S extends Dims, D extends DType = 'f64'>(
  options: TensorOptions<S, D>
): fc.Arbitrary<Tensor<Mutable<S>, D>> => {
  const { shape, domain = 'ordinary', magnitude = 'ordinary' } = options
  const dtype: DType = options.dtype ?? 'f64'
  const made = (values: ReadonlyArray<number>): Tensor<Mutable<S>, D> =>
    fromValues([...shape] as Mutable<S>, dtype as D, values)
  if (!isFloat(dtype)) return many(size(shape), whole[dtype]).map(made)
  const factor = factors[magnitude][dtype]
  return floats(shape, domain).map((values) => made(values.map((v) => v * factor)))
}

/** A tensor in one line. */
export const showTensor = (t: Tensor): string =>
  `${t.dtype}[${t.shape.join(', ')}] ${fc.stringify(toNested(t))}`
