import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  compile,
  evaluate,
  key,
  mul,
  normal,
  ones,
  reference,
  showError,
  slice,
  softmax,
  squeeze,
  tanh,
  tensor,
  toFlat,
  vmap,
  wasm,
  type Expr,
  type Key
} from '../../src/index.js'
import {
  apply,
  dense,
  forward,
  glorotUniform,
  init,
  layer,
  meanSquaredError,
  prelu,
  relu,
  sequential,
  type Initializer,
  type Layer,
  type Stage
} from '../../src/nn/index.js'
import { gradientDescent } from '../../src/optim/index.js'
import { trainState, trainStep } from '../../src/train/index.js'
import { rows } from '../../src/data/index.js'
import type { SameFn } from '../../src/shape.js'
import { leavesOf } from '../../src/tensor/Tree.js'
import { messageOf, unsafeFlat, unsafeRight } from '../support/outcome.js'

type Net = Layer<unknown, ReadonlyArray<unknown>>

/** A sequence whose parts are known only at run time. */
const chain = (...stages: ReadonlyArray<Stage>): Net => sequential(...stages)

const x = tensor([0.5, -1, 2])

test('the empty sequence is the very same expression', () => {
  expect(init(chain())(key(0))).toEqual([])
  expect(chain().run([])(x)).toBe(x)
})

describe('initial parameters', () => {
  const net = sequential(dense(3, 4), relu, sequential(prelu(), dense(4, 2)), softmax())

  test('are one slot for each layer that has any', () => {
    const params = init(net)(key(0))
    expect([params.length, net.slots]).toEqual([3, 3])
    expect(leavesOf(params).map((l) => l.shape)).toEqual([[3, 4], [4], [], [4, 2], [2]])
    expect(net.init(key(0))[0].length).toBe(net.slots)
  })

  test('differ from layer to layer', () => {
    const [a, b] = init(sequential(dense(3, 3), dense(3, 3)))(key(1))
    expect(unsafeFlat(a.w)).not.toEqual(unsafeFlat(b.w))
  })

  test('follow the options', () => {
    const units: Initializer = (shape) => () => ones(shape)
    const [{ w, b }] = init(dense(50, 50, { weights: glorotUniform, biases: units }))(key(0))
    expect(Math.max(...unsafeFlat(w).map(Math.abs))).toBeLessThan(Math.sqrt(6 / 100) + 1e-6)
    expect(unsafeFlat(b)).toEqual(Array.from({ length: 50 }, () => 1))
  })
})

describe('dense', () => {
  const w = tensor([[1, 2], [3, 4], [5, 6]]) // prettier-ignore
  const params = [{ w, b: tensor([10, 20]) }] as const

  test('is x w + b, over any leading axes', () => {
    const l = dense(3, 2)
    expect(unsafeFlat(apply(l)(params)(tensor([1, 0, -1])))).toEqual([6, 16])
    const batch = apply(l)(params)(tensor([[1, 0, -1], [0, 1, 0]])) // prettier-ignore
    expect(batch.shape).toEqual([2, 2])
    expect(unsafeFlat(batch)).toEqual([6, 16, 13, 24])
  })
})

test.each([reference, wasm])('a batch is its examples on $name, bit for bit', (engine) => {
  const net = sequential(dense(5, 7), tanh, prelu(), dense(7, 3), softmax())
  const params = unsafeRight(evaluate(init(net)(key(3))))
  const inputs = unsafeRight(evaluate(normal([6, 5])(key(4))))
  const all = unsafeRight(compile(vmap(forward(net)(params)), engine)(inputs))
  const batch = unsafeRight(all(inputs))
  const one = unsafeRight(compile(forward(net)(params), engine)(tensor([0, 0, 0, 0, 0])))
  const loop = [0, 1, 2, 3, 4, 5].map((i) =>
    unsafeRight(one(unsafeRight(evaluate(squeeze(0)(slice([[i, i + 1]])(inputs) as Expr<[1, 5], 'f32'>)))))
  )
  expect(batch.shape).toEqual([6, 3])
  expect(toFlat(batch)).toEqual(loop.flatMap((t) => toFlat(t)))
  expect(toFlat(unsafeRight(rows([2])(batch)))).toEqual(toFlat(loop[2]!))
})

test('PReLU learns its slope', () => {
  const net = prelu(0.9)
  const inputs = tensor([-2, -1, 1, 2, -0.5])
  const targets = tensor([-0.5, -0.25, 1, 2, -0.125])
  type P = NonNullable<(typeof net)['params']>
  const loss = (p: P) => pipe(apply(net)(p)(inputs), meanSquaredError(targets))
  const optimizer = gradientDescent({ learningRate: 0.3 })
  const start = unsafeRight(evaluate(trainState(optimizer)<P>(init(net)(key(0)))))
  const step = unsafeRight(compile(trainStep(optimizer)(loss))(start))
  const end = Array.from({ length: 60 }).reduce<typeof start>((s) => unsafeRight(step(s))[0], start)
  expect(unsafeFlat(start.params[0].slope)[0]).toBeCloseTo(0.9, 6)
  expect(unsafeFlat(end.params[0].slope)[0]).toBeCloseTo(0.25, 6)
})

test('a layer of one’s own takes part like the others', () => {
  type P = { readonly gain: Expr<[], 'f32'> }
  const gain = layer<SameFn>()(
    'gain',
    (k: Key): [P, Key] => [{ gain: tensor(3) }, k],
    (p) => (z) => pipe(z, mul(p.gain as Expr))
  )
  const net = sequential(relu, gain)
  expect(unsafeFlat(apply(net)(init(net)(key(0)))(x))).toEqual([1.5, 0, 6])
})

describe('shapes that do not fit, found at run time', () => {
  const bad = (net: Net) => net.run(init(net)(key(0)))(x)

  test.each([
    ['the first layer', chain(dense(4, 2), relu), /^layer 0 dense: matmul: inner dimensions 3 and 4 differ/],
    [
      'a later layer',
      chain(dense(3, 5), relu, dense(4, 2)),
      /^layer 2 dense: matmul: inner dimensions 5 and 4 differ/
    ],
    [
      'a nested layer',
      chain(relu, chain(dense(3, 5), dense(4, 2))),
      /^layer 1: layer 1 dense: matmul: inner dimensions 5 and 4 differ/
    ]
  ] as const)('%s: one cause in at most three lines, with the place of the layer', (_, net, text) => {
    const result = evaluate(bad(net))
    expect(messageOf(result)).toMatch(text)
    expect(messageOf(result).split('\n').length).toBeLessThanOrEqual(3)
    expect(E.isLeft(result) && result.left._tag === 'CompileError' && result.left.errors.length).toBe(1)
  })

  test('later layers do not add to the report', () => {
    const net = chain(dense(4, 2), dense(9, 9), dense(8, 8))
    const shown = pipe(evaluate(bad(net)), E.mapLeft(showError))
    expect(E.isLeft(shown) && shown.left.split('\n').length).toBe(3)
  })
})
