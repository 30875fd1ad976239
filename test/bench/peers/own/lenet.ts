/**
 * W4: two convolutions with pooling and a dense layer, on images `[n, h, w, c]`. A convolution is a matrix product of the shifted images side by
 * side; pooling is a maximum over axes of a reshaped image.
 */
import {
  add,
  compile,
  concat,
  crossEntropyFromLogits,
  evaluate,
  matmul,
  max,
  mean,
  pad,
  relu,
  reshape,
  slice,
  trainState,
  trainStep,
  type Engine,
  type Expr
} from 'adjoint'
import { pipe } from 'fp-ts/lib/function.js'
import type { Lenet } from '../data/model.js'
import type { Running } from '../peer.js'
import { denseFrom, looping, optimizer } from './step.js'
import { unsafeRight, unsafeTensor } from './values.js'

type Images = Expr<number[], 'f32'>

interface Kernel {
  readonly k: Images
  readonly b: Images
}

interface Model {
  readonly first: Kernel
  readonly second: Kernel
  readonly dense: { readonly w: Expr<[784, 10], 'f32'>; readonly b: Expr<[10], 'f32'> }
}

const offsets = [0, 1, 2, 3, 4]

const convolved =
  ({ k, b }: Kernel) =>
  (x: Images): Images => {
    const [n = 0, h = 0, w = 0, c = 0] = x.shape
    const padded = pipe(x, pad([{}, { low: 2, high: 2 }, { low: 2, high: 2 }, {}]))
    const shifted = offsets.flatMap((i) =>
      offsets.map((j): Images => pipe(padded, slice([null, [i, i + h], [j, j + w]])))
    )
    const patches = pipe(concat(3)(shifted), reshape([n * h * w, 25 * c]))
    return pipe(patches, matmul(reshape([25 * c, -1])(k)), add(b), relu, reshape([n, h, w, -1]))
  }

const pooled = (x: Images): Images => {
  const [n = 0, h = 0, w = 0, c = 0] = x.shape
  return pipe(x, reshape([n, h / 2, 2, w / 2, 2, c]), max(4), max(2))
}

const loss = (p: Model, xs: Expr<[32, 28, 28, 1], 'f32'>, ys: Expr<[32, 10], 'f32'>) => {
  const features = pipe(xs as Images, convolved(p.first), pooled, convolved(p.second), pooled)
  const logits = pipe(features, reshape([32, 784]), matmul(p.dense.w), add(p.dense.b))
  return pipe(logits, crossEntropyFromLogits(ys), mean())
}

export const lenet = (engine: Engine | undefined, { params, x, y }: Lenet): Running => {
  const [k0, b0, k1, b1] = params.map((p) => p.data)
  const model: Model = {
    first: { k: unsafeTensor([5, 5, 1, 8], k0), b: unsafeTensor([8], b0) },
    second: { k: unsafeTensor([5, 5, 8, 16], k1), b: unsafeTensor([16], b1) },
    dense: denseFrom(params, 4, 784, 10)
  }
  const start = unsafeRight(evaluate(trainState(optimizer)(model)))
  const [xs, ys] = [unsafeTensor([32, 28, 28, 1], x.data), unsafeTensor([32, 10], y.data)]
  const step = unsafeRight(compile(trainStep(optimizer)(loss), engine)(start, xs, ys))
  return looping(start, (state) => step(state, xs, ys))
}
