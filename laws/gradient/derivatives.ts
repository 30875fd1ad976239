/**
 * Judges the derivatives of a program at a point: forward and reverse mode against differences in double precision, and against each other.
 */
import * as E from 'fp-ts/lib/Either.js'
import { causes, showBuildError } from '../../src/graph/error.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { elements } from '../../src/tensor/Tensor.js'
import { isFloat } from '../../src/tensor/DType.js'
import type { Calculus } from '../../src/transform/differentiate.js'
import {
  atKink,
  fail,
  firstFailure,
  inconclusive,
  pass,
  showKink,
  worst,
  type Kink,
  type Verdict
} from '../law/index.js'
import { approach, type Approach } from '../oracle/approach.js'
import { singularities } from '../oracle/decisions.js'
import { stops, surroundings, type Surroundings } from '../oracle/differences.js'
import { memo } from '../oracle/memo.js'
import { directions, ordinary, scaled, weights } from '../oracle/probe.js'
import { rescaled } from '../oracle/ridders.js'
import { inDouble, widen } from '../oracle/retype.js'
import { compiled, flat, type Point } from '../oracle/run.js'
import { adjoint, homogeneous, linearInCotangent, symmetric, zeroCotangent, type Pulled } from './algebra.js'
import { forward, reverse, reverseBar, type Column } from './column.js'
import { powerOf, type Sight } from './power.js'
import {
  gradientProblem,
  prepare,
  wrongDeclaration,
  type Evaluate,
  type Prepared,
  type Problem
} from './prepare.js'

/** How to judge. */
export interface Judge {
  readonly rules: Calculus
  readonly order: 1 | 2
  /** Every coordinate up to this many, else random directions. */
  readonly coordinates: number
  readonly sample: number
  /** Whether to say what the comparison could have seen. */
  readonly power?: boolean
}

interface Facts extends Pulled {
  readonly prepared: Prepared
  readonly point: Point
  readonly around: Surroundings
  readonly values: () => Float64Array | undefined
  readonly isGradient: boolean
}

/** What one direction says, and how much it can see. */
interface Finding {
  readonly verdict: Verdict
  readonly sight?: Sight
}

type Measured = Exclude<Approach, { readonly _tag: 'Refused' }>

const estimatesOf = (measured: Measured): Column['numeric'] =>
  measured._tag === 'Smooth' ? [measured.numeric, measured.numeric] : [measured.below, measured.above]

const rescaledBoth = ([a, b]: Column['numeric'], factor: number): Column['numeric'] =>
  factor === 1 ? [a, b] : [rescaled(a, factor), rescaled(b, factor)]

/** What rounding inside the program does to slopes. */
const noiseOfSlopes = (f: Facts, [a, b]: Column['numeric']): (() => Float64Array | undefined) =>
  memo(() => f.values()?.map((x) => x / Math.min(a.step, b.step)))

/** Along a direction that was measured and a multiple of it of ordinary length. */
const columnOf = (f: Facts, given: Point, measured: Measured): E.Either<string, Column> => {
  const factor = ordinary(given)
  const direction = scaled(given, factor)
  const at = [...f.point, ...direction]
  const numeric = rescaledBoth(estimatesOf(measured), factor)
  const noise = {
    slopes: noiseOfSlopes(f, numeric),
    tangent: memo(() => f.prepared.pushforwardRounding()(at)),
    gradient: f.noise
  }
  return E.map((ts: Point): Column => ({ direction, numeric, tangent: flat(ts), noise }))(
    f.prepared.pushforward(at)
  )
}

/** The same column as a second look has it. */
const secondLook = (f: Facts, column: Column, given: Point, measured: Measured): Column => {
  const [low, high] =
    measured._tag === 'Corner' ? measured.again() : ([measured.again(), measured.again()] as const)
  const numeric = rescaledBoth([low.estimates, high.estimates], ordinary(given))
  return {
    ...column,
    numeric,
    noise: { ...column.noise, slopes: noiseOfSlopes(f, numeric) },
    contested: (i) => low.contested(i) || high.contested(i)
  }
}

/** A derivative outside the two slopes of a tie is wrong where only one operation is tied; else their conventions may interact. */
const atTie = (verdict: Verdict, kink: Kink, single: boolean): Verdict => {
  if (verdict._tag !== 'Fail') return worst([verdict, atKink(kink)])
  const message = `${verdict.fault.message} from both sides of ${showKink(kink)}`
  return single ? { _tag: 'Fail', fault: { ...verdict.fault, message } } : inconclusive(message, kink)
}

/** Second derivatives do not exist where the first ones jump. */
const againstDifferences = (f: Facts, column: Column, given: Point, measured: Measured): Verdict => {
  if (measured._tag === 'Corner' && f.isGradient) return atKink(measured.kink)
  const against = (c: Column): Verdict =>
    firstFailure(
      () => forward(f.prepared, c),
      () => reverse(f.prepared, flat(f.cotangents), f.gradient, c)
    )
  const first = against(column)
  const isClear = first._tag === 'Pass' || first._tag === 'Kink'
  const verdict = isClear ? first : against(secondLook(f, column, given, measured))
  if (measured._tag === 'Corner') return atTie(verdict, measured.kink, measured.single)
  return measured.kink === undefined ? verdict : worst([verdict, atKink(measured.kink)])
}

const judgeColumn = (f: Facts, direction: Point, measured: Approach, isFirst: boolean): Finding => {
  if (measured._tag === 'Refused') {
    const { kink } = measured
    return {
      verdict: inconclusive(
        kink === undefined ? 'the program has no finite values around' : `${showKink(kink)} is too near`,
        kink
      )
    }
  }
  const column = columnOf(f, direction, measured)
  if (E.isLeft(column)) return { verdict: fail(column.left) }
  const v = flat(f.cotangents)
  const verdict = firstFailure(
    () => againstDifferences(f, column.right, direction, measured),
    () => adjoint(v, f.gradient, column.right),
    () => (isFirst ? homogeneous(f.prepared, f.point, column.right) : pass),
    () => (f.isGradient ? symmetric(f.prepared, f.point, column.right) : pass)
  )
  return measured._tag === 'Corner'
    ? { verdict }
    : { verdict, sight: { direction: column.right.direction, bar: () => reverseBar(v, column.right) } }
}

/** A direction for the moving parameters only, spread over all parameters. */
const spread = (parameters: ReadonlyArray<Input>, point: Point, direction: Point): Point => {
  let next = 0
  return parameters.map((x, i) => (isFloat(x.dtype) ? direction[next++] : undefined) ?? point[i]!)
}

interface Occasion {
  readonly judge: Judge
  readonly point: Point
  readonly seed: number
  /** What the original program does not differentiate. */
  readonly fixed: ReadonlyArray<Value>
}

const factsOf = (
  { point, seed, fixed }: Occasion,
  prepared: Prepared,
  isGradient: boolean
): E.Either<Verdict, Facts> => {
  const { problem } = prepared
  const around = surroundings(problem, point, fixed)
  if (E.isLeft(around)) return E.left(fail(around.left))
  if (!around.right.at.values.every(Number.isFinite))
    return E.left(inconclusive('the program is not finite at this point'))
  const cotangents = weights(seed, problem.results)
  const gradients = prepared.pullback([...point, ...cotangents])
  if (E.isLeft(gradients)) return E.left(fail(gradients.left))
  const noise = memo(() => prepared.pullbackRounding()([...point, ...cotangents]))
  const gradient = flat(gradients.right)
  const values = memo(around.right.rounding)
  return E.right({ prepared, point, around: around.right, values, cotangents, gradient, isGradient, noise })
}

/** Directions in order until one fails. */
const judgeColumns = (judge: Judge, f: Facts, columns: ReadonlyArray<Point>): Verdict => {
  let acc: Verdict = pass
  const sights: Array<Sight> = []
  for (const d of columns) {
    const measured = approach(f.around, spread(f.prepared.problem.parameters, f.point, d))
    const { verdict, sight } = judgeColumn(f, d, measured, d === columns[0])
    acc = worst([acc, verdict])
    if (acc._tag === 'Fail') return acc
    if (sight !== undefined) sights.push(sight)
  }
  const power = judge.power === true && !f.isGradient ? powerOf(f.gradient, sights) : undefined
  return power === undefined ? acc : worst([acc, { _tag: 'Pass', power }])
}

/** The first run at a point, and another. */
const repeatable = ({ around }: Facts): Verdict => {
  const again = around.again()
  if (E.isLeft(again)) return fail(`the program has a value at first, and then none: ${again.left}`)
  const values = again.right.values
  const i = around.at.values.findIndex((x, k) => !Object.is(x, values[k]))
  return i < 0
    ? pass
    : fail(`two runs of the program at one point differ: ${around.at.values[i]} and then ${values[i]}`)
}

const judgeOnce = (o: Occasion, prepared: Prepared, isGradient: boolean): Verdict => {
  const facts = factsOf(o, prepared, isGradient)
  if (E.isLeft(facts)) return facts.left
  const { problem, moving } = prepared
  const at = o.point.filter((_, i) => isFloat(problem.parameters[i]?.dtype ?? 'bool')).slice(0, moving.length)
  return firstFailure(
    () => repeatable(facts.right),
    () => zeroCotangent(prepared, o.point),
    () => linearInCotangent(prepared, o.point, o.seed, facts.right),
    () => judgeColumns(o.judge, facts.right, directions(o.seed, at, o.judge.coordinates, o.judge.sample))
  )
}

/** What holds inside a composition that is smooth says nothing where a factor of the chain rule is infinite. */
const isSingular = ({ results, parameters }: Problem, point: Point): boolean => {
  const values = E.chain((run: Evaluate) => run(point))(
    compiled({ results: singularities(results), parameters })
  )
  return E.isRight(values) && values.right.some((t) => Array.from(elements(t), Number).includes(1))
}

/** Squares, quotients and products of such numbers with others leave the range of double precision, or are rounded as small numbers are. */
const [least, most] = [2 ** -500, 2 ** 500]

const isExtreme = (x: number): boolean =>
  (x !== 0 && Math.abs(x) < least) || (Math.abs(x) > most && Number.isFinite(x))

/** Whether numbers on the way to the derivatives are near an end of the range. Those that are not finite have no such excuse. */
const leavesRange = ({ results, parameters }: Problem, point: Point): boolean => {
  const floats = valuesBelow(results).filter((n) => isFloat(n.dtype) && n._tag !== 'Constant')
  const values = E.chain((run: Evaluate) => run(point))(compiled({ results: floats, parameters }))
  return (
    point.some((t) => isFloat(t.dtype) && Array.from(elements(t), Number).some(isExtreme)) ||
    (E.isRight(values) && values.right.some((t) => Array.from(elements(t), Number).some(isExtreme)))
  )
}

/** Why a right derivative can fail at a point. */
const excuse = (judge: Judge, double: Problem, point: Point, seed: number): string | undefined => {
  if (isSingular(double, point)) return 'an operation is at a point where it has no finite derivative'
  const slope = gradientProblem(double, judge.rules, seed)
  const all = judge.order === 1 ? slope : gradientProblem(slope, judge.rules, seed + 7)
  return leavesRange({ results: [...double.results, ...all.results], parameters: double.parameters }, point)
    ? 'numbers on the way are near the ends of the range of double precision'
    : undefined
}

/** Whether the derivatives of a program are right at a point, up to the given order. */
export const judgeDerivatives = (judge: Judge, problem: Problem, given: Point, seed: number): Verdict => {
  const point = given.map(widen)
  const invalid = causes(problem.results)[0]
  if (invalid !== undefined) return fail(`the program is invalid: ${showBuildError(invalid)}`)
  const wrong = wrongDeclaration(problem, judge.rules)
  if (wrong !== undefined) return fail(wrong)
  const double = inDouble(problem)
  const occasion: Occasion = { judge, point, seed, fixed: stops(double.results) }
  const once = (p: Problem, isGradient: boolean): Verdict => {
    const prepared = prepare(p, judge.rules)
    return E.isLeft(prepared) ? fail(prepared.left) : judgeOnce(occasion, prepared.right, isGradient)
  }
  const verdict = firstFailure(
    () => once(double, false),
    () => (judge.order === 1 ? pass : once(gradientProblem(double, judge.rules, seed + 7), true))
  )
  const reason = verdict._tag === 'Fail' ? excuse(judge, double, point, seed) : undefined
  return reason === undefined ? verdict : inconclusive(reason)
}
