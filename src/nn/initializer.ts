/**
 * Random initial weights from a key. For a matrix `[in, out]` the fan-in is `in`, the fan-out `out`; leading axes count into both.
 *
 * @since 0.1.0
 */
import { mul } from '../ops/arithmetic.js'
import { typed } from '../graph/terms.js'
import { zeros } from '../ops/lookup.js'
import { normal, uniform, type Key } from '../ops/random.js'
import { node, type Expr } from '../graph/Expr.js'
import { composed } from '../ops/operand.js'
import type { Mutable, Shape } from '../shape/index.js'
import { dim, size } from '../tensor/dims.js'

/**
 * How a parameter of a given shape starts.
 *
 * @since 0.1.0
 * @category model
 */
export type Initializer = <const S extends Shape>(shape: S) => (key: Key) => Expr<Mutable<S>, 'f32'>

const fans = (shape: Shape): { readonly fanIn: number; readonly fanOut: number } => {
  const rank = shape.length
  const field = size(shape.slice(0, -2))
  return rank < 2
    ? { fanIn: size(shape), fanOut: size(shape) }
    : { fanIn: field * dim(shape, rank - 2), fanOut: field * dim(shape, rank - 1) }
}

/** Errors are told in the name of the initializer. */
const titled =
  (name: string, draw: Initializer): Initializer =>
  <const S extends Shape>(shape: S) =>
  (key: Key): Expr<Mutable<S>, 'f32'> =>
    typed(composed(name, [node(key)], () => node(draw(shape)(key))))

const scaledBy = (name: string, scale: (shape: Shape) => number, draw: Initializer): Initializer =>
  titled(
    name,
    <const S extends Shape>(shape: S) =>
      (key: Key): Expr<Mutable<S>, 'f32'> =>
        typed(mul(scale(shape))(typed<Expr<Shape, 'f32'>>(draw(shape)(key) as Expr)))
  )

/**
 * 0 everywhere: for biases.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { zeroInitializer } from 'adjoint/nn'
 *
 * deepStrictEqual(zeroInitializer([4, 8])(key(0)).shape, [4, 8])
 * ```
 *
 * @since 0.1.0
 * @category initializers
 */
export const zeroInitializer: Initializer = titled('zeroInitializer', (shape) => () => zeros(shape))

/**
 * Uniform in [-bound, bound).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { uniformInitializer } from 'adjoint/nn'
 *
 * deepStrictEqual(uniformInitializer(0.1)([4, 8])(key(0)).shape, [4, 8])
 * ```
 *
 * @since 0.1.0
 * @category initializers
 */
export const uniformInitializer = (bound: number): Initializer =>
  titled('uniformInitializer', (shape) => uniform(shape, { low: -bound, high: bound }))

/**
 * Normal with mean 0 and the given standard deviation.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { normalInitializer } from 'adjoint/nn'
 *
 * deepStrictEqual(normalInitializer(0.1)([4, 8])(key(0)).shape, [4, 8])
 * ```
 *
 * @since 0.1.0
 * @category initializers
 */
export const normalInitializer = (deviation: number): Initializer =>
  scaledBy(
    'normalInitializer',
    () => deviation,
    (shape) => normal(shape)
  )

/**
 * Uniform in [-b, b), b = sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010): for tanh and sigmoid.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { glorotUniform } from 'adjoint/nn'
 *
 * deepStrictEqual(glorotUniform([4, 8])(key(0)).shape, [4, 8])
 * ```
 *
 * @since 0.1.0
 * @category initializers
 */
export const glorotUniform: Initializer = scaledBy(
  'glorotUniform',
  (s) => Math.sqrt(6 / (fans(s).fanIn + fans(s).fanOut)),
  uniformInitializer(1)
)

/**
 * Normal with variance 2 / (fanIn + fanOut) (Glorot and Bengio, 2010): for tanh and sigmoid.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { glorotNormal } from 'adjoint/nn'
 *
 * deepStrictEqual(glorotNormal([4, 8])(key(0)).shape, [4, 8])
 * ```
 *
 * @since 0.1.0
 * @category initializers
 */
export const glorotNormal: Initializer = scaledBy(
  'glorotNormal',
  (s) => Math.sqrt(2 / (fans(s).fanIn + fans(s).fanOut)),
  normalInitializer(1)
)

/**
 * Uniform in [-b, b), b = sqrt(6 / fanIn) (He et al., 2015): for ReLU and its relatives.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { heUniform } from 'adjoint/nn'
 *
 * deepStrictEqual(heUniform([4, 8])(key(0)).shape, [4, 8])
 * ```
 *
 * @since 0.1.0
 * @category initializers
 */
export const heUniform: Initializer = scaledBy(
  'heUniform',
  (s) => Math.sqrt(6 / fans(s).fanIn),
  uniformInitializer(1)
)

/**
 * Normal with variance 2 / fanIn (He et al., 2015): for ReLU and its relatives.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { heNormal } from 'adjoint/nn'
 *
 * deepStrictEqual(heNormal([4, 8])(key(0)).shape, [4, 8])
 * ```
 *
 * @since 0.1.0
 * @category initializers
 */
export const heNormal: Initializer = scaledBy(
  'heNormal',
  (s) => Math.sqrt(2 / fans(s).fanIn),
  normalInitializer(1)
)
