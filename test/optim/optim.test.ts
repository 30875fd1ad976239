import * as E from 'fp-ts/lib/Either.js'
import { concatAll } from 'fp-ts/lib/Monoid.js'
import { describe, expect, test } from 'vitest'
import { compile, eqTensor, evaluate, tensor, toFlat, type Expr } from '../../src/index.js'
import {
  adam,
  gradientDescent,
  monoidTransformation,
  rmsprop,
  scaleByAdam,
  scaleByLearningRate,
  scaleByMomentum,
  scaleByRms,
  sgd,
  type OptimizerState,
  type Transformation
} from '../../src/optim/index.js'
import { trainState } from '../../src/train/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { messageOf, tensorsOf, unsafeRight } from '../support/outcome.js'
import { unsafePath, unsafeStart, unsafeStepper, vector, type Point, type State } from './descent.js'

const { concat, empty } = monoidTransformation

const transformations: Readonly<Record<string, Transformation>> = {
  empty,
  gradientDescent: gradientDescent({ learningRate: 0.1 }),
  sgd: sgd({ learningRate: 0.1 }),
  momentum: sgd({ learningRate: 0.1, momentum: 0.9 }),
  nesterov: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  rmsprop: rmsprop({ learningRate: 0.1 }),
  adam: adam({ learningRate: 0.1 }),
  scaleByMomentum: scaleByMomentum(0.5),
  scaleByRms: scaleByRms(),
  scaleByAdam: scaleByAdam({ epsilon: 1e-3 })
}

const optimizers = Object.entries(transformations).filter(([name]) => !/^(empty|scale)/.test(name))

const sameTensors = (a: unknown, b: unknown): boolean => {
  const [xs, ys] = [tensorsOf(a), tensorsOf(b)]
  return xs.length === ys.length && xs.every((x, i) => ys[i] !== undefined && eqTensor.equals(x, ys[i]))
}

const start = vector([1, -2, 0.5])

/** All updates and states along a sequence of gradients. */
const trace = (t: Transformation, gradients: ReadonlyArray<Point>): ReadonlyArray<unknown> => {
  const step = unsafeStepper(t, start)
  const results: Array<unknown> = []
  let [state, params] = [unsafeStart(t, start), start]
  for (const g of gradients) {
    const next = step(g, state, params)
    results.push(next)
    state = next.state
    params = next.params
  }
  return results
}

describe('transformations in sequence', () => {
  test('order matters: momentum of scaled gradients has another state than scaled momentum', () => {
    const [a, b] = [scaleByLearningRate(0.1), scaleByMomentum(0.9)]
    const gs = [vector([1, 2, 3]), vector([3, 2, 1])]
    expect(sameTensors(trace(concat(a, b), gs), trace(concat(b, a), gs))).toBe(false)
  })

  test('states are flat: as many slots as announced, those of the parts side by side', () => {
    const all = Object.values(transformations)
    all.forEach((t) => expect(unsafeStart(t, start).length).toBe(t.slots))
    const nested = concat(concat(scaleByRms(), scaleByMomentum(0.5)), concat(empty, scaleByLearningRate(1)))
    expect(nested.slots).toBe(3)
    expect(unsafeStart(nested, start).map((s) => Object.keys(s.numbers))).toEqual([
      ['decay', 'epsilon'],
      ['momentum'],
      ['learningRate']
    ])
    expect(unsafeStart(nested, start).map((s) => Object.keys(s.trees))).toEqual([
      ['meanSquare'],
      ['velocity'],
      []
    ])
    expect(concatAll(monoidTransformation)(all).slots).toBe(all.reduce((n, t) => n + t.slots, 0))
  })

  test('the unit leaves gradients as they are', () => {
    const [first] = trace(empty, [vector([1, -0, NaN])])
    expect(tensorsOf(first).map((t) => toFlat(t))[0]).toEqual([1, -0, NaN])
  })
})

describe('equivalences', () => {
  const gs = [vector([1, 2, -3]), vector([0.5, 0, 1]), vector([-1, 1e-3, 1e3])]

  test('SGD without momentum is gradient descent', () => {
    expect(
      sameTensors(trace(sgd({ learningRate: 0.3 }), gs), trace(gradientDescent({ learningRate: 0.3 }), gs))
    ).toBe(true)
  })

  test('momentum 0 moves as gradient descent', () => {
    const moves = (t: Transformation) => unsafePath(t, (_, i) => gs[i] ?? start, [1, 2, 3], 3)
    expect(moves(sgd({ learningRate: 0.3, momentum: 0 }))).toEqual(moves(sgd({ learningRate: 0.3 })))
    expect(moves(sgd({ learningRate: 0.3, momentum: 0, nesterov: true }))).toEqual(
      moves(sgd({ learningRate: 0.3 }))
    )
  })

  test('the first step of Adam has the length of the learning rate, whatever the gradient', () => {
    const [first = []] = unsafePath(adam({ learningRate: 0.01 }), () => vector([1e-3, -1e3, 5]), [0, 0, 0], 1)
    first.forEach((x, i) => expect(Math.abs(x - [-0.01, 0.01, -0.01][i]!)).toBeLessThan(1e-7))
  })
})

const withRate = (state: State, learningRate: number): State =>
  state.map((slot) =>
    'learningRate' in slot.numbers
      ? { ...slot, numbers: { ...slot.numbers, learningRate: tensor(learningRate, 'f64') } }
      : slot
  )

describe.each(optimizers)('%s', (name, optimizer) => {
  test('its learning rate is a value at run time: another one needs no compilation', () => {
    const options = { learningRate: 0.025, momentum: 0.9, nesterov: name === 'nesterov' }
    const plain = { learningRate: 0.025 }
    const other =
      {
        gradientDescent: gradientDescent(plain),
        sgd: sgd(plain),
        rmsprop: rmsprop(plain),
        adam: adam(plain)
      }[name] ?? sgd(options)
    const [g, step] = [vector([1, -2, 3]), unsafeStepper(optimizer, start)]
    const first = step(g, unsafeStart(optimizer, start), start)
    const second = step(g, withRate(first.state, 0.025), first.params)
    const expected = unsafeStepper(other, start)(g, withRate(first.state, 0.025), first.params)
    expect(sameTensors(second, expected)).toBe(true)
    expect(sameTensors(second.updates, step(g, first.state, first.params).updates)).toBe(false)
    expect(second.state.flatMap((s) => Object.keys(s.numbers))).toContain('learningRate')
  })
})

test('states are trees like the parameters, in their dtypes; hyper-parameters are f64', () => {
  interface P {
    readonly layers: ReadonlyArray<{ readonly w: Expr<[2], 'f32'> }>
    readonly bias: Expr<[], 'f64'>
  }
  const params: P = { layers: [{ w: tensor([1, 2]) }, { w: tensor([3, 4]) }], bias: tensor(5, 'f64') }
  const [slot] = trainState(adam({ learningRate: 0.1 }))(params).optimizer
  expect(tensorsOf(slot?.trees['first']).map((t) => [t.dtype, t.shape])).toEqual([
    ['f32', [2]],
    ['f32', [2]],
    ['f64', []]
  ])
  expect(tensorsOf(slot?.numbers).every((t) => t.dtype === 'f64' && t.shape.length === 0)).toBe(true)
  const [updates] = adam({ learningRate: 0.1 }).update(
    params,
    trainState(adam({ learningRate: 0.1 }))(params).optimizer,
    params
  )
  expect(updates.layers[1]?.w.dtype).toBe('f32')
  expect(updates.bias.dtype).toBe('f64')
})

test('what nothing is added to any more vanishes from states, and is never subnormal', () => {
  const gradients = (step: number) =>
    own<[2], 'f32'>([2], 'f32', Float32Array.from(step === 0 ? [1e-18, 1e-30] : [0, 0]))
  const at = tensor([1, 2])
  for (const optimizer of [scaleByMomentum(0.5), scaleByRms(), scaleByAdam({ beta2: 0.9 })]) {
    type P = Expr<[2], 'f32'>
    const step = (g: P, state: OptimizerState<P>) => optimizer.update(g, state, g)
    let state = unsafeRight(evaluate(optimizer.init<P>(at)))
    const run = unsafeRight(compile(step)(at, state))
    for (let i = 0; i < 1000; i++) {
      state = unsafeRight(run(gradients(i), state))[1]
      const seen = state.flatMap((s) => Object.values(s.trees).flatMap((t) => toFlat(t)))
      expect(seen.filter((v) => v !== 0 && Math.abs(v) < 2 ** -126)).toEqual([])
    }
    expect(state.flatMap((s) => Object.values(s.trees).flatMap((t) => toFlat(t))).every((v) => v === 0)).toBe(
      true
    )
  }
})

describe('an epsilon that vanishes', () => {
  const gradient = own([2], 'f32', Float32Array.of(0, 1))
  const outcome = (t: Transformation) => evaluate(t.update(gradient, t.init(gradient), gradient)[0])

  test.each([1e-46, 0, -1, NaN])('%d is refused for f32, with the reason', (epsilon) => {
    for (const t of [scaleByAdam({ epsilon }), scaleByRms({ epsilon }), adam({ learningRate: 1, epsilon })])
      expect(messageOf(outcome(t))).toMatch(/epsilon is \S+, which is not above 0 in f32: .* 0 \/ 0/)
  })

  test('one that f64 has is right there', () => {
    const wide = own([1], 'f64', Float64Array.of(0))
    const t = scaleByRms({ epsilon: 1e-46 })
    expect(E.isRight(evaluate(t.update(wide, t.init(wide), wide)[0]))).toBe(true)
  })
})
