/** W1 to W3: dense networks. */
import { compile, evaluate, mean, vmap, type Engine, type Expr } from 'adjoint'
import { crossEntropyFromLogits, dense, forward, relu, sequential, type Params } from 'adjoint/nn'
import { trainState, trainStep } from 'adjoint/train'
import { pipe } from 'fp-ts/lib/function.js'
import type { Mlp } from '../data/model.js'
import type { Running } from '../peer.js'
import { denseFrom, looping, optimizer } from './step.js'
import { unsafeRight, unsafeTensor } from './values.js'

const fruit = sequential(dense(4, 8), relu, dense(8, 8), relu, dense(8, 3))

const w1 = (engine: Engine | undefined, { params, x, y }: Mlp): Running => {
  const loss = (p: Params<typeof fruit>, xs: Expr<[32, 4], 'f32'>, ys: Expr<[32, 3], 'f32'>) =>
    pipe(vmap(forward(fruit)(p))(xs), crossEntropyFromLogits(ys), mean())
  const weights: Params<typeof fruit> = [
    denseFrom(params, 0, 4, 8),
    denseFrom(params, 2, 8, 8),
    denseFrom(params, 4, 8, 3)
  ]
  const start = unsafeRight(evaluate(trainState(optimizer)(weights)))
  const [xs, ys] = [unsafeTensor([32, 4], x.data), unsafeTensor([32, 3], y.data)]
  return looping(
    start,
    () => compile(trainStep(optimizer)(loss), engine)(start, xs, ys),
    (step, state) => step(state, xs, ys)
  )
}

/** The network of W2 and F1. */
export const digits = sequential(dense(784, 128), relu, dense(128, 10))

const w2 = (engine: Engine | undefined, { params, x, y }: Mlp): Running => {
  const loss = (p: Params<typeof digits>, xs: Expr<[64, 784], 'f32'>, ys: Expr<[64, 10], 'f32'>) =>
    pipe(vmap(forward(digits)(p))(xs), crossEntropyFromLogits(ys), mean())
  const weights: Params<typeof digits> = [denseFrom(params, 0, 784, 128), denseFrom(params, 2, 128, 10)]
  const start = unsafeRight(evaluate(trainState(optimizer)(weights)))
  const [xs, ys] = [unsafeTensor([64, 784], x.data), unsafeTensor([64, 10], y.data)]
  return looping(
    start,
    () => compile(trainStep(optimizer)(loss), engine)(start, xs, ys),
    (step, state) => step(state, xs, ys)
  )
}

const wide = sequential(dense(784, 1024), relu, dense(1024, 1024), relu, dense(1024, 10))

const w3 = (engine: Engine | undefined, { params, x, y }: Mlp): Running => {
  const loss = (p: Params<typeof wide>, xs: Expr<[128, 784], 'f32'>, ys: Expr<[128, 10], 'f32'>) =>
    pipe(vmap(forward(wide)(p))(xs), crossEntropyFromLogits(ys), mean())
  const weights: Params<typeof wide> = [
    denseFrom(params, 0, 784, 1024),
    denseFrom(params, 2, 1024, 1024),
    denseFrom(params, 4, 1024, 10)
  ]
  const start = unsafeRight(evaluate(trainState(optimizer)(weights)))
  const [xs, ys] = [unsafeTensor([128, 784], x.data), unsafeTensor([128, 10], y.data)]
  return looping(
    start,
    () => compile(trainStep(optimizer)(loss), engine)(start, xs, ys),
    (step, state) => step(state, xs, ys)
  )
}

const networks = { W1: w1, W2: w2, W3: w3 }

export const mlp = (engine: Engine | undefined, data: Mlp): Running => networks[data.id](engine, data)
