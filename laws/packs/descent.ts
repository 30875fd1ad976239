/** Problems that optimizers should solve, and whether they do. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { showError, type CompileError, type RunError } from '../../src/graph/failure.js'
import * as make from '../../src/graph/make.js'
import { node, type Expr, type Value } from '../../src/graph/Expr.js'
import { full, typed } from '../../src/graph/terms.js'
import { compile, evaluate, reference, type Values } from '../../src/program/compile.js'
import type { Transformation } from '../../src/optim/index.js'
import { elements, filled, type Tensor } from '../../src/tensor/Tensor.js'
import { trainState, trainStep, type TrainState } from '../../src/train/index.js'
import { between } from '../arbitrary/number.js'
import { fromValues } from '../arbitrary/tensor.js'
import { fail, pass, type Verdict } from '../law/index.js'

type Plane = Expr<readonly [2], 'f64'>

/** A function of the plane with its minimum, and where to start from. */
interface Problem {
  readonly f: (x: Value) => Value
  readonly minimum: readonly [number, number]
  readonly start: fc.Arbitrary<readonly [number, number]>
}

const coordinate = (i: 0 | 1, x: Value): Value => make.reshape([], make.slice([i], [i + 1], [1], x))

const square = (x: Value): Value => make.unary('square', x)
const sub = (a: Value, b: Value): Value => make.binary('sub', a, b)
const add = (a: Value, b: Value): Value => make.binary('add', a, b)
const times = (k: number, x: Value): Value => make.binary('mul', full(k, x), x)

/** `(a (x - 1)^2 + b (y + 2)^2) / 2` */
const bowl =
  (a: number, b: number) =>
  (p: Value): Value => {
    const [x, y] = [coordinate(0, p), coordinate(1, p)]
    return add(times(a / 2, square(sub(x, full(1, x)))), times(b / 2, square(add(y, full(2, y)))))
  }

/** `100 (y - x^2)^2 + (1 - x)^2`: a valley in the form of a banana (Rosenbrock, 1960). */
const banana = (p: Value): Value => {
  const [x, y] = [coordinate(0, p), coordinate(1, p)]
  return add(times(100, square(sub(y, square(x)))), square(sub(full(1, x), x)))
}

const around = (x: number, y: number, radius: number): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(between(x - radius, x + radius), between(y - radius, y + radius))

const problems = {
  quadratic: { f: bowl(1, 10), minimum: [1, -2], start: around(0, 0, 5) },
  illConditioned: { f: bowl(1, 1000), minimum: [1, -2], start: around(0, 0, 5) },
  rosenbrock: { f: banana, minimum: [1, 1], start: around(-1.2, 1, 0.1) }
} as const satisfies Readonly<Record<string, Problem>>

/**
 * What an optimizer claims: that it comes close to the minimum of a function of two numbers in so many steps, from anywhere near. `quadratic` has
 * curvatures 1 and 10, `illConditioned` 1 and 1000; `rosenbrock` is the banana-shaped valley of that name, from near (-1.2, 1).
 *
 * @since 0.1.0
 * @category model
 */
export interface Claim {
  readonly on: 'quadratic' | 'illConditioned' | 'rosenbrock'
  readonly steps: number
  /** The distance from the minimum at the end. */
  readonly within: number
  /** The optimizer with the settings for this problem, if they differ. */
  readonly optimizer?: Transformation
  /** The rate of step `i`, as a share of the first; every `learningRate` of the state follows it. */
  readonly schedule?: (step: number) => number
}

type State = Values<TrainState<Plane>>

const scheduled = (state: State, first: State, share: number): State => ({
  ...state,
  optimizer: state.optimizer.map((slot, i) => {
    const rate = first.optimizer[i]?.numbers['learningRate']
    const learningRate =
      rate === undefined ? undefined : filled<[], 'f64'>([], 'f64', share * (elements(rate)[0] ?? NaN))
    return learningRate === undefined ? slot : { ...slot, numbers: { ...slot.numbers, learningRate } }
  })
})

type Result<A> = E.Either<CompileError | RunError, A>

/** Where an optimizer is after all steps. */
const descend = (
  optimizer: Transformation,
  f: (x: Value) => Value,
  from: Tensor<[2], 'f64'>,
  { steps, schedule }: Claim
): Result<Tensor> => {
  const loss = (x: Plane): Expr<[], 'f64'> => typed(f(node(x)))
  const started: Result<State> = evaluate(trainState(optimizer)<Plane>(from))
  if (E.isLeft(started)) return started
  const step = compile((s: TrainState<Plane>) => trainStep(optimizer)(loss)(s)[0], reference)(started.right)
  if (E.isLeft(step)) return step
  let state = started.right
  for (let i = 0; i < steps; i++) {
    const next = step.right(schedule === undefined ? state : scheduled(state, started.right, schedule(i)))
    if (E.isLeft(next)) return next
    state = next.right
  }
  return E.right(state.params)
}

export const startOf = (claim: Claim): fc.Arbitrary<readonly [number, number]> => problems[claim.on].start

export const judgeClaim =
  (optimizer: Transformation, claim: Claim) =>
  (start: readonly [number, number]): Verdict => {
    const { f, minimum } = problems[claim.on]
    return pipe(
      descend(claim.optimizer ?? optimizer, f, fromValues([2], 'f64', start), claim),
      E.match(
        (e) => fail(showError(e)),
        (end) => {
          const [x = NaN, y = NaN] = elements(end)
          const distance = Math.hypot(x - minimum[0], y - minimum[1])
          return distance <= claim.within
            ? pass
            : fail(
                `ends at (${x}, ${y}) after ${claim.steps} steps, ${distance.toPrecision(3)} from the minimum`
              )
        }
      )
    )
  }
