import type { Shape, ShapeError } from './Shape.js'

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

/**
 * The shape of a nested array literal, or that there is one.
 *
 * @category constructors
 * @since 0.1.0
 */
export type ShapeOfLiteral<T> = LiteralShape<T> extends infer S extends Shape ? S : Shape

/**
 * The dtype of a nested array literal: `bool` for booleans, else `f32`.
 *
 * @category constructors
 * @since 0.1.0
 */
export type LiteralDType<T, Depth extends readonly 0[] = []> = [T] extends [never]
  ? 'f32'
  : T extends readonly unknown[]
    ? Depth['length'] extends 16
      ? 'f32'
      : LiteralDType<T[number], [...Depth, 0]>
    : T extends boolean
      ? 'bool'
      : 'f32'

/**
 * `unknown` for rows that the compiler can compare, which it can when their lengths are literal.
 *
 * @category constructors
 * @since 0.1.0
 */
export type RectangularCheck<T> = T extends readonly (infer Row)[]
  ? Row extends readonly unknown[]
    ? number extends Row['length']
      ? ShapeError<'tensor: the length of the rows is known only at run time; use fromNested, which answers with an Either'>
      : unknown
    : unknown
  : unknown
