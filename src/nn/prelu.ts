/**
 * Activations that learn.
 *
 * @since 0.1.0
 */
import type { Expr } from '../graph/Expr.js'
import { typed } from '../graph/terms.js'
import { full } from '../ops/lookup.js'
import type { Key } from '../ops/random.js'
import type { SameFn } from '../shape/index.js'
import { parametricRelu } from './activation.js'
import { layer, type Layer } from './layer.js'

/**
 * The slope of a PReLU.
 *
 * @since 0.1.0
 * @category model
 */
export interface Prelu {
  readonly slope: Expr<[], 'f32'>
}

/**
 * A PReLU whose slope is learned.
 *
 * @since 0.1.0
 * @category layers
 */
export interface PreluLayer extends Layer<SameFn, readonly [Prelu]> {}

/**
 * Leaky ReLU whose slope for negative inputs is learned (He et al., 2015); it starts at `slope`, 0.25 unless told.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, key, tensor, toNested } from 'adjoint'
 * import { apply, init, prelu } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const l = prelu(0.5)
 * deepStrictEqual(pipe(tensor([-2, 2]), apply(l)(init(l)(key(0))), evaluate, E.map(toNested)), E.right([-1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const prelu = (slope = 0.25): PreluLayer =>
  layer<SameFn>()(
    'prelu',
    (k): [Prelu, Key] => [{ slope: full([], slope) }, k],
    (p) => (x) => parametricRelu(p.slope)(typed<Expr<number[], 'f32'>>(x))
  )
