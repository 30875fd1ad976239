/**
 * Layers: parameters with a way to initialise them and a function of one example. Batching is `vmap`.
 *
 * @since 0.1.0
 */
import type { State } from 'fp-ts/lib/State.js'
import type { Expr } from '../graph/Expr.js'
import { typed } from '../graph/terms.js'
import type { Key } from '../ops/random.js'
import type { Apply, Check, DomainOf, ShapeFn } from '../shape/index.js'
import type { DType } from '../tensor/DType.js'

/**
 * A layer whose shapes are described by the type function `F` and whose parameters are the tuple `P`. `shapeFn` and `params` exist for the
 * compiler only.
 *
 * @since 0.1.0
 * @category model
 */
export interface Layer<out F, out P> {
  readonly _tag: 'Layer'
  readonly label: string
  /** The number of parameter slots. */
  readonly slots: number
  readonly init: State<Key, P>
  readonly run: (params: ReadonlyArray<unknown>) => (x: Expr) => Expr
  readonly shapeFn?: F | undefined
  readonly params?: P | undefined
}

/**
 * The parameters of a layer: `Params<typeof net>`.
 *
 * @since 0.1.0
 * @category model
 */
export type Params<L> = L extends Layer<unknown, infer P> ? P : never

/**
 * What a network is made of: layers, and plain functions such as activations.
 *
 * @since 0.1.0
 * @category model
 */
export type Stage = Layer<unknown, unknown> | ((x: never) => Expr<unknown>)

/**
 * A layer that has its parameters.
 *
 * @since 0.1.0
 * @category layers
 */
export interface Applied<F> {
  <S, D extends DType>(x: Expr<S, D> & Check<Apply<F, S>>): Expr<Apply<F, S>, D>
}

/**
 * A layer of one's own: `layer<F>()(label, init, run)` with one slot of parameters, `F` describing what it does to shapes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, key, mul, ones, tensor, toNested, type Expr, type Key } from 'adjoint'
 * import { apply, init, layer } from 'adjoint/nn'
 * import type { SameFn } from 'adjoint/shape'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * type P = { readonly gain: Expr<[], 'f32'> }
 * const gain = layer<SameFn>()('gain', (k: Key): [P, Key] => [{ gain: ones([]) }, k], (p) => (x) => pipe(x, mul(p.gain as Expr)))
 * const y = apply(gain)(init(gain)(key(0)))(tensor([1, 2]))
 * deepStrictEqual(pipe(evaluate(y), E.map(toNested)), E.right([1, 2]))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const layer =
  <F extends ShapeFn>() =>
  <P>(label: string, init: State<Key, P>, run: (params: P) => (x: Expr) => Expr): Layer<F, readonly [P]> => ({
    _tag: 'Layer',
    label,
    slots: 1,
    init: (k) => {
      const [params, next] = init(k)
      return [[params], next]
    },
    run: ([params]) => run(params as P)
  })

/**
 * Initial parameters of a layer from a key.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key } from 'adjoint'
 * import { dense, init } from 'adjoint/nn'
 *
 * const [{ w, b }] = init(dense(4, 3))(key(0))
 * deepStrictEqual([w.shape, b.shape], [[4, 3], [3]])
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const init =
  <F, P>(l: Layer<F, P>) =>
  (key: Key): P =>
    l.init(key)[0]

/**
 * A layer as a function, for an example of any shape that it accepts.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { tensor } from 'adjoint'
 * import { apply, relu, sequential } from 'adjoint/nn'
 *
 * deepStrictEqual(apply(sequential(relu))([])(tensor([1, 2])).shape, [2])
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const apply =
  <F, P>(l: Layer<F, P>) =>
  (params: P): Applied<F> =>
  (x) =>
    typed(l.run(params as ReadonlyArray<unknown>)(x as Expr))

/**
 * A layer as a function of its own example shape, as `vmap` wants it.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, tensor, vmap } from 'adjoint'
 * import { dense, forward, init } from 'adjoint/nn'
 *
 * const l = dense(2, 3)
 * const batch = vmap(forward(l)(init(l)(key(0))))(tensor([[1, 2], [3, 4], [5, 6], [7, 8]]))
 * deepStrictEqual(batch.shape, [4, 3])
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const forward =
  <F, P>(l: Layer<F, P>) =>
  (params: P) =>
  (x: Expr<DomainOf<F>, 'f32'>): Expr<Apply<F, DomainOf<F>>, 'f32'> =>
    typed(l.run(params as ReadonlyArray<unknown>)(x as Expr))
