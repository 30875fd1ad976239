/**
 * Tangents that know which of their zeros are no numbers. Where nothing moves (the branch not taken, an element not read) a tangent is 0 whatever
 * it is multiplied by; a zero that was computed is a number, and times infinity it is NaN: there the derivative is finite, infinite or none, and
 * 0 would be a wrong answer.
 */
import * as make from '../graph/make.js'
import type { Value } from '../graph/Expr.js'
import { full } from '../graph/terms.js'
import { elements } from '../tensor/Tensor.js'
import { apply } from './apply.js'
import type { Divide, Linear, Scale } from './Linear.js'

/** Where a tangent moves: everywhere, where a predicate of the primals holds, or there is no telling but by its zeros. */
export type Live = 'everywhere' | 'unknown' | Value

export interface Tangent {
  readonly t: Value
  readonly live: Live
}

/** What is given from outside may be 0 where nothing is to move; numbers that are all there to see and not 0 move. */
export const tangentOf = (t: Value): Tangent => {
  const c = t._tag === 'Broadcast' ? t.x : t
  const moves = c._tag === 'Constant' && elements(c.value).every((v) => v !== 0)
  return { t, live: moves ? 'everywhere' : 'unknown' }
}

const or = (a: Value, b: Value): Value => (a === b ? a : make.binary('or', a, b))
const and = (a: Value, b: Value): Value => (a === b ? a : make.binary('and', a, b))

const united = (a: Live, b: Live): Live =>
  a === 'everywhere' || b === 'everywhere'
    ? 'everywhere'
    : a === 'unknown' || b === 'unknown'
      ? 'unknown'
      : or(a, b)

/** What moves by either of two moves by their sum. */
export const plus = (a: Tangent | undefined, b: Tangent | undefined): Tangent | undefined =>
  a === undefined
    ? b
    : b === undefined
      ? a
      : { t: make.binary('add', a.t, b.t), live: united(a.live, b.live) }

const where = (live: Value, t: Value): Value => make.select(live, t, full(0, t))

const scaled = (l: Scale, { t, live }: Tangent): Tangent => {
  if (l.isMask) return through(live, make.binary('ne', l.by, full(0, l.by)), make.binary('mulNoNan', t, l.by))
  if (live === 'unknown') return { t: apply(l, t), live }
  const product = make.binary('mul', t, l.by)
  return { t: live === 'everywhere' ? product : where(live, product), live }
}

const through = (live: Live, open: Value, t: Value): Tangent => ({
  t,
  live: live === 'everywhere' ? open : live === 'unknown' ? live : and(live, open)
})

const divided = (l: Divide, { t, live }: Tangent): Tangent => {
  if (live === 'unknown') return { t: apply(l, t), live }
  const ratio = make.binary('div', l.by === undefined ? t : make.binary('mul', t, l.by), l.under)
  return { t: live === 'everywhere' ? ratio : where(live, ratio), live }
}

/** A map that moves elements, on a predicate: those that it puts in do not move. */
const alike = (l: Linear, live: Value): Value => {
  const to = { shape: l.to.shape, dtype: live.dtype }
  const from = { shape: l.from.shape, dtype: live.dtype }
  return apply({ ...l, from, to }, live)
}

/**
 * Where the zeros of a map's result come from: `moved` elements take along where they move, `sums` move where a summand does, `same` are as they
 * were; `mixed` ones have no zeros put in, `sparse` ones may have.
 */
const zerosOf: Readonly<Record<Linear['_tag'], 'same' | 'moved' | 'sums' | 'mixed' | 'sparse'>> = {
  Zero: 'sparse',
  Id: 'same',
  Scale: 'same',
  Divide: 'same',
  Mask: 'same',
  Sum: 'sums',
  Broadcast: 'moved',
  Reshape: 'moved',
  Permute: 'moved',
  Slice: 'moved',
  Pad: 'moved',
  Reverse: 'moved',
  Contract: 'mixed',
  Conv: 'sparse',
  WindowSum: 'sparse',
  Gather: 'moved',
  Scatter: 'sparse',
  Convert: 'same',
  Compose: 'sparse',
  Given: 'sparse'
}

/** Where the result of a map moves that is neither a product nor a mask. */
const liveAfter = (l: Linear, live: Live): Live => {
  const zeros = zerosOf[l._tag]
  if (zeros === 'same' || live === 'unknown') return live
  if (live === 'everywhere') {
    const all = full(1, { shape: l.from.shape, dtype: 'bool' })
    return zeros === 'sparse' ? 'unknown' : l._tag === 'Pad' ? alike(l, all) : live
  }
  if (l._tag === 'Sum') return make.reduce('or', l.axes, live)
  return zeros === 'moved' ? alike(l, live) : 'unknown'
}

/** A linear map of a tangent. */
export const move = (l: Linear, tangent: Tangent): Tangent => {
  if (l._tag === 'Compose') return move(l.second, move(l.first, tangent))
  if (l._tag === 'Scale') return scaled(l, tangent)
  if (l._tag === 'Divide') return divided(l, tangent)
  const t = apply(l, tangent.t)
  if (l._tag !== 'Mask') return { t, live: liveAfter(l, tangent.live) }
  return through(tangent.live, l.keep ? l.condition : make.unary('not', l.condition), t)
}
