/**
 * Two networks after 15 training steps, as hashes of all their weights. Every number comes from the WebAssembly engine, so that the hashes must
 * be the same on every host. Runs in Node, browsers and other hosts alike.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import {
  compile,
  key,
  mean,
  normal,
  oneHot,
  showError,
  tanh,
  tensor,
  toTypedArray,
  vmap,
  type CompileError,
  type Expr,
  type RunError,
  type Tensor
} from 'adjoint'
import { crossEntropyFromLogits, dense, forward, init, relu, sequential, type Params } from 'adjoint/nn'
import { adam } from 'adjoint/optim'
import { trainState, trainStep } from 'adjoint/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

export type Result<A> = E.Either<CompileError | RunError, A>

/** All tensors in a tree, in order. */
const tensorsIn = (tree: unknown): ReadonlyArray<Tensor> => {
  if (typeof tree !== 'object' || tree === null) return []
  return '_tag' in tree && tree._tag === 'Tensor' ? [tree as Tensor] : Object.values(tree).flatMap(tensorsIn)
}

/** The hash of the bytes of all tensors in a tree. */
const hashOf = (tree: unknown): string => {
  const hash = sha256.create()
  for (const t of tensorsIn(tree)) hash.update(new Uint8Array(toTypedArray(t).buffer))
  return bytesToHex(hash.digest())
}

export interface Start<S, X, Y> {
  readonly state: S
  readonly x: X
  readonly y: Y
}

export type Step<S, X, Y> = (state: S, x: X, y: Y) => Result<readonly [S, unknown]>

const rounds = 15

/** The state after training on one batch, again and again. */
const trained = <S, X, Y>({ state, x, y }: Start<S, X, Y>, step: Step<S, X, Y>): Result<S> =>
  Array.from({ length: rounds }).reduce<Result<S>>(
    (now) =>
      pipe(
        now,
        E.chain((s) => step(s, x, y)),
        E.map(([s]) => s)
      ),
    E.right(state)
  )

const hashed = <S, X, Y>(
  start: Result<Start<S, X, Y>>,
  compiled: (state: S, x: X, y: Y) => Result<Step<S, X, Y>>
): Result<string> =>
  pipe(
    start,
    E.chain((s) =>
      pipe(
        compiled(s.state, s.x, s.y),
        E.chain((step) => trained(s, step))
      )
    ),
    E.map(hashOf)
  )

/** `0, 1, ..., classes - 1, 0, 1, ...` */
const cycle = (n: number, classes: number) =>
  tensor(
    Array.from({ length: n }, (_, i) => i % classes),
    'i32'
  )

const optimizer = adam({ learningRate: 1e-2 })

const fruit = sequential(dense(4, 8), tanh, dense(8, 8), tanh, dense(8, 3))

const fruitLoss = (p: Params<typeof fruit>, x: Expr<[32, 4], 'f32'>, y: Expr<[32, 3], 'f32'>) =>
  pipe(vmap(forward(fruit)(p))(x), crossEntropyFromLogits(y), mean())

const fruitStart = () => ({
  state: trainState(optimizer)(init(fruit)(key(0))),
  x: normal([32, 4])(key(1)),
  y: oneHot(3)(cycle(32, 3) as Expr<[32], 'i32'>)
})

const digits = sequential(dense(784, 128), relu, dense(128, 10))

const digitsLoss = (p: Params<typeof digits>, x: Expr<[64, 784], 'f32'>, y: Expr<[64, 10], 'f32'>) =>
  pipe(vmap(forward(digits)(p))(x), crossEntropyFromLogits(y), mean())

const digitsStart = () => ({
  state: trainState(optimizer)(init(digits)(key(2))),
  x: normal([64, 784])(key(3)),
  y: oneHot(10)(cycle(64, 10) as Expr<[64], 'i32'>)
})

/** Networks with the state in which training starts, a batch, and the training step. */
export const networks = {
  fruit: {
    start: () =>
      pipe(
        compile(fruitStart)(),
        E.chainW((run) => run())
      ),
    compiled: compile(trainStep(optimizer)(fruitLoss))
  },
  digits: {
    start: () =>
      pipe(
        compile(digitsStart)(),
        E.chainW((run) => run())
      ),
    compiled: compile(trainStep(optimizer)(digitsLoss))
  }
}

/** The hash of each network, or what went wrong. */
export const hashes = (): Readonly<Record<keyof typeof networks, string>> => {
  const { fruit, digits } = networks
  const text = E.getOrElse(showError)
  return {
    fruit: text(hashed(fruit.start(), fruit.compiled)),
    digits: text(hashed(digits.start(), digits.compiled))
  }
}
