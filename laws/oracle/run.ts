/** Running graphs, with errors as text. */
import * as E from 'fp-ts/lib/Either.js'
import { showError } from '../../src/graph/failure.js'
import type { Run } from '../../src/graph/program.js'
import { program } from '../../src/reference/evaluate.js'
import { program as module } from '../../src/wasm/index.js'
import type { Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { size } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import type { Region } from '../../src/graph/Region.js'

/** A point, or a direction: one tensor per input, non-differentiable parameters included. */
export type Point = ReadonlyArray<Tensor>

/** Multiplications and additions beyond which a module is made faster than the plain loops have run a few times. */
const much = 2e5

const workOf = (n: Value): number => {
  if (n._tag === 'Conv') return size(n.shape) * size(n.kernel.shape.slice(1, -1))
  if (n._tag === 'Contract')
    return size(n.shape) * size(n.dims.contract[0].map((axis) => n.a.shape[axis] ?? 1))
  return n._tag === 'Window' ? size(n.shape) * size(n.size) : size(n.shape)
}

const isMuch = ({ results }: Region): boolean =>
  valuesBelow(results).reduce((work, n) => work + workOf(n), 0) > much

/** Compiles, large programs to WebAssembly, and reports any error as text. */
export const compiled = (region: Region): E.Either<string, (point: Point) => E.Either<string, Point>> => {
  const result = isMuch(region) ? module(region) : program(region)
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
