/**
 * Losses: plain functions of a prediction and a target, data-last as in `squaredError(target)(prediction)`. They keep one number per element or
 * per example; reductions are explicit, as in `pipe(prediction, squaredError(target), mean())`. Nothing broadcasts between the two.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { full, typed } from '../graph/terms.js'
import { composed, ofFloats } from '../ops/operand.js'
import { mean, logSoftmax } from '../ops/reduce.js'
import type { Check, DropAxis, DTypeCheck, FloatOnly, SameShape } from '../shape/index.js'
import { equalDims, showDims } from '../tensor/dims.js'
import { isInteger, type DType } from '../tensor/DType.js'

/**
 * A loss with one number per element, for a given target.
 *
 * @since 0.1.0
 * @category model
 */
export interface ElementLossOf<T, DT extends DType, Op extends string> {
  <S, D extends DType>(
    prediction: Expr<S, D> & DTypeCheck<D, DT, Op> & Check<SameShape<S, T, Op>> & FloatOnly<Op>[D]
  ): Expr<S, D>
}

/**
 * A loss with one number per element.
 *
 * @since 0.1.0
 * @category model
 */
export interface ElementLoss<Op extends string> {
  <T, DT extends DType>(target: Expr<T, DT>): ElementLossOf<T, DT, Op>
}

/**
 * A loss with one number per example, for a given target.
 *
 * @since 0.1.0
 * @category model
 */
export interface ExampleLossOf<T, DT extends DType, Op extends string> {
  <S, D extends DType>(
    prediction: Expr<S, D> &
      DTypeCheck<D, DT, Op> &
      Check<SameShape<S, T, Op>> &
      Check<DropAxis<S, -1, Op>> &
      FloatOnly<Op>[D]
  ): Expr<DropAxis<S, -1, Op>, D>
}

/**
 * A loss with one number per example: the last axis holds the classes.
 *
 * @since 0.1.0
 * @category model
 */
export interface ExampleLoss<Op extends string> {
  <T, DT extends DType>(target: Expr<T, DT>): ExampleLossOf<T, DT, Op>
}

/**
 * A loss reduced to one number, for a given target.
 *
 * @since 0.1.0
 * @category model
 */
export interface ScalarLossOf<T, DT extends DType, Op extends string> {
  <S, D extends DType>(
    prediction: Expr<S, D> & DTypeCheck<D, DT, Op> & Check<SameShape<S, T, Op>> & FloatOnly<Op>[D]
  ): Expr<[], D>
}

/**
 * A loss reduced to one number.
 *
 * @since 0.1.0
 * @category model
 */
export interface ScalarLoss<Op extends string> {
  <T, DT extends DType>(target: Expr<T, DT>): ScalarLossOf<T, DT, Op>
}

type Formula = (prediction: Value, target: Value) => Value

/** Losses over classes have one number for each class. */
const hasClasses = (loss: string): boolean => loss.startsWith('crossEntropy')

const shapesProblem = (loss: string, p: Value, t: Value): string | undefined =>
  equalDims(p.shape, t.shape)
    ? undefined
    : `prediction ${showDims(p.shape)} and target ${showDims(t.shape)} differ; losses do not broadcast${
        hasClasses(loss) && isInteger(t.dtype) ? '. Classes by number become rows with oneHot(...)' : ''
      }`

const compared = <R extends Expr<unknown>>(
  loss: string,
  f: Formula,
  p: Expr<unknown>,
  t: Expr<unknown>
): R => {
  const [prediction, target] = [node(p), node(t)]
  const operands = [prediction, target]
  return typed(
    composed(loss, operands, () => {
      const wrong = shapesProblem(loss, prediction, target)
      return wrong === undefined
        ? ofFloats(loss, operands, () => f(prediction, target))
        : invalid(loss, operands, wrong)
    })
  )
}

const sub: Formula = (p, t) => make.binary('sub', p, t)
const add: Formula = (p, t) => make.binary('add', p, t)
const neg = (x: Value): Value => make.unary('neg', x)
const oneMinus = (x: Value): Value => make.binary('sub', full(1, x), x)

const squared: Formula = (p, t) => make.unary('square', sub(p, t))
const absolute: Formula = (p, t) => make.unary('abs', sub(p, t))

/** The least probability whose logarithm is taken. */
const floor = 1e-7

/** The sign is taken here rather than of the sum, which leaves 0 for a perfect prediction, not -0. */
const surprise = (p: Value): Value => neg(make.unary('log', make.binary('max', p, full(floor, p))))

/** The same of `1 - p`, without the rounding of the difference. */
const otherSurprise = (p: Value): Value => {
  const isLeast = make.binary('lt', oneMinus(p), full(floor, p))
  const logarithm = make.unary('log1p', neg(make.select(isLeast, full(0, p), p)))
  return neg(make.select(isLeast, full(Math.log(floor), p), logarithm))
}

/** Where the target is 0 its term is 0, whatever the logarithm. */
const weighted: Formula = (term, target) => make.binary('mulNoNan', target, term)

/** Over the classes, the last axis. */
const overClasses = (terms: Value): Value =>
  terms._tag === 'Invalid' || terms.shape.length > 0
    ? make.reduce('sum', [terms.shape.length - 1], terms)
    : invalid(
        'crossEntropy',
        [terms],
        'needs an axis of classes, got a number; use binaryCrossEntropy for two classes'
      )

const categorical: Formula = (p, t) => overClasses(weighted(surprise(p), t))
const categoricalLogits: Formula = (z, t) =>
  overClasses(weighted(neg(node(logSoftmax()(typed<Expr<number[], 'f64'>>(z)))), t))
const binary: Formula = (p, t) => add(weighted(surprise(p), t), weighted(otherSurprise(p), oneMinus(t)))
/** t softplus(-z) + (1 - t) softplus(z): no cancellation on either side. */
const binaryLogits: Formula = (z, t) =>
  add(weighted(make.unary('softplus', neg(z)), t), weighted(make.unary('softplus', z), oneMinus(t)))

const averaged =
  (f: Formula): Formula =>
  (p, t) =>
    node(mean()(typed<Expr<number[], 'f64'>>(f(p, t))))

/**
 * (p - t)^2 for each element.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { squaredError } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(squaredError(tensor([1, 2]))(tensor([3, 2]))), E.map(toNested)), E.right([4, 0]))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const squaredError: ElementLoss<'squaredError'> = (target) => (prediction) =>
  compared('squaredError', squared, prediction, target)

/**
 * |p - t| for each element; the derivative where they are equal is 0.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { absoluteError } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(absoluteError(tensor([1, 2]))(tensor([3, 2]))), E.map(toNested)), E.right([2, 0]))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const absoluteError: ElementLoss<'absoluteError'> = (target) => (prediction) =>
  compared('absoluteError', absolute, prediction, target)

/**
 * The mean over all elements of (p - t)^2: MSE.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { meanSquaredError } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(meanSquaredError(tensor([1, 2]))(tensor([3, 2]))), E.map(toNested)), E.right(2))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const meanSquaredError: ScalarLoss<'meanSquaredError'> = (target) => (prediction) =>
  compared('meanSquaredError', averaged(squared), prediction, target)

/**
 * The mean over all elements of |p - t|: MAE.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { meanAbsoluteError } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(meanAbsoluteError(tensor([1, 2]))(tensor([3, 2]))), E.map(toNested)), E.right(1))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const meanAbsoluteError: ScalarLoss<'meanAbsoluteError'> = (target) => (prediction) =>
  compared('meanAbsoluteError', averaged(absolute), prediction, target)

/**
 * -sum(t log p) over the classes, p a distribution such as that of softmax. Probabilities below 1e-7 count as 1e-7, with derivative 0 there: prefer the form from logits.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { crossEntropy } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(crossEntropy(tensor([[0, 1]]))(tensor([[0, 1]]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const crossEntropy: ExampleLoss<'crossEntropy'> = (target) => (prediction) =>
  compared('crossEntropy', categorical, prediction, target)

/**
 * -sum(t logSoftmax(z)) over the classes: cross-entropy of unnormalised logarithms of probabilities, without overflow. A class with target 0 contributes 0, also where its logit is -Infinity.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { crossEntropyFromLogits } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(crossEntropyFromLogits(tensor([[0, 1]]))(tensor([[-1000, 1000]]))), E.map(toNested)), E.right([0]))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const crossEntropyFromLogits: ExampleLoss<'crossEntropyFromLogits'> = (target) => (prediction) =>
  compared('crossEntropyFromLogits', categoricalLogits, prediction, target)

/**
 * -(t log p + (1 - t) log(1 - p)) for each element, p a probability. Probabilities below 1e-7 count as 1e-7, with derivative 0 there: prefer the form from logits.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { binaryCrossEntropy } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(binaryCrossEntropy(tensor([0, 1]))(tensor([0, 1]))), E.map(toNested)), E.right([0, 0]))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const binaryCrossEntropy: ElementLoss<'binaryCrossEntropy'> = (target) => (prediction) =>
  compared('binaryCrossEntropy', binary, prediction, target)

/**
 * Binary cross-entropy of p = sigmoid(z) for each element, as t softplus(-z) + (1 - t) softplus(z): finite for every logit.
 *
 * Errors: shapes or dtypes that differ.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { binaryCrossEntropyFromLogits } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(evaluate(binaryCrossEntropyFromLogits(tensor([0, 1]))(tensor([-1000, 1000]))), E.map(toNested)), E.right([0, 0]))
 * ```
 *
 * @since 0.1.0
 * @category losses
 */
export const binaryCrossEntropyFromLogits: ElementLoss<'binaryCrossEntropyFromLogits'> =
  (target) => (prediction) =>
    compared('binaryCrossEntropyFromLogits', binaryLogits, prediction, target)
