/** Programs with their derivatives, made ready to run in double precision. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make/index.js'
import { causes, showBuildError } from '../../src/graph/error.js'
import type { Aval, Input, Node } from '../../src/graph/Expr.js'
import { equalDims, showDims } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { jvp, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { memo } from '../oracle/memo.js'
import { weights } from '../oracle/probe.js'
import type { Graph } from '../oracle/retype.js'
import { roundingOf } from '../oracle/rounding.js'
import { compiled, type Point } from '../oracle/run.js'

/** A program with the names of its inputs for messages. */
export type Problem = Graph

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

const floating = (y: Node): Node => (isFloat(y.dtype) ? y : make.convert('f64', y))

const slots = (name: string, like: ReadonlyArray<Node>): ReadonlyArray<Input> =>
  like.map((x) => make.input(name, x.shape, x.dtype))

const wrongAval = (what: string, got: ReadonlyArray<Node>, like: ReadonlyArray<Aval>): string | undefined => {
  const broken = causes(got)[0]
  if (broken !== undefined) return `${what} cannot be built: ${showBuildError(broken)}`
  const i = got.findIndex((g, k) => g.dtype !== like[k]?.dtype || !equalDims(g.shape, like[k].shape))
  return i < 0
    ? undefined
    : `${what} ${i} is ${got[i]?.dtype ?? ''}${showDims(got[i]?.shape ?? [])}, not ${like[i]?.dtype ?? ''}${showDims(like[i]?.shape ?? [])}`
}

/** What is wrong with the shapes and dtypes of the derivatives, in the precision that the program has. */
export const wrongDeclaration = ({ outputs, inputs }: Problem, rules: Calculus): string | undefined => {
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
export const prepare = ({ outputs, inputs }: Problem, rules: Calculus): E.Either<string, Prepared> => {
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

/** The gradient of `<outputs, v>` as a program of its own, with `v` fixed. */
export const gradientProblem = ({ outputs, inputs }: Problem, rules: Calculus, seed: number): Problem => {
  const ys = outputs.map(floating)
  const moving = inputs.filter((x) => isFloat(x.dtype))
  const cotangents = weights(seed, ys).map((v, i) => make.convert(ys[i]?.dtype ?? 'f64', make.constant(v)))
  return { outputs: vjp(rules)(ys, moving, cotangents), inputs }
}
