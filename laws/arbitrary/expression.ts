/** Random expressions of all families. */
import * as fc from 'fast-check'
import { node, type Expr, type Value } from '../../src/graph/Expr.js'
import { substitute } from '../../src/graph/fold.js'
import { print } from '../../src/graph/print.js'
import type { Spec } from '../../src/program/compile.js'
import type { FloatDType } from '../../src/tensor/DType.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import type { Kinks } from '../grow/margin.js'
import { programs } from '../grow/program.js'
import type { Program } from '../grow/context.js'
import { showTensor } from './tensor.js'

/**
 * What expressions to make: of which parameters (up to three of any shape unless told, integers and booleans among them), in which floating-point
 * dtype (`f64` unless told), from how many operations at most (6 unless told, helpers not counted), and with which kinks (`away` unless told).
 *
 * @since 0.1.0
 * @category model
 */
export interface ExpressionOptions {
  readonly parameters?: ReadonlyArray<Spec>
  readonly dtype?: FloatDType
  readonly operations?: number
  readonly kinks?: Kinks
}

/**
 * Expressions of named parameters, a point at which they have values, and the same as a function of whatever takes the place of the parameters.
 * `evaluate(f(point))` are the values at the point, `compile(f)(point)` runs at others.
 *
 * @since 0.1.0
 * @category model
 */
export interface ExpressionSample {
  readonly parameters: ReadonlyArray<Expr>
  readonly results: ReadonlyArray<Expr>
  readonly point: ReadonlyArray<Tensor>
  readonly f: (parameters: ReadonlyArray<Expr>) => ReadonlyArray<Expr>
}

/** The expressions with others in place of their parameters. */
const substituted =
  ({ parameters, results }: Program) =>
  (xs: ReadonlyArray<Expr>): ReadonlyArray<Expr> => {
    const places = new Map<Value, Value>(
      parameters.flatMap((x, i) => xs.slice(i, i + 1).map((y) => [x, node(y)]))
    )
    return substitute(results, places)
  }

const show = ({ results, point }: Program): string =>
  `${print([...results])} at ${point.map(showTensor).join(' ; ')}`

/**
 * Expressions over all families of operations, which share parts and have several floating-point results. Operations stay within their domains
 * and values at the point within 30, so that derivatives can be verified there; `kinks` says where operations occur that are smooth only
 * in pieces. They shrink to few operations, then to low ranks and small sizes, then to simple values, and print as a listing.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { evaluate, print, spec } from 'adjoint'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const expressions = arbitrary.expression({ parameters: [spec([2, 3], 'f64')] })
 * ok(fc.sample(expressions, 20).every(({ f, point }) => E.isRight(evaluate(f(point)))))
 *
 * const withCosh = fc.check(fc.property(expressions, ({ results }) => !print([...results]).includes('cosh')), { numRuns: 1000 })
 * deepStrictEqual(
 *   withCosh.counterexample?.map(({ results }) => print([...results])),
 *   ['(x0: f64[2, 3]) =>\n  a: f64[2, 3] = cosh x0\n  return [a]']
 * )
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const expression = ({
  parameters,
  dtype = 'f64',
  operations = 6,
  kinks = 'away'
}: ExpressionOptions = {}): fc.Arbitrary<ExpressionSample> =>
  programs({ ...(parameters === undefined ? {} : { parameters }), dtype, length: operations, kinks }).map(
    (p) => ({
      ...p,
      f: substituted(p),
      [fc.toStringMethod]: () => show(p)
    })
  )
