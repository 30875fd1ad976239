import type { Exactly, Is, Items, Open, Rank, SameDim, ShapeError, Show } from './Shape.js'

/** Anything with a shape and a dtype: a leaf of a tree. */
interface Leaf {
  readonly shape: unknown
  readonly dtype: unknown
}

type ShowLeaf<L> = L extends { readonly shape: infer S; readonly dtype: infer D }
  ? `${string extends D ? '?' : D & string}${Show<S>}`
  : 'no expression'

type SameDims<A, B> = A extends readonly [infer X, ...infer AS]
  ? B extends readonly [infer Y, ...infer BS]
    ? SameDim<X, Y> extends true
      ? SameDims<AS, BS>
      : false
    : false
  : B extends readonly []
    ? true
    : false

type SameShapes<A, B> = number extends Rank<A> | Rank<B> ? true : SameDims<A, B>

/** A dtype of several is one known at run time. */
type SameDTypes<A, B> = [A] extends [B] ? true : [B] extends [A] ? true : false

type SameLeaf<A extends Leaf, B extends Leaf> =
  SameDTypes<A['dtype'], B['dtype']> extends true ? SameShapes<A['shape'], B['shape']> : false

/** What is wrong with a place, by what was compared. */
interface Said<Op extends string, Place extends string, A extends string, B extends string> {
  readonly carry: `${Op}: ${Place} is ${A} before a step and ${B} after it; it must stay the same`
  readonly branch: `${Op}: ${Place} is ${A} in one branch and ${B} in another; they must be the same`
  readonly element: `${Op}: ${Place} is ${A}, and ${B} when combined; it must stay the same`
  readonly tangent: `${Op}: ${Place}: expected ${A}, got ${B}`
  readonly cotangent: `${Op}: ${Place}: expected ${A}, got ${B}`
}

type What = keyof Said<string, string, string, string>

interface Subject {
  readonly carry: 'the carry'
  readonly branch: 'the result'
  readonly element: 'an element'
  readonly tangent: 'the tangent'
  readonly cotangent: 'the cotangents'
}

type Place<K extends What, Path extends string> = Path extends '' ? Subject[K] : `${Subject[K]} ${Path}`

type Member<T, Path extends string, Key> = Key extends string | number
  ? T extends readonly unknown[]
    ? `${Path}[${Key}]`
    : Path extends ''
      ? `${Key}`
      : `${Path}.${Key}`
  : Path

/** Keys that hold members: those of a tuple are its positions. */
type Members<T> = T extends readonly unknown[] ? Extract<keyof T, `${number}`> : keyof T

type Odd<
  Op extends string,
  K extends What,
  Path extends string,
  Text extends string
> = ShapeError<`${Op}: ${Subject[K]}: ${Path extends '' ? 'the value' : Path} is ${Text}`>

type UnlikeLeaf<A extends Leaf, B, Op extends string, K extends What, Path extends string> = [B] extends [
  Leaf
]
  ? SameLeaf<A, B> extends true
    ? never
    : ShapeError<Said<Op, Place<K, Path>, ShowLeaf<A>, ShowLeaf<B>>[K]>
  : Odd<Op, K, Path, 'missing'>

type UnlikeMembers<A, B, Op extends string, K extends What, Path extends string> = First<
  {
    [M in Members<A>]: M extends keyof B
      ? Unlike<A[M], B[M], Op, K, Member<A, Path, M>>
      : Odd<Op, K, Member<A, Path, M>, 'missing'>
  }[Members<A>],
  {
    [M in Exclude<Members<B>, keyof A>]: Odd<Op, K, Member<B, Path, M>, 'not expected'>
  }[Exclude<Members<B>, keyof A>]
>

type First<Errors, Later> = [Errors] extends [never] ? Later : Errors

type UnlikeLists<
  A extends readonly unknown[],
  B,
  Op extends string,
  K extends What,
  Path extends string
> = number extends A['length']
  ? B extends readonly unknown[]
    ? Unlike<A[number], B[number], Op, K, `${Path}[]`>
    : Odd<Op, K, Path, 'not a list'>
  : UnlikeMembers<A, B, Op, K, Path>

/** Errors of the places where a tree is not like another, `never` if it is like it. */
type Unlike<A, B, Op extends string, K extends What, Path extends string> =
  Is<B> extends Is<A>
    ? never
    : [A] extends [Leaf]
      ? UnlikeLeaf<A, B, Op, K, Path>
      : [B] extends [Leaf]
        ? Odd<Op, K, Path, 'not expected'>
        : [A] extends [readonly unknown[]]
          ? UnlikeLists<A, B, Op, K, Path>
          : [A] extends [object]
            ? UnlikeMembers<A, B, Op, K, Path>
            : never

/** Nothing for no errors. */
type Passed<Errors> = [Errors] extends [never] ? unknown : Errors

/**
 * `unknown` if a carry after a step is like that before it: a tree of the same structure, whose leaves have the same shapes and dtypes.
 *
 * @category control
 * @since 0.1.0
 */
export type CarryCheck<Before, After, Op extends string, K extends Exclude<What, 'branch'> = 'carry'> =
  Is<After> extends Is<Before>
    ? unknown
    : unknown extends After
      ? unknown
      : Passed<Unlike<Before, After, Op, K, ''>>

/**
 * `unknown` if two branches have results alike.
 *
 * @category control
 * @since 0.1.0
 */
export type BranchCheck<First, Other, Op extends string> =
  Is<Other> extends Is<First> ? unknown : Passed<Unlike<First, Other, Op, 'branch', ''>>

type Result<F> = F extends (...args: never) => infer R ? R : never

/**
 * `unknown` if all branches have results like the first one's.
 *
 * @category control
 * @since 0.1.0
 */
export type BranchesCheck<Branches, Op extends string> = Branches extends readonly [infer F, ...infer Rest]
  ? Passed<{ [I in keyof Rest]: Unlike<Result<F>, Result<Rest[I]>, Op, 'branch', ''> }[number]>
  : Branches extends readonly []
    ? ShapeError<`${Op}: needs at least one branch`>
    : unknown

/**
 * The shape of a value's slices stacked along a new leading axis; any shape for slices of any.
 *
 * @category control
 * @since 0.1.0
 */
export type Stack<N, S> = number extends Rank<S> ? readonly number[] : readonly [N, ...Items<S>]

/** The leading sizes of leaves, each in `Is`, as a union. */
type Leading<T> = T extends Leaf
  ? T['shape'] extends readonly [infer N, ...unknown[]]
    ? Is<N>
    : never
  : T extends readonly unknown[]
    ? Leading<T[number]>
    : T extends object
      ? Leading<T[keyof T]>
      : never

type SizeIn<L> = L extends Is<infer N> ? N : never

// In `Is` a size that is a type parameter is known not to be `never`.
type OrElse<L, Otherwise> = [L] extends [never] ? Otherwise : SizeIn<L>

/**
 * The number of slices of inputs; that which is said otherwise where they have none.
 *
 * @category control
 * @since 0.1.0
 */
export type LengthOf<Inputs, Otherwise> = OrElse<Leading<Inputs>, Otherwise>

type Literal<N> = Open<N> extends true ? never : N

/** A literal size that is not all sizes there are; none where there is one only, be it a type parameter. */
type Apart<N, All> = Exactly<N, All> extends Exactly<All, All> ? never : Literal<N>

/** The literal sizes of leaves where there are several, as a union. */
type Uneven<T, All> = T extends Leaf
  ? T['shape'] extends readonly [infer N, ...unknown[]]
    ? Apart<N, All>
    : never
  : T extends readonly unknown[]
    ? Uneven<T[number], All>
    : T extends object
      ? Uneven<T[keyof T], All>
      : never

type Stated<N> = number extends N ? never : N

/** One member of a union. */
type One<U> = (U extends unknown ? (f: () => U) => void : never) extends (f: infer F) => void
  ? F extends () => infer L
    ? L & number
    : never
  : never

type Slices<
  Op extends string,
  A extends number,
  B extends number
> = ShapeError<`${Op}: inputs have ${A} and ${B} slices along their first axes; they must have equally many`>

type Differing<All, Op extends string> = [All] extends [never] ? unknown : Differ<One<All>, All, Op>

type Differ<A extends number, All, Op extends string> = [Exclude<All, A>] extends [never]
  ? unknown
  : Slices<Op, One<Exclude<All, A>>, A>

/**
 * `unknown` if all inputs of a loop have as many slices, and as many as its length says.
 *
 * @category control
 * @since 0.1.0
 */
export type SlicesCheck<Inputs, Length, Op extends string> = Even<
  Inputs,
  Stated<Length>,
  SizeIn<Leading<Inputs>> | Stated<Length>,
  Op
>

type Even<Inputs, Length, All, Op extends string> = Differing<Uneven<Inputs, All> | Apart<Length, All>, Op>

type Decides<Op extends string, D, X> = Leaf extends X
  ? unknown
  : X extends { readonly dtype: D; readonly shape: infer S }
    ? number extends Rank<S>
      ? unknown
      : S extends readonly []
        ? unknown
        : Undecided<Op, D, X>
    : Undecided<Op, D, X>

type Undecided<
  Op extends string,
  D,
  X
> = ShapeError<`${Op}: needs one ${D & string}[] to decide by, got ${ShowLeaf<X>}`>

/**
 * `unknown` if a value can decide: one number of a dtype.
 *
 * @category control
 * @since 0.1.0
 */
export type DecideCheck<X, D extends 'bool' | 'i32', Op extends string> = Decides<Op, D, X>
