/**
 * Every optimizer reaches the minimum of a convex quadratic and of Rosenbrock's banana valley, 100 (y - x^2)^2 + (1 - x)^2 from (-1.2, 1), with the
 * settings in the table. RMSprop's steps keep about the length of the learning rate, so that its rate decays like 1 / step.
 */
import { describe, expect, test } from 'vitest'
import { adam, gradientDescent, rmsprop, sgd, tensor, toFlat, type Transformation } from '../../src/index.js'
import { unsafeStart, unsafeStepper, vector, type Gradient, type State } from './descent.js'

const bowl: Gradient = (x) => {
  const [a = NaN, b = NaN] = toFlat(x)
  return vector([a - 1, 10 * (b + 2)])
}

const banana: Gradient = (p) => {
  const [x = NaN, y = NaN] = toFlat(p)
  return vector([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
}

interface Setting {
  readonly name: string
  readonly optimizer: Transformation
  readonly steps: number
  /** The rate of step i as a share of the first. */
  readonly decay?: (i: number) => number
  readonly within: number
}

const scaled = (state: State, rate: number): State =>
  state.map((s) =>
    'learningRate' in s.numbers ? { ...s, numbers: { ...s.numbers, learningRate: tensor(rate, 'f64') } } : s
  )

const distance = (
  setting: Setting & { readonly rate: number },
  gradient: Gradient,
  from: ReadonlyArray<number>,
  to: ReadonlyArray<number>
): number => {
  const step = unsafeStepper(setting.optimizer, vector(from))
  let [params, state] = [vector(from), unsafeStart(setting.optimizer, vector(from))]
  for (let i = 0; i < setting.steps; i++) {
    const now = setting.decay === undefined ? state : scaled(state, setting.rate * setting.decay(i))
    const next = step(gradient(params, i), now, params)
    params = next.params
    state = next.state
  }
  return Math.hypot(...toFlat(params).map((x, i) => x - (to[i] ?? NaN)))
}

const setting = (
  name: string,
  make: (rate: number) => Transformation,
  rate: number,
  steps: number,
  within: number,
  decay?: (i: number) => number
) => ({
  name,
  optimizer: make(rate),
  rate,
  steps,
  within,
  ...(decay === undefined ? {} : { decay })
})

const descent = (learningRate: number) => gradientDescent({ learningRate })
const momentum = (learningRate: number) => sgd({ learningRate, momentum: 0.9 })
const nesterov = (learningRate: number) => sgd({ learningRate, momentum: 0.9, nesterov: true })
const rms = (learningRate: number) => rmsprop({ learningRate, decay: 0.99 })
const ada = (learningRate: number) => adam({ learningRate })

const slowing = (pace: number) => (i: number) => 1 / (1 + i / pace)

describe('a convex quadratic with curvatures 1 and 10', () => {
  test.each([
    setting('gradient descent', descent, 0.1, 200, 1e-8),
    setting('momentum', momentum, 0.05, 400, 1e-8),
    setting('nesterov', nesterov, 0.05, 400, 1e-8),
    setting('rmsprop', rms, 0.1, 1500, 1e-10, slowing(50)),
    setting('adam', ada, 0.1, 1500, 1e-12)
  ])('$name', (s) => {
    const d = distance(s, bowl, [5, 5], [1, -2])
    expect(d).toBeLessThan(s.within)
  })
})

describe('Rosenbrock', () => {
  test.each([
    setting('gradient descent', descent, 1e-3, 20000, 1e-3),
    setting('momentum', momentum, 5e-4, 8000, 1e-6),
    setting('nesterov', nesterov, 5e-4, 8000, 1e-6),
    setting('rmsprop', rms, 0.02, 8000, 5e-3, slowing(1000)),
    setting('adam', ada, 0.02, 6000, 1e-10)
  ])('$name', (s) => {
    const d = distance(s, banana, [-1.2, 1], [1, 1])
    expect(d).toBeLessThan(s.within)
  })
})
