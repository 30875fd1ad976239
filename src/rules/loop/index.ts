/** What is done about loops in programs that are to run, after all transformations. */
import { isControl, type Region, type Value } from '../../graph/Expr.js'
import { reuse, reusingInside, rewrite, topological } from '../../graph/fold.js'
import { withResiduals } from './residuals.js'

const insideOf = ({ parameters, results }: Region): Region => ({ parameters, results: withLoops(results) })

/** The same graphs with loops that do less, at every depth. */
export const withLoops = (roots: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  topological(roots).some(isControl)
    ? withResiduals(rewrite(roots, { value: reuse, many: reusingInside(insideOf) }))
    : roots
