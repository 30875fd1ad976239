import type { Both, ShapeError } from './Shape.js'

type Differ<Op extends string, A, B> = A extends string
  ? B extends string
    ? ShapeError<`${Op}: dtypes ${A} and ${B} differ; convert one of them with convert(...)`>
    : never
  : never

/**
 * `unknown` if the dtypes agree: a union is a dtype known at run time, `never` that of a plain number.
 *
 * @category dtype
 * @since 0.1.0
 */
export type DTypeCheck<A, B, Op extends string> =
  Both<A, B> extends Both<A, A> | Both<B, B> ? unknown : Differ<Op, A, B>

type NotFloat<Op extends string, D extends string> = ShapeError<`${Op}: needs dtype f32 or f64, got ${D}`>

/**
 * Indexed by a dtype: `unknown` for one that `Op` accepts. A lookup, not a conditional, so that a generic
 * `D extends 'f32' | 'f64'` is accepted.
 *
 * @category dtype
 * @since 0.1.0
 */
export interface FloatOnly<Op extends string> {
  readonly f32: unknown
  readonly f64: unknown
  readonly i32: NotFloat<Op, 'i32'>
  readonly u32: NotFloat<Op, 'u32'>
  readonly bool: NotFloat<Op, 'bool'>
}

type NotInteger<Op extends string, D extends string> = ShapeError<`${Op}: needs dtype i32 or u32, got ${D}`>

/**
 * Indexed by a dtype: `unknown` for an integer one.
 *
 * @category dtype
 * @since 0.1.0
 */
export interface IntegerOnly<Op extends string> {
  readonly i32: unknown
  readonly u32: unknown
  readonly f32: NotInteger<Op, 'f32'>
  readonly f64: NotInteger<Op, 'f64'>
  readonly bool: NotInteger<Op, 'bool'>
}

type NotBool<Op extends string, D extends string> = ShapeError<`${Op}: needs dtype bool, got ${D}`>

/**
 * Indexed by a dtype: `unknown` for `bool`.
 *
 * @category dtype
 * @since 0.1.0
 */
export interface BoolOnly<Op extends string> {
  readonly bool: unknown
  readonly f32: NotBool<Op, 'f32'>
  readonly f64: NotBool<Op, 'f64'>
  readonly i32: NotBool<Op, 'i32'>
  readonly u32: NotBool<Op, 'u32'>
}

type NotBits<
  Op extends string,
  D extends string
> = ShapeError<`${Op}: needs dtype bool, i32 or u32, got ${D}`>

/**
 * Indexed by a dtype: `unknown` for one made of bits.
 *
 * @category dtype
 * @since 0.1.0
 */
export interface BitsOnly<Op extends string> {
  readonly bool: unknown
  readonly i32: unknown
  readonly u32: unknown
  readonly f32: NotBits<Op, 'f32'>
  readonly f64: NotBits<Op, 'f64'>
}

/**
 * Indexed by a dtype: `unknown` for one with arithmetic.
 *
 * @category dtype
 * @since 0.1.0
 */
export interface NumberOnly<Op extends string> {
  readonly f32: unknown
  readonly f64: unknown
  readonly i32: unknown
  readonly u32: unknown
  readonly bool: ShapeError<`${Op}: needs a number, got bool`>
}
