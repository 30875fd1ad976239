/** W4: two convolutions with pooling and a dense layer, on images `[n, h, w, c]`. */
import { compile, evaluate, mean, vmap, type Engine, type Expr } from 'adjoint'
import {
  convolution,
  crossEntropyFromLogits,
  dense,
  flatten,
  forward,
  maxPooling,
  relu,
  sequential,
  type Params
} from 'adjoint/nn'
import { trainState, trainStep } from 'adjoint/train'
import { pipe } from 'fp-ts/lib/function.js'
import type { Lenet } from '../data/model.js'
import type { Running } from '../peer.js'
import { denseFrom, looping, optimizer } from './step.js'
import { unsafeRight, unsafeTensor } from './values.js'

const same = { padding: 'same' } as const

const network = sequential(
  convolution(1, 8, [5, 5], same),
  relu,
  maxPooling([2, 2]),
  convolution(8, 16, [5, 5], same),
  relu,
  maxPooling([2, 2]),
  flatten,
  dense(784, 10)
)

const loss = (p: Params<typeof network>, xs: Expr<[32, 28, 28, 1], 'f32'>, ys: Expr<[32, 10], 'f32'>) =>
  pipe(vmap(forward(network)(p))(xs), crossEntropyFromLogits(ys), mean())

export const lenet = (engine: Engine | undefined, { params, x, y }: Lenet): Running => {
  const [k0, b0, k1, b1] = params.map((p) => p.data)
  const weights: Params<typeof network> = [
    { w: unsafeTensor([5, 5, 1, 8], k0), b: unsafeTensor([8], b0) },
    { w: unsafeTensor([5, 5, 8, 16], k1), b: unsafeTensor([16], b1) },
    denseFrom(params, 4, 784, 10)
  ]
  const start = unsafeRight(evaluate(trainState(optimizer)(weights)))
  const [xs, ys] = [unsafeTensor([32, 28, 28, 1], x.data), unsafeTensor([32, 10], y.data)]
  return looping(
    start,
    () => compile(trainStep(optimizer)(loss), engine)(start, xs, ys),
    (step, state) => step(state, xs, ys)
  )
}
