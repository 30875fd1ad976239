/**
 * The oracle: a program in double precision as a function of a step along a direction. Values behind `stopGradient` are held fixed, since
 * the derivative is told to ignore how they move; points at which a decision of the program falls otherwise are refused.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as build from '../../src/graph/build/index.js'
import type { Input, Node } from '../../src/graph/Expr.js'
import { reuse, rewrite, topological } from '../../src/graph/fold.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { decisions } from './decisions.js'
import { inDouble, type Graph } from './retype.js'
import { roundingOf } from './rounding.js'
import type { Along } from './ridders.js'
import { compiled, flat, type Point } from './run.js'

const moved = (point: Point, direction: Point, t: number): Point =>
  point.map((x, i) => {
    const d = direction[i]
    if (d === undefined || !isFloat(x.dtype)) return x
    const [xs, ds] = [elements(x), elements(d)]
    return own(
      x.shape,
      'f64',
      Float64Array.from({ length: xs.length }, (_, k) => xs[k]! + t * ds[k]!)
    )
  })

/** The nodes at which a program itself stops the derivative; rules of the derivative have no business to do so. */
export const stops = (outputs: ReadonlyArray<Node>): ReadonlyArray<Node> =>
  topological(outputs).filter((n) => n._tag === 'Unary' && n.op === 'stopGradient')

/** The graph with some of its nodes as further inputs. */
const held = ({ outputs, inputs }: Graph, fixed: ReadonlyArray<Node>): Graph => {
  const places = new Map<Node, Input>(fixed.map((n) => [n, build.input('fixed', n.shape, n.dtype)]))
  return {
    outputs: rewrite(outputs, (n, xs) => places.get(n) ?? reuse(n, xs)),
    inputs: [...inputs, ...places.values()]
  }
}

/** Equality as decisions go: the signs of zeros do not matter. */
const agree = (a: Point, b: Point): boolean =>
  a.every((t, i) => {
    const other = elements(b[i] ?? t)
    return elements(t).every((x, k) => x === other[k] || (Number.isNaN(x) && Number.isNaN(other[k])))
  })

/** A program around a point. */
export interface Surroundings {
  /** The values at the point itself. */
  readonly at: Float64Array
  readonly along: (direction: Point) => Along
  /** How much rounding may move the values at the point. */
  readonly rounding: () => Float64Array | undefined
}

const allFinite = (xs: Float64Array): boolean => xs.every(Number.isFinite)

const runAt = (graph: Graph, point: Point): E.Either<string, Point> =>
  E.chain((run: (p: Point) => E.Either<string, Point>) => run(point))(compiled(graph))

/** The oracle at a point, with the values of some nodes held fixed; the left side says why the program has no values there. */
export const surroundings = (
  graph: Graph,
  point: Point,
  fixed: ReadonlyArray<Node>
): E.Either<string, Surroundings> => {
  const constants = runAt(inDouble({ outputs: fixed, inputs: graph.inputs }), point)
  if (E.isLeft(constants)) return constants
  const double = inDouble(held(graph, fixed))
  const count = double.outputs.length
  const oracle = compiled({ ...double, outputs: [...double.outputs, ...decisions(double.outputs)] })
  if (E.isLeft(oracle)) return oracle
  const run = (p: Point): E.Either<string, Point> => oracle.right([...p, ...constants.right])
  const base = run(point)
  if (E.isLeft(base)) return base
  const sides = base.right.slice(count)
  const along =
    (direction: Point): Along =>
    (t) => {
      const values = run(moved(point, direction, t))
      if (E.isLeft(values) || !agree(sides, values.right.slice(count))) return undefined
      const ys = flat(values.right.slice(0, count))
      return allFinite(ys) ? ys : undefined
    }
  const rounding = (): Float64Array | undefined =>
    roundingOf(double, double.inputs.slice(0, graph.inputs.length))([...point, ...constants.right])
  return E.right({ at: flat(base.right.slice(0, count)), along, rounding })
}
