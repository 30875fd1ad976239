/** W5: a language model of four blocks. It describes one sequence; `vmap` makes a batch of it. */
import {
  add,
  compile,
  div,
  evaluate,
  ge,
  iota,
  matmul,
  mean,
  mul,
  permute,
  reshape,
  slice,
  softmax,
  sqrt,
  square,
  squeeze,
  sub,
  take,
  tanh,
  vmap,
  where,
  type Engine,
  type Expr
} from 'adjoint'
import { crossEntropyFromLogits, type Dense } from 'adjoint/nn'
import { trainState, trainStep } from 'adjoint/train'
import { pipe } from 'fp-ts/lib/function.js'
import type { Gpt, Values } from '../data/model.js'
import { gptSizes } from '../data/training.js'
import type { Running } from '../peer.js'
import { denseFrom, looping, optimizer } from './step.js'
import { unsafeRight, unsafeTensor } from './values.js'

type Rows<N extends number> = Expr<[64, N], 'f32'>

interface Norm {
  readonly gain: Expr<[128], 'f32'>
  readonly shift: Expr<[128], 'f32'>
}

interface Block {
  readonly before: Norm
  readonly queries: Dense<128, 384>
  readonly mixed: Dense<128, 128>
  readonly between: Norm
  readonly up: Dense<128, 512>
  readonly down: Dense<512, 128>
}

interface Model {
  readonly tokens: Expr<[65, 128], 'f32'>
  readonly places: Rows<128>
  readonly blocks: ReadonlyArray<Block>
  readonly last: Norm
  readonly head: Dense<128, 65>
}

const linear =
  <I extends number, O extends number>({ w, b }: Dense<I, O>) =>
  (x: Rows<I>): Rows<O> =>
    pipe(
      x as Expr<number[], 'f32'>,
      matmul(w as Expr<number[], 'f32'>),
      add(b as Expr<number[], 'f32'>)
    ) as Rows<O>

const normalized =
  ({ gain, shift }: Norm) =>
  (x: Rows<128>): Rows<128> => {
    const centred = pipe(x, sub(mean(-1, { keepDims: true })(x)))
    const deviation = pipe(square(centred), mean(-1, { keepDims: true }), add(1e-5), sqrt)
    return pipe(centred, div(deviation), mul(gain), add(shift))
  }

/** The tanh form of GELU (Hendrycks and Gimpel, 2016). */
const gelu = (x: Rows<512>): Rows<512> => {
  const inner = pipe(square(x), mul(0.044715), add(1), mul(x), mul(Math.sqrt(2 / Math.PI)))
  return pipe(tanh(inner), add(1), mul(x), mul(0.5))
}

/** Each place sees itself and what came before. */
const attention = (x: Rows<384>): Rows<128> => {
  const parts = pipe(x, reshape([64, 3, 4, 32]), permute([1, 2, 0, 3]))
  const q = pipe(parts, slice([[0, 1]]), squeeze(0))
  const k = pipe(parts, slice([[1, 2]]), squeeze(0))
  const v = pipe(parts, slice([[2, 3]]), squeeze(0))
  const seen = pipe(iota([64, 64], 0), ge(iota([64, 64], 1)))
  const scores = pipe(q, matmul(permute([0, 2, 1])(k)), mul(1 / Math.sqrt(32)))
  const weights = pipe(seen, where(scores, -1e9), softmax())
  return pipe(weights, matmul(v), permute([1, 0, 2]), reshape([64, 128]))
}

const block = (x: Rows<128>, p: Block): Rows<128> => {
  const seen = pipe(x, normalized(p.before), linear(p.queries), attention, linear(p.mixed), add(x))
  return pipe(seen, normalized(p.between), linear(p.up), gelu, linear(p.down), add(seen))
}

const logits =
  ({ tokens, places, blocks, last, head }: Model) =>
  (sequence: Expr<[64], 'i32'>): Rows<65> => {
    const embedded = pipe(tokens, take(sequence, 0), add(places))
    return pipe(blocks.reduce(block, embedded), normalized(last), linear(head))
  }

const loss = (p: Model, xs: Expr<[8, 64], 'i32'>, ys: Expr<[8, 64, 65], 'f32'>) =>
  pipe(vmap(logits(p))(xs), crossEntropyFromLogits(ys), mean())

const normFrom = (params: ReadonlyArray<Values>, at: number): Norm => ({
  gain: unsafeTensor([128], params[at]?.data),
  shift: unsafeTensor([128], params[at + 1]?.data)
})

const blockFrom = (params: ReadonlyArray<Values>, at: number): Block => ({
  before: normFrom(params, at),
  queries: denseFrom(params, at + 2, 128, 384),
  mixed: denseFrom(params, at + 4, 128, 128),
  between: normFrom(params, at + 6),
  up: denseFrom(params, at + 8, 128, 512),
  down: denseFrom(params, at + 10, 512, 128)
})

const modelFrom = (params: ReadonlyArray<Values>): Model => ({
  tokens: unsafeTensor([65, 128], params[0]?.data),
  places: unsafeTensor([64, 128], params[1]?.data),
  blocks: Array.from({ length: gptSizes.layers }, (_, i) => blockFrom(params, 2 + 12 * i)),
  last: normFrom(params, params.length - 4),
  head: denseFrom(params, params.length - 2, 128, 65)
})

export const gpt = (engine: Engine | undefined, { params, tokens, y }: Gpt): Running => {
  const start = unsafeRight(evaluate(trainState(optimizer)(modelFrom(params))))
  const xs = unsafeTensor([8, 64], tokens, 'i32')
  const ys = unsafeTensor([8, 64, 65], y.data)
  return looping(
    start,
    () => compile(trainStep(optimizer)(loss), engine)(start, xs, ys),
    (step, state) => step(state, xs, ys)
  )
}
