/** Functions of trees as pieces of graph: their leaves as parameters, and trees that are not like others as errors. */
import { causes, invalid, showAval } from '../graph/error.js'
import { node, type Aval, type Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import { placed } from '../graph/place.js'
import { isDim } from '../tensor/dims.js'
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

/** What stands for one slice of a stack. */
export const sliceOf = (operation: string, x: Value): Value =>
  x._tag === 'Invalid'
    ? x
    : x.shape.length === 0
      ? invalid(operation, [x], 'needs inputs with a leading axis to go along, got a number')
      : placed(make.input('slice', x.shape.slice(1), x.dtype), [x])

/** The reasons why inputs do not have so many slices. */
export const unequal = (operation: string, length: number, inputs: Values): Values => {
  if (Number.isNaN(length)) return [invalid(operation, [], 'has neither inputs nor a length; give it one')]
  if (!isDim(length)) return [invalid(operation, inputs, `${String(length)} is not a number of steps`)]
  const odd = inputs.find((x) => x._tag !== 'Invalid' && x.shape.length > 0 && x.shape[0] !== length)
  if (odd === undefined) return []
  const message = `inputs have ${String(length)} and ${String(odd.shape[0])} slices along their first axes; they must have equally many`
  return [invalid(operation, inputs, message)]
}

/** A state in error, as the number of steps is none. */
export const refused = <C>(operation: string, steps: string, init: C): C => {
  const leaves = nodesOf(init)
  const reason = invalid(operation, leaves, `${steps} is not a whole number of steps`)
  return refill(init, invalidLike(leaves, [reason])) as C
}
