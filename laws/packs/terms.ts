/** Sums of products may be rounded in another order: what that can do is measured by their terms, not by what is left of them. */
import * as E from 'fp-ts/lib/Either.js'
import * as build from '../../src/graph/build/index.js'
import type { Node } from '../../src/graph/Expr.js'
import type { Engine } from '../../src/numeric/compile.js'
import { elements } from '../../src/tensor/Tensor.js'
import { outcomeOn, type Agreement, type Outcome, type Program } from './outcome.js'

/** The sum of the absolute values of all terms. */
const terms = (n: Node): Node =>
  n._tag === 'Contract' && n.dtype === 'f32'
    ? build.contract(n.dims, build.unary('abs', n.a), build.unary('abs', n.b))
    : n

const epsilon = 2 ** -23

const near = (x: number, y: number, bar: number): boolean =>
  // Where the terms overflow, so may a sum of some of them.
  Object.is(x, y) || !Number.isFinite(bar) || Math.abs(x - y) <= bar

/** Whether products of matrices differ by no more than so many roundings of their terms. */
export const withinTerms = (
  engine: Engine,
  program: Program,
  { ulps = 0 }: Agreement,
  actual: Outcome,
  expected: Outcome
): boolean => {
  if (ulps === 0 || !program.outputs.every((y) => terms(y) !== y)) return false
  const size = outcomeOn(engine)({ ...program, outputs: program.outputs.map(terms) })
  if (E.isLeft(size) || E.isLeft(actual) || E.isLeft(expected)) return false
  return size.right.every((t, k) => {
    const [xs, ys] = [elements(actual.right[k]!), elements(expected.right[k]!)]
    return elements(t).every((s: number, i: number) => near(xs[i]!, ys[i]!, ulps * epsilon * s))
  })
}
