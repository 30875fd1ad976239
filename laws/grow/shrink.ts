/** Smaller programs: single nodes of a program, programs with a node left out, and simpler points. */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import type { Input, Value, Node } from '../../src/graph/Expr.js'
import { topological, below, substitute, valuesBelow } from '../../src/graph/fold.js'
import { equalDims, range, replaceAt, size, without, type Dims } from '../../src/tensor/dims.js'
import { belongs, isFloat } from '../../src/tensor/DType.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import { smallerNumbers } from '../arbitrary/number.js'
import { shrinking, type Smaller } from '../arbitrary/shrink.js'
import { fromValues } from '../arbitrary/tensor.js'
import type { Kinks } from './margin.js'
import { learn, type Known, type Program } from './context.js'
import { operands } from '../../src/graph/families.js'

const everything = Infinity

/** All results, or a node below them by itself: so that what led to a failure is laid bare when samples shrink. */
export const focused = (results: ReadonlyArray<Value>, focus: number): ReadonlyArray<Value> => {
  const inner = valuesBelow(results).filter((n) => isFloat(n.dtype) && below(n).length > 0)
  return inner.slice(focus, focus + 1).concat(inner[focus] === undefined ? results : [])
}

/** Further inside than this nobody looks. */
const mostFocused = 24

/** The fewer nodes remain, the simpler. */
export const focuses: fc.Arbitrary<number> = shrinking(fc.constant(everything), (focus) =>
  range(0, Math.min(focus, mostFocused))
)

/** Operations that leave shape and dtype as they are may be left out. */
export const bypasses = (results: ReadonlyArray<Value>): ReadonlyArray<ReadonlyArray<Value>> =>
  valuesBelow(results).flatMap((n) =>
    operands(n)
      .filter((x) => x.dtype === n.dtype && equalDims(x.shape, n.shape))
      .map((x) => substitute(results, new Map([[n, x]])))
  )

/** Without parameters that nothing depends on. */
const pruned = ({ results, parameters, point }: Program): Program => {
  const used = new Set<Node>(topological(results))
  const kept = range(0, parameters.length).filter((i) => used.has(parameters[i]!))
  return { results, parameters: kept.map((i) => parameters[i]!), point: kept.map((i) => point[i]!) }
}

/** The same point with one of its tensors simpler. */
export const simplerPoints = (point: ReadonlyArray<Tensor>): ReadonlyArray<ReadonlyArray<Tensor>> =>
  point.flatMap((t, i) =>
    [...smallerNumbers(Array.from(elements(t), Number))]
      .filter((row) => row.every((x) => belongs(x, t.dtype)))
      .map((row) => point.map((old, k) => (k === i ? fromValues(t.shape, t.dtype, row) : old)))
  )

/** All parameters of one shape made smaller by an axis or a size, where the operations allow it; they keep their first elements. */
export const resized = ({ results, parameters, point }: Program, from: Dims, to: Dims): Program => {
  const fits = (x: Input): boolean => equalDims(x.shape, from)
  const places = parameters.map((x) => (fits(x) ? make.input(x.name, to, x.dtype) : x))
  const replaced = new Map<Value, Value>(parameters.map((x, i) => [x, places[i]!]))
  return {
    results: substitute(results, replaced),
    parameters: places,
    point: point.map((t, i) =>
      fits(parameters[i]!) ? fromValues(to, t.dtype, Array.from(elements(t), Number).slice(0, size(to))) : t
    )
  }
}

/** An axis less, or an axis of size 1. */
export const smallerShapes = (s: Dims): ReadonlyArray<Dims> =>
  s.flatMap((d, axis) => [without(s, [axis]), ...(d > 1 ? [replaceAt(s, axis, 1)] : [])])

const resizings = (p: Program): ReadonlyArray<Program> =>
  p.parameters
    .map((x) => x.shape)
    .filter((s, i, all) => !s.includes(0) && all.findIndex((t) => equalDims(s, t)) === i)
    .flatMap((s) => smallerShapes(s).map((to) => resized(p, s, to)))

/** Whether all operations are still where they may be. */
const isSound = ({ results, parameters, point }: Program, kinks: Kinks): boolean =>
  results.reduce<Known | undefined>(
    (known, y) => known && learn(y, known, kinks),
    new Map(parameters.map((x, i) => [x, point.slice(i, i + 1)]))
  ) !== undefined

/** Programs with an operation or an input less, or smaller parameters, then the same program at simpler points. */
export const smallerPrograms = (kinks: Kinks, isFree: boolean): Smaller<Program> =>
  function* (p) {
    const shorter = bypasses(p.results).map((results): Program => ({ ...p, results }))
    const lean = isFree ? pruned(p) : p
    if (lean.parameters.length < p.parameters.length && lean.parameters.length > 0) yield lean
    const narrower = isFree ? resizings(p) : []
    const nearer = simplerPoints(p.point).map((point): Program => ({ ...p, point }))
    for (const q of [...shorter, ...narrower, ...nearer]) if (isSound(q, kinks)) yield q
  }
