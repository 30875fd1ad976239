/**
 * Microseconds for loops whose slices lie in their stacks, beside the same programs with slices copied to and from the frame, and with those in
 * place only that are read; and with weights that are packed at each step rather than once. Trainings of recurrent networks (batch 32 and 8, 128 units,
 * 64 steps, 32 features, Adam), and recurrences over rows so wide that little else is done than moving them. Run with `npm run bench:slices`.
 */
import {
  add,
  compile,
  evaluate,
  key,
  matmul,
  mean,
  mul,
  normal,
  scan,
  slice,
  softmax,
  square,
  tanh,
  vmap,
  zeros,
  type Engine,
  type Expr
} from 'adjoint'
import { crossEntropyFromLogits, sigmoid } from 'adjoint/nn'
import { adam } from 'adjoint/optim'
import { trainState, trainStep } from 'adjoint/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { usual, type Passes } from '../../src/wasm/compile/compile.js'
import { writes } from '../../src/wasm/kernel/uses.js'
import { compileModule, program } from '../../src/wasm/index.js'
import { make } from './peers/data/index.js'
import { gru } from './peers/own/gru.js'
import { unsafeRight } from './peers/own/values.js'
import { measured, stepOf } from './turns.js'

const variants: Readonly<Record<string, Partial<Passes>>> = {
  copied: { inPlace: () => [] },
  'packed at each step': { packsOnce: false },
  'in place': {},
  'read in place': {
    inPlace: (lowered, slices) => {
      const made = new Set(lowered.kernels.flatMap(writes).map((w) => w.buffer))
      return usual.inPlace(lowered, slices).filter((b) => !made.has(b))
    }
  }
}

/** Compiles all variants when a program first runs, each to a run on what that is given. */
const spying = (found: Array<readonly [string, () => void]>): Engine => ({
  name: 'wasm',
  compile: (region) =>
    pipe(
      program(region),
      E.map((run) => (given) => {
        for (const [name, passes] of found.length > 0 ? [] : Object.entries(variants))
          pipe(
            compileModule(region, passes),
            E.map((prepared) => found.push([name, stepOf(prepared, given)]))
          )
        return run(given)
      })
    )
})

type Sequence = Expr<[64, 32], 'f32'>
type Hidden = Expr<[128], 'f32'>

interface Lstm {
  readonly kernel: Expr<[32, 512], 'f32'>
  readonly recurrent: Expr<[128, 512], 'f32'>
  readonly bias: Expr<[512], 'f32'>
  readonly head: Expr<[128, 10], 'f32'>
}

/** Long short-term memory (LSTM; Hochreiter and Schmidhuber, 1997) with a forget gate; gates side by side: input, forget, output, candidate. */
const cell =
  ({ kernel, recurrent, bias }: Lstm) =>
  ([h, c]: readonly [Hidden, Hidden], x: Expr<[32], 'f32'>) => {
    const z = pipe(x, matmul(kernel), add(pipe(h, matmul(recurrent))), add(bias))
    const written = pipe(z, slice([[0, 128]]), sigmoid, mul(pipe(z, slice([[384, 512]]), tanh)))
    const next: Hidden = pipe(z, slice([[128, 256]]), sigmoid, mul(c), add(written))
    const out: Hidden = pipe(z, slice([[256, 384]]), sigmoid, mul(tanh(next)))
    return [[out, next], []] as const
  }

const logits = (p: Lstm) => (xs: Sequence) =>
  pipe(scan(cell(p))([zeros([128]), zeros([128])], xs)[0][0], matmul(p.head))

const lstm =
  (batch: number) =>
  (engine: Engine): unknown => {
    const small = <const S extends ReadonlyArray<number>>(shape: S, seed: number) =>
      pipe(normal(shape)(key(seed)), mul(0.1))
    const optimizer = adam({ learningRate: 0.001 })
    const start = unsafeRight(
      evaluate(
        trainState(optimizer)({
          kernel: small([32, 512], 1),
          recurrent: small([128, 512], 2),
          bias: zeros([512]),
          head: small([128, 10], 3)
        })
      )
    )
    const [xs, ys] = unsafeRight(
      evaluate([normal([batch, 64, 32])(key(4)), pipe(normal([batch, 10])(key(5)), softmax())] as const)
    )
    const loss = (p: Lstm, x: Expr<[number, 64, 32], 'f32'>, y: Expr<[number, 10], 'f32'>) =>
      pipe(vmap(logits(p))(x), crossEntropyFromLogits(y), mean())
    return unsafeRight(compile(trainStep(optimizer)(loss), engine)(start, xs, ys))(start, xs, ys)
  }

type Row = Expr<[4096], 'f32'>

/** A running average of 1,000 rows, and what is put out at each step. */
const recurrence =
  (put: (average: Row) => Row) =>
  (engine: Engine): unknown => {
    const rows = unsafeRight(evaluate(normal([1000, 4096])(key(6))))
    const averages = (xs: Expr<[1000, 4096], 'f32'>) =>
      scan((c: Row, x: Row) => {
        const next: Row = pipe(c, mul(0.9), add(x))
        return [next, put(next)]
      })(zeros([4096]), xs)[1]
    return unsafeRight(compile(averages, engine)(rows))(rows)
  }

const workloads: Readonly<Record<string, (engine: Engine) => unknown>> = {
  'LSTM training': lstm(32),
  'LSTM training, batch 8': lstm(8),
  'GRU training': (engine) => {
    const data = make('W6')
    return data.kind === 'gru' ? gru(engine, data).run() : undefined
  },
  'averages, put out': recurrence((x) => x),
  'their squares': recurrence((x) => square(x))
}

const table = Object.entries(workloads).map(([name, once]) => {
  const found: Array<readonly [string, () => void]> = []
  once(spying(found))
  return [name, Object.fromEntries(measured(found))]
})
console.table(Object.fromEntries(table))
