/** Sums of products may be rounded in another order: what that can do is measured by their terms, not by what is left of them. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { roundingIn } from '../../src/graph/families.js'
import type { Engine } from '../../src/program/compile.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements } from '../../src/tensor/Tensor.js'
import { outcomeOn, type Agreement, type Outcome, type Program } from './outcome.js'

const isSum = (n: Value): boolean => isFloat(n.dtype) && roundingIn(n) === 'terms'

/** The sum of the absolute values of all terms; of factors, their product. */
const terms = (n: Value): Value =>
  n._tag === 'Contract'
    ? make.contract(n.dims, make.unary('abs', n.a), make.unary('abs', n.b))
    : n._tag === 'Reduce'
      ? make.reduce(n.op, n.axes, make.unary('abs', n.x))
      : n._tag === 'Conv'
        ? make.conv(n.shape.slice(2, -1), n.windows, make.unary('abs', n.kernel), make.unary('abs', n.x))
        : n._tag === 'Window'
          ? make.window('sum', n.shape, n.size, n.windows, make.unary('abs', n.x))
          : n

const epsilon = (n: Value): number => (n.dtype === 'f32' ? 2 ** -23 : 2 ** -52)

/** Finite numbers near the ends of the range may overflow or vanish in one order and not in another. */
const isModest = ({ point }: Program): boolean =>
  point.every((t) =>
    elements(t).every(
      (x: number) => x === 0 || !Number.isFinite(x) || (Math.abs(x) > 2 ** -20 && Math.abs(x) < 2 ** 20)
    )
  )

const near = (x: number, y: number, bar: number): boolean =>
  Object.is(x, y) || (Number.isFinite(bar) && Math.abs(x - y) <= bar)

/** Whether sums and products of many differ by no more than so many roundings of their terms. */
export const withinTerms = (
  engine: Engine,
  program: Program,
  { ulps = 0 }: Agreement,
  actual: Outcome,
  expected: Outcome
): boolean => {
  if (ulps === 0 || !program.results.every(isSum)) return false
  if (!isModest(program)) return true
  const size = outcomeOn(engine)({ ...program, results: program.results.map(terms) })
  if (E.isLeft(size) || E.isLeft(actual) || E.isLeft(expected)) return false
  return size.right.every((t, k) => {
    const [xs, ys] = [elements(actual.right[k]!), elements(expected.right[k]!)]
    return elements(t).every((s: number, i: number) =>
      near(xs[i]!, ys[i]!, ulps * epsilon(program.results[k]!) * s)
    )
  })
}
