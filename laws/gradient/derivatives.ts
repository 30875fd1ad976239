/**
 * Judges the derivatives of a program at a point: forward and reverse mode against differences in double precision, and against each other.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as build from '../../src/graph/build/index.js'
import { causes, showBuildError } from '../../src/graph/error.js'
import type { Aval, Input, Node } from '../../src/graph/Expr.js'
import { equalDims, showDims } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { jvp, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { singularities } from '../oracle/decisions.js'
import { compare, locate, safety, underflow, unravel } from '../oracle/compare.js'
import { stops, surroundings } from '../oracle/differences.js'
import { fail, firstFailure, inconclusive, pass, worst, type Verdict } from '../law/index.js'
import { directions, onlyPlace, weights, zeros } from '../oracle/probe.js'
import { inDouble, widen, type Graph } from '../oracle/retype.js'
import { ridders, type Along, type Estimates } from '../oracle/ridders.js'
import { roundingOf } from '../oracle/rounding.js'
import { compiled, flat, type Point } from '../oracle/run.js'

/** A program with the names of its inputs for messages. */
export type Problem = Graph

/** How to judge. */
export interface Judge {
  readonly rules: Calculus
  readonly order: 1 | 2
  /** Every coordinate up to this many, else random directions. */
  readonly coordinates: number
  readonly sample: number
}

/** The two modes do the same arithmetic in another order. */
const modesTolerance = 1e-11

type Evaluate = (point: Point) => E.Either<string, Point>
type Rounding = (point: Point) => Float64Array | undefined

/** Computed when first asked for. */
const memo = <A>(f: () => A): (() => A) => {
  let value: readonly [A] | undefined
  return () => (value ??= [f()])[0]
}

/** A program with its derivatives, ready to run in double precision. */
interface Prepared {
  readonly problem: Problem
  readonly moving: ReadonlyArray<Input>
  readonly pushforward: Evaluate
  readonly pullback: Evaluate
  readonly pushforwardRounding: () => Rounding
  readonly pullbackRounding: () => Rounding
}

const floating = (y: Node): Node => (isFloat(y.dtype) ? y : build.convert('f64', y))

const slots = (name: string, like: ReadonlyArray<Node>): ReadonlyArray<Input> =>
  like.map((x) => build.input(name, x.shape, x.dtype))

const wrongAval = (what: string, got: ReadonlyArray<Node>, like: ReadonlyArray<Aval>): string | undefined => {
  const broken = causes(got)[0]
  if (broken !== undefined) return `${what} cannot be built: ${showBuildError(broken)}`
  const i = got.findIndex((g, k) => g.dtype !== like[k]?.dtype || !equalDims(g.shape, like[k].shape))
  return i < 0
    ? undefined
    : `${what} ${i} is ${got[i]?.dtype ?? ''}${showDims(got[i]?.shape ?? [])}, not ${like[i]?.dtype ?? ''}${showDims(like[i]?.shape ?? [])}`
}

/** What is wrong with the shapes and dtypes of the derivatives, in the precision that the program has. */
const wrongDeclaration = ({ outputs, inputs }: Problem, rules: Calculus): string | undefined => {
  const ys = outputs.map(floating)
  const moving = inputs.filter((x) => isFloat(x.dtype))
  return (
    wrongAval('tangent', jvp(rules)(ys, moving, slots('tangent', moving)), ys) ??
    wrongAval('gradient', vjp(rules)(ys, moving, slots('cotangent', ys)), moving)
  )
}

/**
 * The program is made double before it is differentiated: a rule's own constants, as 2 / sqrt(pi), are rounded to the precision of the
 * program, and single precision would show in the eighth digit.
 */
const prepare = ({ outputs, inputs }: Problem, rules: Calculus): E.Either<string, Prepared> => {
  const ys = outputs.map(floating)
  const moving = inputs.filter((x) => isFloat(x.dtype))
  const [us, vs] = [slots('tangent', moving), slots('cotangent', ys)]
  const forwards = { outputs: jvp(rules)(ys, moving, us), inputs: [...inputs, ...us] }
  const backwards = { outputs: vjp(rules)(ys, moving, vs), inputs: [...inputs, ...vs] }
  const [pushforward, pullback] = [compiled(forwards), compiled(backwards)]
  if (E.isLeft(pushforward)) return pushforward
  if (E.isLeft(pullback)) return pullback
  return E.right({
    problem: { outputs: ys, inputs },
    moving,
    pushforward: pushforward.right,
    pullback: pullback.right,
    pushforwardRounding: memo(() => roundingOf(forwards)),
    pullbackRounding: memo(() => roundingOf(backwards))
  })
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((acc, x, i) => acc + x * b[i]!, 0)
const absDot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((acc, x, i) => acc + Math.abs(x * b[i]!), 0)

/** What is known along one direction. */
interface Column {
  readonly direction: Point
  readonly numeric: Estimates
  readonly tangent: Float64Array
  /** What rounding may do: to the slopes, to the tangent, to the gradient. */
  readonly noise: Noise
}

interface Noise {
  readonly slopes: () => Float64Array | undefined
  readonly tangent: () => Float64Array | undefined
  readonly gradient: () => Float64Array | undefined
}

const forward = (p: Prepared, { direction, numeric, tangent, noise }: Column): Verdict => {
  const place = onlyPlace(direction)
  const name = place === undefined ? 'a direction' : (p.moving[place[0]]?.name ?? '')
  const where =
    place === undefined ? '' : `[${unravel(p.moving[place[0]]?.shape ?? [], place[1]).join(', ')}]`
  return worst(
    Array.from(tangent, (analytic, i) => {
      const { at, index } = locate(p.problem.outputs, i)
      return compare({
        analytic,
        value: numeric.value[i]!,
        error: numeric.error[i]!,
        scale: numeric.scale[i]!,
        index,
        noise: () => (noise.slopes()?.[i] ?? Infinity) + (noise.tangent()?.[i] ?? Infinity),
        of: `tangent of result ${at} along ${name}${where}`
      })
    })
  )
}

const reverse = (
  p: Prepared,
  v: Float64Array,
  gradient: Float64Array,
  { direction, numeric, noise }: Column
): Verdict => {
  const place = onlyPlace(direction)
  const weighted = (xs: Float64Array): number => absDot(v, xs)
  return compare({
    analytic: dot(gradient, flat(direction)),
    value: dot(v, numeric.value),
    error: weighted(numeric.error),
    scale: weighted(numeric.scale),
    noise: () => {
      const [slopes, own] = [noise.slopes(), noise.gradient()]
      return slopes === undefined || own === undefined
        ? Infinity
        : weighted(slopes) + absDot(own, flat(direction))
    },
    of: place === undefined ? 'gradient along a direction' : `gradient of ${p.moving[place[0]]?.name ?? ''}`,
    index: place === undefined ? [] : unravel(p.moving[place[0]]?.shape ?? [], place[1])
  })
}

/** `<v, J u> = <J^T v, u>`. */
const adjoint = (
  v: Float64Array,
  gradient: Float64Array,
  { direction, numeric, tangent, noise }: Column
): Verdict => {
  const d = flat(direction)
  const [left, right] = [dot(v, tangent), dot(gradient, d)]
  const bar =
    underflow + modesTolerance * (absDot(v, tangent) + absDot(gradient, d) + absDot(v, numeric.scale))
  const noisy = (): number => {
    const [t, g] = [noise.tangent(), noise.gradient()]
    return t === undefined || g === undefined ? Infinity : bar + safety * (absDot(v, t) + absDot(g, d))
  }
  return Math.abs(left - right) <= bar || Math.abs(left - right) <= noisy()
    ? pass
    : fail('forward and reverse mode differ', {
        of: '<J^T v, u>',
        index: [],
        actual: right,
        expected: left,
        bar
      })
}

const largest = (xs: Float64Array): number => xs.reduce((a, x) => Math.max(a, Math.abs(x)), 0)

/** The derivative of a gradient is symmetric: `H u = H^T u`. */
const symmetric = (p: Prepared, point: Point, { direction, numeric, tangent, noise }: Column): Verdict => {
  const transposed = p.pullback([...point, ...direction])
  if (E.isLeft(transposed)) return fail(transposed.left)
  const other = flat(transposed.right)
  const bar = underflow + modesTolerance * (largest(tangent) + largest(other) + largest(numeric.scale))
  const noisy = memo(() => [noise.tangent(), p.pullbackRounding()([...point, ...direction])] as const)
  const within = (x: number, k: number): boolean => {
    const difference = Math.abs(x - tangent[k]!)
    if (difference <= bar) return true
    const [t, g] = noisy()
    return difference <= bar + safety * ((t?.[k] ?? Infinity) + (g?.[k] ?? Infinity))
  }
  const i = other.findIndex((x, k) => !within(x, k))
  const { at, index } = locate(p.moving, i)
  return i < 0
    ? pass
    : fail('the Hessian is not symmetric', {
        of: `H u of ${p.moving[at]?.name ?? ''}`,
        index,
        actual: other[i]!,
        expected: tangent[i]!,
        bar
      })
}

const zeroCotangent = (p: Prepared, point: Point): Verdict => {
  const result = p.pullback([...point, ...zeros(p.problem.outputs)])
  if (E.isLeft(result)) return fail(result.left)
  const gradient = flat(result.right)
  const i = gradient.findIndex((g) => g !== 0)
  const { at, index } = locate(p.moving, i)
  return i < 0
    ? pass
    : fail('a zero cotangent gives', {
        of: `gradient of ${p.moving[at]?.name ?? ''}`,
        index,
        actual: gradient[i]!,
        expected: 0,
        bar: 0
      })
}

interface Facts {
  readonly prepared: Prepared
  readonly point: Point
  readonly cotangents: Point
  readonly gradient: Float64Array
  readonly isGradient: boolean
  readonly noise: { readonly values: () => Float64Array | undefined; readonly gradient: Noise['gradient'] }
}

const judgeColumn = (f: Facts, direction: Point, along: Along): Verdict => {
  const numeric = ridders(along)
  if (numeric === undefined)
    return inconclusive('a kink is too near, or the program has no finite values around')
  const tangents = f.prepared.pushforward([...f.point, ...direction])
  if (E.isLeft(tangents)) return fail(tangents.left)
  const tangent = memo(() => f.prepared.pushforwardRounding()([...f.point, ...direction]))
  const slopes = memo(() => f.noise.values()?.map((x) => x / numeric.step))
  const noise: Noise = { slopes, tangent, gradient: f.noise.gradient }
  const column: Column = { direction, numeric, tangent: flat(tangents.right), noise }
  const v = flat(f.cotangents)
  return firstFailure(
    () => forward(f.prepared, column),
    () => reverse(f.prepared, v, f.gradient, column),
    () => adjoint(v, f.gradient, column),
    () => (f.isGradient ? symmetric(f.prepared, f.point, column) : pass)
  )
}

/** A direction for the moving inputs only, spread over all inputs. */
const spread = (inputs: ReadonlyArray<Input>, point: Point, direction: Point): Point => {
  let next = 0
  return inputs.map((x, i) => (isFloat(x.dtype) ? direction[next++] : undefined) ?? point[i]!)
}

interface Occasion {
  readonly judge: Judge
  readonly point: Point
  readonly seed: number
  /** What the original program does not differentiate. */
  readonly fixed: ReadonlyArray<Node>
}

const judgeOnce = (
  { judge, point, seed, fixed }: Occasion,
  prepared: Prepared,
  isGradient: boolean
): Verdict => {
  const { problem, moving } = prepared
  const around = surroundings(problem, point, fixed)
  if (E.isLeft(around)) return fail(around.left)
  if (!around.right.at.every(Number.isFinite)) return inconclusive('the program is not finite at this point')
  const cotangents = weights(seed, problem.outputs)
  const gradients = prepared.pullback([...point, ...cotangents])
  if (E.isLeft(gradients)) return fail(gradients.left)
  const noise = {
    values: memo(around.right.rounding),
    gradient: memo(() => prepared.pullbackRounding()([...point, ...cotangents]))
  }
  const facts: Facts = { prepared, point, cotangents, gradient: flat(gradients.right), isGradient, noise }
  const at = point.filter((_, i) => isFloat(problem.inputs[i]?.dtype ?? 'bool')).slice(0, moving.length)
  const columns = directions(seed, at, judge.coordinates, judge.sample)
  return firstFailure(
    () => zeroCotangent(prepared, point),
    ...columns.map((d) => () => judgeColumn(facts, d, around.right.along(spread(problem.inputs, point, d))))
  )
}

/** The gradient of `<outputs, v>` as a program of its own, with `v` fixed. */
const gradientProblem = ({ outputs, inputs }: Problem, rules: Calculus, seed: number): Problem => {
  const ys = outputs.map(floating)
  const moving = inputs.filter((x) => isFloat(x.dtype))
  const cotangents = weights(seed, ys).map((v, i) => build.convert(ys[i]?.dtype ?? 'f64', build.constant(v)))
  return { outputs: vjp(rules)(ys, moving, cotangents), inputs }
}

/** What holds inside a composition that is smooth says nothing where a factor of the chain rule is infinite. */
const isSingular = ({ outputs, inputs }: Problem, point: Point): boolean => {
  const values = E.chain((run: Evaluate) => run(point))(compiled({ outputs: singularities(outputs), inputs }))
  return E.isRight(values) && flat(values.right).includes(0)
}

/** Whether the derivatives of a program are right at a point, up to the given order. */
export const judgeDerivatives = (judge: Judge, problem: Problem, given: Point, seed: number): Verdict => {
  const point = given.map(widen)
  const invalid = causes(problem.outputs)[0]
  if (invalid !== undefined) return fail(`the program is invalid: ${showBuildError(invalid)}`)
  const wrong = wrongDeclaration(problem, judge.rules)
  if (wrong !== undefined) return fail(wrong)
  const double = inDouble(problem)
  const occasion: Occasion = { judge, point, seed, fixed: stops(double.outputs) }
  const once = (p: Problem, isGradient: boolean): Verdict => {
    const prepared = prepare(p, judge.rules)
    return E.isLeft(prepared) ? fail(prepared.left) : judgeOnce(occasion, prepared.right, isGradient)
  }
  const verdict = firstFailure(
    () => once(double, false),
    () => (judge.order === 1 ? pass : once(gradientProblem(double, judge.rules, seed + 7), true))
  )
  return verdict._tag === 'Fail' && isSingular(double, point)
    ? inconclusive('an operation is at a point where it has no finite derivative')
    : verdict
}
