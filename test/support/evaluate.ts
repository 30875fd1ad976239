/** Graphs run on the reference engine, as values that tests compare. */
import * as E from 'fp-ts/lib/Either.js'
import type { CompileError, RunError } from '../../src/graph/failure.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { program } from '../../src/reference/evaluate.js'
import { eqTensor, type Tensor } from '../../src/tensor/Tensor.js'

export type Outcome = E.Either<CompileError | RunError, ReadonlyArray<Tensor>>

export const run = (
  results: ReadonlyArray<Value>,
  parameters: ReadonlyArray<Input>,
  values: ReadonlyArray<Tensor>
): Outcome => {
  const compiled: E.Either<CompileError | RunError, (xs: ReadonlyArray<Tensor>) => Outcome> = program({
    results,
    parameters
  })
  return E.isLeft(compiled) ? compiled : compiled.right(values)
}

/** The same bits, or an error on both sides. */
export const sameOutcome = (a: Outcome, b: Outcome): boolean =>
  E.isLeft(a) || E.isLeft(b)
    ? a._tag === b._tag
    : a.right.length === b.right.length &&
      a.right.every((t, i) => b.right[i] !== undefined && eqTensor.equals(t, b.right[i]))
