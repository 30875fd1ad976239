/** Compositions of many operations and derivatives of derivatives, by name. */
import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  convert,
  cos,
  div,
  einsum,
  erf,
  erfc,
  exp,
  expandDims,
  ge,
  grad,
  iota,
  jvp,
  log,
  logSumExp,
  logistic,
  matmul,
  mean,
  mul,
  neg,
  norm,
  oneHot,
  pow,
  prod,
  reshape,
  rsqrt,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  tensor,
  variance,
  where,
  type Expr
} from '../../src/index.js'
import {
  absoluteError,
  binaryCrossEntropyFromLogits,
  crossEntropy,
  crossEntropyFromLogits,
  leakyRelu,
  meanAbsoluteError,
  meanSquaredError,
  parametricRelu,
  relu,
  sigmoid
} from '../../src/nn/index.js'

/** Shapes come from the file, so the compiler does not know them. */
export type X = Expr<number[], 'f64'>
export type Expression = (...xs: Array<X>) => X

type Scalar = Expr<[], 'f64'>

const labels = tensor([2, 0, 1, 2], 'i32')
const targets: X = pipe(labels, oneHot(3), convert('f64'))
const bits: X = tensor([[1], [0], [0], [1]], 'f64')

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

export const compositions: Readonly<Record<string, Expression>> = {
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
  return pipe(sub(head)(1), square, add(valley), sum())
}

const sineProduct = (t: X): Scalar => pipe(sin(t), mul(square(t)), sum())

export const derivatives: Readonly<Record<string, Expression>> = {
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
