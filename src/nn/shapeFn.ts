/** What layers do to shapes, as types. */
import type { SameShape } from '../shape/broadcast.js'
import type { Rank, Shape, ShapeError, Show } from '../shape/Shape.js'

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

/**
 * The shape of one example of a `ShapeFn`.
 *
 * @category layers
 * @since 0.1.0
 */
export type DomainOf<F> = F extends { readonly domain: infer D } ? D : Shape
