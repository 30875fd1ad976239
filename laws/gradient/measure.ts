/** How far the derivative of one operation is from its differences, entry by entry and per unit of the operand. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { elements } from '../../src/tensor/Tensor.js'
import { jvp, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { approach } from '../oracle/approach.js'
import { safety, unravel } from '../oracle/compare.js'
import type { Deviation } from '../law/culprit.js'
import { surroundings, type Surroundings } from '../oracle/differences.js'
import type { Estimates } from '../oracle/ridders.js'
import { directions, onlyPlace, weights, zeros } from '../oracle/probe.js'
import { inDouble } from '../oracle/retype.js'
import type { Region } from '../../src/graph/Region.js'
import { compiled, flat, type Point } from '../oracle/run.js'

/** A program, one of its parameters, and a point. */
export interface Measured {
  readonly rules: Calculus
  readonly graph: Region
  readonly moving: Input
  readonly point: Point
  /** What is held fixed, as `stopGradient` says. */
  readonly fixed: ReadonlyArray<Value>
  readonly seed: number
}

/** Every element up to this many, else random directions. */
const coordinates = 256
const sample = 16

/** Differences closer than this are rounding, which has been judged before. */
const resolution = 1e-9

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((acc, x, i) => acc + x * b[i]!, 0)

type Entry = Omit<Deviation, 'operand' | 'nearby'>

interface Modes {
  readonly around: Surroundings
  readonly tangent: (direction: Point) => E.Either<string, Point>
  readonly weights: Float64Array
  readonly gradient: Float64Array
}

const slots = (like: ReadonlyArray<Value>): ReadonlyArray<Input> =>
  like.map((x) => make.input('moving', x.shape, x.dtype))

const modesOf = ({ rules, graph, moving, point, fixed, seed }: Measured): E.Either<string, Modes> => {
  const { results, parameters } = graph
  const [us, vs, v] = [slots([moving]), slots(results), weights(seed, results)]
  const push = compiled(
    inDouble({ results: jvp(rules)(results, [moving], us), parameters: [...parameters, ...us] })
  )
  const pull = compiled(
    inDouble({ results: vjp(rules)(results, [moving], vs), parameters: [...parameters, ...vs] })
  )
  const around = surroundings(graph, point, fixed)
  if (E.isLeft(push)) return push
  if (E.isLeft(pull)) return pull
  if (E.isLeft(around)) return around
  return E.map((gradient: Point): Modes => ({
    around: around.right,
    tangent: (direction) => push.right([...point, ...direction]),
    weights: flat(v),
    gradient: flat(gradient)
  }))(pull.right([...point, ...v]))
}

interface Along {
  readonly direction: Point
  readonly tangents: Float64Array
  readonly numeric: Estimates
}

/** The entries along one direction, forward mode first. */
const entriesOf = (
  m: Measured,
  modes: Modes,
  { direction, tangents, numeric }: Along
): ReadonlyArray<Entry> => {
  const k = onlyPlace(direction)?.[1]
  const reach = k === undefined ? 1 : elements(direction[0]!)[k]!
  const index = k === undefined ? [] : unravel(m.moving.shape, k)
  const entry = (mode: Entry['mode'], analytic: number, value: number, error: number): Entry => ({
    mode,
    index,
    analytic: analytic / reach,
    numeric: value / reach,
    bar: (safety * error) / Math.abs(reach)
  })
  const absolute = modes.weights.map(Math.abs)
  return [
    ...Array.from(tangents, (t, i) => entry('forward', t, numeric.value[i]!, numeric.error[i]!)),
    entry(
      'reverse',
      dot(modes.gradient, flat(direction)),
      dot(modes.weights, numeric.value),
      dot(absolute, numeric.error)
    )
  ]
}

/** What is wrong along one direction, and what steps of other lengths do not contradict. */
const wrongEntries = (m: Measured, modes: Modes, direction: Point): ReadonlyArray<Entry> => {
  const along = m.graph.parameters.map((x, i) => (x === m.moving ? direction : zeros([m.point[i] ?? x]))[0]!)
  const measured = approach(modes.around, along)
  const pushed = modes.tangent(direction)
  if (measured._tag !== 'Smooth' || E.isLeft(pushed)) return []
  const tangents = flat(pushed.right)
  const first = entriesOf(m, modes, { direction, tangents, numeric: measured.numeric })
  if (!first.some(deviates)) return []
  const { contested } = measured.again()
  const all = modes.weights.some((_, i) => contested(i))
  return first.filter((e, i) => deviates(e) && !(i < tangents.length ? contested(i) : all))
}

const distance = ({ analytic, numeric }: Entry): number =>
  Number.isFinite(analytic) ? Math.abs(analytic - numeric) : Infinity

const deviates = (e: Entry): boolean =>
  distance(e) > e.bar + resolution * Math.max(Math.abs(e.analytic), Math.abs(e.numeric))

const farthest = (es: ReadonlyArray<Entry>): Entry | undefined =>
  es.reduce<Entry | undefined>((a, b) => (a === undefined || distance(b) > distance(a) ? b : a), undefined)

/** The entry that is furthest off; of the transpose only where the map itself is right. */
export const worstEntry = (m: Measured): Entry | undefined => {
  const modes = modesOf(m)
  if (E.isLeft(modes)) return undefined
  const moving = m.point[m.graph.parameters.indexOf(m.moving)]
  if (moving === undefined) return undefined
  const wrong = directions(m.seed, [moving], coordinates, sample).flatMap((d) =>
    wrongEntries(m, modes.right, d)
  )
  return farthest(wrong.filter((e) => e.mode === 'forward')) ?? farthest(wrong)
}
