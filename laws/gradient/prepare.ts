/** Programs with their derivatives, made ready to run in double precision. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import { causes, showBuildError } from '../../src/graph/error.js'
import type { Aval, Input, Value } from '../../src/graph/Expr.js'
import { equalDims, showDims } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { jvp, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { memo } from '../oracle/memo.js'
import { weights } from '../oracle/probe.js'
import type { Region } from '../../src/graph/Region.js'
import { roundingOf } from '../oracle/rounding.js'
import { compiled, type Point } from '../oracle/run.js'

/** A program with the names of its parameters for messages. */
export type Problem = Region

export type Evaluate = (point: Point) => E.Either<string, Point>
export type Rounding = (point: Point) => Float64Array | undefined

/** A program with its derivatives, ready to run in double precision. */
export interface Prepared {
  readonly problem: Problem
  readonly moving: ReadonlyArray<Input>
  readonly pushforward: Evaluate
  readonly pullback: Evaluate
  readonly pushforwardRounding: () => Rounding
  readonly pullbackRounding: () => Rounding
}

const floating = (y: Value): Value => (isFloat(y.dtype) ? y : make.convert('f64', y))

const slots = (name: string, like: ReadonlyArray<Value>): ReadonlyArray<Input> =>
  like.map((x) => make.input(name, x.shape, x.dtype))

const wrongAval = (
  what: string,
  got: ReadonlyArray<Value>,
  like: ReadonlyArray<Aval>
): string | undefined => {
  const broken = causes(got)[0]
  if (broken !== undefined) return `${what} cannot be built: ${showBuildError(broken)}`
  const i = got.findIndex((g, k) => g.dtype !== like[k]?.dtype || !equalDims(g.shape, like[k].shape))
  return i < 0
    ? undefined
    : `${what} ${i} is ${got[i]?.dtype ?? ''}${showDims(got[i]?.shape ?? [])}, not ${like[i]?.dtype ?? ''}${showDims(like[i]?.shape ?? [])}`
}

/** What is wrong with the shapes and dtypes of the derivatives, in the precision that the program has. */
export const wrongDeclaration = ({ results, parameters }: Problem, rules: Calculus): string | undefined => {
  const ys = results.map(floating)
  const moving = parameters.filter((x) => isFloat(x.dtype))
  return (
    wrongAval('tangent', jvp(rules)(ys, moving, slots('tangent', moving)), ys) ??
    wrongAval('gradient', vjp(rules)(ys, moving, slots('cotangent', ys)), moving)
  )
}

/**
 * The program is made double before it is differentiated: a rule's own constants, as 2 / sqrt(pi), are rounded to the precision of the
 * program, and single precision would show in the eighth digit.
 */
export const prepare = ({ results, parameters }: Problem, rules: Calculus): E.Either<string, Prepared> => {
  const ys = results.map(floating)
  const moving = parameters.filter((x) => isFloat(x.dtype))
  const [us, vs] = [slots('tangent', moving), slots('cotangent', ys)]
  const forwards = { results: jvp(rules)(ys, moving, us), parameters: [...parameters, ...us] }
  const backwards = { results: vjp(rules)(ys, moving, vs), parameters: [...parameters, ...vs] }
  const [pushforward, pullback] = [compiled(forwards), compiled(backwards)]
  if (E.isLeft(pushforward)) return pushforward
  if (E.isLeft(pullback)) return pullback
  return E.right({
    problem: { results: ys, parameters },
    moving,
    pushforward: pushforward.right,
    pullback: pullback.right,
    pushforwardRounding: memo(() => roundingOf(forwards)),
    pullbackRounding: memo(() => roundingOf(backwards))
  })
}

/** The gradient of `<results, v>` as a program of its own, with `v` fixed. */
export const gradientProblem = ({ results, parameters }: Problem, rules: Calculus, seed: number): Problem => {
  const ys = results.map(floating)
  const moving = parameters.filter((x) => isFloat(x.dtype))
  const cotangents = weights(seed, ys).map((v, i) => make.convert(ys[i]?.dtype ?? 'f64', make.constant(v)))
  return { results: vjp(rules)(ys, moving, cotangents), parameters }
}
