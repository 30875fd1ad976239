/**
 * What it costs to trace every step, as one line of JSON: for each workload the time of a compiled step, of the same step watched (`valueAndCause`, nothing to
 * find), and their ratio. `npm run bench:trace` takes 200 steps; a number after it is another count.
 */
import {
  compile,
  evaluate,
  mean,
  mul,
  normal,
  key,
  scan,
  showError,
  sum,
  tanh,
  add,
  matmul,
  square,
  sub,
  vmap,
  zeros,
  type Expr
} from 'adjoint'
import { crossEntropyFromLogits, dense, forward, init, relu, sequential, type Params } from 'adjoint/nn'
import { adam } from 'adjoint/optim'
import { trainState, trainStep, valueAndCause } from 'adjoint/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

const unsafeRight = <A>(e: E.Either<Parameters<typeof showError>[0], A>): A => {
  if (E.isLeft(e)) throw new Error(showError(e.left))
  return e.right
}
const random = <const S extends readonly [number, ...ReadonlyArray<number>]>(shape: S, seed: number) =>
  unsafeRight(evaluate(mul(0.1)(normal(shape)(key(seed)))))

type Run = () => unknown

const median = (xs: ReadonlyArray<number>): number =>
  [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)] ?? NaN

/** Both by turns, so that what else the machine does falls on both. */
const ratio = (plain: Run, traced: Run, count: number) => {
  const times: [Array<number>, Array<number>] = [[], []]
  for (let i = 0; i < count + 20; i++)
    [plain, traced].forEach((run, k) => {
      const start = performance.now()
      run()
      if (i >= 20) times[k]?.push(performance.now() - start)
    })
  const [step, watched] = [median(times[0]), median(times[1])]
  return {
    step: Number(step.toFixed(4)),
    traced: Number(watched.toFixed(4)),
    ratio: Number((watched / step).toFixed(2))
  }
}

const net = sequential(dense(784, 128), relu, dense(128, 10))
const optimizer = adam({ learningRate: 0.001 })

const network = (): readonly [Run, Run] => {
  type X = Expr<[64, 784], 'f32'>
  type Y = Expr<[64, 10], 'f32'>
  const step = trainStep(optimizer)((p: Params<typeof net>, x: X, y: Y) =>
    pipe(vmap(forward(net)(p))(x), crossEntropyFromLogits(y), mean())
  )
  const state = unsafeRight(evaluate(trainState(optimizer)(init(net)(key(0)))))
  const [x, y] = [random([64, 784], 1), random([64, 10], 2)]
  const run = unsafeRight(compile(step)(state, x, y))
  const watched = valueAndCause(step)
  let now = state
  let also = state
  return [
    () => {
      now = unsafeRight(run(now, x, y))[0]
    },
    () => {
      also = unsafeRight(watched(also, x, y))[0][0]
    }
  ]
}

const recurrent = (): readonly [Run, Run] => {
  type W = Expr<[64, 64], 'f32'>
  const loss = (w: W, xs: Expr<[100, 16, 64], 'f32'>): Expr<[], 'f32'> => {
    const cell = (h: Expr<[16, 64], 'f32'>, x: Expr<[16, 64], 'f32'>) => {
      const next: Expr<[16, 64], 'f32'> = pipe(h, matmul(w), add(x), tanh)
      return [next, []] as const
    }
    return pipe(scan(cell)(zeros([16, 64]), xs)[0], sub(1), square, sum())
  }
  const step = trainStep(optimizer)(loss)
  const state = unsafeRight(evaluate(trainState(optimizer)<W>(random([64, 64], 3))))
  const xs = random([100, 16, 64], 4)
  const run = unsafeRight(compile(step)(state, xs))
  const watched = valueAndCause(step)
  return [() => unsafeRight(run(state, xs)), () => unsafeRight(watched(state, xs))]
}

/** Little arithmetic on many numbers: the dearest thing to watch. */
const elementwise = (): readonly [Run, Run] => {
  const f = (x: Expr<[1000000], 'f32'>) => pipe(x, tanh, mul(2), tanh, add(1))
  const x = random([1000000], 5)
  const run = unsafeRight(compile(f)(x))
  const watched = valueAndCause(f)
  return [() => unsafeRight(run(x)), () => unsafeRight(watched(x))]
}

const count = Number(process.argv[2] ?? 200)
const workloads = { network, recurrent, elementwise }
const results = Object.entries(workloads).map(([name, make]) => [name, ratio(...make(), count)] as const)
console.log(JSON.stringify(Object.fromEntries(results)))
