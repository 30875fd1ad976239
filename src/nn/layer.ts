/**
 * Layers: parameters with a way to initialise them and a function of one example. Batching is `vmap`. Parameters of a layer are a tuple of slots,
 * and a sequence has those of its parts one after another, so that composing is strictly associative and has a unit.
 *
 * @since 0.1.0
 */
import type { State } from 'fp-ts/lib/State.js'
import { within } from '../graph/error.js'
import { node, type Expr } from '../graph/Expr.js'
import { add } from '../ops/arithmetic.js'
import { full } from '../ops/lookup.js'
import { typed } from '../graph/terms.js'
import { matmul } from '../ops/product.js'
import { nextKey, type Key } from '../ops/random.js'
import type {
  Apply,
  Check,
  CheckLayers,
  DenseFn,
  DomainOf,
  ParamsOf,
  SameFn,
  SequenceFn,
  ShapeFn
} from '../shape/index.js'
import type { DType } from '../tensor/DType.js'
import { parametricRelu } from './activation.js'
import { heNormal, zeroInitializer, type Initializer } from './initializer.js'

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
): Layer<DenseFn<I, O>, readonly [Dense<I, O>]> =>
  layer<DenseFn<I, O>>()(
    'dense',
    (k): [Dense<I, O>, Key] => {
      const [forWeights, rest] = nextKey(k)
      const [forBiases, next] = nextKey(rest)
      const w = (options.weights ?? heNormal)([inputs, outputs])(forWeights)
      const b = (options.biases ?? zeroInitializer)([outputs])(forBiases)
      return [{ w, b }, next]
    },
    ({ w, b }) =>
      (x) =>
        add(b as Expr)(matmul(w as Expr)(x))
  )

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
export const prelu = (slope = 0.25): Layer<SameFn, readonly [{ readonly slope: Expr<[], 'f32'> }]> =>
  layer<SameFn>()(
    'prelu',
    (k): [{ readonly slope: Expr<[], 'f32'> }, Key] => [{ slope: full([], slope) }, k],
    (p) => (x) => parametricRelu(p.slope)(typed<Expr<number[], 'f32'>>(x))
  )

const isLayer = (stage: Stage): stage is Layer<unknown, unknown> => typeof stage !== 'function'

/** A plain function as a layer without parameters. */
const lifted = (stage: Stage): Layer<unknown, unknown> =>
  isLayer(stage)
    ? stage
    : {
        _tag: 'Layer',
        label: stage.name,
        slots: 0,
        init: (k) => [[], k],
        run: () => stage as (x: Expr) => Expr
      }

/** Only layers that add parameters of their own are worth naming in errors; a nested sequence names its parts. */
const step = (part: Layer<unknown, unknown>, at: number, params: ReadonlyArray<unknown>, x: Expr): Expr =>
  x._tag === 'Invalid'
    ? x
    : within(`layer ${String(at)}${part.label === '' ? '' : ` ${part.label}`}`)(node(part.run(params)(x)))

/**
 * One stage after another. Each must accept the shape that the one before yields; the first that does not is a type error, which names it.
 * Parameters are the flat tuple of those of the parts. `sequential()` is the identity.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, softmax, tensor } from 'adjoint'
 * import { apply, dense, init, relu, sequential } from 'adjoint/nn'
 *
 * const net = sequential(dense(4, 8), relu, dense(8, 3), softmax())
 * const params = init(net)(key(0))
 * deepStrictEqual(params.map((p) => p.w.shape), [[4, 8], [8, 3]])
 * deepStrictEqual(apply(net)(params)(tensor([1, 2, 3, 4])).shape, [3])
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const sequential = <const Ls extends ReadonlyArray<Stage>>(
  ...stages: CheckLayers<Ls>
): Layer<SequenceFn<Ls>, ParamsOf<Ls>> => {
  const parts = (stages as ReadonlyArray<Stage>).map(lifted)
  const slots = parts.map((p) => p.slots)
  const start = slots.map((_, i) => slots.slice(0, i).reduce((a, b) => a + b, 0))
  return {
    _tag: 'Layer',
    label: '',
    slots: slots.reduce((a, b) => a + b, 0),
    init: (k) => {
      const [params, next] = parts.reduce<readonly [ReadonlyArray<unknown>, Key]>(
        ([done, key], part) => {
          const [own, after] = part.init(key)
          return [[...done, ...(own as ReadonlyArray<unknown>)], after]
        },
        [[], k]
      )
      return [params as ParamsOf<Ls>, next]
    },
    run: (params) => (x) =>
      parts.reduce((y, part, i) => step(part, i, params.slice(start[i], (start[i] ?? 0) + part.slots), y), x)
  }
}

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
  (params: P) =>
  <S, D extends DType>(x: Expr<S, D> & Check<Apply<F, S>>): Expr<Apply<F, S>, D> =>
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
