/** How a program grows by one node with an inside. */
import type { Control, Value } from '../../src/graph/Expr.js'
import { sliceAt } from '../../src/graph/terms.js'
import { isFloat } from '../../src/tensor/DType.js'
import { alike, map, pick, type Context } from './context.js'
import { callResults, caseResults, scanResults, whileResults } from './control.js'

type Maker = (s: Context) => Value | undefined

const isReal = (n: Value): boolean => isFloat(n.dtype)

/** One of several results. */
export const oneOf = (s: Context, results: ReadonlyArray<Value>): Value | undefined =>
  results[s.draw(results.length)]

const ofTwo =
  (f: (s: Context, x: Value, y: Value) => ReadonlyArray<Value>): Maker =>
  (s) =>
    map(pick(s, isReal), (x) => map(alike(s, x)[0], (y) => oneOf(s, f(s, x, y))))

/** A loop over a value with a leading axis, from one of its slices on. */
const scan: Maker = (s) =>
  map(
    pick(s, (n) => isReal(n) && n.shape.length > 0 && n.shape[0] !== 0),
    (xs) => oneOf(s, scanResults(s.draw(2) === 0, sliceAt(xs, 0), sliceAt(xs, 0), xs))
  )

/** One maker per family with an inside. */
export const insides: Readonly<Record<Control['_tag'], Maker>> = {
  Call: ofTwo((_, x, y) => callResults(x, y)),
  Case: ofTwo((s, x, y) => caseResults(s.draw(4) - 1, x, y)),
  Scan: scan,
  While: (s) => map(pick(s, isReal), (x) => whileResults(1 + s.draw(5), x)[0])
}
