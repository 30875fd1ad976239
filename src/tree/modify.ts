/** Changes of leaves that keep what trees are like, and why trees do not belong together. */
import { invalid } from '../graph/error.js'
import type { Expr } from '../graph/Expr.js'
import { nodesOf } from '../graph/leaves.js'
import { leavesLike, locate, mismatch, refillFrozen } from '../tensor/Tree.js'
import { invalidLike, unfit } from '../transform/trees.js'

const lacking = (there: ReadonlyArray<string>, paths: ReadonlyArray<string>): string | undefined => {
  const known = new Set(there)
  return paths.find((path) => !known.has(path))
}

const only = (which: string, path: string | undefined): ReadonlyArray<string> =>
  path === undefined ? [] : [`only the ${which} tree has ${path === '' ? 'a leaf at its top' : path}`]

/** The first leaf of each tree that the other one lacks. */
interface Apart {
  readonly message: string
  readonly first: string | undefined
  readonly second: string | undefined
}

/** Why two trees do not belong together, with the place in each. */
export const apart = (first: unknown, second: unknown): Apart | undefined => {
  const odd = mismatch(first, second)
  if (odd === undefined) return undefined
  const [here, there] = [first, second].map((tree) => locate(tree).map(({ path }) => path))
  const [a, b] = [lacking(there ?? [], here ?? []), lacking(here ?? [], there ?? [])]
  const both = [...only('first', a), ...only('second', b)]
  return { message: both.length === 0 ? odd : both.join(', '), first: a, second: b }
}

/** The same error at every leaf of a tree. */
const refused = (tree: unknown, reasons: Parameters<typeof invalidLike>[1]): unknown =>
  refillFrozen(tree, invalidLike(nodesOf(tree), reasons))

/** The new leaves in the places of the old ones, if they have their shapes and dtypes. */
const kept = (operation: string, tree: unknown, leaves: ReadonlyArray<unknown>): unknown => {
  const made = refillFrozen(tree, leaves)
  const reasons = unfit(operation, 'the result', made, tree)
  return reasons.length === 0 ? made : refused(tree, reasons)
}

export const modified = (operation: string, f: (leaf: Expr, path: string) => Expr, tree: unknown): unknown =>
  kept(
    operation,
    tree,
    locate(tree).map(({ path, leaf }) => f(leaf as Expr, path))
  )

export const modifiedWith = (
  operation: string,
  f: (leaf: Expr, other: Expr, path: string) => Expr,
  other: unknown,
  tree: unknown
): unknown => {
  const odd = apart(tree, other)
  if (odd !== undefined) return refused(tree, [invalid(operation, [], odd.message)])
  const others = leavesLike(tree, other)
  return kept(
    operation,
    tree,
    locate(tree).map(({ path, leaf }, i) => f(leaf as Expr, others[i] as Expr, path))
  )
}
