import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  compile,
  evaluate,
  item,
  key,
  matmul,
  mean,
  mul,
  normal,
  spec,
  square,
  sum,
  tanh,
  tensor,
  valueAndGrad,
  vmap,
  type Expr,
  type Values
} from '../../src/index.js'
import {
  apply,
  crossEntropyFromLogits,
  dense,
  forward,
  init,
  meanSquaredError,
  sequential
} from '../../src/nn/index.js'
import { adam, gradientDescent, sgd } from '../../src/optim/index.js'
import { trainState, trainStep, type TrainState } from '../../src/train/index.js'
import { batches, rows, splitKey } from '../../src/data/index.js'
import { tensorsOf, unsafeFlat, unsafeRight } from '../support/outcome.js'

interface P {
  readonly a: Expr<[2], 'f64'>
  readonly b: Expr<[], 'f64'>
}

const params: P = { a: tensor([1, -2], 'f64'), b: tensor(3, 'f64') }
const loss = (p: P) => pipe(square(p.a), sum(), mul(square(p.b)))

describe('a step', () => {
  test('is the gradient, the update and the move; its loss is the one before', () => {
    const optimizer = gradientDescent({ learningRate: 0.01 })
    const [next, before] = trainStep(optimizer)(loss)(trainState(optimizer)(params))
    const [value, slope] = valueAndGrad(loss)(params)
    expect(unsafeFlat(before)).toEqual(unsafeFlat(value))
    expect(unsafeFlat(before)).toEqual([45])
    expect([unsafeFlat(slope.a), unsafeFlat(slope.b)]).toEqual([[18, -36], [30]])
    const [a, b] = [unsafeFlat(next.params.a), unsafeFlat(next.params.b)]
    expect([a, b]).toEqual([[1 - 0.01 * 18, -2 + 0.01 * 36], [3 - 0.01 * 30]])
  })

  test('keeps the shape of the state, so that it can be folded over', () => {
    const optimizer = adam({ learningRate: 0.01 })
    const state = trainState(optimizer)(params)
    const [next] = trainStep(optimizer)(loss)(state)
    const shapes = (s: TrainState<P>) => tensorsOf(s).map((t) => [t.dtype, t.shape])
    expect(shapes(next)).toEqual(shapes(state))
    expect(Object.keys(next.optimizer[0]?.numbers ?? {}).sort()).toEqual(
      Object.keys(state.optimizer[0]?.numbers ?? {}).sort()
    )
  })

  test('carries the state of the optimizer on', () => {
    const optimizer = sgd({ learningRate: 1, momentum: 0.5 })
    const step = trainStep(optimizer)((w: Expr<[], 'f64'>) => pipe(w, mul(2)))
    const path = [0, 1, 2, 3].reduce<ReadonlyArray<TrainState<Expr<[], 'f64'>>>>(
      (states) => [
        ...states,
        step(states[states.length - 1] ?? trainState(optimizer)<Expr<[], 'f64'>>(tensor(0, 'f64')))[0]
      ],
      []
    )
    expect(path.map((s) => unsafeFlat(s.params)[0])).toEqual([-2, -5, -8.5, -12.25])
    expect(path.map((s) => unsafeFlat(s.optimizer[0]!.trees['velocity']!)[0])).toEqual([2, 3, 3.5, 3.75])
  })

  test('compiled once and folded is the same as built in one expression', () => {
    const optimizer = adam({ learningRate: 0.01 })
    const step = trainStep(optimizer)(loss)
    const start = trainState(optimizer)(params)
    const unrolled = [0, 1, 2].reduce<TrainState<P>>((s) => step(s)[0], start)
    const run = unsafeRight(compile(step)(unsafeRight(evaluate(start))))
    const folded = [0, 1, 2].reduce((s) => unsafeRight(run(s))[0], unsafeRight(evaluate(start)))
    expect(unsafeFlat(folded.params.a)).toEqual(unsafeFlat(unrolled.params.a))
    expect(unsafeFlat(folded.params.b)).toEqual(unsafeFlat(unrolled.params.b))
  })
})

test('least squares on random batches finds the weights', () => {
  const truth = tensor([2, -1, 0.5], 'f64')
  const inputs = unsafeRight(evaluate(normal([60, 3], 'f64')(key(1))))
  const targets = unsafeRight(evaluate(pipe(inputs, matmul(truth))))
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 })
  type W = Expr<[3], 'f64'>
  const error = (w: W, x: Expr<[10, 3], 'f64'>, y: Expr<[10], 'f64'>) =>
    pipe(x, matmul(w), meanSquaredError(y))
  const start = unsafeRight(evaluate(trainState(optimizer)<W>(tensor([0, 0, 0], 'f64'))))
  const run = unsafeRight(
    compile(trainStep(optimizer)(error))(start, spec([10, 3], 'f64'), spec([10], 'f64'))
  )
  const order = splitKey(60)(key(2)).flatMap((k) => unsafeRight(batches({ count: 60, size: 10 })(k)))
  const pick = (b: ReadonlyArray<number>) =>
    [unsafeRight(rows(b)(inputs)), unsafeRight(rows(b)(targets))] as const
  const end = order.reduce((state, b) => {
    const [x, y] = pick(b)
    return unsafeRight(run(state, x as Values<Expr<[10, 3], 'f64'>>, y as Values<Expr<[10], 'f64'>>))[0]
  }, start)
  expect(order.length).toBe(360)
  unsafeFlat(end.params).forEach((w, i) => expect(w).toBeCloseTo([2, -1, 0.5][i] ?? NaN, 6))
})

describe('a network learns exclusive or', () => {
  const net = sequential(dense(2, 8), tanh, dense(8, 2))
  type Params = NonNullable<(typeof net)['params']>
  const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]) // prettier-ignore
  const y = tensor([[1, 0], [0, 1], [0, 1], [1, 0]]) // prettier-ignore
  const optimizer = adam({ learningRate: 0.05 })
  const error = (p: Params, inputs: Expr<[4, 2], 'f32'>, labels: Expr<[4, 2], 'f32'>) =>
    pipe(vmap(forward(net)(p))(inputs), crossEntropyFromLogits(labels), mean())

  test.each([1, 2, 3])('from key(%i)', (seed) => {
    const start = unsafeRight(evaluate(trainState(optimizer)<Params>(init(net)(key(seed)))))
    const run = unsafeRight(compile(trainStep(optimizer)(error))(start, x, y))
    const losses: Array<number> = []
    const end = Array.from({ length: 200 }).reduce<typeof start>((s) => {
      const [next, l] = unsafeRight(run(s, x, y))
      losses.push(item(l))
      return next
    }, start)
    expect(losses[199]).toBeLessThan(0.02)
    expect(losses[0]).toBeGreaterThan(0.2)
    const guesses = unsafeFlat(apply(net)(end.params)(x))
    expect([0, 1, 2, 3].map((i) => (guesses[2 * i + 1] ?? 0) > (guesses[2 * i] ?? 0))).toEqual([
      false,
      true,
      true,
      false
    ])
  })
})
