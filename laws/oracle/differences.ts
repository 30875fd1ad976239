/**
 * The oracle: a program in double precision as a function of a step along a direction. Values behind `stopGradient` are held fixed, since
 * the derivative is told to ignore how they move; a visit tells how the decisions of the program fall.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { substitute, valuesBelow } from '../../src/graph/fold.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { decisions, type Decision } from './decisions.js'
import { memo } from './memo.js'
import { inDouble } from './retype.js'
import type { Region } from '../../src/graph/Region.js'
import { roundingOf } from './rounding.js'
import { compiled, flat, type Point } from './run.js'

const moved = (point: Point, direction: Point, t: number): Point =>
  point.map((x, i) => {
    const d = direction[i]
    if (d === undefined || !isFloat(x.dtype)) return x
    const [xs, ds] = [elements(x), elements(d)]
    const out = new Float64Array(xs.length)
    for (let k = 0; k < out.length; k++) out[k] = xs[k]! + t * ds[k]!
    return own(x.shape, 'f64', out)
  })

/** The nodes at which a program itself stops the derivative; rules of the derivative have no business to do so. */
export const stops = (results: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  valuesBelow(results).filter((n) => n._tag === 'Unary' && n.op === 'stopGradient')

/** The graph with some of its nodes as further parameters. */
const held = ({ results, parameters }: Region, fixed: ReadonlyArray<Value>): Region => {
  const places = new Map<Value, Input>(fixed.map((n) => [n, make.input('fixed', n.shape, n.dtype)]))
  return {
    results: substitute(results, places),
    parameters: [...parameters, ...places.values()]
  }
}

/** What a program does at a point: its values, and the sides of its decisions. */
export interface Visit {
  readonly values: Float64Array
  readonly sides: Point
}

/** A program around a point. */
export interface Surroundings {
  readonly point: Point
  readonly at: Visit
  /** The same point, once more. */
  readonly again: () => E.Either<string, Visit>
  readonly decisions: ReadonlyArray<Decision>
  /** After a step along a direction; `undefined` where values are not finite. */
  readonly along: (direction: Point) => (t: number) => Visit | undefined
  /** How far each decision is from falling otherwise at the point itself. */
  readonly gaps: () => ReadonlyArray<Tensor | undefined>
  /** How much rounding may move the values at the point. */
  readonly rounding: () => Float64Array | undefined
}

const allFinite = (xs: Float64Array): boolean => xs.every(Number.isFinite)

const runAt = (graph: Region, point: Point): E.Either<string, Point> =>
  E.chain((run: (p: Point) => E.Either<string, Point>) => run(point))(compiled(graph))

const gapsOf = (
  decided: ReadonlyArray<Decision>,
  parameters: Region['parameters'],
  point: Point
): ReadonlyArray<Tensor | undefined> => {
  const known = decided.flatMap(({ gap }) => (gap === undefined ? [] : [gap()]))
  const values = runAt({ results: known, parameters }, point)
  let next = 0
  return decided.map(({ gap }) => (gap === undefined || E.isLeft(values) ? undefined : values.right[next++]))
}

/** The oracle at a point, with the values of some nodes held fixed; the left side says why the program has no values there. */
export const surroundings = (
  graph: Region,
  point: Point,
  fixed: ReadonlyArray<Value>
): E.Either<string, Surroundings> => {
  const constants = runAt(inDouble({ results: fixed, parameters: graph.parameters }), point)
  if (E.isLeft(constants)) return constants
  const double = inDouble(held(graph, fixed))
  const count = double.results.length
  const decided = decisions(double.results)
  const oracle = compiled({ ...double, results: [...double.results, ...decided.map(({ side }) => side)] })
  if (E.isLeft(oracle)) return oracle
  const visit = (p: Point): E.Either<string, Visit> =>
    E.map((ts: Point): Visit => ({ values: flat(ts.slice(0, count)), sides: ts.slice(count) }))(
      oracle.right([...p, ...constants.right])
    )
  const along = (direction: Point) => (t: number) => {
    const there = visit(moved(point, direction, t))
    return E.isRight(there) && allFinite(there.right.values) ? there.right : undefined
  }
  const whole = [...point, ...constants.right]
  const rounding = (): Float64Array | undefined =>
    roundingOf(double, double.parameters.slice(0, graph.parameters.length))(whole)
  const gaps = memo(() => gapsOf(decided, double.parameters, whole))
  const again = (): E.Either<string, Visit> => visit(point)
  return E.map((at: Visit): Surroundings => ({
    point,
    at,
    again,
    decisions: decided,
    along,
    gaps,
    rounding
  }))(again())
}
