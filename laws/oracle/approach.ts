/**
 * How the derivative along a direction can be measured: from both sides where the program is smooth; from the point's own side next to a kink;
 * at a kink, from each side by itself.
 */
import { size } from '../../src/tensor/dims.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import type { Kink } from '../law/index.js'
import type { Decision } from './decisions.js'
import type { Surroundings, Visit } from './differences.js'
import { again, againFrom, type Settled } from './again.js'
import { memo } from './memo.js'
import { central, choose, oneSided, type Along, type Estimates } from './ridders.js'
import type { Point } from './run.js'
import { operation } from '../../src/graph/families.js'
import { isFloat } from '../../src/tensor/DType.js'

/** What differences tell along a direction. */
export type Approach =
  | {
      readonly _tag: 'Smooth'
      readonly numeric: Estimates
      readonly kink?: Kink
      /** What steps of other lengths say, where the first are in doubt. */
      readonly again: () => Settled
    }
  /** The point is on a kink; `single` where one slope changes and nothing jumps, so that any derivative lies between the two. */
  | {
      readonly _tag: 'Corner'
      readonly below: Estimates
      readonly above: Estimates
      readonly kink: Kink
      readonly single: boolean
      /** As of smooth ones: below and above. */
      readonly again: () => readonly [Settled, Settled]
    }
  | { readonly _tag: 'Refused'; readonly kink?: Kink }

/** Fewer steps than these give a coarse estimate: one side alone may do better. */
const enough = 5

/** Where the sides of a kink are looked up. */
const nearby = 2 ** -24

/** Equality as decisions go: the signs of zeros do not matter. */
const same = (a: Tensor, b: Tensor | undefined): boolean => {
  const [xs, ys] = [elements(a), elements(b ?? a)]
  return xs.every((x: number, k: number) => x === ys[k] || (Number.isNaN(x) && Number.isNaN(ys[k])))
}

const agree = (a: Point, b: Point): boolean => a.every((t, i) => same(t, b[i]))

type Look = (t: number) => Visit | undefined

/** The values as long as the decisions are given ones. */
const within =
  (look: Look, sides: Point): Along =>
  (t) => {
    const there = look(t)
    return there !== undefined && agree(sides, there.sides) ? there.values : undefined
  }

/** An element whose decision changes next to the point. */
interface Change {
  readonly decision: Decision
  readonly margin: number
}

/** Elements of one decision; of a reduction, rows at a tie. */
const changesOf = (
  decision: Decision,
  at: Tensor,
  around: ReadonlyArray<Tensor>,
  gap: Tensor | undefined
) => {
  if (around.every((t) => same(at, t))) return []
  if (gap === undefined) return [{ decision, margin: NaN }]
  const [xs, gaps] = [elements(at), elements(gap)]
  const aligned = size(gap.shape) === size(at.shape)
  const moved = (k: number): boolean => around.some((t) => elements(t)[k] !== xs[k])
  const margins = Array.from(gaps, Number).filter((g, k) => (aligned ? moved(k) : g === 0))
  return (margins.length === 0 ? [Math.min(...gaps)] : margins).map((margin): Change => ({
    decision,
    margin
  }))
}

const changes = (around: Surroundings, visits: ReadonlyArray<Visit>): ReadonlyArray<Change> =>
  around.decisions.flatMap((decision, i) => {
    const at = around.at.sides[i]
    const others = visits.flatMap(({ sides }) => sides[i] ?? [])
    return at === undefined ? [] : changesOf(decision, at, others, around.gaps()[i])
  })

const kinkOf = (found: ReadonlyArray<Change>): Kink | undefined => {
  const known = found.filter(({ margin }) => !Number.isNaN(margin))
  const nearest = known.reduce<Change | undefined>(
    (a, b) => (a === undefined || b.margin < a.margin ? b : a),
    found[0]
  )
  return nearest === undefined
    ? undefined
    : { operation: operation(nearest.decision.node), margin: nearest.margin }
}

const refused = (kink: Kink | undefined): Approach =>
  kink === undefined ? { _tag: 'Refused' } : { _tag: 'Refused', kink }

/** The two sides of a point that is on neither. */
const corner = (around: Surroundings, look: Look): Approach => {
  const [low, high] = [look(-nearby), look(nearby)]
  const found = changes(
    around,
    [low, high].flatMap((v) => v ?? [])
  )
  const kink = kinkOf(found)
  const exact = found.every(({ margin }) => margin === 0)
  if (low === undefined || high === undefined || kink === undefined || !exact) return refused(kink)
  const [under, over] = [within(look, low.sides), within(look, high.sides)]
  const [below, above] = [oneSided(under, -1), oneSided(over, 1)]
  if (below === undefined || above === undefined) return refused(kink)
  const single = found.length === 1 && found.every(({ decision }) => decision.continuous)
  const twice = memo(() => [againFrom(under, -1, below), againFrom(over, 1, above)] as const)
  return { _tag: 'Corner', below, above, kink, single, again: twice }
}

/** Differences, and what a second look says of them. */
interface Looked {
  readonly numeric: Estimates
  readonly again: () => Settled
}

const fromOneSide = (own: Along, side: 1 | -1): Looked | undefined => {
  const numeric = oneSided(own, side)
  return numeric === undefined ? undefined : { numeric, again: memo(() => againFrom(own, side, numeric)) }
}

/** Of two estimates component by component the better one, contested where that one is. */
const betterOf = (a: Looked, b: Looked): Looked => {
  const second = (i: number): boolean => b.numeric.error[i]! < a.numeric.error[i]!
  return {
    numeric: choose(a.numeric, b.numeric, second),
    again: memo(() => {
      const [x, y] = [a.again(), b.again()]
      return {
        estimates: choose(x.estimates, y.estimates, second),
        contested: (i) => (second(i) ? y : x).contested(i)
      }
    })
  }
}

const eitherOf = (a: Looked | undefined, b: Looked | undefined): Looked | undefined =>
  a === undefined || b === undefined ? (a ?? b) : betterOf(a, b)

/** From the side on which all decisions are those of the point. */
const ownSide = (own: Along): Looked | undefined => eitherOf(fromOneSide(own, 1), fromOneSide(own, -1))

const fromBothSides = (own: Along, { rounding }: Surroundings): Looked | undefined => {
  const numeric = central(own)
  return numeric === undefined ? undefined : { numeric, again: memo(() => again(own, numeric, rounding)) }
}

/** About the shortest step that differences are taken with. */
const shortest = 2 ** -30

/** Whether even the shortest step leaves an element far behind, as where it is small among huge ones: what is near it is not seen. */
const oversteps = (point: Point, direction: Point): boolean =>
  direction.some((d, j) => {
    const xs = elements(point[j] ?? d)
    return (
      isFloat(d.dtype) &&
      Array.from(elements(d), Number).some(
        (x, k) => Math.abs(x) * shortest > Math.max(Math.abs(Number(xs[k])), 1)
      )
    )
  })

const unseen = (measured: Approach): Approach =>
  measured._tag === 'Smooth'
    ? { ...measured, again: memo(() => ({ ...measured.again(), contested: () => true })) }
    : measured

/** Measures along a direction. */
export const approach = (around: Surroundings, direction: Point): Approach => {
  const measured = fromSides(around, direction)
  return oversteps(around.point, direction) ? unseen(measured) : measured
}

const fromSides = (around: Surroundings, direction: Point): Approach => {
  const look = around.along(direction)
  const own = within(look, around.at.sides)
  const both = fromBothSides(own, around)
  if (both !== undefined && both.numeric.levels >= enough) return { _tag: 'Smooth', ...both }
  const single = ownSide(own)
  if (both !== undefined) return { _tag: 'Smooth', ...(single === undefined ? both : betterOf(both, single)) }
  if (single === undefined) return corner(around, look)
  const kink = kinkOf(
    changes(
      around,
      [look(-nearby), look(nearby)].flatMap((v) => v ?? [])
    )
  )
  return kink === undefined ? refused(kink) : { _tag: 'Smooth', ...single, kink }
}
