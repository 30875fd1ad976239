import {
  add,
  associativeScan,
  compile,
  concat,
  convert,
  type Engine,
  eq,
  evaluate,
  type Expr,
  gt,
  item,
  key,
  lt,
  mean,
  mul,
  reshape,
  scan,
  split,
  sub,
  tanh,
  tensor,
  toFlat,
  uniform,
  type Values,
  vmap,
  xor,
  zeros
} from 'adjoint'
import {
  apply,
  binaryCrossEntropyFromLogits,
  dense,
  glorotUniform,
  init,
  type Params as ParamsOf,
  sigmoid
} from 'adjoint/nn'
import { adam } from 'adjoint/optim'
import { trainState, type TrainState, trainStep } from 'adjoint/train'
import { type ConcreteKey, splitKey } from 'adjoint/data'
import { pipe } from 'fp-ts/lib/function.js'
import { unsafeRight } from '../01-fruit/model/values.js'

/**
 * A gated recurrent unit (Cho et al. 2014) learns parity: whether the bits so far have an odd number of ones. The rule needs one bit of memory and has no
 * shortcut: it cannot be read off some of the bits, nor from their sum by a linear function. Who has learned it from short rows knows it for long ones.
 */

type Scalar = Expr<[], 'f32'>
type Hidden = Expr<[8], 'f32'>
type Bits<N extends number> = Expr<[N], 'bool'>

/** Neurons that remember. */
const gate = dense(9, 8, { weights: glorotUniform })
const readout = dense(8, 1)

interface Params {
  readonly update: ParamsOf<typeof gate>
  readonly reset: ParamsOf<typeof gate>
  readonly candidate: ParamsOf<typeof gate>
  readonly out: ParamsOf<typeof readout>
}

const initial = (k: ConcreteKey): Params => {
  const [a = k, b = k, c = k, d = k] = splitKey(4)(k)
  return { update: init(gate)(a), reset: init(gate)(b), candidate: init(gate)(c), out: init(readout)(d) }
}

/** One step: how much to renew, what of the past to look at, and what to remember; and the logit of an odd number. */
const cell =
  (p: Params) =>
  (h: Hidden, x: Scalar): readonly [Hidden, Scalar] => {
    const seen = (past: Hidden): Expr<[9], 'f32'> => concat(0)([reshape([1])(x), past])
    const [z, r] = [sigmoid(apply(gate)(p.update)(seen(h))), sigmoid(apply(gate)(p.reset)(seen(h)))]
    const fresh = tanh(apply(gate)(p.candidate)(seen(mul(r)(h))))
    const next = pipe(fresh, sub(h), mul(z), add(h))
    return [next, reshape([])(apply(readout)(p.out)(next))]
  }

/** The logits after each bit. */
const said =
  (p: Params) =>
  <N extends number>(bits: Bits<N>): Expr<[N], 'f32'> =>
    scan(cell(p))(zeros([8]), convert('f32')(bits))[1]

/** What is right after each bit. */
const parity = <N extends number>(bits: Bits<N>): Bits<N> =>
  associativeScan((a: Expr<[], 'bool'>, b: Expr<[], 'bool'>): Expr<[], 'bool'> => xor(b)(a))(bits)

const random = <R extends number, N extends number>(
  rows: R,
  length: N,
  k: Expr<[2], 'u32'>
): Expr<[R, N], 'bool'> => lt(0.5)(uniform([rows, length])(k))

const loss = (p: Params, rows: Expr<[32, 8], 'bool'>): Scalar => {
  const one = (bits: Bits<8>) => binaryCrossEntropyFromLogits(convert('f32')(parity(bits)))(said(p)(bits))
  return mean()(vmap(one)(rows))
}

const optimizer = adam({ learningRate: 0.02 })

/** The whole training as a loop over keys, each of which makes a batch of 32 rows of 8 bits. */
const training = (start: TrainState<Params>, keys: Expr<[number, 2], 'u32'>) =>
  scan((state: TrainState<Params>, k: Expr<[2], 'u32'>) =>
    trainStep(optimizer)(loss)(state, random(32, 8, k))
  )(start, keys)

export interface Learned {
  readonly params: Values<Params>
  readonly losses: ReadonlyArray<number>
}

export const train = (engine: Engine, steps: number): Learned => {
  const [first = key(0), others = first] = splitKey(2)(key(2))
  const start = unsafeRight(evaluate(trainState(optimizer)<Params>(initial(first))))
  const keys = unsafeRight(evaluate(split(steps)(others)))
  const run = unsafeRight(compile(training, engine)(start, keys))
  const [{ params }, losses] = unsafeRight(run(start, keys))
  return { params, losses: toFlat(losses) }
}

/** The part of all answers that is right, after each bit of 100 rows of `length` bits. */
export const accuracy = (engine: Engine, params: Values<Params>, length: number): number => {
  const rate = (p: Params, k: Expr<[2], 'u32'>): Scalar => {
    const rows = random(100, length, k)
    const right = (bits: Bits<number>) => pipe(said(p)(bits), gt(0), eq(parity(bits)), convert('f32'))
    return mean()(vmap(right)(rows))
  }
  const k = tensor([7, 11], 'u32')
  return item(unsafeRight(unsafeRight(compile(rate, engine)(params, k))(params, k)))
}
