/** Data as tensors, and answers that must not fail. */
import {
  fromFlat,
  showError,
  type CompileError,
  type DType,
  type RunError,
  type Shape,
  type Tensor,
  type TensorError
} from 'adjoint'
import type { Mutable } from 'adjoint/shape'
import * as E from 'fp-ts/lib/Either.js'

export const unsafeRight = <A>(result: E.Either<CompileError | RunError | TensorError, A>): A => {
  if (E.isRight(result)) return result.right
  throw new Error(showError(result.left))
}

export const unsafeTensor = <const S extends Shape, D extends DType = 'f32'>(
  shape: S,
  data: ArrayLike<number> = [],
  dtype?: D
): Tensor<Mutable<S>, D> => unsafeRight(fromFlat(shape, dtype)(data))
