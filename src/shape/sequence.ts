import type { SameShape } from './broadcast.js'
import type { Rank, SameDim, ShapeError, Shape, Show, ShowDim } from './Shape.js'

/**
 * A function of shapes as a type: `out` is written in terms of `this['in']`; `domain` is the shape of one example,
 * `Shape` if all are accepted.
 *
 * @category model
 * @since 0.1.0
 */
export interface ShapeFn {
  readonly in: unknown
  readonly out: unknown
  readonly domain: unknown
}

/**
 * The result of a `ShapeFn` at a shape; of a function that is not known, only that there is a shape.
 *
 * @category layers
 * @since 0.1.0
 */
export type Apply<F, S> = F & { readonly in: S } extends { readonly out: infer R } ? R : number[]

/**
 * The shape is kept: activations, dropout.
 *
 * @category layers
 * @since 0.1.0
 */
export interface SameFn extends ShapeFn {
  readonly out: this['in']
  readonly domain: Shape
}

type Dense<S, I, O> = S extends readonly [...infer B, infer K]
  ? SameDim<K, I> extends true
    ? [...B, O]
    : ShapeError<`dense: input has ${ShowDim<K>} features, expected ${ShowDim<I>}`>
  : number extends Rank<S>
    ? number[]
    : ShapeError<`dense: input has no axis of features (${Show<S>})`>

/**
 * `[..., I] -> [..., O]`.
 *
 * @category layers
 * @since 0.1.0
 */
export interface DenseFn<I, O> extends ShapeFn {
  readonly out: Dense<this['in'], I, O>
  readonly domain: [I]
}

/** A shape that no program has: a function that keeps it keeps every shape. */
interface Probe {
  readonly _tag: 'Input'
  readonly shape: readonly [104729, 1299709]
  readonly dtype: 'f32'
}

type Arrow<S, A, B> =
  number extends Rank<S>
    ? B
    : SameShape<S, A, 'function'> extends ShapeError<string>
      ? ShapeError<`function: input has shape ${Show<S>}, expected ${Show<A>}`>
      : B

/**
 * A function between two given shapes.
 *
 * @category layers
 * @since 0.1.0
 */
export interface ArrowFn<A, B> extends ShapeFn {
  readonly out: Arrow<this['in'], A, B>
  readonly domain: A
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

/**
 * The shape of one example of a `ShapeFn`.
 *
 * @category layers
 * @since 0.1.0
 */
export type DomainOf<F> = F extends { readonly domain: infer D } ? D : Shape

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
