// A user's program, checked with the types of the packed package: what it should accept, what it should refuse, and
// the sizes that once took the compiler gigabytes (unions of literals).
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  compile,
  concat,
  einsum,
  evaluate,
  fromFlat,
  grad,
  jvp,
  key,
  matmul,
  mean,
  mul,
  ones,
  reshape,
  slice,
  softmax,
  square,
  sum,
  tanh,
  tensor,
  transpose,
  vjp,
  vmap,
  type Expr,
  type Key,
  type Shape
} from 'adjoint'
import {
  apply,
  crossEntropyFromLogits,
  dense,
  forward,
  init,
  layer,
  prelu,
  relu,
  sequential,
  type Params,
  type Stage
} from 'adjoint/nn'
import { adam } from 'adjoint/optim'
import { trainState, trainStep } from 'adjoint/train'
import type { SameFn } from 'adjoint/shape'
import { arbitrary, gradientLaw } from 'adjoint/laws'

// A model of one's own: attention, twice.
interface Attention {
  readonly q: Expr<[16, 16], 'f32'>
  readonly k: Expr<[16, 16], 'f32'>
  readonly v: Expr<[16, 16], 'f32'>
}
interface Model {
  readonly blocks: readonly [Attention, Attention]
  readonly heads: Readonly<Record<string, Expr<[16], 'f32'>>>
}
const attention = (p: Attention) => (x: Expr<[10, 16], 'f32'>) => {
  const scores = pipe(x, matmul(p.q), matmul(transpose(pipe(x, matmul(p.k)))), mul(0.25), softmax())
  return pipe(scores, matmul(pipe(x, matmul(p.v))))
}
const loss = (p: Model) => pipe(ones([10, 16]), attention(p.blocks[0]), attention(p.blocks[1]), square, sum())
const first = (p: Model) => pipe(grad(loss)(p).blocks[0].q, square, sum())
const second = (p: Model) => pipe(grad(first)(p).blocks[1].v, square, sum())
export const third: (p: Model) => Model = grad(second)

// A network, a layer of one's own, training.
const gain = layer<SameFn>()(
  'gain',
  (k: Key): [{ readonly by: Expr<[], 'f32'> }, Key] => [{ by: ones([]) }, k],
  (p) => (x) => pipe(x, mul(p.by as Expr))
)
const part = sequential(dense(16, 16), gain, prelu())
const net = sequential(dense(4, 16), relu, part, dense(16, 8), tanh, dense(8, 3))
const batchLoss = (p: Params<typeof net>, x: Expr<[32, 4], 'f32'>, y: Expr<[32, 3], 'f32'>) =>
  pipe(vmap(forward(net)(p))(x), crossEntropyFromLogits(y), mean())
const optimizer = adam({ learningRate: 0.01 })
export const step = compile(trainStep(optimizer)(batchLoss))
export const start = trainState(optimizer)(init(net)(key(1)))
export const perExample: Expr<[7, 3], 'f32'> = vmap(grad((w: Expr<[3], 'f32'>) => pipe(w, square, sum())))(
  ones([7, 3])
)
export const nested: Expr<[2, 3], 'f32'> = vmap((x: Expr<[3, 4], 'f32'>) =>
  vmap((y: Expr<[4], 'f32'>) => sum()(y))(x)
)(ones([2, 3, 4]))
export const products: Expr<[2, 3, 5], 'f32'> = einsum('bij,bjk->bik')(ones([2, 3, 4]), ones([2, 4, 5]))
export const moved = jvp((p: { readonly a: Expr<[2], 'f32'> }) => square(p.a))(
  { a: ones([2]) },
  { a: ones([2]) }
)
export const pulled = vjp((p: { readonly a: Expr<[2], 'f32'> }) => square(p.a))({ a: ones([2]) })[1](
  ones([2])
).a

// Sizes known at run time, type parameters.
declare const n: number
declare const dims: ReadonlyArray<number>
export const summed = pipe(
  fromFlat([n, 4])([1, 2, 3, 4]),
  E.map((x) => pipe(x, matmul(ones([4, 5])), add(1), sum(0)))
)
export const dynamic = grad((x: Expr<Shape, 'f32'>) =>
  pipe(x, matmul(x), reshape([-1]), reshape(dims), softmax(), sum())
)
const stages: ReadonlyArray<Stage> = Array.from({ length: 3 }, () => dense(4, 4))
export const deep = apply(sequential(...stages))(init(sequential(...stages))(key(0)))(ones([4]))
export const affine = <N extends number, I extends number, O extends number>(
  x: Expr<[N, I], 'f32'>,
  w: Expr<[I, O], 'f32'>,
  b: Expr<[O], 'f32'>
): Expr<[N, O], 'f32'> => pipe(x, matmul(w), add(b))
export const twice = <S extends Shape>(x: Expr<S, 'f32'>): Expr<S, 'f32'> => pipe(x, mul(2), add(1))
type Tree = { readonly [name: string]: Tree } | Expr
export const values = (t: Tree) => evaluate(t)

// Sizes of which the compiler knows several.
type Size =
  1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 16 | 24 | 32 | 48 | 64 | 96 | 128 | 192 | 256 | 384 | 512
declare const size: Size
declare const axis: -1 | 0 | 1
declare const some: Expr<[Size, Size], 'f32'>
declare const cube: Expr<[Size, Size, Size], 'f32'>
export const several = [
  pipe(some, add(some)),
  pipe(ones([3, 7]), mul(some)),
  pipe(cube, matmul(cube)),
  pipe(some, reshape([size, -1])),
  pipe(cube, reshape([size, size, size])),
  pipe(some, sum(axis)),
  concat(axis)([some, some]),
  pipe(some, slice([[0, size]])),
  einsum('ijk,kjl')(cube, cube),
  apply(sequential(dense(size, size), relu, dense(size, 3)))
]

// Refused, each by its own message.
// @ts-expect-error inner dimensions differ
pipe(ones([2, 3]), matmul(ones([4, 5])))
// @ts-expect-error sizes do not broadcast
pipe(ones([2, 3]), add(ones([4])))
// @ts-expect-error 6 elements
pipe(ones([2, 3]), reshape([7, -1]))
// @ts-expect-error layer 2 expects 9 features
sequential(dense(4, 8), relu, dense(9, 3))
// @ts-expect-error the result is not a number
grad((x: Expr<[2], 'f32'>) => square(x))(ones([2]))
// @ts-expect-error parameters of another network
forward(net)(init(sequential(dense(4, 7), relu, dense(7, 3)))(key(0)))
// @ts-expect-error rows of different lengths
tensor([[1, 2], [3]])
// @ts-expect-error not a stage
sequential(add)
// @ts-expect-error a number is not a tree
compile(batchLoss)(3)

export const law = gradientLaw({
  name: 'square',
  f: (x: Expr<[3], 'f64'>) => pipe(x, square, sum()),
  arbitrary: arbitrary.tensor({ shape: [3], dtype: 'f64' })
})
