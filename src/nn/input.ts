/**
 * The size of one example, said once.
 *
 * @since 0.1.0
 */
import { invalid } from '../graph/error.js'
import { node, type Expr } from '../graph/Expr.js'
import type { ArrowFn, Mutable, Shape } from '../shape/index.js'
import { equalDims, showDims } from '../tensor/dims.js'
import type { Layer } from './layer.js'

/**
 * A stage that says the shape of one example.
 *
 * @since 0.1.0
 * @category layers
 */
export interface InputLayer<S> extends Layer<ArrowFn<S, S>, readonly []> {}

/**
 * The first stage of a network: the shape of one example, which passes unchanged. The layers behind it are then checked against that size by the
 * compiler where the network is written, and `forward` takes nothing else. Shapes: `S -> S`.
 *
 * Errors: an example of another shape.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, ones } from 'adjoint'
 * import { convolution, dense, flatten, forward, init, input, relu, sequential } from 'adjoint/nn'
 *
 * // dense(143, 10) would not compile: "sequential: layer 4: dense: input has 144 features, expected 143"
 * const net = sequential(input([8, 8, 1]), convolution(1, 4, [3, 3]), relu, flatten, dense(144, 10))
 * deepStrictEqual(forward(net)(init(net)(key(0)))(ones([8, 8, 1])).shape, [10])
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const input = <const S extends Shape>(shape: S): InputLayer<Mutable<S>> => ({
  _tag: 'Layer',
  label: 'input',
  slots: 0,
  init: (k) => [[], k],
  run: () => (x: Expr) =>
    node(x)._tag === 'Invalid' || equalDims(x.shape, shape)
      ? x
      : invalid(
          'input',
          [node(x)],
          `expected one example of shape ${showDims(shape)}, got ${showDims(x.shape)}`
        )
})
