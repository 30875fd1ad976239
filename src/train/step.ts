/**
 * A training step as one pure function: forward, backward and update in a single graph.
 *
 * @since 0.1.0
 */
import type { Expr } from '../graph/Expr.js'
import { valueAndGrad } from '../transform/grad.js'
import { applyUpdates, type OptimizerState, type Transformation } from '../optim/transformation.js'
import type { FloatDType } from '../tensor/DType.js'

/**
 * What training carries from step to step: the parameters and the optimizer's state.
 *
 * @since 0.1.0
 * @category model
 */
export interface TrainState<P> {
  readonly params: P
  readonly optimizer: OptimizerState<P>
}

/**
 * The state before the first step.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { tensor } from 'adjoint'
 * import { adam } from 'adjoint/optim'
 * import { trainState } from 'adjoint/train'
 *
 * strictEqual(trainState(adam({ learningRate: 0.01 }))({ w: tensor([1, 2]) }).optimizer.length, 2)
 * ```
 *
 * @since 0.1.0
 * @category training
 */
export const trainState =
  (optimizer: Transformation) =>
  <P>(params: P): TrainState<P> => ({ params, optimizer: optimizer.init(params) })

/**
 * `(state, ...batch) => [state, loss]` for a loss of parameters and a batch. Compile it once and fold over batches.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, item, square, tensor, type Expr } from 'adjoint'
 * import { gradientDescent } from 'adjoint/optim'
 * import { trainState, trainStep } from 'adjoint/train'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const optimizer = gradientDescent({ learningRate: 0.25 })
 * const step = trainStep(optimizer)((w: Expr<[], 'f32'>) => square(w))
 * const [next] = step(trainState(optimizer)<Expr<[], 'f32'>>(tensor(2)))
 * deepStrictEqual(pipe(evaluate(next.params), E.map(item)), E.right(1))
 * ```
 *
 * @since 0.1.0
 * @category training
 */
export const trainStep =
  (optimizer: Transformation) =>
  <P, B extends ReadonlyArray<unknown>, D extends FloatDType>(
    loss: (params: P, ...batch: B) => Expr<readonly [], D>
  ) =>
  (state: TrainState<P>, ...batch: B): readonly [state: TrainState<P>, loss: Expr<[], D>] => {
    const [value, gradients] = valueAndGrad((params: P) => loss(params, ...batch))(state.params)
    const [updates, next] = optimizer.update(gradients, state.optimizer, state.params)
    return [{ params: applyUpdates(updates)(state.params), optimizer: next }, value]
  }
