import {
  add,
  compile,
  type Engine,
  evaluate,
  exp,
  type Expr,
  forLoop,
  item,
  log,
  mul,
  neg,
  scan,
  sin,
  tensor,
  toFlat
} from 'adjoint'
import { meanSquaredError } from 'adjoint/nn'
import { adam } from 'adjoint/optim'
import { trainState, type TrainState, trainStep } from 'adjoint/train'
import { pipe } from 'fp-ts/lib/function.js'
import { unsafeRight } from '../01-fruit/model/values.js'

/**
 * A pendulum with friction, `angle'' = -(g / l) sin angle - c angle'`, whose length and friction are found from the angles that were seen: the gradient of
 * the squared error is taken through the integrator, a loop in a loop.
 */

type Scalar = Expr<[], 'f64'>
type Angles = Expr<[number], 'f64'>

/** Where the pendulum is and how fast it goes. */
interface State {
  readonly angle: Scalar
  readonly speed: Scalar
}

/** Logarithms, so that both stay positive. */
interface Params {
  readonly length: Scalar
  readonly friction: Scalar
}

const gravity = 9.81
const step = 0.05

const slope =
  (p: Params) =>
  ({ angle, speed }: State): State => {
    const pull = pipe(sin(angle), mul(gravity), mul(exp(neg(p.length))))
    return { angle: speed, speed: pipe(speed, mul(exp(p.friction)), add(pull), neg) }
  }

const moved = (y: State, by: number, along: State): State => ({
  angle: pipe(along.angle, mul(by), add(y.angle)),
  speed: pipe(along.speed, mul(by), add(y.speed))
})

/** A step of the classical Runge-Kutta method: the mean of four slopes. */
const rungeKutta =
  (p: Params) =>
  (y: State): State => {
    const f = slope(p)
    const a = f(y)
    const b = f(moved(y, step / 2, a))
    const c = f(moved(y, step / 2, b))
    const d = f(moved(y, step, c))
    return moved(moved(moved(moved(y, step / 6, a), step / 3, b), step / 3, c), step / 6, d)
  }

/** The angle at each of `count` times, two steps apart. */
const swing = (p: Params, count: number): Angles => {
  const start: State = { angle: tensor(2, 'f64'), speed: tensor(0, 'f64') }
  const twice = forLoop(0, 2, (_, y: State) => rungeKutta(p)(y))
  return scan((y: State) => [twice(y), y.angle], { length: count })(start)[1]
}

const optimizer = adam({ learningRate: 0.1 })

/** Gradient descent as a loop: the parameters and the error before each step. */
const fitting = (steps: number) => (start: TrainState<Params>, seen: Angles) => {
  const error = (p: Params): Scalar => meanSquaredError(seen)(swing(p, 40))
  return scan((state: TrainState<Params>) => trainStep(optimizer)(error)(state), { length: steps })(start)
}

export interface Fitted {
  readonly length: number
  readonly friction: number
  readonly errors: ReadonlyArray<number>
}

const paramsOf = (length: number, friction: number): Params => ({
  length: log(tensor(length, 'f64')),
  friction: log(tensor(friction, 'f64'))
})

/** What is seen of a pendulum of a given length and friction. */
export const observe = (length: number, friction: number): ReadonlyArray<number> =>
  toFlat(unsafeRight(evaluate(swing(paramsOf(length, friction), 40))))

/** Length and friction of the pendulum whose angles were seen, from a guess. */
export const fit = (engine: Engine, angles: ReadonlyArray<number>, steps: number): Fitted => {
  const seen = tensor([...angles], 'f64')
  const start = unsafeRight(evaluate(trainState(optimizer)<Params>(paramsOf(1, 0.1))))
  const run = unsafeRight(compile(fitting(steps), engine)(start, seen))
  const [{ params }, errors] = unsafeRight(run(start, seen))
  return {
    length: Math.exp(item(params.length)),
    friction: Math.exp(item(params.friction)),
    errors: toFlat(errors)
  }
}
