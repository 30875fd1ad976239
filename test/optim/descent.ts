/** Optimizers at work on one vector of f64. */
import { compile, evaluate, spec, toFlat, type Expr, type Tensor, type Values } from '../../src/index.js'
import { applyUpdates, type OptimizerState, type Transformation } from '../../src/optim/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'

export type Vector = Expr<number[], 'f64'>
export type Point = Tensor<number[], 'f64'>
export type Gradient = (x: Point, step: number) => Point
export type State = Values<OptimizerState<Vector>>

export const vector = (xs: ReadonlyArray<number>): Point => own([xs.length], 'f64', Float64Array.from(xs))

export const unsafeStart = (optimizer: Transformation, x: Point): State =>
  unsafeRight(evaluate(optimizer.init<Vector>(x)))

/** One step, compiled: gradient, state and parameters to updates, the next state and the moved parameters. */
export const unsafeStepper = (optimizer: Transformation, x: Point) => {
  const step = (gradient: Vector, state: OptimizerState<Vector>, params: Vector) => {
    const [updates, next] = optimizer.update(gradient, state, params)
    return { updates, state: next, params: applyUpdates(updates)(params) }
  }
  const run = unsafeRight(
    compile(step)(spec(x.shape, 'f64'), unsafeStart(optimizer, x), spec(x.shape, 'f64'))
  )
  return (gradient: Point, state: State, params: Point) => unsafeRight(run(gradient, state, params))
}

/** Where the parameters are after each step. */
export const unsafePath = (
  optimizer: Transformation,
  gradient: Gradient,
  start: ReadonlyArray<number>,
  steps: number
): ReadonlyArray<ReadonlyArray<number>> => {
  const step = unsafeStepper(optimizer, vector(start))
  const path: Array<ReadonlyArray<number>> = []
  let [params, state] = [vector(start), unsafeStart(optimizer, vector(start))]
  for (let i = 0; i < steps; i++) {
    const next = step(gradient(params, i), state, params)
    params = next.params
    state = next.state
    path.push(toFlat(params))
  }
  return path
}
