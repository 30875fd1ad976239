/** The shape that the compiler computes, the one that the graph carries and the one of the evaluated tensor are the same. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  all,
  any,
  argmax,
  argmin,
  atan2,
  bits,
  broadcastTo,
  concat,
  convert,
  div,
  einsum,
  eq,
  erfInv,
  evaluate,
  exp,
  expandDims,
  eye,
  full,
  grad,
  gt,
  hypot,
  iota,
  isFinite,
  jvp,
  key,
  keyAt,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  maximum,
  mean,
  min,
  mul,
  neg,
  nextKey,
  norm,
  normal,
  not,
  oneHot,
  ones,
  permute,
  pow,
  prod,
  rem,
  reshape,
  reverse,
  slice,
  softmax,
  split,
  square,
  squeeze,
  stack,
  std,
  stopGradient,
  sub,
  sum,
  take,
  takeAlongAxis,
  transpose,
  uniform,
  variance,
  vjp,
  vmap,
  where,
  zeros,
  type DType,
  type Expr
} from '../../src/index.js'
import {
  apply,
  crossEntropyFromLogits,
  dense,
  init,
  leakyRelu,
  meanSquaredError,
  relu,
  sequential,
  sigmoid,
  squaredError,
  straightThroughStep
} from '../../src/nn/index.js'
import { unsafeFlat, unsafeRight } from '../support/outcome.js'

interface Claim {
  readonly x: Expr<unknown>
  readonly shape: unknown
  readonly dtype: DType
}

/** Does not compile unless the type of the expression has this very shape. */
const claim = <S, D extends DType>(x: Expr<S, D>, shape: NoInfer<S>, dtype: NoInfer<D>): Claim => ({
  x,
  shape,
  dtype
})

const [a, b] = [full([2, 3], 0.5), full([3, 4], 0.25)]
const [row, column, scalar] = [full([3], 1), full([2, 1], 2), full([], 3)]
const cube = full([2, 3, 4], 1)
const single = full([1, 3], 1)
const double = full([2, 3], 1, 'f64')
const [ints, indices] = [iota([2, 3], 1), iota([2])]
const mask = pipe(a, gt(0))
const net = sequential(dense(3, 5), relu, dense(5, 2), softmax())
const params = init(net)(key(0))

const claims: Readonly<Record<string, ReadonlyArray<Claim>>> = {
  constructors: [
    claim(full([2, 3], 1), [2, 3], 'f32'),
    claim(zeros([], 'f64'), [], 'f64'),
    claim(ones([0, 2], 'i32'), [0, 2], 'i32'),
    claim(iota([3, 2], -1), [3, 2], 'i32'),
    claim(eye(3), [3, 3], 'f32')
  ],
  pointwise: [
    claim(neg(a), [2, 3], 'f32'),
    claim(square(ints), [2, 3], 'i32'),
    claim(exp(double), [2, 3], 'f64'),
    claim(erfInv(a), [2, 3], 'f32'),
    claim(sigmoid(cube), [2, 3, 4], 'f32'),
    claim(leakyRelu(0.1)(scalar), [], 'f32'),
    claim(straightThroughStep(row), [3], 'f32'),
    claim(isFinite(a), [2, 3], 'bool'),
    claim(not(mask), [2, 3], 'bool'),
    claim(stopGradient(ints), [2, 3], 'i32'),
    claim(convert('i32')(a), [2, 3], 'i32')
  ],
  broadcasting: [
    claim(pipe(a, add(row)), [2, 3], 'f32'),
    claim(pipe(row, sub(a)), [2, 3], 'f32'),
    claim(pipe(column, mul(row)), [2, 3], 'f32'),
    claim(pipe(double, div(2)), [2, 3], 'f64'),
    claim(div(a)(1), [2, 3], 'f32'),
    claim(pipe(ints, rem(2)), [2, 3], 'i32'),
    claim(pipe(scalar, pow(cube)), [2, 3, 4], 'f32'),
    claim(pipe(a, atan2(column)), [2, 3], 'f32'),
    claim(pipe(column, hypot(column)), [2, 1], 'f32'),
    claim(pipe(cube, maximum(full([3, 1], 2))), [2, 3, 4], 'f32'),
    claim(pipe(row, eq(column)), [2, 3], 'bool'),
    claim(where(a, 0)(mask), [2, 3], 'f32'),
    claim(where(scalar, cube)(pipe(cube, gt(0))), [2, 3, 4], 'f32'),
    claim(broadcastTo([4, 2, 3])(column), [4, 2, 3], 'f32')
  ],
  reductions: [
    claim(sum()(cube), [], 'f32'),
    claim(sum(1)(cube), [2, 4], 'f32'),
    claim(prod(-1)(cube), [2, 3], 'f32'),
    claim(max([0, 2])(cube), [3], 'f32'),
    claim(min([0, 1])(ints), [], 'i32'),
    claim(sum(0, { keepDims: true })(ints), [1, 3], 'i32'),
    claim(mean([-1], { keepDims: true })(a), [2, 1], 'f32'),
    claim(mean()(ints), [], 'f32'),
    claim(variance(0)(double), [3], 'f64'),
    claim(std(1)(a), [2], 'f32'),
    claim(norm()(a), [], 'f32'),
    claim(logSumExp(0)(a), [3], 'f32'),
    claim(all()(mask), [], 'bool'),
    claim(any(1)(mask), [2], 'bool'),
    claim(argmax()(cube), [2, 3], 'i32'),
    claim(argmin(0)(cube), [3, 4], 'i32'),
    claim(softmax(0)(cube), [2, 3, 4], 'f32'),
    claim(logSoftmax()(row), [3], 'f32')
  ],
  products: [
    claim(pipe(a, matmul(b)), [2, 4], 'f32'),
    claim(pipe(row, matmul(b)), [4], 'f32'),
    claim(pipe(a, matmul(row)), [2], 'f32'),
    claim(pipe(row, matmul(row)), [], 'f32'),
    claim(pipe(full([5, 2, 3], 1), matmul(full([5, 3, 7], 1))), [5, 2, 7], 'f32'),
    claim(pipe(full([6, 1, 2, 3], 1), matmul(full([5, 3, 7], 1))), [6, 5, 2, 7], 'f32'),
    claim(pipe(row, matmul(full([5, 3, 7], 1))), [5, 7], 'f32'),
    claim(pipe(full([5, 2, 3], 1), matmul(row)), [5, 2], 'f32'),
    claim(einsum('ij,jk->ki')(a, b), [4, 2], 'f32'),
    claim(einsum('ij->')(a), [], 'f32'),
    claim(einsum('ii->i')(eye(3)), [3], 'f32'),
    claim(einsum('ij,jk')(a, b), [2, 4], 'f32'),
    claim(einsum('bij,ij,j->b')(full([7, 2, 3], 1), a, row), [7], 'f32')
  ],
  movement: [
    claim(reshape([6])(a), [6], 'f32'),
    claim(reshape([3, -1])(cube), [3, 8], 'f32'),
    claim(permute([2, 0, 1])(cube), [4, 2, 3], 'f32'),
    claim(transpose(cube), [4, 3, 2], 'f32'),
    claim(expandDims(-1)(a), [2, 3, 1], 'f32'),
    claim(squeeze()(column), [2], 'f32'),
    claim(squeeze(-1)(column), [2], 'f32'),
    claim(slice([[0, 1], [1, 3]])(a), [1, 2], 'f32'), // prettier-ignore
    claim(slice([null, [0, 3, 2]])(a), [2, 2], 'f32'),
    claim(slice([[-1, 2]])(a), [1, 3], 'f32'),
    claim(concat(0)([a, a, single]), [5, 3], 'f32'),
    claim(concat(-1)([ints, ints]), [2, 6], 'i32'),
    claim(stack(1)([a, a]), [2, 2, 3], 'f32'),
    claim(stack(-1)([row, row]), [3, 2], 'f32'),
    claim(reverse()(cube), [2, 3, 4], 'f32')
  ],
  lookup: [
    claim(take(indices, 1)(cube), [2, 2, 4], 'f32'),
    claim(take(ints, 0)(b), [2, 3, 4], 'f32'),
    claim(take(zeros([], 'i32'), -1)(a), [2], 'f32'),
    claim(takeAlongAxis(ints, 1)(a), [2, 3], 'f32'),
    claim(oneHot(5)(ints), [2, 3, 5], 'f32')
  ],
  random: [
    claim(split(3)(key(0)), [3, 2], 'u32'),
    claim(keyAt(1)(split(2)(key(0))), [2], 'u32'),
    claim(nextKey(key(0))[0], [2], 'u32'),
    claim(bits([2, 2])(key(0)), [2, 2], 'u32'),
    claim(uniform([4])(key(0)), [4], 'f32'),
    claim(normal([2, 0, 3], 'f64')(key(0)), [2, 0, 3], 'f64')
  ],
  'derivatives and batches': [
    claim(grad((x: typeof cube) => sum()(square(x)))(cube), [2, 3, 4], 'f32'),
    claim(grad((x: typeof double) => sum()(square(x)))(double), [2, 3], 'f64'),
    claim(jvp((x: typeof a) => pipe(x, matmul(b)))(a, a)[1], [2, 4], 'f32'),
    claim(vjp((x: typeof a) => sum(0)(x))(a)[1](row), [2, 3], 'f32'),
    claim(vmap((x: typeof row) => pipe(x, matmul(b)))(a), [2, 4], 'f32'),
    claim(vmap((x: typeof row, y: Expr<[], 'f32'>) => pipe(x, mul(y)))(a, full([2], 1)), [2, 3], 'f32')
  ],
  networks: [
    claim(apply(net)(params)(row), [2], 'f32'),
    claim(apply(net)(params)(a), [2, 2], 'f32'),
    claim(params[0].w, [3, 5], 'f32'),
    claim(params[1].b, [2], 'f32'),
    claim(squaredError(a)(a), [2, 3], 'f32'),
    claim(meanSquaredError(double)(double), [], 'f64'),
    claim(crossEntropyFromLogits(cube)(cube), [2, 3], 'f32')
  ]
}

describe.each(Object.entries(claims))('%s', (_, group) => {
  test.each(group.map((c, i) => [i, c] as const))('%i', (_i, { x, shape, dtype }) => {
    const value: Expr = unsafeRight(evaluate(x as Expr))
    expect([x.shape, x.dtype]).toEqual([shape, dtype])
    expect([value.shape, value.dtype]).toEqual([shape, dtype])
    expect(unsafeFlat(x).length).toBe(value.shape.reduce((n, d) => n * d, 1))
  })
})
