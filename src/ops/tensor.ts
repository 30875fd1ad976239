/**
 * Tensors from literals.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { invalidTensor } from '../graph/error.js'
import type { Check, LiteralDType, LiteralShape, RectangularCheck, ShapeOfLiteral } from '../shape/index.js'
import type { DType } from '../tensor/DType.js'
import { readNested, type Nested, type Tensor } from '../tensor/Tensor.js'

/**
 * A tensor from a literal: its shape is part of its type, and rows of different lengths do not compile.
 *
 * Errors: rows of different lengths, entries that are no numbers, numbers that are not of the dtype: an expression in error.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor, toNested } from 'adjoint'
 *
 * const t = tensor([[1, 2, 3], [4, 5, 6]])
 * deepStrictEqual(t.shape, [2, 3])
 * deepStrictEqual(toNested(t), [[1, 2, 3], [4, 5, 6]])
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const tensor = <const T, D extends DType = LiteralDType<T>>(
  x: T & Check<LiteralShape<T>> & RectangularCheck<T>,
  dtype?: D
): Tensor<ShapeOfLiteral<T>, D> =>
  pipe(
    readNested(x as Nested, dtype),
    E.getOrElse((wrong): Tensor => invalidTensor('tensor', [], dtype ?? 'f32', wrong))
  ) as Tensor<ShapeOfLiteral<T>, D>
