/**
 * What is inside of a node, at the values that it has there: the body of a loop at its steps, the branch that is taken, the body of a call. Each is a
 * program of its own, in which a culprit is looked for as in the whole.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Call, Case, Control, Scan, Value, While } from '../../src/graph/Expr.js'
import { operation, rebuildMany } from '../../src/graph/families.js'
import { inline, type Region } from '../../src/graph/Region.js'
import { those } from '../../src/rules/control/block.js'
import { reached } from '../../src/rules/control/scan.js'
import { allocate } from '../../src/tensor/DType.js'
import { range, size } from '../../src/tensor/dims.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { weights } from '../oracle/probe.js'
import { inDouble } from '../oracle/retype.js'
import { compiled, type Point } from '../oracle/run.js'

type Flags = ReadonlyArray<boolean>

/** A region at a point, and what it is of the node. */
export interface Inner {
  readonly where: string
  readonly region: Region
  readonly point: Point
}

/** What is held fixed, in the precision that the program has. */
export const fixedOperand = (x: Value, value: Tensor): Value => {
  if (x._tag === 'Constant') return x
  const data = allocate(x.dtype, elements(value).length)
  data.set(elements(value))
  return make.constant(own(value.shape, x.dtype, data))
}

/** A region as a program of the parameters that move. */
const moving = (where: string, region: Region, point: Point, moves: Flags): Inner => ({
  where,
  region: {
    parameters: those(region.parameters, moves),
    results: inline(
      region,
      region.parameters.map((p, i) => (moves[i] === true ? p : fixedOperand(p, point[i]!)))
    )
  },
  point: those(point, moves)
})

/** The values of a region in double precision; none where it has none. */
const valuesOf = (region: Region, point: Point): Point | undefined => {
  const values = E.chain((run: (p: Point) => E.Either<string, Point>) => run(point))(
    compiled(inDouble(region))
  )
  return E.isRight(values) ? values.right : undefined
}

/** A rule is linear in the directions, which are its last parameters, so that it does not matter which. */
const call = (n: Call, xs: Point, moves: Flags): ReadonlyArray<Inner> => {
  if (n.rule === undefined) return [moving('call', n.body, xs, moves)]
  const { region } = n.rule
  const given = [...xs, ...(valuesOf(n.body, xs) ?? [])]
  const directions = weights(1, region.parameters.slice(given.length))
  const isWhole = given.length === n.xs.length + n.results.length
  const all = region.parameters.map(() => true)
  return isWhole ? [moving(`the rule of ${operation(n)}`, region, [...given, ...directions], all)] : []
}

const branch = (n: Case, [index, ...xs]: Point, moves: Flags): ReadonlyArray<Inner> => {
  const k = Math.min(Math.max(index === undefined ? 0 : Number(elements(index)[0]), 0), n.branches.length - 1)
  const taken = n.branches[k]
  return taken === undefined ? [] : [moving(`branch ${k} of ${operation(n)}`, taken, xs, moves.slice(1))]
}

/** A fault that shows at no more than a few of many steps may be missed. */
const mostSteps = 16

const stepsOf = (length: number): ReadonlyArray<number> =>
  range(0, Math.min(length, mostSteps)).map((i) => Math.floor((i * length) / Math.min(length, mostSteps)))

const sliceAt = (x: Tensor, t: number): Tensor => {
  const shape = x.shape.slice(1)
  return own(shape, x.dtype, elements(x).slice(t * size(shape), (t + 1) * size(shape)))
}

const scan = (n: Scan, xs: Point, moves: Flags): ReadonlyArray<Inner> => {
  const parameters = make.inputsLike('operand', n.xs)
  const results = valuesOf({ parameters, results: rebuildMany(n, parameters) }, xs)
  if (results === undefined) return []
  const kept = results.slice(results.length - n.carries)
  const { captured, inputs } = make.scanParts(n, xs)
  const given = make.scanParts(n, moves)
  const flags = [...given.captured, ...reached(n, moves), ...given.inputs]
  return stepsOf(n.length).map((k) => {
    const t = n.reverse ? n.length - 1 - k : k
    const at = [...captured, ...[...kept, ...inputs].map((x) => sliceAt(x, t))]
    return moving(`step ${t} of ${operation(n)}`, n.body, at, flags)
  })
}

const whileLoop = (n: While, xs: Point, moves: Flags): ReadonlyArray<Inner> => {
  const found: Array<Inner> = []
  let at: Point | undefined = xs
  while (at !== undefined && found.length < mostSteps) {
    const test: Tensor | undefined = valuesOf(n.condition, at)?.[0]
    if (test === undefined || elements(test)[0] === 0) return found
    found.push(moving(`step ${found.length} of ${operation(n)}`, n.body, at, moves))
    const next: Point | undefined = valuesOf(n.body, at)
    at = next === undefined ? undefined : [...at.slice(0, n.captured), ...next]
  }
  return found
}

/** The regions of a node that run on these values, in order. */
export const innersOf = (n: Control, values: Point, moves: Flags): ReadonlyArray<Inner> => {
  switch (n._tag) {
    case 'Call':
      return call(n, values, moves)
    case 'Case':
      return branch(n, values, moves)
    case 'Scan':
      return scan(n, values, moves)
    case 'While':
      return whileLoop(n, values, moves)
  }
}
