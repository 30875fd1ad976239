import { pipe } from 'fp-ts/lib/function.js'
import { expect, it } from 'vitest'
import * as A from 'adjoint'
import * as nn from 'adjoint/nn'
import { showError, type DType, type Expr, type Shape } from 'adjoint'
import type { Equal } from './prelude.js'

type Same<S, D, T, E> = Equal<{ -readonly [K in keyof S]: S[K] }, { -readonly [K in keyof T]: T[K] }> &
  Equal<D, E>

type Row = readonly [name: string, shape: Shape, dtype: DType, actual: Expr<Shape>]

/** Compiles if the type of `actual` says exactly this shape and dtype; the test compares them with the values. */
const row = <const S extends Shape, const D extends DType, T extends Shape, E extends DType>(
  name: string,
  shape: S,
  dtype: D,
  actual: Expr<T, E>,
  _same: Same<S, D, T, E>
): Row => [name, shape, dtype, actual]

const x = A.ones([2, 3])
const w = A.ones([3, 4])
const b = A.ones([4])
const cube = A.ones([2, 3, 4])
const ints = A.tensor([1, 0], 'i32')
const mask = pipe(x, A.gt(0))
const doubles = pipe(x, A.convert('f64'))
const key = A.key(0)
const net = nn.sequential(
  nn.dense(3, 8),
  A.tanh,
  (v: Expr<[8], 'f32'>) => pipe(v, A.reshape([2, 4])),
  nn.dense(4, 5)
)
const weights = nn.init(net)(key)

const rows: ReadonlyArray<Row> = [
  row('add', [2, 3, 4], 'f32', pipe(cube, A.add(b)), true),
  row('sub, number first', [2, 3], 'f64', pipe(1, A.sub(doubles)), true),
  row('mul, both grow', [2, 3], 'f32', pipe(A.ones([2, 1]), A.mul(A.ones([3]))), true),
  row('div by size 0', [0, 3], 'f32', pipe(A.zeros([0, 1]), A.div(A.ones([3]))), true),
  row('maximum', [2, 3], 'f32', pipe(x, A.maximum(0)), true),
  row('lt', [2, 3], 'bool', pipe(x, A.lt(0)), true),
  row('and', [2, 3], 'bool', pipe(mask, A.and(mask)), true),
  row('isFinite', [2, 3], 'bool', A.isFinite(x), true),
  row('exp', [2, 3], 'f64', A.exp(doubles), true),
  row('where', [2, 3], 'f32', pipe(mask, A.where(x, 0)), true),
  row('where, numbers', [2, 3], 'f32', pipe(mask, A.where(1, 0)), true),
  row('clip', [2, 3], 'f32', pipe(x, A.clip(0, 1)), true),
  row('matmul', [2, 4], 'f32', pipe(x, A.matmul(w)), true),
  row('matmul, vector right', [3], 'f32', pipe(w, A.matmul(b)), true),
  row('matmul, vector left', [4], 'f32', pipe(A.ones([3]), A.matmul(w)), true),
  row('matmul, vectors', [], 'f32', pipe(b, A.matmul(b)), true),
  row('matmul, batch', [2, 3, 3], 'f32', pipe(cube, A.matmul(A.transpose(w))), true),
  row('matmul, batches broadcast', [5, 2, 3, 6], 'f32', pipe(cube, A.matmul(A.ones([5, 1, 4, 6]))), true),
  row('einsum', [4, 2], 'f32', A.einsum('ij,jk->ki')(x, w), true),
  row('einsum, implicit', [4, 2], 'f32', A.einsum('bz,za')(x, w), true),
  row('einsum, diagonal', [4], 'f32', A.einsum('ii->i')(A.eye(4)), true),
  row('conv', [2, 1, 2, 7], 'f32', pipe(A.ones([2, 3, 4, 2]), A.conv(A.ones([3, 3, 2, 7]))), true),
  row(
    'conv, same',
    [2, 2, 7],
    'f32',
    pipe(A.ones([3, 4, 2]), A.conv(A.ones([3, 3, 2, 7]), { padding: 'same', strides: 2 })),
    true
  ),
  row(
    'conv, padding, dilation and groups',
    [3, 2, 4],
    'f32',
    pipe(
      A.ones([3, 5, 6]),
      A.conv(A.ones([2, 3, 4]), { padding: [[1, 2]], dilation: 3, strides: 3, groups: 2 })
    ),
    true
  ),
  row(
    'convTranspose',
    [2, 12, 7],
    'f32',
    pipe(A.ones([2, 5, 3]), A.convTranspose(A.ones([4, 3, 7]), { strides: 2 })),
    true
  ),
  row(
    'convTranspose, same',
    [2, 15, 7],
    'f32',
    pipe(A.ones([2, 5, 3]), A.convTranspose(A.ones([4, 3, 7]), { strides: 3, padding: 'same' })),
    true
  ),
  row(
    'convTranspose, padding',
    [2, 7, 7],
    'f32',
    pipe(A.ones([2, 5, 3]), A.convTranspose(A.ones([4, 3, 7]), { strides: 2, padding: [[0, 1]] })),
    true
  ),
  row('maxPool', [2, 2, 4], 'i32', pipe(A.ones([2, 5, 4], 'i32'), A.maxPool([2])), true),
  row('avgPool', [3, 2, 4], 'f32', pipe(A.ones([5, 5, 4]), A.avgPool([1, 3], { strides: 2 })), true),
  row(
    'sumPool, same',
    [3, 4],
    'f32',
    pipe(A.ones([5, 4]), A.sumPool([3], { strides: 2, padding: 'same' })),
    true
  ),
  row('flatten', [24], 'f32', pipe(cube, nn.apply(nn.flatten)([])), true),
  row('sum', [], 'f32', pipe(cube, A.sum()), true),
  row('sum, several axes', [3], 'f32', pipe(cube, A.sum([0, -1])), true),
  row('max, keepDims', [2, 1, 4], 'f32', pipe(cube, A.max(1, { keepDims: true })), true),
  row('mean of integers', [], 'f32', pipe(ints, A.mean()), true),
  row('std', [2, 3], 'f32', pipe(cube, A.std(-1)), true),
  row('any', [3], 'bool', pipe(mask, A.any(0)), true),
  row('logSumExp', [2, 4], 'f32', pipe(cube, A.logSumExp(1)), true),
  row('softmax', [2, 3], 'f32', pipe(x, A.softmax(0)), true),
  row('argmax', [2, 4], 'i32', pipe(cube, A.argmax(1)), true),
  row('reshape', [4, 6], 'f32', pipe(cube, A.reshape([4, -1])), true),
  row('permute', [4, 2, 3], 'f32', pipe(cube, A.permute([-1, 0, 1])), true),
  row('transpose', [4, 3, 2], 'f32', A.transpose(cube), true),
  row('broadcastTo', [5, 2, 3], 'f32', pipe(x, A.broadcastTo([5, 2, 3])), true),
  row('expandDims', [2, 3, 1], 'f32', pipe(x, A.expandDims(-1)), true),
  row('squeeze', [2, 3], 'f32', pipe(A.ones([2, 1, 3]), A.squeeze(1)), true),
  row('squeeze all', [2, 3], 'f32', pipe(A.ones([1, 2, 1, 3]), A.squeeze()), true),
  row(
    'slice',
    [1, 2, 4],
    'f32',
    pipe(
      cube,
      A.slice([
        [0, 1],
        [-2, 3]
      ])
    ),
    true
  ),
  row('reverse', [2, 3], 'f32', pipe(x, A.reverse(0)), true),
  row('concat', [2, 6], 'f32', A.concat(-1)([x, x]), true),
  row('stack', [2, 2, 3], 'f32', A.stack(1)([x, x]), true),
  row('take', [2, 3, 2], 'f32', pipe(cube, A.take(ints, -1)), true),
  row('take of a matrix', [2, 2, 4], 'f32', pipe(w, A.take(A.zeros([2, 2], 'i32'), 0)), true),
  row('oneHot', [2, 10], 'f32', pipe(ints, A.oneHot(10)), true),
  row('eye', [3, 3], 'f64', A.eye(3, 'f64'), true),
  row('iota', [2, 3], 'i32', A.iota([2, 3], 1), true),
  row(
    'tensor',
    [2, 2],
    'bool',
    A.tensor([
      [true, false],
      [false, true]
    ]),
    true
  ),
  row('split', [5, 2], 'u32', A.split(5)(key), true),
  row('uniform', [2, 3], 'f64', A.uniform([2, 3], { dtype: 'f64' })(key), true),
  row('normal', [2, 3], 'f32', A.normal([2, 3])(key), true),
  row('apply', [2, 5], 'f32', pipe(A.ones([3]), nn.apply(net)(weights)), true),
  row('apply to rows', [2, 8], 'f32', pipe(x, nn.apply(nn.dense(3, 8))(nn.init(nn.dense(3, 8))(key))), true),
  row('vmap of forward', [7, 2, 5], 'f32', A.vmap(nn.forward(net)(weights))(A.ones([7, 3])), true),
  row('grad', [3, 4], 'f32', A.grad((p: typeof w) => pipe(x, A.matmul(p), A.tanh, A.mean()))(w), true),
  row('jvp', [2], 'f32', A.jvp((v: typeof x) => pipe(v, A.sum(1)))(x, x)[1], true),
  row('squaredError', [2, 3], 'f32', pipe(x, nn.squaredError(x)), true),
  row('meanSquaredError', [], 'f32', pipe(x, nn.meanSquaredError(x)), true),
  row('crossEntropyFromLogits', [2], 'f32', pipe(x, nn.crossEntropyFromLogits(x)), true)
]

it.each(rows)('%s has the shape and dtype that its type says', (_, shape, dtype, actual) => {
  const value = A.evaluate(actual)
  expect(value._tag === 'Left' ? showError(value.left) : [value.right.shape, value.right.dtype]).toEqual([
    shape,
    dtype
  ])
  expect([actual.shape, actual.dtype]).toEqual([shape, dtype])
})
