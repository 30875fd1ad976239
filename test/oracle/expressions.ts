/** The expressions of gradients.json in terms of the public API, by name. */
import {
  abs,
  absoluteError,
  acos,
  add,
  asin,
  atan,
  atan2,
  binaryCrossEntropyFromLogits,
  broadcastTo,
  ceil,
  clip,
  concat,
  convert,
  cos,
  cosh,
  crossEntropy,
  crossEntropyFromLogits,
  div,
  einsum,
  erf,
  erfc,
  exp,
  expandDims,
  expm1,
  floor,
  ge,
  grad,
  gt,
  hypot,
  iota,
  jvp,
  leakyRelu,
  log,
  log1p,
  logSoftmax,
  logSumExp,
  logistic,
  matmul,
  max,
  maximum,
  mean,
  meanAbsoluteError,
  meanSquaredError,
  min,
  minimum,
  mul,
  neg,
  norm,
  oneHot,
  pad,
  parametricRelu,
  permute,
  pow,
  prod,
  reciprocal,
  relu,
  rem,
  reshape,
  reverse,
  round,
  rsqrt,
  sigmoid,
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
  where,
  type Expr
} from '../../src/index.js'
import { pipe } from 'fp-ts/lib/function.js'

/** Shapes come from the file, so the compiler does not know them. */
export type X = Expr<number[], 'f64'>
export type Expression = (...xs: Array<X>) => X

type Scalar = Expr<[], 'f64'>

const labels = tensor([2, 0, 1, 2], 'i32')
const targets: X = pipe(labels, oneHot(3), convert('f64'))
const bits: X = tensor([[1], [0], [0], [1]], 'f64')

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

/** Row i has `true` in columns 0 to i. */
const triangle = (n: number): Expr<number[], 'bool'> => pipe(iota([n, n], 0), ge(iota([n, n], 1)))

const cumulativeSum = (x: X): X => pipe(triangle(x.shape[0] ?? 0), convert('f64'), matmul(x))

const cumulativeProduct = (x: X): X => pipe(triangle(x.shape[0] ?? 0), where(x, 1), prod(1))

const shared = (x: X): X => {
  const y = tanh(x)
  return pipe(square(y), add(mul(y)(sin(y))))
}

const geluTanh = (x: X): X => {
  const inner = pipe(x, pow(3), mul(0.044715), add(x), mul(Math.sqrt(2 / Math.PI)))
  return pipe(tanh(inner), add(1), mul(x), mul(0.5))
}

const geluExact = (x: X): X => pipe(x, mul(-Math.SQRT1_2), erfc, mul(x), mul(0.5))

const layerNorm = (x: X, scale: X, shift: X): X => {
  const centred = pipe(x, sub(mean(-1, { keepDims: true })(x)))
  const spread = pipe(centred, square, mean(-1, { keepDims: true }), add(1e-5), rsqrt)
  return pipe(centred, mul(spread), mul(scale), add(shift))
}

const attention = (q: X, k: X, v: X): X =>
  pipe(einsum('qd,kd->qk')(q, k), div(Math.SQRT2), softmax(1), matmul(v))

const mlp = (x: X, w1: X, b1: X, w2: X, b2: X): X => pipe(x, matmul(w1), add(b1), tanh, matmul(w2), add(b2))

const crossEntropyOf = (z: X): Scalar => pipe(z, crossEntropyFromLogits(targets), mean())

const cosine = (a: X, b: X): X => pipe(a, matmul(b), div(mul(norm()(a))(norm()(b))))

const logDensity = (x: X, m: X, s: X): X => pipe(x, sub(m), div(s), square, mul(-0.5), sub(log(s)), sum())

const distances = (a: X, b: X): X => pipe(expandDims(1)(a), sub(expandDims(0)(b)), square, sum(2), sqrt)

const compositions: Readonly<Record<string, Expression>> = {
  'cumulative sum by triangle': cumulativeSum,
  'cumulative product': cumulativeProduct,
  'sin of exp of product': (a, b) => pipe(a, mul(b), exp, add(a), sin),
  'fixed point iterate': (x) => pipe(x, cos, cos, cos, cos),
  'shared subexpression': shared,
  relu,
  'leakyRelu 0.01': leakyRelu(0.01),
  prelu: (x, slope) => parametricRelu(reshape([])(slope))(x),
  silu: (x) => pipe(sigmoid(x), mul(x)),
  'gelu tanh': geluTanh,
  'gelu exact': geluExact,
  logSigmoid: (x) => pipe(x, neg, softplus, neg),
  'cross entropy from logits': crossEntropyOf,
  'cross entropy from probabilities': (p) => pipe(p, crossEntropy(targets), mean()),
  'binary cross entropy from logits': (z) => pipe(z, binaryCrossEntropyFromLogits(bits), mean()),
  'mean squared error': (p, t) => meanSquaredError(t)(p),
  'mean absolute error': (p, t) => meanAbsoluteError(t)(p),
  'mlp output': mlp,
  'mlp cross entropy': (x, w1, b1, w2, b2) => crossEntropyOf(mlp(x, w1, b1, w2, b2)),
  'mlp binary cross entropy': (x, w1, b1, w2, b2) =>
    pipe(mlp(x, w1, b1, w2, b2), binaryCrossEntropyFromLogits(bits), mean()),
  'mlp mean squared error': (x, w1, b1, w2, b2) => meanSquaredError(targets)(mlp(x, w1, b1, w2, b2)),
  'mlp mean absolute error': (x, w1, b1, w2, b2) =>
    pipe(mlp(x, w1, b1, w2, b2), absoluteError(targets), mean()),
  'layer norm': layerNorm,
  attention,
  'cosine similarity': cosine,
  'gaussian log density': logDensity,
  'euclidean distances': distances
}

/** The sum of the squares of all partial derivatives. */
const gradientNorm =
  (f: (...xs: Array<X>) => Scalar): Expression =>
  (...xs) =>
    grad((ps: ReadonlyArray<X>) => f(...ps))(xs).reduce<X>(
      (total, g) => pipe(square(g), sum(), add(total)),
      tensor(0, 'f64')
    )

const hessianVectorProduct =
  (f: (x: X) => Scalar): Expression =>
  (x, v) =>
    jvp(grad(f))(x, v)[1]

const rosenbrock = (x: X): Scalar => {
  const [head, tail] = [slice([[0, 3]])(x), slice([[1, 4]])(x)]
  const valley = pipe(tail, sub(square(head)), square, mul(100))
  return pipe(1, sub(head), square, add(valley), sum())
}

const sineProduct = (t: X): Scalar => pipe(sin(t), mul(square(t)), sum())

const derivatives: Readonly<Record<string, Expression>> = {
  'gradient of sum exp': grad((x: X) => pipe(exp(x), mul(x), sum())),
  'gradient norm of sum tanh': gradientNorm((x) => pipe(tanh(x), sum())),
  'gradient norm of sum logistic': gradientNorm((x) => pipe(logistic(x), sum())),
  'gradient norm of logSumExp': gradientNorm((x) => logSumExp()(x)),
  'gradient norm of matmul square': gradientNorm((a, b) => pipe(a, matmul(b), square, sum())),
  'gradient norm of mlp': gradientNorm((x, w1, b1, w2, b2) =>
    meanSquaredError(targets)(mlp(x, w1, b1, w2, b2))
  ),
  'gradient norm of variance': gradientNorm((x) => pipe(x, variance(1), add(1), log, sum())),
  'gradient norm of erf': gradientNorm((x) => pipe(erf(x), sum())),
  'hessian vector product of quartic': hessianVectorProduct((x) => pipe(square(x), sum(), square)),
  'hessian vector product of cross entropy': hessianVectorProduct(crossEntropyOf),
  'hessian vector product of rosenbrock': hessianVectorProduct(rosenbrock),
  'third derivative of sin product': grad((x: X) => pipe(grad(sineProduct)(x), sum()))
}

export const expressions: Readonly<Record<string, Expression>> = {
  ...unaries,
  ...binaries,
  ...broadcasts,
  ...products,
  ...reductions,
  ...movements,
  ...compositions,
  ...derivatives
}
