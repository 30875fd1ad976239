/** Whether two programs have the same value, as far as rounding lets one tell. */
import * as E from 'fp-ts/lib/Either.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { fail, pass, type Verdict } from '../law/index.js'
import { locate, safety } from './compare.js'
import { inDouble, widen } from './retype.js'
import { roundingOf } from './rounding.js'
import { compiled, flat, type Point } from './run.js'

/** Two sides at a point; `terms` are as large as what is summed on the way. */
export interface Equation {
  readonly left: Value
  readonly right: Value
  readonly terms: ReadonlyArray<Value>
  readonly parameters: ReadonlyArray<Input>
  readonly point: Point
}

/** What rounding of all terms may do, beside that of the result. */
const tolerance = 1e-12

const largest = (xs: Float64Array): number => xs.reduce((a, x) => Math.max(a, Math.abs(x)), 0)

/** Two values, up to the rounding on the way. */
export const equal = (
  what: string,
  of: string,
  { left, right, terms, parameters, point }: Equation
): Verdict => {
  // In double precision: what the two sides round to f32 on the way is not the same, and the bar is not that of f32.
  const program = inDouble({ results: [left, right, ...terms], parameters })
  const at = point.map(widen)
  const values = E.chain((run: (p: Point) => E.Either<string, Point>) => run(at))(compiled(program))
  if (E.isLeft(values)) return fail(`${of}: ${values.left}`)
  const [a, b] = [flat(values.right.slice(0, 1)), flat(values.right.slice(1, 2))]
  const bar = tolerance * largest(flat(values.right))
  const differs = (by: number): number => a.findIndex((x, i) => !(Math.abs(x - b[i]!) <= by))
  if (differs(bar) < 0) return pass
  const noisy = bar + safety * largest(roundingOf(program)(at) ?? new Float64Array())
  const i = differs(noisy)
  return i < 0
    ? pass
    : fail(what, { of, index: locate([left], i).index, actual: b[i]!, expected: a[i]!, bar: noisy })
}
