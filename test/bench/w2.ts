/**
 * One training step of the network 784-128-10 with batch 64 and Adam (workload W2 of the peers' benchmark), on the reference engine: the median
 * and the fastest of many steps. Run with `npm run bench:w2`.
 */
import {
  compile,
  evaluate,
  key,
  mean,
  normal,
  oneHot,
  reference,
  showError,
  tensor,
  type Expr,
  vmap,
  type Values
} from 'adjoint'
import { crossEntropyFromLogits, dense, init, relu, sequential, forward, type Params } from 'adjoint/nn'
import { adam } from 'adjoint/optim'
import { trainState, trainStep } from 'adjoint/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

const net = sequential(dense(784, 128), relu, dense(128, 10))
type X = Expr<[64, 784], 'f32'>
type Y = Expr<[64, 10], 'f32'>

const optimizer = adam({ learningRate: 1e-3 })
const loss = (p: Params<typeof net>, x: X, y: Y) =>
  pipe(vmap(forward(net)(p))(x), crossEntropyFromLogits(y), mean())
const labels = tensor(
  Array.from({ length: 64 }, (_, i) => i % 10),
  'i32'
)

const setup = pipe(
  E.Do,
  E.bind('state', () => evaluate(trainState(optimizer)(init(net)(key(0))))),
  E.bindW('batch', () =>
    evaluate({ x: normal([64, 784])(key(1)), y: oneHot(10)(labels as Expr<[64], 'i32'>) })
  ),
  E.bindW('run', ({ state, batch }) =>
    compile(trainStep(optimizer)(loss), reference)(state, batch.x, batch.y)
  )
)

const time = (run: () => void): number => {
  const start = performance.now()
  run()
  return performance.now() - start
}

if (E.isLeft(setup)) console.error(showError(setup.left))
else {
  const { state, batch, run } = setup.right
  const times: Array<number> = []
  const losses: Array<number> = []
  let now: Values<typeof state> = state
  for (let i = 0; i < 60; i++)
    times.push(
      time(() => {
        const result = run(now, batch.x, batch.y)
        if (E.isRight(result)) {
          now = result.right[0]
          losses.push(1)
        }
      })
    )
  const sorted = [...times].slice(5).sort((a, b) => a - b)
  console.log(
    JSON.stringify({ steps: losses.length, medianMs: sorted[sorted.length >> 1], fastestMs: sorted[0] })
  )
}
