// Must compile, with exactly these types.
import { pipe } from 'fp-ts/lib/function.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { CompileError, Expr, RunError, Shape, Tensor } from 'adjoint'
import * as A from 'adjoint'
import * as nn from 'adjoint/nn'
import * as optim from 'adjoint/optim'
import * as train from 'adjoint/train'
import type * as shape from 'adjoint/shape'
import {
  b,
  batch,
  cube,
  doubles,
  float,
  images,
  ints,
  is,
  kernel,
  mask,
  matrixOfInts,
  pictures,
  ranked,
  scalar,
  untyped,
  w,
  x
} from './prelude.js'

// Elementwise.
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.add(x)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.add(1)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(1, A.sub(x)), true)
is<Expr<[2, 3, 4], 'f32'>>()(pipe(cube, A.mul(b)), true)
is<Expr<[2, 3, 4], 'f32'>>()(pipe(b, A.mul(cube)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(scalar, A.add(x)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.add(batch)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(batch, A.add(x)), true)
is<Expr<[number, 3], 'f32'>>()(pipe(batch, A.add(batch)), true)
is<Expr<number[], 'f32'>>()(pipe(x, A.add(ranked)), true)
is<Expr<[2, 3], A.FloatDType>>()(pipe(float, A.mul(2), A.exp), true)
is<Expr<[2, 3], 'i32'>>()(pipe(matrixOfInts, A.mul(2)), true)
is<Expr<[2, 3], 'bool'>>()(pipe(x, A.lt(0)), true)
is<Expr<[2, 3], 'bool'>>()(pipe(mask, A.and(pipe(x, A.eq(batch)))), true)
is<Expr<[2], 'i32'>>()(pipe(ints, A.xor(1)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.pow(2)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.clip(0, 1)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(mask, A.where(1, 0)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(mask, A.where(x, 0)), true)
is<Expr<[2, 3], 'f64'>>()(pipe(x, A.convert('f64'), A.add(doubles)), true)
is<Expr<[2, 3]>>()(pipe(untyped, A.add(untyped)), true)

// Contractions.
is<Expr<[2, 4], 'f32'>>()(pipe(x, A.matmul(w), A.add(b)), true)
is<Expr<[number, 4], 'f32'>>()(pipe(batch, A.matmul(w)), true)
is<Expr<[3], 'f32'>>()(pipe(w, A.matmul(b)), true)
is<Expr<[], 'f32'>>()(pipe(b, A.matmul(b)), true)
is<Expr<[2, 3, 3], 'f32'>>()(pipe(cube, A.matmul(A.transpose(w))), true)
is<Expr<[2, 4], 'f32'>>()(A.einsum('ij,jk->ik')(x, w), true)
is<Expr<[2, 4], 'f32'>>()(A.einsum('ij, jk')(x, w), true)
is<Expr<[4, 2], 'f32'>>()(A.einsum('bz,za')(x, w), true)
is<Expr<[number, 4], 'f32'>>()(A.einsum('ij,jk->ik')(batch, w), true)

// Windows.
is<Expr<[32, 24, 24, 8], 'f32'>>()(pipe(pictures, A.conv(kernel)), true)
is<Expr<[32, 28, 28, 8], 'f32'>>()(pipe(pictures, A.conv(kernel, { padding: 'same' })), true)
is<Expr<[32, 14, 10, 8], 'f32'>>()(pipe(pictures, A.conv(kernel, { padding: 'same', strides: [2, 3] })), true)
is<Expr<[28, 28, 8], 'f32'>>()(pipe(A.ones([28, 28, 3]), A.conv(kernel, { padding: 'same' })), true)
is<Expr<[32, number, 24, 8], 'f32'>>()(
  pipe(
    pictures,
    A.conv(kernel, {
      padding: [
        [-1, 0],
        [0, 0]
      ]
    })
  ),
  true
)
is<Expr<[32, 56, 84, 8], 'f32'>>()(
  pipe(pictures, A.convTranspose(kernel, { padding: 'same', strides: [2, 3] })),
  true
)
is<Expr<[32, 59, 59, 8], 'f32'>>()(pipe(pictures, A.convTranspose(kernel, { strides: 2 })), true)
is<Expr<[32, 14, 14, 3], 'f32'>>()(pipe(pictures, A.maxPool([2, 2])), true)
is<Expr<[32, 13, 27, 3], 'f32'>>()(pipe(pictures, A.avgPool([3, 2], { strides: [2, 1] })), true)
is<Expr<[32, 28, 7, 3], 'f32'>>()(pipe(pictures, A.sumPool([4])), true)
is<Expr<number[], 'f32'>>()(pipe(ranked, A.maxPool([2, 2])), true)
const images2d = nn.sequential(
  nn.convolution(3, 8, [5, 5], { padding: 'same' }),
  nn.relu,
  nn.maxPooling([2, 2]),
  nn.flatten,
  nn.dense(1568, 10)
)
is<Expr<[10], 'f32'>>()(pipe(A.ones([28, 28, 3]), nn.apply(images2d)(nn.init(images2d)(A.key(0)))), true)

// Reductions.
is<Expr<[], 'f32'>>()(pipe(x, A.sum()), true)
is<Expr<[2], 'f32'>>()(pipe(x, A.sum(-1)), true)
is<Expr<[3], 'f32'>>()(pipe(cube, A.sum([0, -1])), true)
is<Expr<[2, 1], 'f32'>>()(pipe(x, A.sum(-1, { keepDims: true })), true)
is<Expr<[1, 1], 'f32'>>()(pipe(x, A.sum(undefined, { keepDims: true })), true)
is<Expr<[], 'f32'>>()(pipe(ranked, A.sum()), true)
is<Expr<number[], 'f32'>>()(pipe(ranked, A.sum(0)), true)
is<Expr<[2], 'i32'>>()(pipe(x, A.argmax()), true)
is<Expr<[3], 'bool'>>()(pipe(mask, A.any(0)), true)
is<Expr<[2], 'f32'>>()(pipe(x, A.variance(-1, { correction: 1 })), true)
is<Expr<[], 'f32'>>()(pipe(ints, A.mean()), true)
is<Expr<[], 'f64'>>()(pipe(doubles, A.norm()), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.softmax()), true)

// Movement.
is<Expr<[6], 'f32'>>()(pipe(x, A.reshape([6])), true)
is<Expr<[32, 784], 'f32'>>()(pipe(images, A.reshape([32, -1])), true)
is<Expr<[7, 3584], 'f32'>>()(pipe(images, A.reshape([7, -1])), true)
is<Expr<[number, 3], 'f32'>>()(pipe(batch, A.reshape([-1, 3])), true)
is<Expr<[2, 3], 'f32'>>()(pipe(ranked, A.reshape([2, 3])), true)
is<Expr<[4, 3, 2], 'f32'>>()(A.transpose(cube), true)
is<Expr<[4, 2, 3], 'f32'>>()(pipe(cube, A.permute([-1, 0, 1])), true)
is<Expr<[5, 2, 3], 'f32'>>()(pipe(x, A.broadcastTo([5, 2, 3])), true)
is<Expr<[2, 1, 3], 'f32'>>()(pipe(x, A.expandDims(1)), true)
is<Expr<[2, 3, 1], 'f32'>>()(pipe(x, A.expandDims(-1)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.expandDims(-1), A.squeeze(2)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, A.expandDims(0), A.squeeze()), true)
is<Expr<[1, 2], 'f32'>>()(
  pipe(
    x,
    A.slice([
      [0, 1],
      [-2, 3]
    ])
  ),
  true
)
is<Expr<[2, 1], 'f32'>>()(pipe(x, A.slice([null, [1, 2]])), true)
is<Expr<[2, 4], 'f32'>>()(pipe(w, A.take(ints, 0)), true)
is<Expr<[2, 10], 'f32'>>()(pipe(ints, A.oneHot(10)), true)
is<Expr<[number, number], 'f32'>>()(pipe(x, A.pad([{ low: 1 }])), true)
is<Expr<[4, 4], 'f32'>>()(A.eye(4), true)
is<Expr<[2, 3], 'f64'>>()(A.full([2, 3], 7, 'f64'), true)
is<Expr<[5, 2], 'u32'>>()(A.split(5)(A.key(0)), true)
is<Expr<[2, 3], 'f32'>>()(A.uniform([2, 3])(A.key(0)), true)
is<Expr<[4, 3], 'f32'>>()(A.concat(0)([x, x]), true)
is<Expr<[number, 3], 'f32'>>()(A.concat(0)([x, batch]), true)
is<Expr<[2, 12], 'f32'>>()(A.concat(-1)([x, x, x, x]), true)
is<Expr<[2, 2, 3], 'f32'>>()(A.stack(1)([x, x]), true)
is<Expr<[2, 3, 2], 'f32'>>()(A.stack(-1)([x, x]), true)
is<Tensor<[2, 3], 'f32'>>()(
  A.tensor([
    [1, 2, 3],
    [4, 5, 6]
  ]),
  true
)
is<Tensor<[], 'f32'>>()(A.tensor(1), true)
is<Tensor<[2, 0], 'f32'>>()(A.tensor([[], []]), true)
is<Tensor<[2], 'bool'>>()(A.tensor([true, false]), true)
is<Tensor<[2], 'i32'>>()(A.tensor([1, 2], 'i32'), true)
declare const measured: readonly number[]
is<Tensor<[number], 'f32'>>()(A.tensor(measured), true)

// Sizes 0 and 1, and large ones.
const none = A.broadcastTo([0, 3])(scalar)
const column = A.broadcastTo([2, 1])(scalar)
const large = A.broadcastTo([60000, 784])(scalar)
is<Expr<[0], 'f32'>>()(pipe(none, A.reshape([-1])), true)
is<Expr<[2, 3], 'f32'>>()(A.concat(0)([none, x]), true)
is<Expr<[2, 3], 'f32'>>()(pipe(column, A.mul(x)), true)
is<Expr<[2, 1], 'f32'>>()(pipe(column, A.mul(column)), true)
is<Expr<[number, 3], 'f32'>>()(pipe(batch, A.mul(A.broadcastTo([1, 3])(scalar))), true)
is<Expr<[47040000], 'f32'>>()(pipe(large, A.reshape([-1])), true)
is<Expr<[120000, 392], 'f32'>>()(pipe(large, A.reshape([-1, 392])), true)
is<Expr<[119999, 784], 'f32'>>()(A.concat(0)([large, pipe(large, A.slice([[0, -1]]))]), true)

// Counts prove nothing where a size in front is not known: 6 x 28 x 28 may become 3 x 1568.
declare const count: number
declare const stream: Expr<[number, 28, 28], 'f32'>
is<Expr<[number, number], 'f32'>>()(pipe(stream, A.reshape([count, -1])), true)
is<Expr<[number, 9], 'f32'>>()(pipe(stream, A.reshape([count, 9])), true)
is<Expr<[number, 784], 'f32'>>()(pipe(stream, A.reshape([-1, 784])), true)

// Transformations over trees, layers.
const loss = (p: { readonly w: typeof w; readonly b: typeof b }): Expr<[], 'f32'> =>
  pipe(x, A.matmul(p.w), A.add(p.b), A.tanh, A.mean())
is<{ readonly w: typeof w; readonly b: typeof b }>()(A.grad(loss)({ w, b }), true)
is<Expr<[5, 4], 'f32'>>()(
  A.vmap((v: Expr<[3], 'f32'>) => pipe(v, A.matmul(w)))(
    A.tensor([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [1, 2, 3],
      [4, 5, 6]
    ])
  ),
  true
)
const net = nn.sequential(nn.dense(4, 8), nn.relu, nn.dense(8, 3))
const parameters = nn.init(net)(A.key(0))
is<Expr<[3], 'f32'>>()(pipe(b, nn.apply(net)(parameters)), true)
is<Expr<[2, 3, 3], 'f32'>>()(pipe(cube, nn.apply(net)(parameters)), true)
is<Expr<[3, 3], 'f32'>>()(A.vmap(nn.forward(net)(parameters))(w), true)
const [head] = nn.init(nn.dense(3, 2))(A.key(0))
is<Expr<[2], 'f32'>>()(
  pipe(b, nn.apply(nn.sequential(net, nn.relu, nn.dense(3, 2)))([...parameters, head])),
  true
)

is<readonly [nn.Dense<4, 8>, nn.Dense<8, 3>]>()(parameters, true)

// Plain functions are layers without parameters; one that keeps any shape, or one between two shapes.
const halves = (v: Expr<[8], 'f32'>): Expr<[2, 4], 'f32'> => pipe(v, A.reshape([2, 4]))
const mixed = nn.sequential(nn.dense(4, 8), nn.leakyRelu(), halves, A.tanh, nn.dense(4, 3), A.softmax())
is<Expr<[2, 3], 'f32'>>()(pipe(b, nn.apply(mixed)(nn.init(mixed)(A.key(0)))), true)
is<Expr<[3, 2, 3], 'f32'>>()(A.vmap(nn.forward(mixed)(nn.init(mixed)(A.key(0))))(w), true)
is<readonly [nn.Dense<4, 8>, nn.Dense<4, 3>]>()(nn.init(mixed)(A.key(0)), true)
const activations = nn.sequential(nn.relu, nn.prelu(), nn.sigmoid)
is<readonly [{ readonly slope: Expr<[], 'f32'> }]>()(nn.init(activations)(A.key(0)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, nn.apply(activations)(nn.init(activations)(A.key(0)))), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, nn.apply(nn.sequential())([])), true)
const flat = nn.sequential((v: Expr<[2, 2], 'f32'>) => pipe(v, A.reshape([4])), net)
is<Expr<[7, 3], 'f32'>>()(A.vmap(nn.forward(flat)(parameters))(A.ones([7, 2, 2])), true)

// Sizes from a file: layers chosen at run time.
declare const width: number
const stages: ReadonlyArray<nn.Stage> = [nn.dense(width, width), nn.relu, nn.dense(width, 3)]
const unknownNet = nn.sequential(...stages)
is<readonly unknown[]>()(nn.init(unknownNet)(A.key(0)), true)
is<Expr<number[], 'f32'>>()(pipe(x, nn.apply(unknownNet)(nn.init(unknownNet)(A.key(0)))), true)
const hidden: ReadonlyArray<nn.Layer<shape.DenseFn<number, number>, readonly [nn.Dense<number, number>]>> = [
  nn.dense(width, width)
]
const someHidden = nn.sequential(nn.dense(4, width), ...hidden, nn.relu)
is<readonly [nn.Dense<4, number>, ...nn.Dense<number, number>[]]>()(nn.init(someHidden)(A.key(0)), true)
is<Expr<number[], 'f32'>>()(pipe(b, nn.apply(someHidden)(nn.init(someHidden)(A.key(0)))), true)

// Losses.
is<Expr<[], 'f32'>>()(pipe(x, nn.meanSquaredError(x)), true)
is<Expr<[2, 3], 'f32'>>()(pipe(x, nn.binaryCrossEntropyFromLogits(x)), true)
is<Expr<[2], 'f32'>>()(pipe(x, nn.crossEntropyFromLogits(x)), true)
is<Expr<[number], 'f32'>>()(pipe(batch, nn.crossEntropy(batch)), true)

// Compiled functions, evaluated trees, training.
is<Either<CompileError, (v: Tensor<[2, 3], 'f32'>) => Either<RunError, Tensor<[2], 'f32'>>>>()(
  A.compile((v: typeof x) => pipe(v, A.sum(-1)))(A.spec([2, 3])),
  true
)
is<Either<CompileError | RunError, { readonly y: Tensor<[2, 4], 'f32'>; readonly n: 7 }>>()(
  A.evaluate({ y: pipe(x, A.matmul(w)), n: 7 } as const),
  true
)
const optimizer = optim.adam({ learningRate: 0.1 })
const cost = (p: nn.Params<typeof net>, v: Expr<[9, 4], 'f32'>, t: Expr<[9, 3], 'f32'>): Expr<[], 'f32'> =>
  pipe(A.vmap(nn.forward(net)(p))(v), nn.crossEntropyFromLogits(t), A.mean())
const start = train.trainState(optimizer)(parameters)
is<readonly [state: typeof start, loss: Expr<[], 'f32'>]>()(
  train.trainStep(optimizer)(cost)(start, A.ones([9, 4]), A.ones([9, 3])),
  true
)
is<typeof parameters>()(optim.applyUpdates(parameters)(parameters), true)
is<readonly [Expr<[2, 3], 'f32'>, Expr<[2, 3], 'f32'>]>()(
  A.jvp((v: typeof x): typeof x => A.tanh(v))(x, x),
  true
)

// Generic user code: the checks resolve without knowing the sizes.
export const affine = <N extends number, I extends number, O extends number>(
  v: Expr<[N, I]>,
  m: Expr<[I, O]>,
  c: Expr<[O]>
): Expr<[N, O]> => pipe(v, A.matmul(m), A.add(c))

export const center = <N extends number, I extends number>(v: Expr<[N, I], 'f32'>): Expr<[N, I], 'f32'> =>
  pipe(v, A.sub(pipe(v, A.mean(-1, { keepDims: true }))))

export const centerFlipped = <N extends number, I extends number>(
  v: Expr<[N, I], 'f32'>
): Expr<[N, I], 'f32'> => pipe(v, A.mean(-1, { keepDims: true }), A.sub(v))

export const anyFloat = <N extends number, D extends A.FloatDType>(
  v: Expr<[N], D>,
  u: Expr<[N], D>
): Expr<[N], D> => pipe(v, A.add(u), A.mul(2), A.softmax())

export const attention = <
  B extends number,
  Q extends number,
  K extends number,
  D extends number,
  V extends number
>(
  q: Expr<[B, Q, D]>,
  k: Expr<[B, K, D]>,
  v: Expr<[B, K, V]>
): Expr<[B, Q, V]> =>
  pipe(A.einsum('bqd,bkd->bqk')(q, k), A.div(8), A.softmax(-1), (p) => A.einsum('bqk,bkv->bqv')(p, v))

export const attentionByMatmul = <Q extends number, K extends number, D extends number, V extends number>(
  q: Expr<[Q, D]>,
  k: Expr<[K, D]>,
  v: Expr<[K, V]>
): Expr<[Q, V]> => pipe(q, A.matmul(A.transpose(k)), A.softmax(-1), A.matmul(v))

export const flatten = <N extends number>(n: N, v: Expr<[N, 28, 28], 'f32'>) => pipe(v, A.reshape([n, -1]))
is<Expr<[32, 784], 'f32'>>()(flatten(32, images), true)

export const sumAll = (v: Expr<Shape, 'f32'>): Expr<[], 'f32'> => pipe(v, A.sum())

// A size of several literals is one known at run time.
declare const size: 2 | 3 | 4
declare const axis: -1 | 0
declare const either: Expr<[2 | 3, 4], 'f32'>
is<Expr<[2 | 3, 4], 'f32'>>()(pipe(either, A.add(either)), true)
is<Expr<[2, 4], 'f32'>>()(pipe(either, A.add(A.ones([2, 4]))), true)
is<Expr<[2 | 3, 3], 'f32'>>()(pipe(either, A.matmul(A.ones([size, 3]))), true)
is<Expr<[number, 2], 'f32'>>()(pipe(either, A.reshape([-1, 2])), true)
is<Expr<[number, 3], 'f32'>>()(pipe(x, A.reshape([size, 3])), true)
is<Expr<number[], 'f32'>>()(pipe(either, A.sum(axis)), true)
is<Expr<[number, 4], 'f32'>>()(A.concat(0)([either, either]), true)
is<Expr<[number, 4], 'f32'>>()(pipe(either, A.slice([[0, size]])), true)
is<Expr<[2 | 3, 4], 'f32'>>()(pipe(either, A.softmax(axis)), true)

// Plain numbers keep a shape that is a type parameter.
export const scaled = <S extends Shape>(v: Expr<S, 'f32'>): Expr<S, 'f32'> => pipe(v, A.mul(2), A.add(1))
