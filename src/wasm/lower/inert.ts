/** What speaks to derivatives only does nothing any more once they have been taken. */
import type { Node } from '../../graph/Expr.js'
import { reuse, rewrite } from '../../graph/fold.js'

export const withoutStops = (roots: ReadonlyArray<Node>): ReadonlyArray<Node> =>
  rewrite(roots, (n, xs) => (n._tag === 'Unary' && n.op === 'stopGradient' ? (xs[0] ?? n) : reuse(n, xs)))
