/**
 * Localisation: which operation of a program has the wrong derivative. Every operation is taken by itself, at the values that its operands have
 * in the program, and judged as the whole was; the first one that fails is the culprit. Of one with an inside that is the first operation inside
 * which fails, at the values that it has there; only where there is none, the node itself.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import { avalOf } from '../../src/graph/aval.js'
import {
  isControl,
  isMany,
  type Input,
  type Many,
  type Node,
  type Operation,
  type Value
} from '../../src/graph/Expr.js'
import { topological, below } from '../../src/graph/fold.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { vjp, type Calculus } from '../../src/transform/differentiate.js'
import type { Culprit, Deviation } from '../law/culprit.js'
import { judgeDerivatives, type Judge } from './derivatives.js'
import { fixedOperand, innersOf } from './inside.js'
import { stops } from '../oracle/differences.js'
import { worstEntry } from './measure.js'
import { weights } from '../oracle/probe.js'
import { inDouble, widen } from '../oracle/retype.js'
import type { Region } from '../../src/graph/Region.js'
import { compiled, type Point } from '../oracle/run.js'
import { operands, rebuild, rebuildMany, operation } from '../../src/graph/families.js'

/** What a parameter is called that is not part of a structure. */
export const whole = 'the argument'

/** Every coordinate of small operands; a few random directions of large ones. */
const thorough = { coordinates: 64, sample: 16 } as const

/** An operation of a program with the values of its operands, in double precision. */
interface Occurrence {
  readonly node: Operation | Many
  readonly values: Point
  /** Which operands depend on what the program is differentiated by. */
  readonly moves: ReadonlyArray<boolean>
  readonly position: number
  readonly count: number
  /** The name of the parameter that was last made use of. */
  readonly after: string | undefined
}

const isOperation = (n: Node): n is Operation | Many => n._tag !== 'Project' && operands(n).length > 0

/** Nodes through which an infinitesimal change of the parameters passes. */
const reached = (order: ReadonlyArray<Node>, parameters: ReadonlyArray<Input>): ReadonlySet<Node> => {
  const acc = new Set<Node>(parameters.filter((x) => isFloat(x.dtype)))
  for (const n of order) if (below(n).some((x) => acc.has(x)) && (isMany(n) || isFloat(n.dtype))) acc.add(n)
  return acc
}

const valuesAt = (order: ReadonlyArray<Value>, parameters: ReadonlyArray<Input>, point: Point) => {
  const run = compiled(inDouble({ results: order, parameters }))
  return E.isLeft(run) ? run : run.right(point)
}

/** A parameter, and the place of the operation that takes it in. */
interface Use {
  readonly name: string
  readonly at: number
}

const later = (a: Use | undefined, b: Use | undefined): Use | undefined =>
  a === undefined || (b !== undefined && b.at >= a.at) ? b : a

/** For each node the parameter that was taken in last on the way to it. A parameter that is all of the argument has no name to tell. */
const latestNames = (order: ReadonlyArray<Node>): ReadonlyMap<Node, Use> => {
  const acc = new Map<Node, Use>()
  order.forEach((n, at) => {
    const uses = below(n).map((x) =>
      x._tag === 'Input' && x.name !== '' && x.name !== whole ? { name: x.name, at } : acc.get(x)
    )
    const last = uses.reduce(later, undefined)
    if (last !== undefined) acc.set(n, last)
  })
  return acc
}

/** The operations of a program that a derivative passes through, operands before users. */
const occurrences = ({ results, parameters }: Region, point: Point): ReadonlyArray<Occurrence> => {
  const order = topological(results)
  const all = order.filter((n) => !isMany(n))
  const values = valuesAt(all, parameters, point)
  if (E.isLeft(values)) return []
  const known = new Map<Value, Tensor | undefined>(all.map((n, i) => [n, values.right[i]]))
  const moving = reached(order, parameters)
  const operations = order.filter(isOperation)
  const consumed = latestNames(order)
  return operations
    .map((n, i): Occurrence => {
      const xs = operands(n)
      const moves = xs.map((x) => moving.has(x) && isFloat(x.dtype))
      return {
        node: n,
        values: xs.flatMap((x) => known.get(x) ?? []),
        moves,
        position: i + 1,
        count: operations.length,
        after: consumed.get(n)?.name
      }
    })
    .filter(({ moves }) => moves.includes(true))
}

/** One operation as a program of its own; its parameters are the operands that move. */
interface Alone {
  readonly graph: Region
  readonly point: Point
  /** The place of each input among the operands. */
  readonly places: ReadonlyArray<number>
}

const alone = ({ node, values, moves }: Occurrence): Alone => {
  const places = moves.flatMap((m, j) => (m ? [j] : []))
  const xs = operands(node)
  const parameters = places.map((j) => make.input(`operand ${j}`, xs[j]?.shape ?? [], xs[j]?.dtype ?? 'f64'))
  const slots = xs.map((x, j) => parameters[places.indexOf(j)] ?? fixedOperand(x, values[j]!))
  const results = isMany(node) ? rebuildMany(node, slots) : [rebuild(node, slots)]
  return {
    graph: { results: results.filter((r) => isFloat(r.dtype)), parameters },
    point: places.map((j) => values[j]!),
    places
  }
}

/** The derivative by one operand, as a program of all. */
const slopeBy = ({ results, parameters }: Region, x: Input, rules: Calculus, seed: number): Region => ({
  results: vjp(rules)(
    results,
    [x],
    weights(seed, results).map((v, i) => make.convert(results[i]?.dtype ?? 'f64', make.constant(v)))
  ),
  parameters
})

/** The first operand with a wrong entry. Made double before it is differentiated, so that a rule's own constants are not rounded. */
const deviationOf = (
  { graph: single, point, places }: Alone,
  { rules, order }: Judge,
  seed: number
): Deviation | undefined => {
  const graph = inDouble(single)
  const fixed = stops(graph.results)
  for (const [i, x] of graph.parameters.entries()) {
    const program = order === 1 ? graph : slopeBy(graph, x, rules, seed)
    for (const moving of order === 1 ? [x] : graph.parameters) {
      const entry = worstEntry({ rules, graph: program, moving, point, fixed, seed })
      if (entry !== undefined) return { ...entry, operand: places[i] ?? i, nearby: false }
    }
  }
  return undefined
}

/** A generic point next to the one at hand. */
const nudged = (point: Point, seed: number): Point =>
  weights(seed, point).map((w, i) => {
    const x = point[i] ?? w
    const [xs, ws] = [elements(x), elements(w)]
    const step = (v: number, k: number): number => v + (ws[k] ?? 0) * (Math.abs(v) || 1) * 0.25
    return own(x.shape, 'f64', Float64Array.from(xs, step))
  })

/** A wrong rule can give the right number where operands are zero or equal; its second derivatives betray it, and its neighbours show how. */
const evidence = (local: Alone, judge: Judge, seed: number) => {
  const here = deviationOf(local, judge, seed)
  if (here !== undefined || judge.order === 1) return { order: judge.order, deviation: here }
  const near = deviationOf({ ...local, point: nudged(local.point, seed) }, { ...judge, order: 1 }, seed)
  return near === undefined
    ? { order: judge.order, deviation: undefined }
    : { order: 1 as const, deviation: { ...near, nearby: true } }
}

/** What is wrong inside of a node, at the first of its steps where something is. */
const accuseInside = (judge: Judge, part: Culprit['part'], found: Occurrence): Culprit | undefined => {
  const { node, values, moves, after } = found
  for (const { where, region, point } of isControl(node) ? innersOf(node, values, moves) : []) {
    const culprit = firstOf(judge, part, occurrences(region, point))
    if (culprit === undefined) continue
    const { after: _, within = [], ...rest } = culprit
    return { ...rest, within: [where, ...within], ...(after === undefined ? {} : { after }) }
  }
  return undefined
}

/** What is wrong with one operation. */
const accuse = (judge: Judge, part: Culprit['part'], found: Occurrence): Culprit | undefined => {
  const { node, position, count, after } = found
  const local = alone(found)
  const verdict = judgeDerivatives(judge, local.graph, local.point, position)
  if (verdict._tag === 'Pass' || verdict._tag === 'Kink') return undefined
  const inside = accuseInside(judge, part, found)
  if (inside !== undefined || verdict._tag !== 'Fail') return inside
  // Without a mismatch there are no numbers to compare: a result of the wrong shape, say.
  const { order, deviation } =
    verdict.fault.mismatch === undefined
      ? { order: judge.order, deviation: undefined }
      : evidence(local, judge, position)
  return {
    operation: operation(node),
    part,
    position,
    count,
    order,
    operands: operands(node).map(avalOf),
    results: isMany(node) ? node.results : [avalOf(node)],
    message: verdict.fault.message,
    ...(after === undefined ? {} : { after }),
    ...(deviation === undefined ? {} : { deviation })
  }
}

const firstOf = (
  judge: Judge,
  part: Culprit['part'],
  found: ReadonlyArray<Occurrence>
): Culprit | undefined => {
  for (const one of found) {
    const culprit = accuse(judge, part, one)
    if (culprit !== undefined) return culprit
  }
  return undefined
}

/** The gradient of the results as a program of its own. */
const gradientGraph = ({ results, parameters }: Region, rules: Calculus): Region => {
  const ys = results.filter((y) => isFloat(y.dtype))
  const moving = parameters.filter((x) => isFloat(x.dtype))
  return {
    results: moving.flatMap((x) => slopeBy({ results: ys, parameters }, x, rules, 1).results),
    parameters
  }
}

/**
 * The first operation with a wrong derivative. For the second order, the operations that the gradient is made of are looked at next, and last
 * the second derivatives of the operations of the program itself. `undefined` where every operation by itself is right.
 */
export const localise = (
  { rules, order }: { readonly rules: Calculus; readonly order: 1 | 2 },
  problem: Region,
  given: Point
): Culprit | undefined => {
  const point = given.map(widen)
  const found = occurrences(problem, point)
  const first: Judge = { rules, order: 1, ...thorough }
  const culprit = firstOf(first, 'program', found)
  if (culprit !== undefined || order === 1) return culprit
  const passed = new Set(found.map(({ node }) => node))
  const added = occurrences(gradientGraph(problem, rules), point).filter(({ node }) => !passed.has(node))
  return firstOf(first, 'gradient', added) ?? firstOf({ ...first, order: 2 }, 'program', found)
}
