/**
 * Programs with their loops and branches written out, so that what is asked of operations (how they round, where they decide) is asked of those inside
 * as well. Loops of unknown length, and very long ones, stay as they are.
 */
import * as make from '../../src/graph/make.js'
import type { Case, Scan, Value } from '../../src/graph/Expr.js'
import { reuse, reuseMany, rewrite, type Algebra } from '../../src/graph/fold.js'
import { inline } from '../../src/graph/Region.js'
import { sliceAt } from '../../src/graph/terms.js'
import { selected } from '../../src/rules/control/batch.js'
import { filled } from '../../src/tensor/Tensor.js'
import { range } from '../../src/tensor/dims.js'

type Values = ReadonlyArray<Value>

const longest = 64

const stacked = (rows: Values, { shape, dtype }: Value): Value =>
  rows.length === 0
    ? make.constant(filled([0, ...shape], dtype, 0))
    : make.concat(
        0,
        rows.map((y) => make.reshape([1, ...shape], y))
      )

interface Step {
  readonly before: Values
  readonly outputs: Values
}

const column = (steps: ReadonlyArray<Step>, of: (step: Step) => Values, likes: Values): Values =>
  likes.map((like, i) =>
    stacked(
      steps.map((step) => of(step)[i] ?? like),
      like
    )
  )

const scan = (n: Scan, xs: Values): Values => {
  const { captured, carried: first, inputs } = make.scanParts(n, xs)
  const steps = new Array<Step>(n.length)
  let carried = first
  for (const k of range(0, n.length)) {
    const t = n.reverse ? n.length - 1 - k : k
    const after = expanded(inline(n.body, [...captured, ...carried, ...inputs.map((x) => sliceAt(x, t))]))
    steps[t] = { before: carried, outputs: after.slice(n.carries) }
    carried = after.slice(0, n.carries)
  }
  const [size = 1] = n.chunks
  const isKept = (t: number): boolean => (n.reverse ? n.length - 1 - t : t) % size === 0
  return [
    ...carried,
    ...column(steps, (s) => s.outputs, n.body.results.slice(n.carries)),
    ...column(
      steps.filter((_, t) => isKept(t)),
      (s) => s.before,
      first
    )
  ]
}

/** All branches, of which one is taken. */
const branches = (n: Case, [index, ...xs]: Values): Values =>
  index === undefined
    ? []
    : selected(
        index,
        n.branches.map((b) => expanded(inline(b, xs)))
      )

const many: Algebra<Value>['many'] = (n, xs, own) => {
  if (n._tag === 'Call') return expanded(inline(n.body, xs))
  if (n._tag === 'Case') return branches(n, xs)
  return n._tag === 'Scan' && n.length <= longest ? scan(n, xs) : reuseMany(n, xs, own)
}

/** The same values, with everything written out that can be. */
export const expanded = (results: Values): Values => rewrite(results, { value: reuse, many })
