/**
 * W6: a gated recurrent unit (GRU; Cho et al., 2014) that reads a sequence to its end. It describes one sequence;
 * `vmap` makes a batch of it.
 */
import {
  add,
  compile,
  evaluate,
  matmul,
  mean,
  mul,
  reshape,
  scan,
  slice,
  sub,
  tanh,
  vmap,
  zeros,
  type Engine,
  type Expr
} from 'adjoint'
import { crossEntropyFromLogits, sigmoid, type Dense } from 'adjoint/nn'
import { trainState, trainStep } from 'adjoint/train'
import { pipe } from 'fp-ts/lib/function.js'
import type { Gru, Values } from '../data/model.js'
import { gruSizes } from '../data/training.js'
import type { Running } from '../peer.js'
import { denseFrom, looping, optimizer } from './step.js'
import { unsafeRight, unsafeTensor } from './values.js'

type Hidden = Expr<[128], 'f32'>
type Features = Expr<[32], 'f32'>
type Sequence = Expr<[64, 32], 'f32'>

/** Update gate, reset gate and candidate, side by side. */
interface Gates {
  readonly kernel: Expr<[32, 384], 'f32'>
  readonly recurrent: Expr<[128, 384], 'f32'>
  readonly bias: Expr<[384], 'f32'>
}

interface Model {
  readonly gates: Gates
  readonly head: Dense<128, 10>
}

/**
 * GRU cell with `reset_after: false` (Keras), the one that TensorFlow.js has: the reset gate acts before the recurrent
 * product of the candidate.
 */
const cell =
  ({ kernel, recurrent, bias }: Gates) =>
  (h: Hidden, x: Features): Hidden => {
    const seen = pipe(x, matmul(kernel), add(bias))
    const kept = pipe(h, matmul(slice([null, [0, 256]])(recurrent)))
    const update = pipe(seen, slice([[0, 128]]), add(slice([[0, 128]])(kept)), sigmoid)
    const reset = pipe(seen, slice([[128, 256]]), add(slice([[128, 256]])(kept)), sigmoid)
    const recalled = pipe(reset, mul(h), matmul(slice([null, [256, 384]])(recurrent)))
    const candidate = pipe(seen, slice([[256, 384]]), add(recalled), tanh)
    return pipe(update, mul(h), add(pipe(1, sub(update), mul(candidate))))
  }

/** A loop over a sequence, from zeros to the last hidden state. */
type Reading = (gates: Gates, sequence: Sequence) => Hidden

/** A loop in the program. */
const scanned: Reading = (gates, sequence) =>
  scan((h: Hidden, x: Features) => [cell(gates)(h, x), []])(zeros([128]), sequence)[0]

/** Loop unrolling: the program holds a cell for each step, so that the graph needs no loop. */
export const unrolled: Reading = (gates, sequence) =>
  Array.from({ length: gruSizes.steps }, (_, t) => pipe(sequence, slice([[t, t + 1]]), reshape([32]))).reduce(
    cell(gates),
    zeros([128])
  )

const logits =
  (read: Reading, { gates, head }: Model) =>
  (sequence: Sequence): Expr<[10], 'f32'> =>
    pipe(read(gates, sequence), matmul(head.w), add(head.b))

const loss = (read: Reading) => (p: Model, xs: Expr<[32, 64, 32], 'f32'>, ys: Expr<[32, 10], 'f32'>) =>
  pipe(vmap(logits(read, p))(xs), crossEntropyFromLogits(ys), mean())

const modelFrom = (params: ReadonlyArray<Values>): Model => ({
  gates: {
    kernel: unsafeTensor([32, 384], params[0]?.data),
    recurrent: unsafeTensor([128, 384], params[1]?.data),
    bias: unsafeTensor([384], params[2]?.data)
  },
  head: denseFrom(params, 3, 128, 10)
})

export const gru = (engine: Engine | undefined, { params, x, y }: Gru, read: Reading = scanned): Running => {
  const start = unsafeRight(evaluate(trainState(optimizer)(modelFrom(params))))
  const [xs, ys] = [unsafeTensor([32, 64, 32], x.data), unsafeTensor([32, 10], y.data)]
  return looping(
    start,
    () => compile(trainStep(optimizer)(loss(read)), engine)(start, xs, ys),
    (step, state) => step(state, xs, ys)
  )
}
