/** Random optimizers. */
import * as fc from 'fast-check'
import { concatAll } from 'fp-ts/lib/Monoid.js'
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
  type Transformation
} from '../../src/optim/index.js'
import { between } from './number.js'

/**
 * An optimizer, and the expression that makes it.
 *
 * @since 0.1.0
 * @category model
 */
export interface OptimizerSample {
  readonly optimizer: Transformation
  readonly description: string
}

const learningRate = between(0.001, 0.5)
const fraction = between(0, 0.99)
const epsilon = fc.constantFrom(1e-8, 1e-6, 1e-3)

/** A constructor applied to random options, as it is and in print. */
const made =
  <A>(name: string, make: (options: A) => Transformation) =>
  (options: A): OptimizerSample => ({
    optimizer: make(options),
    description: `${name}(${fc.stringify(options)})`
  })

const rms = { decay: fraction, epsilon }
const moments = { beta1: fraction, beta2: fraction, epsilon }

const optional = <T extends object>(options: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(options, { requiredKeys: [] })

/** Parts that have no learning rate. */
const scaling: fc.Arbitrary<OptimizerSample> = fc.oneof(
  { withCrossShrink: true },
  fraction.map(made('scaleByMomentum', (m: number) => scaleByMomentum(m))),
  optional(rms).map(made('scaleByRms', scaleByRms)),
  optional(moments).map(made('scaleByAdam', scaleByAdam))
)

const chain: fc.Arbitrary<OptimizerSample> = fc
  .tuple(fc.array(scaling, { maxLength: 3 }), learningRate)
  .map(([parts, rate]) => {
    const all = [...parts, made('scaleByLearningRate', scaleByLearningRate)(rate)]
    return {
      optimizer: concatAll(monoidTransformation)(all.map((part) => part.optimizer)),
      description: `chain(${all.map((part) => part.description).join(', ')})`
    }
  })

const named: ReadonlyArray<fc.Arbitrary<OptimizerSample>> = [
  fc.record({ learningRate }).map(made('gradientDescent', gradientDescent)),
  fc
    .record({ learningRate, momentum: fraction, nesterov: fc.boolean() }, { requiredKeys: ['learningRate'] })
    .map(made('sgd', sgd)),
  fc.record({ learningRate, ...rms }, { requiredKeys: ['learningRate'] }).map(made('rmsprop', rmsprop)),
  fc.record({ learningRate, ...moments }, { requiredKeys: ['learningRate'] }).map(made('adam', adam))
]

/**
 * Optimizers with random options, and chains of transformations that end in a learning rate between 0.001 and 0.5. They shrink to gradient
 * descent.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const sample = fc.sample(arbitrary.optimizer(), 100)
 * ok(sample.some(({ description }) => description.startsWith('adam({"learningRate":')))
 * ok(sample.every(({ optimizer }) => optimizer.slots === optimizer.init({}).length))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const optimizer = (): fc.Arbitrary<OptimizerSample> =>
  fc.oneof({ withCrossShrink: true }, ...named, chain)
