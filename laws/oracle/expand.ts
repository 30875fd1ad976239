/**
 * Programs with their loops and branches written out, so that what is asked of operations (how they round, where they decide) is asked of those inside
 * as well. Loops of unknown length, and very long ones, stay as they are.
 */
import * as make from '../../src/graph/make/index.js'
import type { Case, Scan, Value } from '../../src/graph/Expr.js'
import { reuse, reuseMany, rewrite, type Algebra } from '../../src/graph/fold.js'
import { inline } from '../../src/graph/Region.js'
import { full } from '../../src/graph/terms.js'
import { range } from '../../src/tensor/dims.js'

type Values = ReadonlyArray<Value>

const longest = 64

const sliceAt = (x: Value, t: number): Value => {
  const rest = x.shape.slice(1)
  const start = [t, ...rest.map(() => 0)]
  const one = make.slice(
    start,
    [t + 1, ...rest],
    x.shape.map(() => 1),
    x
  )
  return make.reshape(rest, one)
}

const stacked = (rows: Values, like: Value): Value =>
  rows.length === 0
    ? make.reshape(
        [0, ...like.shape],
        make.slice([0], [0], [1], make.reshape([1], full(0, { ...like, shape: [] })))
      )
    : make.concat(
        0,
        rows.map((y) => make.reshape([1, ...y.shape], y))
      )

const scan = (n: Scan, xs: Values): Values => {
  const end = n.captured + n.carries
  const [fixed, inputs] = [xs.slice(0, n.captured), xs.slice(end)]
  const steps = new Array<{ readonly before: Values; readonly outputs: Values }>(n.length)
  let carried = xs.slice(n.captured, end)
  for (const k of range(0, n.length)) {
    const t = n.reverse ? n.length - 1 - k : k
    const after = expanded(inline(n.body, [...fixed, ...carried, ...inputs.map((x) => sliceAt(x, t))]))
    steps[t] = { before: carried, outputs: after.slice(n.carries) }
    carried = after.slice(0, n.carries)
  }
  const column = (of: (step: (typeof steps)[number]) => Values, likes: Values): Values =>
    likes.map((like, i) =>
      stacked(
        steps.map((step) => of(step)[i] ?? like),
        like
      )
    )
  return [
    ...carried,
    ...column((s) => s.outputs, n.body.results.slice(n.carries)),
    ...column((s) => s.before, xs.slice(n.captured, end))
  ]
}

/** All branches, of which one is taken. */
const branches = (n: Case, [index, ...xs]: Values): Values => {
  const ways = n.branches.map((b) => expanded(inline(b, xs)))
  return n.results.map((r, i) => {
    const results = ways.map((way) => way[i]!)
    const last = results.at(-1) ?? full(0, r)
    return results.slice(0, -1).reduceRight<Value>((rest, y, k) => {
      const isTaken = index === undefined ? index : make.binary('le', index, full(k, index))
      return isTaken === undefined ? y : make.select(make.broadcast(y.shape, [], isTaken), y, rest)
    }, last)
  })
}

const many: Algebra<Value>['many'] = (n, xs, own) => {
  if (n._tag === 'Call') return expanded(inline(n.body, xs))
  if (n._tag === 'Case') return branches(n, xs)
  return n._tag === 'Scan' && n.length <= longest ? scan(n, xs) : reuseMany(n, xs, own)
}

/** The same values, with everything written out that can be. */
export const expanded = (results: Values): Values => rewrite(results, { value: reuse, many })
