// Must compile, with exactly these types: loops and branches.
import { pipe } from 'fp-ts/lib/function.js'
import type { Expr } from 'adjoint'
import * as A from 'adjoint'
import { b, batch, is, ranked, scalar, w } from './prelude.js'

// Loops: the carry keeps its type, outputs are stacked; trees need no `as const`.
const [last, sums] = A.scan((c: typeof scalar, s: typeof scalar) => [pipe(c, A.add(s)), [c, { s }]])(
  A.tensor(0),
  b
)
is<typeof scalar>()(last, true)
is<readonly [Expr<[4], 'f32'>, { readonly s: Expr<[4], 'f32'> }]>()(sums, true)
is<Expr<[5, 4], 'f32'>>()(A.scan((c: typeof b) => [c, c], { length: 5 })(b)[1], true)
is<Expr<[4], 'f32'>>()(A.scan((c: typeof scalar, _) => [c, c])(scalar, b)[1], true)
const pair = A.scan((c: readonly [typeof scalar, typeof b], s: typeof scalar) => [[s, c[1]], A.tensor(1)])
is<readonly [carry: readonly [typeof scalar, typeof b], outputs: Expr<[4], 'f32'>]>()(
  pair([scalar, b], b),
  true
)
is<Expr<[number], 'f32'>>()(
  A.scan((c: typeof scalar, s: Expr<[3], 'f32'>) => [c, A.sum()(s)])(scalar, batch)[1],
  true
)
is<typeof b>()(A.forLoop(0, 3, (i, c: typeof b) => pipe(c, A.mul(A.convert('f32')(i))))(b), true)
is<Expr<[3, 2], 'f32'>>()(A.map((s: typeof b) => pipe(s, A.slice([[0, 2]])))(w), true)
is<Expr<[number, ...number[]], 'f32'>>()(A.map((s: typeof ranked) => A.tanh(s))(ranked), true)
is<typeof scalar>()(
  A.whileLoop(
    (c: typeof scalar) => pipe(c, A.lt(1)),
    (c: typeof scalar) => c
  )(scalar),
  true
)

// Branches: functions of any shape, constants, tuples, lists of functions.
declare const flag: Expr<[], 'bool'>
declare const place: Expr<[], 'i32'>
declare const ways: ReadonlyArray<(v: typeof b) => typeof b>
is<typeof b>()(A.cond(flag, A.sin, A.cos)(b), true)
is<typeof b>()(A.cond(flag, (v: typeof b) => A.sin(v), A.cos)(b), true)
is<typeof scalar>()(
  A.cond(
    flag,
    () => A.tensor(1),
    () => scalar
  )(),
  true
)
is<readonly [typeof b, { readonly n: typeof scalar }]>()(
  A.cond(
    flag,
    (v: typeof b, n: typeof scalar) => [v, { n }],
    (v: typeof b, n: typeof scalar) => [A.tanh(v), { n }]
  )(b, scalar),
  true
)
is<typeof b>()(A.choose(place, [A.sin, A.cos, A.tanh])(b), true)
is<typeof b>()(A.choose(place, ways)(b), true)
is<typeof b>()(A.checkpoint(A.sin)(b), true)

// Loops in generic code.
export const cumulative = <N extends number>(v: Expr<[N], 'f32'>): Expr<[N], 'f32'> =>
  A.scan((c: typeof scalar, s: typeof scalar) => [pipe(c, A.add(s)), pipe(c, A.add(s))])(A.tensor(0), v)[1]
export const rowwise = <N extends number>(v: Expr<[N, 4], 'f32'>): Expr<[N, 4], 'f32'> =>
  A.map((s: typeof b): typeof b => A.softmax()(s))(v)
export const twice = <C>(f: (c: C) => C, c: C): C => A.forLoop(0, 2, (_, s: C) => f(s))(c)
