import type { ShapeError } from './Shape.js'

type IsUnion<A, B = A> = A extends unknown ? ([B] extends [A] ? false : true) : never

// The elements are looked at as one union, so that the work does not grow with their number.
type Nested<T, Inner> = [Inner] extends [never]
  ? [T]
  : Inner extends ShapeError<string>
    ? Inner
    : Inner extends readonly unknown[]
      ? [T, ...Inner]
      : never

type Rows<L, Inner> =
  true extends IsUnion<Inner> ? ShapeError<'tensor: rows have different shapes'> : Nested<L, Inner>

/**
 * The shape of a nested array literal; of `number[][]` only the rank is known.
 *
 * @category constructors
 * @since 0.1.0
 */
export type LiteralShape<T, Depth extends readonly 0[] = []> = T extends readonly unknown[]
  ? Depth['length'] extends 16
    ? number[]
    : Rows<T['length'], LiteralShape<T[number], [...Depth, 0]>>
  : []
