import type { Add } from './arithmetic.js'
import type { At } from './axes.js'
import type { SameShape } from './broadcast.js'
import type { InsertAxis } from './movement.js'
import type { Items, Open, Rank, ShapeError, Show } from './Shape.js'

type Sized<C, Size> = C extends {
  readonly before: infer B extends readonly unknown[]
  readonly after: infer A extends readonly unknown[]
}
  ? [...B, Size, ...A]
  : C

type SizeAt<C> = C extends { readonly size: infer D } ? D : never

/** Two shapes that agree everywhere but along the axis. */
type Concat2<A, B, Axis> =
  number extends Rank<A>
    ? number[]
    : number extends Rank<B>
      ? number[]
      : At<A, Axis, 'concat'> extends infer CA
        ? CA extends ShapeError<string>
          ? CA
          : At<B, Axis, 'concat'> extends infer CB
            ? CB extends ShapeError<string>
              ? CB
              : SameShape<Sized<CA, 0>, Sized<CB, 0>, 'concat'> extends infer R
                ? R extends readonly unknown[]
                  ? Sized<At<R, Axis, 'concat'>, Add<SizeAt<CA>, SizeAt<CB>>>
                  : ShapeError<`concat: shapes ${Show<A>} and ${Show<B>} differ off axis ${Axis & number}`>
                : never
            : never
        : never

type ConcatAll<Xs extends readonly unknown[], Axis, R> = Xs extends readonly [infer X, ...infer T]
  ? Concat2<R, X, Axis> extends infer S
    ? S extends ShapeError<string>
      ? S
      : ConcatAll<T, Axis, S>
    : never
  : R

type OneMore<S, Axis> =
  number extends Rank<S>
    ? number[]
    : At<S, Axis, 'concat'> extends infer C
      ? C extends ShapeError<string>
        ? C
        : Sized<C, number>
      : never

type ListOf<Xs> = Xs extends readonly (infer S)[] ? S : never

/**
 * The shape of a list of shapes laid end to end along one axis.
 *
 * @category joining
 * @since 0.1.0
 */
export type ConcatShape<Xs, Axis> =
  Open<Axis> extends true
    ? number[]
    : number extends Rank<Xs>
      ? OneMore<ListOf<Xs>, Axis>
      : Xs extends readonly [infer X, ...infer T]
        ? T extends readonly []
          ? At<X, Axis, 'concat'> extends infer C
            ? Sized<C, SizeAt<C>>
            : never
          : ConcatAll<T, Axis, X>
        : ShapeError<'concat: nothing to join'>

type Same<Xs extends readonly unknown[], R> = Xs extends readonly [infer X, ...infer T]
  ? SameShape<R, X, 'stack'> extends infer S
    ? S extends ShapeError<string>
      ? S
      : Same<T, S>
    : never
  : R

/**
 * The shape of a list of equal shapes along a new axis.
 *
 * @category joining
 * @since 0.1.0
 */
export type StackShape<Xs, Axis> =
  number extends Rank<Xs>
    ? InsertAxis<ListOf<Xs>, Axis, number, 'stack'>
    : Items<Xs> extends readonly [infer X, ...infer T]
      ? Same<T, X> extends infer S
        ? S extends ShapeError<string>
          ? S
          : InsertAxis<S, Axis, Rank<Xs>, 'stack'>
        : never
      : ShapeError<'stack: nothing to join'>
