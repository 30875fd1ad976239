// Exports of a user's library, of which the compiler writes declarations: functions as they are, partly applied, and generic in sizes. Each name in the
// declarations must be found in an entry, and each declaration is short.
import {
  add,
  all,
  any,
  argmax,
  argmin,
  associativeScan,
  atan2,
  bits,
  broadcastTo,
  checkpoint,
  choose,
  clip,
  compile,
  compileAsync,
  concat,
  cond,
  conv,
  convTranspose,
  convert,
  cosineSimilarity,
  customJvp,
  customVjp,
  div,
  einsum,
  eq,
  evaluate,
  exp,
  expandDims,
  explain,
  eye,
  forLoop,
  fromFlat,
  fromNested,
  full,
  ge,
  grad,
  gt,
  hypot,
  iota,
  isFinite,
  item,
  jvp,
  key,
  keyAt,
  le,
  logSoftmax,
  logSumExp,
  lt,
  map,
  maskedSoftmax,
  matmul,
  max,
  maxPool,
  maximum,
  mean,
  min,
  minimum,
  mul,
  mulNoNan,
  named,
  ne,
  neg,
  nextKey,
  norm,
  normal,
  not,
  oneHot,
  ones,
  or,
  and,
  xor,
  outer,
  pad,
  permute,
  pow,
  primitive,
  prod,
  rem,
  scaling,
  reshape,
  reverse,
  scan,
  scatterAdd,
  slice,
  softmax,
  spec,
  split,
  square,
  squeeze,
  stack,
  std,
  stopGradient,
  sub,
  sum,
  sumPool,
  avgPool,
  take,
  takeAlongAxis,
  tensor,
  trace,
  transpose,
  uniform,
  valueAndGrad,
  variance,
  vjp,
  vmap,
  where,
  whileLoop,
  zeros,
  type Expr,
  type Shape
} from 'adjoint'
import {
  absoluteError,
  apply,
  averagePooling,
  binaryCrossEntropy,
  binaryCrossEntropyFromLogits,
  convolution,
  crossEntropy,
  crossEntropyFromLogits,
  dense,
  flatten,
  forward,
  init,
  layer,
  leakyRelu,
  maxPooling,
  meanAbsoluteError,
  meanSquaredError,
  parametricRelu,
  prelu,
  relu,
  sequential,
  squaredError,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  normalInitializer,
  uniformInitializer,
  zeroInitializer,
  type Params
} from 'adjoint/nn'
import { adam, applyUpdates } from 'adjoint/optim'
import { traceNaN, trainState, trainStep, valueAndCause } from 'adjoint/train'
import { batches, permutation, rows, sample, splitKey } from 'adjoint/data'
import { readCheckpoint, tensorCodec, tensorFromNested, treeCodec } from 'adjoint/codec'
import { foldTree, mapTree, modifyTree, modifyWith, traverseTree, zipTrees } from 'adjoint/tree'
import type { SameFn } from 'adjoint/shape'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'

// Whole functions.
export const f_add = add
export const f_pow = pow
export const f_eq = eq
export const f_lt = lt
export const f_and = and
export const f_neg = neg
export const f_exp = exp
export const f_isFinite = isFinite
export const f_not = not
export const f_stop = stopGradient
export const f_convert = convert
export const f_where = where
export const f_clip = clip
export const f_take = take
export const f_takeAlong = takeAlongAxis
export const f_oneHot = oneHot
export const f_scatterAdd = scatterAdd
export const f_full = full
export const f_zeros = zeros
export const f_iota = iota
export const f_eye = eye
export const f_reshape = reshape
export const f_permute = permute
export const f_transpose = transpose
export const f_broadcastTo = broadcastTo
export const f_expandDims = expandDims
export const f_squeeze = squeeze
export const f_slice = slice
export const f_concat = concat
export const f_stack = stack
export const f_pad = pad
export const f_reverse = reverse
export const f_maxPool = maxPool
export const f_avgPool = avgPool
export const f_matmul = matmul
export const f_einsum = einsum
export const f_outer = outer
export const f_key = key
export const f_split = split
export const f_keyAt = keyAt
export const f_bits = bits
export const f_uniform = uniform
export const f_normal = normal
export const f_nextKey = nextKey
export const f_sum = sum
export const f_all = all
export const f_mean = mean
export const f_std = std
export const f_softmax = softmax
export const f_argmax = argmax
export const f_masked = maskedSoftmax
export const f_cosine = cosineSimilarity
export const f_conv = conv
export const f_convT = convTranspose
export const f_assoc = associativeScan
export const f_cond = cond
export const f_choose = choose
export const f_while = whileLoop
export const f_checkpoint = checkpoint
export const f_primitive = primitive
export const f_vag = valueAndGrad
export const f_grad = grad
export const f_jvp = jvp
export const f_cjvp = customJvp
export const f_cvjp = customVjp
export const f_scan = scan
export const f_for = forLoop
export const f_map = map
export const f_vjp = vjp
export const f_vmap = vmap
export const f_spec = spec
export const f_evaluate = evaluate
export const f_trace = trace
export const f_compile = compile
export const f_compileAsync = compileAsync
export const f_explain = explain
export const f_tensor = tensor
export const f_fromFlat = fromFlat
export const f_fromNested = fromNested
export const f_item = item
export const f_avgPooling = averagePooling
export const f_convolution = convolution
export const f_dense = dense
export const f_apply = apply
export const f_forward = forward
export const f_init = init
export const f_layer = layer
export const f_sequential = sequential
export const f_prelu = prelu
export const f_leaky = leakyRelu
export const f_cel = crossEntropyFromLogits
export const f_mse = meanSquaredError
export const f_sq = squaredError
export const f_traceNaN = traceNaN
export const f_valueAndCause = valueAndCause
export const f_trainState = trainState
export const f_trainStep = trainStep
export const f_rows = rows
export const f_tensorCodec = tensorCodec
export const f_treeCodec = treeCodec
export const f_readCheckpoint = readCheckpoint

// Partly applied.
const b = ones([2])
const m = ones([3, 4])
const cl = zeros([2, 3])
export const add1 = add(1)
export const addB = add(b)
export const subB = sub(b)
export const mulB = mul(b)
export const divB = div(b)
export const remB = rem(b)
export const powB = pow(b)
export const pow2 = pow(2)
export const atan2B = atan2(b)
export const hypotB = hypot(b)
export const mnn = mulNoNan(b)
export const maxB = maximum(b)
export const max0 = maximum(0)
export const minB = minimum(b)
export const eqB = eq(b)
export const neB = ne(b)
export const ltB = lt(b)
export const leB = le(b)
export const gt0 = gt(0)
export const geB = ge(b)
const flags = gt(0)(b)
export const andB = and(flags)
export const orB = or(flags)
export const xorB = xor(flags)
export const toF64 = convert('f64')
export const toI32 = convert('i32')
export const whereAB = where(b, 0)
export const where00 = where(1, 0)
export const whereBB = where(b, b)
export const clip01 = clip(0, 1)
const index = iota([5])
export const take0 = take(index, 0)
export const takeLast = take(index, -1)
export const takeAlong0 = takeAlongAxis(iota([2, 3]), 0)
export const oneHot3 = oneHot(3)
export const scatter = scatterAdd(index, 10, 0)
export const reshape23 = reshape([2, 3])
export const reshapeAll = reshape([-1])
export const reshape4 = reshape([2, -1, 4])
export const permute10 = permute([1, 0])
export const permute3 = permute([2, 0, 1])
export const broadcast23 = broadcastTo([2, 3])
export const expand0 = expandDims(0)
export const expandLast = expandDims(-1)
export const squeezeAll = squeeze()
export const squeeze0 = squeeze(0)
export const slice0 = slice([[0, 2]])
export const slice1 = slice([null, [0, -1], [0, 4, 2]])
export const concat0 = concat(0)
export const concatLast = concat(-1)
export const stack0 = stack(0)
export const pad1 = pad([{ low: 1 }])
export const reverse0 = reverse(0)
export const reverseAll = reverse()
export const maxPool2 = maxPool([2, 2])
export const sumPool2 = sumPool([2], { strides: [1] })
export const avgPool2 = avgPool([2, 2], { padding: 'same' })
export const matmulM = matmul(m)
export const einsumRows = einsum('ij->i')
export const einsumMM = einsum('ij,jk->ik')
export const outerB = outer(b)
export const split2 = split(2)
export const key0 = keyAt(0)
export const bits23 = bits([2, 3])
export const uniform23 = uniform([2, 3])
export const uniform64 = uniform([2], { dtype: 'f64', low: -1 })
export const normal23 = normal([2, 3])
export const normal64 = normal([2], 'f64')
export const sumAll = sum()
export const sum0 = sum(0)
export const sum01 = sum([0, 1])
export const sumKeep = sum(-1, { keepDims: true })
export const prod0 = prod(0)
export const maxR = max(0)
export const minR = min(-1)
export const all0 = all(0)
export const anyAll = any()
export const lse = logSumExp(-1)
export const norm0 = norm()
export const mean1 = mean(-1)
export const meanAll = mean()
export const var0 = variance(0, { correction: 1 })
export const std0 = std(0)
export const stdKeep = std(-1, { keepDims: true, correction: 1 })
export const softmaxLast = softmax()
export const softmax0 = softmax(0)
export const logSoftmaxLast = logSoftmax()
export const argmaxLast = argmax()
export const argmin0 = argmin(0)
export const maskedB = maskedSoftmax(gt(0)(cl))
export const cosineB = cosineSimilarity(cl)
export const cosine0 = cosineSimilarity(cl, 0)
const kernel = ones([3, 3, 1, 8])
export const convK = conv(kernel)
export const convSame = conv(kernel, { padding: 'same', strides: [2, 2] })
export const convTK = convTranspose(kernel, { strides: [2, 2] })
export const sumsUp = associativeScan((a: Expr<[3], 'f32'>, c: Expr<[3], 'f32'>) => add(c)(a))
export const either = cond(
  gt(0)(sum()(b)),
  (x: Expr<[2], 'f32'>) => exp(x),
  (x: Expr<[2], 'f32'>) => neg(x)
)
export const chosen = choose(sum()(index), [(x: Expr<[2], 'f32'>) => exp(x), (x: Expr<[2], 'f32'>) => neg(x)])
export const halves = whileLoop(
  (x: Expr<[], 'f32'>) => gt(1)(x),
  (x) => div(2)(x),
  { bound: 10 }
)
export const kept = checkpoint((x: Expr<[2], 'f32'>) => exp(x))
export const label = named('x')
export const scope = named('x')((x: Expr<[2], 'f32'>) => mul(x)(x))
const loss = (w: Expr<[3], 'f32'>) => sum()(square(w))
export const gradLoss = grad(loss)
export const vagLoss = valueAndGrad(loss)
export const jvpLoss = jvp(loss)
export const vjpLoss = vjp(loss)
export const vmapLoss = vmap(loss)
export const mapLoss = map(loss)
export const traceLoss = trace(loss)
export const compiled = compile(loss)
export const compiledAsync = compileAsync(loss)
export const explained = explain(loss)
export const hessian = jvp(grad(loss))
export const custom = customJvp(
  (x: Expr<[2], 'f32'>) => exp(x),
  ([x], [d], r) => mul(d)(r)
)
export const customV = customVjp(
  (x: Expr<[2], 'f32'>) => exp(x),
  (x) => [exp(x), exp(x)] as const,
  (r, c) => [mul(c)(r)] as const
)
export const running = scan((c: Expr<[2], 'f32'>, x: Expr<[2], 'f32'>) => [add(x)(c), mul(x)(c)])
export const tenTimes = forLoop(0, 10, (i, c: Expr<[2], 'f32'>) => mul(2)(c))
export const literal = tensor([
  [1, 2],
  [3, 4]
])
export const flat = fromFlat([2, 3])
export const specified = spec([2, 3])
export const net = sequential(dense(4, 8), relu, prelu(), dense(8, 3))
export const cnn = sequential(convolution(1, 8, [3, 3]), relu, maxPooling([2, 2]), flatten, dense(1352, 10))
export const applyNet = apply(net)
export const forwardNet = forward(net)
export const initNet = init(net)
export const leaky = leakyRelu(0.1)
export const prel = parametricRelu(sum()(b))
export const he = glorotUniform
export const ce = crossEntropy(cl)
export const cel = crossEntropyFromLogits(cl)
export const mse = meanSquaredError(cl)
export const mae = meanAbsoluteError(b)
export const bce = binaryCrossEntropy(b)
export const bcel = binaryCrossEntropyFromLogits(b)
export const sqe = squaredError(b)
export const abe = absoluteError(b)

type F<S> = Expr<S, 'f32'>
// Generic in sizes.
export const gAdd = <N extends number>(x: F<[N, 3]>, b: F<[3]>) => add(b)(x)
export const gAdd2 = <N extends number>(x: F<[N]>, b: F<[N]>) => add(b)(x)
export const gMul = <N extends number>(x: F<[N, 3]>) => mul(2)(x)
export const gSum0 = <N extends number>(x: F<[N, 3]>) => sum(0)(x)
export const gSum1 = <N extends number>(x: F<[N, 3]>) => sum(-1)(x)
export const gKeep = <N extends number>(x: F<[N, 3]>) => sum(0, { keepDims: true })(x)
export const gMean = <N extends number, M extends number>(x: F<[N, M]>) => mean(-1)(x)
export const gMax = <N extends number, M extends number>(x: F<[N, M]>) => pipe(x, max(0))
export const gArg = <N extends number, M extends number>(x: F<[N, M]>) => pipe(x, argmax())
export const gConcat = <N extends number, M extends number>(x: F<[N, 3]>, y: F<[M, 3]>) => concat(0)([x, y])
export const gConcat1 = <N extends number>(x: F<[N, 3]>, y: F<[N, 2]>) => concat(1)([x, y])
export const gStack = <N extends number>(x: F<[N]>, y: F<[N]>) => stack(0)([x, y])
export const gReshape = <N extends number>(x: F<[N, 4, 8]>) => reshape([-1, 32])(x)
export const gReshape2 = <N extends number>(n: N, x: F<[N, 32]>) => reshape([n, 4, 8])(x)
export const gReshape3 = <N extends number>(n: N) => reshape([n, 4, 8])
export const gPermute = <N extends number, M extends number>(x: F<[N, M]>) => permute([1, 0])(x)
export const gTranspose = <N extends number, M extends number>(x: F<[N, M]>) => transpose(x)
export const gExpand = <N extends number>(x: F<[N]>) => expandDims(0)(x)
export const gSqueeze = <N extends number>(x: F<[N, 1]>) => squeeze(-1)(x)
export const gSlice = <N extends number>(x: F<[N, 6]>) => slice([null, [0, 3]])(x)
export const gMatmul = <N extends number, K extends number>(x: F<[N, K]>, w: F<[K, 4]>) => matmul(w)(x)
export const gEinsum = <N extends number, K extends number>(x: F<[N, K]>) => einsum('ij->i')(x)
export const gOuter = <N extends number, K extends number>(x: F<[N]>, y: F<[K]>) => outer(y)(x)
export const gTake = <N extends number>(x: F<[10, 3]>, i: Expr<[N], 'i32'>) => take(i, 0)(x)
export const gOneHot = <N extends number>(i: Expr<[N], 'i32'>) => oneHot(3)(i)
export const gOneHotN = <N extends number>(n: N) => oneHot(n)
export const gWhere = <N extends number>(x: F<[N]>) => where(x, 0)(gt(0)(x))
export const gSoftmax = <N extends number>(x: F<[N, 3]>) => softmax()(x)
export const gLse = <N extends number>(x: F<[N, 3]>) => logSumExp(-1)(x)
export const gBroadcast = <N extends number>(n: N, x: F<[3]>) => broadcastTo([n, 3])(x)
export const gConvert = <N extends number>(x: F<[N, 3]>) => convert('f64')(x)
export const gStd = <N extends number>(x: F<[N, 3]>) => std(-1)(x)
export const gCos = <N extends number>(x: F<[N, 3]>, y: F<[N, 3]>) => cosineSimilarity(y)(x)
export const gMasked = <N extends number>(x: F<[N, 3]>, m: Expr<[N, 3], 'bool'>) => maskedSoftmax(m)(x)
export const gConv = <N extends number>(x: F<[N, 28, 28, 1]>, k: F<[3, 3, 1, 8]>) => conv(k)(x)
export const gPool = <N extends number>(x: F<[N, 28, 28, 1]>) => maxPool([2, 2])(x)
export const gClip = <S extends Shape>(x: F<S>) => clip(0, 1)(x)
export const gScan = <N extends number>(xs: F<[N, 3]>) =>
  scan((c: F<[3]>, x: F<[3]>) => [add(x)(c), mul(x)(c)])(zeros([3]), xs)
export const gMap = <N extends number>(xs: F<[N, 3]>) => map((x: F<[3]>) => sum()(x))(xs)
export const gVmap = <N extends number>(xs: F<[N, 3]>) => vmap((x: F<[3]>) => sum()(x))(xs)
export const gCe = <N extends number>(x: F<[N, 3]>, y: F<[N, 3]>) => crossEntropyFromLogits(y)(x)
export const gLoss = <N extends number>(x: F<[N, 3]>, y: F<[N, 3]>) =>
  pipe(x, crossEntropyFromLogits(y), mean())
export const gUniform = <N extends number>(n: N) => uniform([n, 3])
export const gZeros = <N extends number>(n: N) => zeros([n, 3])
export const gDense = <N extends number>(n: N) => dense(n, 3)
// Generic in the whole shape.
export const sExp = <S extends Shape>(x: F<S>) => pipe(x, exp, square)
export const sSum = <S extends Shape>(x: F<S>) => sum()(x)
export const sMul = <S extends Shape>(x: F<S>) => mul(2)(x)

// Networks, training, data and codecs.
const small = sequential(dense(4, 8), relu, dense(8, 3))
type Small = Params<typeof small>
const smallLoss = (params: Small, x: F<[5, 4]>, y: F<[5, 3]>) =>
  pipe(x, vmap(forward(small)(params)), crossEntropyFromLogits(y), mean())
export const network = small
export const optimizer = adam({ learningRate: 0.1 })
export const started = trainState(optimizer)(init(small)(key(1)))
export const step = trainStep(optimizer)(smallLoss)
export const traced = traceNaN(smallLoss)
export const watching = valueAndCause(smallLoss)
export const codec = tensorCodec([2, 3], 'f32')
export const anyCodec = tensorCodec()
export const nested = tensorFromNested([2], 'f32')
export const tree = treeCodec({ w: zeros([2]) })
export const updated = applyUpdates(init(small)(key(2)))
export const zeroWeights = zeroInitializer([2, 3])
export const uniformWeights = uniformInitializer(0.1)
export const normalWeights = normalInitializer(0.1)
export const glorotWeights = glorotUniform([2, 3])
export const glorotNormalWeights = glorotNormal([2, 3])
export const heWeights = heUniform([2, 3])
export const heNormalWeights = heNormal([2, 3])
export const ownLayer = layer<SameFn>()(
  'same',
  (k) => [[], k],
  () => (x) => x
)
export const doubling = primitive({
  name: 'double',
  results: ([x]) => (x === undefined ? E.left('needs an operand') : E.right([x])),
  reference: (operands) => operands,
  derivative: ([x]) => (x === undefined ? [] : [[scaling(full([], 2))]])
})
export const reading = readCheckpoint(t.strict({ epoch: t.number }), () => zeros([2]))
export const threeRows = rows([1, 2, 0])
export const epoch = batches({ count: 3, size: 2 })
export const fullEpoch = batches({ count: 3, size: 2, dropLast: true })
export const order = permutation(3)
export const chosenPlaces = sample({ count: 3, size: 2 })
export const keys = splitKey(2)
export const kinds = mapTree((x) => x.dtype)
export const pairs = zipTrees((a, b) => [a.shape, b.shape])
export const paired = pairs(init(small)(key(3)))
export const halved = modifyTree((x) => mul(0.5)(x))
export const halfWeights = halved(init(small)(key(3)))
export const averaged = modifyWith((a, x) => add(x)(a))
export const countOf = foldTree(0, (n, x) => n + x.shape.length)
export const allOf = traverseTree(O.Applicative)
export const allVectors = allOf((x) => (x.shape.length === 1 ? O.some(x) : O.none))
export const firstFault = traverseTree(E.Applicative)((x) =>
  x.shape.length === 1 ? E.right(x) : E.left('no vector')
)
