/**
 * The dense layer.
 *
 * @since 0.1.0
 */
import { within } from '../graph/error.js'
import type { Expr } from '../graph/Expr.js'
import { add } from '../ops/arithmetic.js'
import { matmul } from '../ops/product.js'
import { nextKey, type Key } from '../ops/random.js'
import type { DenseFn } from '../shape/index.js'
import { heNormal, zeroInitializer, type Initializer } from './initializer.js'
import { layer, type Layer } from './layer.js'

/**
 * Weights and biases of a dense layer.
 *
 * @since 0.1.0
 * @category model
 */
export interface Dense<I extends number, O extends number> {
  readonly w: Expr<[I, O], 'f32'>
  readonly b: Expr<[O], 'f32'>
}

/**
 * How the parameters of a dense layer start: He's normal distribution and zeros unless told.
 *
 * @since 0.1.0
 * @category model
 */
export interface DenseOptions {
  readonly weights?: Initializer
  readonly biases?: Initializer
}

/**
 * A dense layer from `I` features to `O`.
 *
 * @since 0.1.0
 * @category layers
 */
export interface DenseLayer<I extends number, O extends number> extends Layer<
  DenseFn<I, O>,
  readonly [Dense<I, O>]
> {}

/**
 * A dense layer, `x w + b`: each output is a weighted sum of all inputs, plus a bias. Shapes: `[..., I] -> [..., O]`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, tensor } from 'adjoint'
 * import { apply, dense, init } from 'adjoint/nn'
 *
 * const l = dense(4, 3)
 * deepStrictEqual(apply(l)(init(l)(key(0)))(tensor([1, 2, 3, 4])).shape, [3])
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const dense = <const I extends number, const O extends number>(
  inputs: I,
  outputs: O,
  options: DenseOptions = {}
): DenseLayer<I, O> =>
  layer<DenseFn<I, O>>()(
    'dense',
    (k): [Dense<I, O>, Key] => {
      const [forWeights, rest] = nextKey(k)
      const [forBiases, next] = nextKey(rest)
      const w = within('dense')((options.weights ?? heNormal)([inputs, outputs])(forWeights))
      const b = within('dense')((options.biases ?? zeroInitializer)([outputs])(forBiases))
      return [{ w, b }, next]
    },
    ({ w, b }) =>
      (x) =>
        add(b as Expr)(matmul(w as Expr)(x))
  )
