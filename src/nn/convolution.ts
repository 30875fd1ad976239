/**
 * Layers of windows: convolutions and pooling of one example `[...spatial, channels]`, and what leads from there to dense layers.
 *
 * @since 0.1.0
 */
import { within } from '../graph/error.js'
import { node, type Expr } from '../graph/Expr.js'
import * as make from '../graph/make.js'
import { add } from '../ops/arithmetic.js'
import { conv } from '../ops/conv.js'
import { avgPool, maxPool } from '../ops/pool.js'
import { nextKey, type Key } from '../ops/random.js'
import type { WindowOptions } from '../ops/signatures/index.js'
import { typed } from '../graph/terms.js'
import type { ConvFn, FlatFn, PoolFn } from '../shape/index.js'
import { size } from '../tensor/dims.js'
import { heNormal, zeroInitializer } from './initializer.js'
import type { DenseOptions } from './dense.js'
import { layer, type Layer } from './layer.js'

/**
 * The kernel `[...sizes, channels, features]` and the biases of a convolution.
 *
 * @since 0.1.0
 * @category model
 */
export interface Convolution<K extends ReadonlyArray<number>, I extends number, O extends number> {
  readonly w: Expr<[...K, I, O], 'f32'>
  readonly b: Expr<[O], 'f32'>
}

/**
 * How a kernel moves, without groups, and how its parameters start.
 *
 * @since 0.1.0
 * @category model
 */
export interface ConvolutionOptions extends WindowOptions, DenseOptions {}

/** A layer without parameters. */
const still = <F>(label: string, run: (x: Expr) => Expr): Layer<F, readonly []> => ({
  _tag: 'Layer',
  label,
  slots: 0,
  init: (k) => [[], k],
  run: () => run
})

/**
 * A convolution with kernels of sizes `K` from `I` channels to `O` features.
 *
 * @since 0.1.0
 * @category layers
 */
export interface ConvolutionLayer<
  K extends ReadonlyArray<number>,
  I extends number,
  O extends number,
  W extends ConvolutionOptions
> extends Layer<ConvFn<[...K, I, O], W>, readonly [Convolution<K, I, O>]> {}

/**
 * Pooling by windows of sizes `K`.
 *
 * @since 0.1.0
 * @category layers
 */
export interface PoolingLayer<
  K extends ReadonlyArray<number>,
  W extends WindowOptions,
  Op extends string
> extends Layer<PoolFn<K, W, Op>, readonly []> {}

/**
 * All axes of an example in one.
 *
 * @since 0.1.0
 * @category layers
 */
export interface FlattenLayer extends Layer<FlatFn, readonly []> {}

/**
 * A convolution with a bias for each feature: `conv(w)(x) + b`. Shapes: `[...spatial, I] -> [...positions, O]`; options as for `conv`. The fan-in
 * of the initial weights is that of one window.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, zeros } from 'adjoint'
 * import { apply, convolution, init } from 'adjoint/nn'
 *
 * const l = convolution(1, 8, [5, 5], { padding: 'same' })
 * deepStrictEqual(apply(l)(init(l)(key(0)))(zeros([28, 28, 1])).shape, [28, 28, 8])
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const convolution = <
  const I extends number,
  const O extends number,
  const K extends ReadonlyArray<number>,
  const W extends ConvolutionOptions = object
>(
  channels: I,
  features: O,
  sizes: K,
  options?: W
): ConvolutionLayer<K, I, O, W> => {
  const { weights = heNormal, biases = zeroInitializer, ...windows }: ConvolutionOptions = options ?? {}
  return layer<ConvFn<[...K, I, O], W>>()(
    'convolution',
    (k): [Convolution<K, I, O>, Key] => {
      const [forWeights, rest] = nextKey(k)
      const [forBiases, next] = nextKey(rest)
      const w = within('convolution')(weights([...sizes, channels, features])(forWeights))
      return [{ w: typed(w), b: within('convolution')(biases([features])(forBiases)) }, next]
    },
    ({ w, b }) =>
      (x) =>
        add(b as Expr)(conv(w as Expr, windows)(x))
  )
}

/**
 * The largest element of each window: `maxPool` as a layer. Shapes: `[...spatial, channels] -> [...positions, channels]`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { zeros } from 'adjoint'
 * import { apply, maxPooling } from 'adjoint/nn'
 *
 * deepStrictEqual(apply(maxPooling([2, 2]))([])(zeros([28, 28, 8])).shape, [14, 14, 8])
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const maxPooling = <const K extends ReadonlyArray<number>, const W extends WindowOptions = object>(
  sizes: K,
  options?: W
): PoolingLayer<K, W, 'maxPool'> => still('maxPooling', maxPool(sizes, options))

/**
 * The mean of each window: `avgPool` as a layer. Shapes: `[...spatial, channels] -> [...positions, channels]`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { zeros } from 'adjoint'
 * import { apply, averagePooling } from 'adjoint/nn'
 *
 * deepStrictEqual(apply(averagePooling([7, 7]))([])(zeros([7, 7, 16])).shape, [1, 1, 16])
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const averagePooling = <const K extends ReadonlyArray<number>, const W extends WindowOptions = object>(
  sizes: K,
  options?: W
): PoolingLayer<K, W, 'avgPool'> =>
  still('averagePooling', (x) => avgPool(sizes, options)(typed<Expr<number[], 'f32'>>(x)))

/**
 * All elements of an example in a row, for dense layers. Shapes: `[...sizes] -> [size]`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, zeros } from 'adjoint'
 * import { apply, convolution, dense, flatten, init, maxPooling, relu, sequential } from 'adjoint/nn'
 *
 * const net = sequential(convolution(1, 4, [3, 3]), relu, maxPooling([2, 2]), flatten, dense(36, 10))
 * deepStrictEqual(apply(net)(init(net)(key(0)))(zeros([8, 8, 1])).shape, [10])
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const flatten: FlattenLayer = still('flatten', (x) => make.reshape([size(x.shape)], node(x)))
