/**
 * The optimizers, each a composition of transformations. Formulas use g for the gradient, u for the update that is added to a parameter.
 *
 * @since 0.1.0
 */
import { concatAll } from 'fp-ts/lib/Monoid.js'
import * as make from '../graph/make.js'
import type { Value } from '../graph/Expr.js'
import { full } from '../graph/terms.js'
import type { DType } from '../tensor/DType.js'
import { monoidTransformation, perLeaf, type NumberOf, type Transformation } from './transformation.js'

const add = (a: Value, b: Value): Value => make.binary('add', a, b)
const sub = (a: Value, b: Value): Value => make.binary('sub', a, b)
const mul = (a: Value, b: Value): Value => make.binary('mul', a, b)
const div = (a: Value, b: Value): Value => make.binary('div', a, b)
const square = (x: Value): Value => make.unary('square', x)
const sqrt = (x: Value): Value => make.unary('sqrt', x)
const reciprocal = (x: Value): Value => make.unary('reciprocal', x)
const one = (x: Value): Value => full(1, x)
/** `1 - x`, to be computed before rounding to the precision of the parameters. */
const complement = (x: Value): Value => sub(one(x), x)

/** The smallest numbers with all their digits: below them numbers are subnormal. */
const smallestNormal: Readonly<Partial<Record<DType, number>>> = { f32: 2 ** -126, f64: 2 ** -1022 }

/**
 * `x`, or 0 where it is subnormal. An average that nothing is added to any more ends at a subnormal number that rounding keeps from
 * vanishing, and many processors take a hundred times as long for each operation on one; so states do not hold them.
 */
const normal = (x: Value): Value =>
  make.select(make.binary('lt', make.unary('abs', x), full(smallestNormal[x.dtype] ?? 0, x)), full(0, x), x)

/** A moving average, `decay m + (1 - decay) x`. */
const average = (number: NumberOf, decay: string, m: Value, x: Value): Value =>
  normal(add(mul(number(decay), m), mul(number(decay, complement), x)))

const sequence = concatAll(monoidTransformation)

/**
 * u = -rate g: downhill.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { scaleByLearningRate } from 'adjoint/optim'
 *
 * strictEqual(scaleByLearningRate(0.1).slots, 1)
 * ```
 *
 * @since 0.1.0
 * @category transformations
 */
export const scaleByLearningRate = (rate: number): Transformation =>
  perLeaf({
    numbers: { learningRate: rate },
    trees: [],
    update: (g, _, number) => ({ update: mul(make.unary('neg', number('learningRate')), g), trees: {} })
  })

/**
 * v' = g + momentum v, u = v'; with Nesterov's look-ahead u = g + momentum v'.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { scaleByMomentum } from 'adjoint/optim'
 *
 * strictEqual(scaleByMomentum(0.9).slots, 1)
 * ```
 *
 * @since 0.1.0
 * @category transformations
 */
export const scaleByMomentum = (momentum: number, nesterov = false): Transformation =>
  perLeaf({
    numbers: { momentum },
    trees: ['velocity'],
    update: (g, tree, number) => {
      const velocity = normal(add(g, mul(number('momentum'), tree('velocity'))))
      return { update: nesterov ? add(g, mul(number('momentum'), velocity)) : velocity, trees: { velocity } }
    }
  })

/**
 * Options of RMS scaling: the decay of the mean square, 0.9, and what keeps the divisor from 0, 1e-8.
 *
 * @since 0.1.0
 * @category model
 */
export interface RmsOptions {
  readonly decay?: number
  readonly epsilon?: number
}

/**
 * s' = decay s + (1 - decay) g^2, u = g / (sqrt(s') + epsilon) (Hinton, 2012).
 *
 * Errors: an epsilon that is not above 0 in the dtype of a parameter, as the update is 0 / 0 where a gradient is 0.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { scaleByRms } from 'adjoint/optim'
 *
 * strictEqual(scaleByRms().slots, 1)
 * ```
 *
 * @since 0.1.0
 * @category transformations
 */
export const scaleByRms = ({ decay = 0.9, epsilon = 1e-8 }: RmsOptions = {}): Transformation =>
  perLeaf({
    numbers: { decay, epsilon },
    trees: ['meanSquare'],
    positive: ['epsilon'],
    update: (g, tree, number) => {
      const meanSquare = average(number, 'decay', tree('meanSquare'), square(g))
      return { update: div(g, add(sqrt(meanSquare), number('epsilon'))), trees: { meanSquare } }
    }
  })

/**
 * Options of Adam: the decay of the first moment, 0.9, of the second, 0.999, and what keeps the divisor from 0, 1e-8.
 *
 * @since 0.1.0
 * @category model
 */
export interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}

/**
 * m' = b1 m + (1 - b1) g, v' = b2 v + (1 - b2) g^2, u = m^ / (sqrt(v^) + epsilon) with m^ = m' / (1 - b1^t), v^ = v' / (1 - b2^t) (Kingma and Ba, 2015).
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { scaleByAdam } from 'adjoint/optim'
 *
 * strictEqual(scaleByAdam().slots, 1)
 * ```
 *
 * @since 0.1.0
 * @category transformations
 */
export const scaleByAdam = ({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8
}: AdamOptions = {}): Transformation =>
  perLeaf({
    numbers: { beta1, beta2, epsilon, step: 0, correction1: 0, correction2: 0 },
    trees: ['first', 'second'],
    positive: ['epsilon'],
    advance: (number) => {
      const step = add(number('step'), one(number('step')))
      const correction = (beta: Value): Value => complement(make.binary('pow', beta, step))
      return { step, correction1: correction(number('beta1')), correction2: correction(number('beta2')) }
    },
    update: (g, tree, number) => {
      const first = average(number, 'beta1', tree('first'), g)
      const second = average(number, 'beta2', tree('second'), square(g))
      // Numbers are inverted once, in double precision, rather than divided by at every element.
      const divisor = add(sqrt(mul(second, number('correction2', reciprocal))), number('epsilon'))
      return {
        update: div(mul(first, number('correction1', reciprocal)), divisor),
        trees: { first, second }
      }
    }
  })

/**
 * The learning rate: how far a step goes along the gradient.
 *
 * @since 0.1.0
 * @category model
 */
export interface GradientDescentOptions {
  readonly learningRate: number
}

/**
 * Gradient descent: u = -rate g. On the whole data set it is the classical method, on random batches it is SGD.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { gradientDescent } from 'adjoint/optim'
 *
 * strictEqual(gradientDescent({ learningRate: 0.1 }).slots, 1)
 * ```
 *
 * @since 0.1.0
 * @category optimizers
 */
export const gradientDescent = ({ learningRate }: GradientDescentOptions): Transformation =>
  scaleByLearningRate(learningRate)

/**
 * Options of SGD: the learning rate, momentum (none unless told) and Nesterov's variant of it.
 *
 * @since 0.1.0
 * @category model
 */
export interface SgdOptions {
  readonly learningRate: number
  readonly momentum?: number
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent: gradient descent on random batches, with momentum if wanted.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { sgd } from 'adjoint/optim'
 *
 * strictEqual(sgd({ learningRate: 0.1, momentum: 0.9 }).slots, 2)
 * ```
 *
 * @since 0.1.0
 * @category optimizers
 */
export const sgd = ({ learningRate, momentum, nesterov = false }: SgdOptions): Transformation =>
  sequence([
    ...(momentum === undefined ? [] : [scaleByMomentum(momentum, nesterov)]),
    scaleByLearningRate(learningRate)
  ])

/**
 * Options of RMSprop.
 *
 * @since 0.1.0
 * @category model
 */
export interface RmspropOptions extends RmsOptions {
  readonly learningRate: number
}

/**
 * RMSprop: each parameter has its own pace, the inverse of its recent gradients' root mean square.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { rmsprop } from 'adjoint/optim'
 *
 * strictEqual(rmsprop({ learningRate: 0.01 }).slots, 2)
 * ```
 *
 * @since 0.1.0
 * @category optimizers
 */
export const rmsprop = ({ learningRate, ...options }: RmspropOptions): Transformation =>
  sequence([scaleByRms(options), scaleByLearningRate(learningRate)])

/**
 * Options of the optimizer Adam.
 *
 * @since 0.1.0
 * @category model
 */
export interface AdamOptimizerOptions extends AdamOptions {
  readonly learningRate: number
}

/**
 * Adam: RMSprop with momentum, both corrected for starting at 0.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { adam } from 'adjoint/optim'
 *
 * strictEqual(adam({ learningRate: 0.001 }).slots, 2)
 * ```
 *
 * @since 0.1.0
 * @category optimizers
 */
export const adam = ({ learningRate, ...options }: AdamOptimizerOptions): Transformation =>
  sequence([scaleByAdam(options), scaleByLearningRate(learningRate)])
