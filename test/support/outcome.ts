/** Programs of the public API run to their numbers. What fails to run fails the test, with the library's own message. */
import * as E from 'fp-ts/lib/Either.js'
import {
  evaluate,
  showError,
  toFlat,
  type CompileError,
  type DType,
  type Expr,
  type RunError,
  type ScalarOf,
  type Tensor
} from '../../src/index.js'
import { leavesOf } from '../../src/tensor/Tree.js'

export const unsafeRight = <A>(result: E.Either<CompileError | RunError, A>): A => {
  if (E.isLeft(result)) throw new Error(showError(result.left))
  return result.right
}

/** The elements of an expression. */
export const unsafeFlat = <D extends DType>(x: Expr<unknown, D>): ReadonlyArray<ScalarOf<D>> =>
  toFlat<D>(unsafeRight(evaluate<Expr<unknown, D>>(x)))

/** The tensors in a tree, in order. */
export const tensorsOf = (tree: unknown): ReadonlyArray<Tensor> => leavesOf(tree) as ReadonlyArray<Tensor>

/** The text of an error; '' if there is none. */
export const messageOf = (result: E.Either<CompileError | RunError, unknown>): string =>
  E.isLeft(result) ? showError(result.left) : ''

/** Distance of two lists of numbers, relative to the largest expected magnitude; infinite if their lengths differ or a NaN is in one. */
export const relativeError = (actual: ReadonlyArray<number>, expected: ReadonlyArray<number>): number => {
  const scale = expected.reduce((m, x) => Math.max(m, Math.abs(x)), 0)
  const worst = expected.reduce((m, x, i) => {
    const d = Math.abs((actual[i] ?? NaN) - x)
    return Number.isNaN(d) ? Infinity : Math.max(m, d)
  }, 0)
  if (actual.length !== expected.length) return Infinity
  return worst === 0 ? 0 : worst / scale
}
