/**
 * Activations: plain functions of expressions, applied element by element (softmax: along the last axis). `sequential` takes them as they are.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { full, typed } from '../graph/terms.js'
import { elementwise, composed, ofFloats } from '../ops/operand.js'
import type { Pointwise } from '../ops/signatures/index.js'
import type { FloatOnly } from '../shape/index.js'
import type { DType, FloatDType } from '../tensor/DType.js'

/** 1 from 0 on, with derivative 0: a comparison has none. */
const step = (n: Value): Value => make.convert(n.dtype, make.binary('ge', n, full(0, n)))

const nonPositive = (x: Value): Value => make.binary('le', x, full(0, x))

/** `negative` where x <= 0, else x; so NaN stays NaN, and the derivative at 0 is that of the negative side. */
const rectify = <R extends Expr<unknown>>(
  operation: string,
  x: Expr<unknown>,
  negative: (x: Value) => Value
): R => {
  const n = node(x)
  return typed(ofFloats(operation, [n], () => make.select(nonPositive(n), negative(n), n)))
}

/**
 * f(x) = x, the identity.
 *
 * Errors: none.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { linear } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(linear(tensor([-1, 2]))), E.map(toNested)), E.right([-1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category activations
 */
export const linear: Pointwise<'linear'> = (x) => {
  const n = node(x)
  return typed(ofFloats('linear', [n], () => n))
}

/**
 * f(x) = max(0, x); the derivative at 0 is 0 (Bertoin et al., NeurIPS 2021).
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { relu } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(relu(tensor([-1, 2]))), E.map(toNested)), E.right([0, 2]))
 * ```
 *
 * @since 0.1.0
 * @category activations
 */
export const relu: Pointwise<'relu'> = (x) => rectify('relu', x, (n) => full(0, n))

/**
 * f(x) = x for x > 0, else slope x; the derivative at 0 is the slope. The usual slope is 0.01.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { leakyRelu } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(leakyRelu(0.5)(tensor([-2, 2]))), E.map(toNested)), E.right([-1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category activations
 */
export const leakyRelu =
  (slope = 0.01): Pointwise<'leakyRelu'> =>
  (x) =>
    rectify('leakyRelu', x, (n) => make.binary('mul', full(slope, n), n))

/**
 * f(x) = x for x > 0, else slope x, with a slope that is learned (He et al., 2015). The layer `prelu` has it as a parameter.
 *
 * Errors: a slope of another dtype.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { parametricRelu } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(parametricRelu(tensor(0.5))(tensor([-2, 2]))), E.map(toNested)), E.right([-1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category activations
 */
export const parametricRelu =
  <D extends FloatDType>(slope: Expr<readonly [], D>) =>
  <S>(x: Expr<S, D>): Expr<S, D> =>
    typed(
      composed('parametricRelu', [node(x), node(slope)], () =>
        rectify('parametricRelu', x, (n) => elementwise('mul', slope, n))
      )
    )

/**
 * f(x) = 1 / (1 + e^-x), without overflow.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { sigmoid } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(sigmoid(tensor([0, 1000]))), E.map(toNested)), E.right([0.5, 1]))
 * ```
 *
 * @since 0.1.0
 * @category activations
 */
export const sigmoid: Pointwise<'sigmoid'> = (x) => {
  const n = node(x)
  return typed(ofFloats('sigmoid', [n], () => make.unary('logistic', n)))
}

/**
 * f(x) = 1 for x >= 0, else 0. Its derivative is exactly 0 everywhere, so nothing before it learns.
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { binaryStep } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(binaryStep(tensor([-1, 0, 2]))), E.map(toNested)), E.right([0, 1, 1]))
 * ```
 *
 * @since 0.1.0
 * @category activations
 */
export const binaryStep = <S, D extends DType>(x: Expr<S, D> & FloatOnly<'binaryStep'>[D]): Expr<S, D> => {
  const n = node(x)
  return typed(ofFloats('binaryStep', [n], () => step(n)))
}

/**
 * The binary step with the derivative of the identity (0 at infinity), so that what is before it can learn (Bengio et al., 2013).
 *
 * Errors: a dtype other than f32 and f64.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { straightThroughStep } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(straightThroughStep(tensor([-1, 0, 2]))), E.map(toNested)), E.right([0, 1, 1]))
 * ```
 *
 * @since 0.1.0
 * @category activations
 */
export const straightThroughStep = <S, D extends DType>(
  x: Expr<S, D> & FloatOnly<'straightThroughStep'>[D]
): Expr<S, D> => {
  const n = node(x)
  return typed(
    ofFloats('straightThroughStep', [n], () => {
      // x - stopGradient(x) is exactly 0 and moves like x; at infinity it would be NaN.
      const still = make.binary('sub', n, make.unary('stopGradient', n))
      return make.binary('add', step(n), make.select(make.unary('isFinite', n), still, full(0, n)))
    })
  )
}
