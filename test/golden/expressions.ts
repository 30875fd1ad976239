/** The expressions of gradients.json in terms of the public API, by name. */
import { pipe } from 'fp-ts/lib/function.js'
import {
  abs,
  acos,
  add,
  asin,
  atan,
  atan2,
  broadcastTo,
  ceil,
  clip,
  concat,
  convert,
  cos,
  cosh,
  div,
  einsum,
  erf,
  erfc,
  exp,
  expm1,
  floor,
  gt,
  hypot,
  log,
  log1p,
  logSoftmax,
  logSumExp,
  logistic,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mul,
  neg,
  norm,
  oneHot,
  pad,
  permute,
  pow,
  prod,
  reciprocal,
  rem,
  reshape,
  reverse,
  round,
  rsqrt,
  sign,
  sin,
  sinh,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  stack,
  std,
  sub,
  sum,
  take,
  takeAlongAxis,
  tan,
  tanh,
  tensor,
  transpose,
  variance,
  where
} from '../../src/index.js'
import { compositions, derivatives, type Expression, type X } from './compositions.js'
import { windows } from './windows.js'

const unaries: Readonly<Record<string, (x: X) => X>> = {
  neg,
  abs,
  sign,
  floor,
  ceil,
  round,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  rsqrt,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  logistic,
  softplus,
  erf,
  erfc,
  reciprocal,
  square
}

const binaries: Readonly<Record<string, Expression>> = {
  add: (a, b) => add(b)(a),
  sub: (a, b) => sub(b)(a),
  mul: (a, b) => mul(b)(a),
  div: (a, b) => div(b)(a),
  pow: (a, b) => pow(b)(a),
  atan2: (a, b) => atan2(b)(a),
  hypot: (a, b) => hypot(b)(a),
  rem: (a, b) => rem(b)(a),
  max: (a, b) => maximum(b)(a),
  min: (a, b) => minimum(b)(a)
}

const broadcasts: Readonly<Record<string, Expression>> = {
  'broadcast add [2,3]+[3]': (a, b) => add(b)(a),
  'broadcast sub [2,1]-[1,3]': (a, b) => sub(b)(a),
  'broadcast mul []*[2,3]': (a, b) => mul(b)(a),
  'broadcast div [4,1,3]/[2,1]': (a, b) => div(b)(a),
  'broadcast max [3]v[2,3]': (a, b) => maximum(b)(a),
  'broadcast pow [2,3]^[]': (a, b) => pow(b)(a),
  'broadcastTo [3,1] to [2,3,4]': broadcastTo([2, 3, 4])
}

const matrixProduct: Expression = (a, b) => matmul(b)(a)

const products: Readonly<Record<string, Expression>> = {
  'matmul [2,3][3,4]': matrixProduct,
  'matmul [3][3]': matrixProduct,
  'matmul [2,3][3]': matrixProduct,
  'matmul [3][3,4]': matrixProduct,
  'batched matmul [2,2,3][2,3,2]': matrixProduct,
  'broadcast matmul [2,1,2,3][4,3,2]': matrixProduct,
  'einsum ij,jk->ik': einsum('ij,jk->ik'),
  'einsum ij,kj->ik': einsum('ij,kj->ik'),
  'einsum i,j->ij': einsum('i,j->ij'),
  'einsum i,i->': einsum('i,i->'),
  'einsum ij,ij->i': einsum('ij,ij->i'),
  'einsum ij,j->i': einsum('ij,j->i'),
  'einsum bij,bjk->bik': einsum('bij,bjk->bik'),
  'einsum bhqd,bhkd->bhqk': einsum('bhqd,bhkd->bhqk'),
  'einsum ijk,jl->ikl': einsum('ijk,jl->ikl'),
  'einsum ij,kl->': einsum('ij,kl->'),
  'einsum ij,jk->ki': einsum('ij,jk->ki')
}

const reductions: Readonly<Record<string, Expression>> = {
  sum: sum(),
  'sum axis 0': sum(0),
  'sum axes 0,2 keepDims': sum([0, 2], { keepDims: true }),
  mean: mean(),
  'mean axis 1': mean(1),
  'reduceMax axis 1': max(1),
  'reduceMin axis 0': min(0),
  'prod axis 1': prod(1),
  prod: prod(),
  logSumExp: logSumExp(),
  'logSumExp axis 1': logSumExp(1),
  'variance axis 1': variance(1),
  variance: variance(),
  norm: norm(),
  'norm axis 1': norm(1),
  'std axis 0': std(0),
  'softmax axis 1': softmax(1),
  'softmax axis 0': softmax(0),
  'logSoftmax axis 1': logSoftmax(1)
}

const movements: Readonly<Record<string, Expression>> = {
  'transpose [1,0]': transpose,
  'transpose [2,0,1]': permute([2, 0, 1]),
  'reshape [2,3] to [3,2]': reshape([3, 2]),
  'concat axis 0': (a, b) => concat(0)([a, b]),
  'concat axis 1': (a, b, c) => concat(1)([a, b, c]),
  'stack axis 0': (a, b) => stack(0)([a, b]),
  'stack axis 2': (a, b) => stack(2)([a, b]),
  'slice [1:3, 0:2]': slice([
    [1, 3],
    [0, 2]
  ]),
  'slice [0:5:2]': slice([[0, 5, 2]]),
  'pad [[1,0],[2,1]] with 0.5': pad([{ low: 1 }, { low: 2, high: 1 }], 0.5),
  'reverse axis 1': reverse(1),
  'take [2,0,2] axis 0': take(tensor([2, 0, 2], 'i32'), 0),
  'take [[1,0],[3,1]] axis 1': take(
    tensor(
      [
        [1, 0],
        [3, 1]
      ],
      'i32'
    ),
    1
  ),
  'takeAlongAxis [[2],[0]] axis 1': takeAlongAxis(tensor([[2], [0]], 'i32'), 1),
  'oneHot [1,0,2] of 3 times x': (x) => pipe(tensor([1, 0, 2], 'i32'), oneHot(3), convert('f64'), matmul(x)),
  'where a > b': (a, b) => pipe(a, gt(b), where(square(a), sin(b))),
  'where [true,false,true] broadcast': (a, b) => where(a, b)(tensor([true, false, true])),
  'clip -0.5 0.5': clip(-0.5, 0.5)
}

export const expressions: Readonly<Record<string, Expression>> = {
  ...unaries,
  ...binaries,
  ...broadcasts,
  ...products,
  ...reductions,
  ...movements,
  ...compositions,
  ...derivatives,
  ...windows
}
