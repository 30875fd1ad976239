/**
 * Every optimizer reaches the minimum of two convex quadratics and of Rosenbrock's banana valley, with the settings in the table. Steps of
 * RMSprop keep about the length of the learning rate, so that its rate decays like 1 / step. Adam leaves a minimum again: its mean of squares
 * forgets the gradients of the way there, and then steps of the learning rate, in whatever direction, come from gradients that are nearly 0. Such
 * a burst may end with the last step, from a few starts in a hundred; hence its rates decay as well, and in the valley, which is slow to come
 * back to, no more is claimed than 1e-2, three times the last rate.
 */
import { describe, test } from 'vitest'
import { optimizerLaws, register, type Claim, type OptimizerSource } from '../../laws/index.js'
import { mul } from '../../src/index.js'
import {
  adam,
  gradientDescent,
  monoidTransformation,
  rmsprop,
  scaleByAdam,
  scaleByMomentum,
  scaleByRms,
  sgd,
  stateless,
  type Transformation
} from '../../src/optim/index.js'

const slowing = (pace: number) => (i: number) => 1 / (1 + i / pace)

/** A claim with the learning rate of its own. */
const claims =
  (make: (rate: number) => Transformation) =>
  (
    on: Claim['on'],
    rate: number,
    steps: number,
    within: number,
    schedule?: (step: number) => number
  ): Claim => ({
    on,
    optimizer: make(rate),
    steps,
    within,
    ...(schedule === undefined ? {} : { schedule })
  })

const descent = (learningRate: number) => gradientDescent({ learningRate })
const momentum = (learningRate: number) => sgd({ learningRate, momentum: 0.9 })
const nesterov = (learningRate: number) => sgd({ learningRate, momentum: 0.9, nesterov: true })
const rms = (learningRate: number) => rmsprop({ learningRate, decay: 0.99 })
const ada = (learningRate: number) => adam({ learningRate })

const [byDescent, byMomentum, byNesterov, byRms, byAdam] = [
  claims(descent),
  claims(momentum),
  claims(nesterov),
  claims(rms),
  claims(ada)
]

const sources: ReadonlyArray<OptimizerSource> = [
  { name: 'empty', optimizer: monoidTransformation.empty },
  { name: 'scaleByMomentum', optimizer: scaleByMomentum(0.5) },
  { name: 'scaleByRms', optimizer: scaleByRms() },
  { name: 'scaleByAdam', optimizer: scaleByAdam({ epsilon: 1e-3 }) },
  { name: 'stateless', optimizer: stateless((g, p) => mul(p)(g)) },
  { name: 'sgd', optimizer: sgd({ learningRate: 0.1 }) },
  {
    name: 'gradient descent',
    optimizer: descent(0.1),
    converges: [
      byDescent('quadratic', 0.1, 200, 1e-8),
      byDescent('illConditioned', 1e-3, 20_000, 1e-6),
      byDescent('rosenbrock', 1e-3, 20_000, 1e-3)
    ]
  },
  {
    name: 'momentum',
    optimizer: momentum(0.1),
    converges: [
      byMomentum('quadratic', 0.05, 400, 1e-8),
      byMomentum('illConditioned', 1e-3, 4000, 1e-8),
      byMomentum('rosenbrock', 5e-4, 8000, 1e-6)
    ]
  },
  {
    name: 'nesterov',
    optimizer: nesterov(0.1),
    converges: [
      byNesterov('quadratic', 0.05, 400, 1e-8),
      byNesterov('illConditioned', 1e-3, 4000, 1e-8),
      byNesterov('rosenbrock', 5e-4, 8000, 1e-6)
    ]
  },
  {
    name: 'rmsprop',
    optimizer: rms(0.1),
    converges: [
      byRms('quadratic', 0.1, 1500, 1e-10, slowing(50)),
      byRms('illConditioned', 0.1, 1500, 1e-6, slowing(50)),
      byRms('rosenbrock', 0.02, 8000, 5e-3, slowing(1000))
    ]
  },
  {
    name: 'adam',
    optimizer: ada(0.1),
    converges: [
      byAdam('quadratic', 0.1, 1500, 1e-12, slowing(200)),
      byAdam('illConditioned', 0.1, 1500, 1e-10, slowing(200)),
      byAdam('rosenbrock', 0.05, 8000, 1e-2, slowing(500))
    ]
  }
]

for (const source of sources) register(optimizerLaws(source))({ describe, test })
