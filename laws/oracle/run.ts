/** Running graphs on the reference engine, with errors as text. */
import * as E from 'fp-ts/lib/Either.js'
import { showError } from '../../src/graph/failure.js'
import type { Run } from '../../src/graph/program.js'
import { program } from '../../src/reference/evaluate.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import type { Region } from '../../src/graph/Region.js'

/** A point, or a direction: one tensor per input, non-differentiable parameters included. */
export type Point = ReadonlyArray<Tensor>

/** Compiles and reports any error as text. */
export const compiled = (region: Region): E.Either<string, (point: Point) => E.Either<string, Point>> => {
  const result = program(region)
  if (E.isLeft(result)) return E.left(showError(result.left))
  const run: Run = result.right
  return E.right((point) => E.mapLeft(showError)(run(point)))
}

/** Components of the floating-point tensors, one after another. */
export const flat = (ts: Point): Float64Array => {
  const floats = ts.filter((t) => isFloat(t.dtype))
  const out = new Float64Array(floats.reduce((n, t) => n + elements(t).length, 0))
  let at = 0
  for (const t of floats) {
    out.set(elements(t), at)
    at += elements(t).length
  }
  return out
}
