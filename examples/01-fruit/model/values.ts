import {
  type CompileError,
  fromFlat,
  type RunError,
  showError,
  type Tensor,
  type TensorError,
  tensor,
  toFlat
} from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'

/** Plain numbers and tensors. */

type Failure = CompileError | RunError | TensorError

const reason = (e: Failure): string => (e._tag === 'TensorError' ? e.message : showError(e))

/**
 * The programs of this example contain no operation that fails at run time, and their shapes follow from checked
 * hyper-parameters: an error here is a defect, which ends the process with one line.
 */
export const unsafeRight = <A>(result: E.Either<Failure, A>): A => {
  if (E.isLeft(result)) throw new Error(reason(result.left))
  return result.right
}

/** A row of numbers. */
export const vector = (xs: ReadonlyArray<number>): Tensor<[number], 'f32'> => tensor([...xs])

/** Rows of `width` numbers each. */
export const matrix = (
  rows: ReadonlyArray<ReadonlyArray<number>>,
  width: number
): Tensor<[number, number], 'f32'> => unsafeRight(fromFlat([rows.length, width])(rows.flat()))

/** The numbers of a tensor. */
export const numbers = (x: Tensor<unknown, 'f32'>): ReadonlyArray<number> => toFlat(x)

/** The index of the greatest number. */
export const greatest = (xs: ReadonlyArray<number>): number =>
  xs.reduce((best, x, i) => (x > (xs[best] ?? x) ? i : best), 0)
