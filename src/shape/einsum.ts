import type { Items, PreciseDim, Rank, SameDim, ShapeError, Show, ShowDim } from './Shape.js'

type Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

type Letters<T extends string, R = never> = T extends `${infer L}${infer Rest}` ? Letters<Rest, R | L> : R

type Compact<T extends string> = T extends `${infer A} ${infer B}` ? Compact<`${A}${B}`> : T

type Terms<T extends string, R extends readonly string[] = []> = T extends `${infer A},${infer B}`
  ? Terms<B, [...R, A]>
  : [...R, T]

type Bind<Env, L, D> = {
  readonly [K in keyof Env | (L & string)]: K extends L ? D : K extends keyof Env ? Env[K] : never
}

type Length<T extends string, R extends readonly 0[] = []> = T extends `${string}${infer Rest}`
  ? Length<Rest, [...R, 0]>
  : R['length']

type BindLabel<Env, L extends string, D> =
  L extends Letters<Alphabet>
    ? L extends keyof Env
      ? SameDim<Env[L], D> extends true
        ? Bind<Env, L, PreciseDim<Env[L], D>>
        : ShapeError<`einsum: label ${L} has sizes ${ShowDim<Env[L]>} and ${ShowDim<D>}`>
      : Bind<Env, L, D>
    : ShapeError<`einsum: "${L}" is not a label, expected a letter`>

type LabelCount<
  Term extends string,
  S
> = ShapeError<`einsum: "${Term}" has ${Length<Term>} labels, the operand has ${Rank<S> & number} axes (${Show<S>})`>

type BindTerm<Env, T extends string, S extends readonly unknown[], Term extends string, Whole> =
  Env extends ShapeError<string>
    ? Env
    : T extends `${infer L}${infer Rest}`
      ? S extends readonly [infer D, ...infer DS]
        ? BindTerm<BindLabel<Env, L, D>, Rest, DS, Term, Whole>
        : LabelCount<Term, Whole>
      : S extends readonly []
        ? Env
        : LabelCount<Term, Whole>

type BindUnknown<Env, T extends string> = T extends `${infer L}${infer Rest}`
  ? BindUnknown<L extends keyof Env ? Env : Bind<Env, L, number>, Rest>
  : Env

type BindAll<Env, Ts extends readonly string[], Xs extends readonly unknown[]> =
  Env extends ShapeError<string>
    ? Env
    : Ts extends readonly [infer T extends string, ...infer TS extends readonly string[]]
      ? Xs extends readonly [infer X, ...infer XS]
        ? number extends Rank<X>
          ? BindAll<BindUnknown<Env, T>, TS, XS>
          : BindAll<BindTerm<Env, T, Items<X>, T, X>, TS, XS>
        : Env
      : Env

type Output<
  T extends string,
  Env,
  R extends readonly unknown[] = [],
  Seen = never
> = T extends `${infer L}${infer Rest}`
  ? L extends Seen
    ? ShapeError<`einsum: output label ${L} appears twice`>
    : L extends keyof Env
      ? Output<Rest, Env, [...R, Env[L]], Seen | L>
      : ShapeError<`einsum: output label ${L} is in no operand`>
  : R

type Once<L extends string, In extends string> = In extends `${infer Before}${L}${infer After}`
  ? `${Before}${After}` extends `${string}${L}${string}`
    ? false
    : true
  : false

/** Without `->`: the labels that occur once, in alphabetical order. */
type Implicit<
  In extends string,
  T extends string = Alphabet,
  R extends string = ''
> = T extends `${infer L}${infer Rest}` ? Implicit<In, Rest, Once<L, In> extends true ? `${R}${L}` : R> : R

type Finish<Env, Out extends string> = Env extends ShapeError<string> ? Env : Output<Out, Env>

type Operands<
  Ts extends readonly unknown[],
  Xs extends readonly unknown[]
> = Ts['length'] extends Xs['length']
  ? unknown
  : ShapeError<`einsum: the specification names ${Ts['length'] & number} operands, got ${Xs['length'] & number}`>

type Run<In extends string, Out extends string, Xs extends readonly unknown[]> =
  Operands<Terms<In>, Xs> extends infer E
    ? E extends ShapeError<string>
      ? E
      : Finish<BindAll<unknown, Terms<In>, Xs>, Out>
    : never

type Dispatch<Spec extends string, Xs extends readonly unknown[]> = Spec extends `${string}...${string}`
  ? ShapeError<'einsum: "..." is not supported; name every axis'>
  : Spec extends `${infer In}->${infer Out}`
    ? Run<In, Out, Xs>
    : Run<Spec, Implicit<Spec>, Xs>

/**
 * Einstein summation over literal specifications such as `'bij,bjk->bik'`.
 *
 * @category contraction
 * @since 0.1.0
 */
export type Einsum<Spec, Shapes> = Spec extends string
  ? string extends Spec
    ? number[]
    : number extends Rank<Shapes>
      ? number[]
      : Dispatch<Compact<Spec>, Items<Shapes>>
  : never
