/** Tensors for laws, by shape, dtype, domain and magnitude. */
import * as fc from 'fast-check'
import type { Mutable } from '../../src/shape/index.js'
import type { DType } from '../../src/tensor/DType.js'
import type { Dims } from '../../src/tensor/dims.js'
import { toNested, type Tensor } from '../../src/tensor/Tensor.js'
import {
  assemble,
  cells,
  smallerBlocks,
  smallerCells,
  type Block,
  type TensorDomain,
  type ValueOptions
} from './cell.js'
import { shape as anyShape, type ShapeOptions } from './shape.js'
import { shrinking } from './shrink.js'

export { fromValues } from './cell.js'

/**
 * What tensors of one shape to make.
 *
 * @since 0.1.0
 * @category model
 */
export interface TensorOptions<S extends Dims = Dims, D extends DType = DType> extends ValueOptions<D> {
  readonly shape: S
}

/**
 * Tensors of a shape. Integers are small unless `extremes` are asked for; booleans are either. Values shrink to 1, 0 and short decimals, special
 * ones to ordinary ones.
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
): fc.Arbitrary<Tensor<Mutable<S>, D>> =>
  shrinking(cells(options.shape, options), smallerCells(options)).map((row) =>
    assemble(options.shape, options, row)
  )

/**
 * What tensors of random shape to make. Matrices with a property need a shape of their own: see `tensor`.
 *
 * @since 0.1.0
 * @category model
 */
export interface AnyTensorOptions<D extends DType = DType> extends ShapeOptions, ValueOptions<D> {
  readonly domain?: Exclude<TensorDomain, 'spd'>
}

/** Whether a smaller shape is one that was asked for. */
const fits =
  ({ minRank = 0, minSize = 0 }: ShapeOptions) =>
  (shape: Dims): boolean =>
    shape.length >= minRank && shape.every((d) => d >= minSize)

/**
 * Tensors of any shape. They shrink in rank, then in size, keeping the values that remain, then in their values.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { toNested } from 'adjoint'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const vectors = fc.check(fc.property(arbitrary.anyTensor({ dtype: 'f32' }), (t) => t.shape.length < 2))
 * deepStrictEqual((vectors.counterexample ?? []).map(toNested), [[[1]]])
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const anyTensor = <D extends DType = 'f64'>(
  options: AnyTensorOptions<D> = {}
): fc.Arbitrary<Tensor<number[], D>> => {
  const blocks = anyShape(options).chain((shape) =>
    cells(shape, options).map((row): Block => ({ shape, cells: row }))
  )
  return shrinking(blocks, smallerBlocks(options, fits(options))).map((b) =>
    assemble<Dims, D>(b.shape, options, b.cells)
  )
}

/** A tensor in one line. */
export const showTensor = (t: Tensor): string =>
  `${t.dtype}[${t.shape.join(', ')}] ${fc.stringify(toNested(t))}`
