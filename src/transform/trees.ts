/** Functions of trees as pieces of graph: their leaves as parameters, and trees that are not like others as errors. */
import { causes, invalid, showAval } from '../graph/error.js'
import { node, type Aval, type Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make/index.js'
import { locate, mismatch, refill } from '../tensor/Tree.js'

type Values = ReadonlyArray<Value>

/** New identities for the leaves, so that a function is differentiated in its argument and not in what it happens to share with it. */
export const barrier = (leaves: Values): Values => leaves.map((x) => make.unary('copy', x))

/** Leaves in error, all for the same reasons, in the shapes of others. */
export const invalidLike = (like: ReadonlyArray<Aval>, reasons: Values): Values =>
  like.map(({ shape, dtype }) => ({ _tag: 'Invalid', shape, dtype, errors: causes(reasons) }))

export const invalids = (xs: Values): Values => xs.filter((x) => x._tag === 'Invalid')

const expected = (place: string, wanted: string, found: string): string =>
  `${place}: expected ${wanted}, got ${found}`

/** The reasons why a tree is not like another one: its structure, or the shape of a leaf with its place. */
export const unfit = (
  operation: string,
  what: string,
  tree: unknown,
  like: unknown,
  said = expected
): Values => {
  const odd = mismatch(like, tree)
  if (odd !== undefined) return [invalid(operation, [], `${what}: ${odd}`)]
  const places = locate(like)
  return nodesLike(like, tree).flatMap((t, i) => {
    const { path, leaf } = places[i] ?? { path: '', leaf: t }
    const x = node(leaf)
    const isRight = x._tag === 'Invalid' || t._tag === 'Invalid' || showAval(x) === showAval(t)
    const place = path === '' ? what : `${what} ${path}`
    return isRight ? [] : [invalid(operation, [x, t], said(place, showAval(x), showAval(t)))]
  })
}

/** A state in error, as the number of steps is none. */
export const refused = <C>(operation: string, steps: string, init: C): C => {
  const leaves = nodesOf(init)
  const reason = invalid(operation, leaves, `${steps} is not a whole number of steps`)
  return refill(init, invalidLike(leaves, [reason])) as C
}
