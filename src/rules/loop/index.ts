/** What is done about loops in programs that are to run, after all transformations. */
import { isControl, type Region, type Value } from '../../graph/Expr.js'
import { reuse, reusingInside, type Algebra, rewrite, topological } from '../../graph/fold.js'
import { inPlaceOf } from '../../graph/place.js'
import * as make from '../../graph/make.js'
import { withResiduals } from './residuals.js'

const insideOf = (r: Region): Region => {
  const results = withLoops(r.results)
  return results.every((x, i) => x === r.results[i]) ? r : { ...r, results }
}

/** What is differentiated in the place of a call is of no use any more. */
const inside: Algebra<Value>['many'] = (n, xs, own) =>
  n._tag === 'Call' && n.equal !== undefined
    ? make.resultsOf(
        inPlaceOf(n, () => make.call(insideOf(n.body), xs)),
        n.results
      )
    : reusingInside(insideOf)(n, xs, own)

/** The same graphs with loops that do less, at every depth. */
export const withLoops = (roots: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  topological(roots).some(isControl) ? withResiduals(rewrite(roots, { value: reuse, many: inside })) : roots
