/** W7: one long sequence through the cell of W6, with fewer units: a loop of ten thousand steps and its derivative. */
import {
  add,
  compile,
  item,
  matmul,
  mul,
  scan,
  slice,
  sub,
  sum,
  tanh,
  toTypedArray,
  valueAndGrad,
  zeros,
  type Engine,
  type Expr
} from 'adjoint'
import { sigmoid } from 'adjoint/nn'
import { pipe } from 'fp-ts/lib/function.js'
import type { Long } from '../data/model.js'
import { longSizes } from '../data/long.js'
import type { Running } from '../peer.js'
import { unsafeRight, unsafeTensor } from './values.js'

type Hidden = Expr<[64], 'f32'>
type Features = Expr<[32], 'f32'>

export interface Gates {
  readonly kernel: Expr<[32, 192], 'f32'>
  readonly recurrent: Expr<[64, 192], 'f32'>
  readonly bias: Expr<[192], 'f32'>
}

/** GRU cell with `reset_after: false` (Keras). */
export const cell =
  ({ kernel, recurrent, bias }: Gates) =>
  (h: Hidden, x: Features): Hidden => {
    const seen = pipe(x, matmul(kernel), add(bias))
    const kept = pipe(h, matmul(slice([null, [0, 128]])(recurrent)))
    const update = pipe(seen, slice([[0, 64]]), add(slice([[0, 64]])(kept)), sigmoid)
    const reset = pipe(seen, slice([[64, 128]]), add(slice([[64, 128]])(kept)), sigmoid)
    const recalled = pipe(reset, mul(h), matmul(slice([null, [128, 192]])(recurrent)))
    const candidate = pipe(seen, slice([[128, 192]]), add(recalled), tanh)
    return pipe(update, mul(h), add(pipe(1, sub(update), mul(candidate))))
  }

const mean = (u: Hidden, xs: Expr<[10_000, 32], 'f32'>) => (gates: Gates) => {
  const step = (h: Hidden, x: Features) => {
    const next = cell(gates)(h, x)
    return [next, pipe(next, mul(u), sum())] as const
  }
  return pipe(scan(step)(zeros([64]), xs)[1], sum(), mul(1 / longSizes.steps))
}

export const long = (engine: Engine | undefined, d: Long): Running => {
  const gates = {
    kernel: unsafeTensor([32, 192], d.kernel),
    recurrent: unsafeTensor([64, 192], d.recurrent),
    bias: unsafeTensor([192], d.bias)
  }
  const [u, xs] = [unsafeTensor([64], d.u), unsafeTensor([10_000, 32], d.xs)]
  const begun = performance.now()
  const f = unsafeRight(
    compile((g: Gates, v: Hidden, s: Expr<[10_000, 32], 'f32'>) => valueAndGrad(mean(v, s))(g), engine)(
      gates,
      u,
      xs
    )
  )
  const compileMs = performance.now() - begun
  const run = () => unsafeRight(f(gates, u, xs))
  return {
    compileMs,
    run: () => item(run()[0]),
    answer: () => {
      const [value, { kernel, recurrent, bias }] = run()
      return d.pick(
        item(value),
        ...([kernel, recurrent, bias].map((x) => toTypedArray(x)) as [
          Float32Array,
          Float32Array,
          Float32Array
        ])
      )
    }
  }
}
