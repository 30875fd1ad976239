/** The leaves of trees of expressions, as nodes. */
import { leavesLike, leavesOf } from '../tensor/Tree.js'
import { node, type Value } from './Expr.js'

export const nodesOf = (tree: unknown): ReadonlyArray<Value> => leavesOf(tree).map((l) => node(l))

/** The leaves in the order of a tree that has the same paths. */
export const nodesLike = (like: unknown, tree: unknown): ReadonlyArray<Value> =>
  leavesLike(like, tree).map((l) => node(l))
