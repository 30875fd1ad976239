/**
 * One layer after another. Parameters of a layer are a tuple of slots, and a sequence has those of its parts one after another, so that composing is
 * strictly associative and has a unit.
 *
 * @since 0.1.0
 */
import { within } from '../graph/error.js'
import { node, type Expr } from '../graph/Expr.js'
import type { Key } from '../ops/random.js'
import type { Rank, Shape, ShapeError } from '../shape/Shape.js'
import type { Layer, Stage } from './layer.js'
import type { Apply, ArrowFn, DomainOf, SameFn, ShapeFn } from './shapeFn.js'

/** A shape that no program has: a function that keeps it keeps every shape. */
interface Probe {
  readonly _tag: 'Input'
  readonly shape: readonly [104729, 1299709]
  readonly dtype: 'f32'
}

/** Layers carry their shape function; a plain function is asked what it does to a probe, or says its shapes itself. */
type FnOf<L> = L extends (x: never) => unknown
  ? L extends (x: Probe) => { readonly shape: Probe['shape'] }
    ? SameFn
    : L extends (x: infer X) => { readonly shape: infer B }
      ? X extends { readonly shape: infer A }
        ? ArrowFn<A, B>
        : never
      : never
  : L extends { readonly shapeFn?: infer F | undefined }
    ? F
    : never

/** What enters a layer: its own domain where the shape before it is not known. */
type Entering<S, F> = number extends Rank<S> ? DomainOf<F> : S

// `extends infer R` computes each step before the next, which keeps hundreds of layers within the recursion limit.
type Run<Ls extends readonly unknown[], S, Seen extends readonly 0[] = []> = Ls extends readonly [
  infer L,
  ...infer Rest
]
  ? Apply<FnOf<L>, Entering<S, FnOf<L>>> extends infer R
    ? R extends ShapeError<infer M>
      ? {
          readonly layer: `${Seen['length']}`
          readonly error: ShapeError<`sequential: layer ${Seen['length']}: ${M}`>
        }
      : Run<Rest, R, [...Seen, 0]>
    : never
  : { readonly layer: never; readonly out: number extends Ls['length'] ? number[] : S }

/** `unknown` for every layer but the first that does not fit, which gets the error. */
type Faults<Ls extends readonly unknown[]> = Run<Ls, Shape>

/**
 * The layers as parameters; the first one that does not accept what comes before it carries the error.
 *
 * @category layers
 * @since 0.1.0
 */
export type CheckLayers<Ls extends readonly unknown[]> = {
  readonly [K in keyof Ls]: Ls[K] & FaultAt<Faults<Ls>, K>
}

type FaultAt<R, K> = R extends { readonly layer: infer L; readonly error: infer E }
  ? K extends L
    ? E
    : unknown
  : unknown

type Result<R> = R extends { readonly error: infer E } ? E : R extends { readonly out: infer S } ? S : never

/**
 * The shape after all layers.
 *
 * @category layers
 * @since 0.1.0
 */
export type Sequence<Ls extends readonly unknown[], S> = Result<Run<Ls, S>>

/**
 * A list of layers as one `ShapeFn`, so that sequences nest.
 *
 * @category layers
 * @since 0.1.0
 */
export interface SequenceFn<Ls extends readonly unknown[]> extends ShapeFn {
  readonly out: Sequence<Ls, this['in']>
  readonly domain: Ls extends readonly [infer L, ...unknown[]] ? DomainOf<FnOf<L>> : Shape
}

/** The parameters of one layer; those of a layer that is not known are some list. */
type SlotsOf<L> = L extends (x: never) => unknown
  ? readonly []
  : L extends { readonly params?: infer P }
    ? NonNullable<P> extends infer Slots extends readonly unknown[]
      ? Slots
      : readonly unknown[]
    : readonly []

/**
 * The parameters of all layers, as one flat tuple; plain functions have none. Of a list of layers whose length is not
 * known, a list.
 *
 * @category layers
 * @since 0.1.0
 */
export type ParamsOf<
  Ls extends readonly unknown[],
  R extends readonly unknown[] = readonly []
> = Ls extends readonly [infer L, ...infer Rest]
  ? ParamsOf<Rest, readonly [...R, ...SlotsOf<L>]>
  : Ls extends readonly []
    ? R
    : readonly [...R, ...SlotsOf<Ls[number]>[number][]]

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
