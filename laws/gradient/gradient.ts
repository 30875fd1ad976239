/** Verification of the gradients of any function of a parameter tree. */
import type * as fc from 'fast-check'
import { flow } from 'fp-ts/lib/function.js'
import * as build from '../../src/graph/build/index.js'
import { node, type Expr, type Input } from '../../src/graph/Expr.js'
import type { Values } from '../../src/numeric/compile.js'
import { leavesOf, locate, refill } from '../../src/tensor/Tree.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { showTensor } from '../arbitrary/tensor.js'
import { judgeDerivatives, type Judge } from './derivatives.js'
import { law, type Law } from '../law/index.js'
import { localise } from './localise.js'
import type { Graph } from '../oracle/retype.js'

/**
 * What to verify: a function from a tree of expressions to one, and where to try it.
 *
 * @since 0.1.0
 * @category model
 */
export interface GradientSource<P> {
  readonly name: string
  readonly f: (parameters: P) => unknown
  readonly arbitrary: fc.Arbitrary<Values<P>>
  /** 2 also verifies the derivative of the gradient. */
  readonly order?: 1 | 2
  readonly numRuns?: number
  /** The calculus to verify, unless it is the library's own. */
  readonly rules?: Calculus
}

/** Every coordinate of small parameters; a few random directions of large ones. */
const thorough = { coordinates: 64, sample: 16 } as const

/** Seeds differ from point to point, and a point always has the same. */
const seedOf = (point: ReadonlyArray<Tensor>): number => {
  const text = point.map(showTensor).join(' ')
  let hash = 7
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0
  return hash
}

const inputsOf = (parameters: unknown): ReadonlyArray<Input> =>
  locate(parameters).map(({ path, leaf }) => {
    const t = leaf as Tensor
    return build.input(path === '' ? 'the argument' : path, t.shape, t.dtype)
  })

/** The function as a program, with the values of its inputs. */
interface Placed {
  readonly problem: Graph
  readonly point: ReadonlyArray<Tensor>
}

const place =
  <P>(f: (parameters: P) => unknown) =>
  (parameters: Values<P>): Placed => {
    const inputs = inputsOf(parameters)
    const outputs = leavesOf(f(refill(parameters, inputs) as P)).map((y) => node(y as Expr))
    return { problem: { outputs, inputs }, point: leavesOf(parameters) as ReadonlyArray<Tensor> }
  }

const judgePlaced =
  (judge: Judge) =>
  ({ problem, point }: Placed) =>
    judgeDerivatives(judge, problem, point, seedOf(point))

const showParameters = (parameters: unknown): string =>
  locate(parameters)
    .map(({ path, leaf }) => `${path === '' ? '' : `${path}: `}${showTensor(leaf as Tensor)}`)
    .join(', ')

/**
 * The law that the derivatives of `f` are right, in forward and reverse mode. Differences are taken in double precision with relative,
 * extrapolated steps, whatever the precision of `f`; they come with an error bar, so that no tolerance has to be tuned. Where they are too
 * coarse, as near a kink, the sample counts as inconclusive. What `stopGradient` holds is held in the differences too. A failure names the
 * first operation whose own derivative is wrong at the values that it has in `f`.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { mul, sum, tanh, type Expr } from 'adjoint'
 * import { arbitrary, gradientLaw } from 'adjoint/laws'
 *
 * const neuron = gradientLaw({
 *   name: 'a neuron',
 *   f: (w: Expr<readonly [3], 'f32'>) => tanh(sum()(mul(2)(w))),
 *   arbitrary: arbitrary.tensor({ shape: [3], dtype: 'f32' }),
 *   numRuns: 10
 * })
 * strictEqual(E.isRight(neuron.check()), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const gradientLaw = <P>({
  name,
  f,
  arbitrary,
  order = 2,
  numRuns = 25,
  rules = calculus
}: GradientSource<P>): Law =>
  law({
    name,
    statement: {
      left: `derivatives of ${name}, forward and reverse, to order ${order}`,
      right: 'extrapolated differences'
    },
    arbitrary,
    judge: flow(place(f), judgePlaced({ rules, order, ...thorough })),
    localise: flow(place(f), ({ problem, point }) => localise({ rules, order }, problem, point)),
    show: showParameters,
    numRuns,
    shrinks: 100
  })
