/** Verification of the gradients of any function of a parameter tree. */
import type * as fc from 'fast-check'
import { flow } from 'fp-ts/lib/function.js'
import * as make from '../../src/graph/make.js'
import { node, type Input } from '../../src/graph/Expr.js'
import type { Values } from '../../src/program/compile.js'
import { leavesOf, locate, refill } from '../../src/tensor/Tree.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { showTensor } from '../arbitrary/tensor.js'
import { judgeDerivatives, type Judge } from './derivatives.js'
import { fail, firstFailure, law, type Law, type Verdict } from '../law/index.js'
import { affordable, thorough } from './effort.js'
import { localise, whole } from './localise.js'
import { judgeWhereTold } from './ownPrecision.js'
import type { Region } from '../../src/graph/Region.js'

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
  /** By default up to 25, fewer for larger programs, so that a check takes about a second. */
  readonly numRuns?: number
  /** The calculus to verify, unless it is the library's own. */
  readonly rules?: Calculus
  /**
   * How single precision is judged. Unless told, derivatives of f32 programs must be right in double precision, and in their own where no number is
   * near an end of its range; `own` asks for that wherever double precision has an answer.
   */
  readonly precision?: 'double' | 'own'
}

/** Seeds differ from point to point, and a point always has the same. */
const seedOf = (point: ReadonlyArray<Tensor>): number => {
  const bits = point.flatMap((t) => Array.from(new Uint32Array(Float64Array.from(elements(t)).buffer)))
  return bits.reduce((hash, b) => (Math.imul(hash, 31) + b) >>> 0, 7)
}

const inputsOf = (parameters: unknown): ReadonlyArray<Input> =>
  locate(parameters).map(({ path, leaf }) => {
    const t = leaf as Tensor
    return make.input(path === '' ? whole : path, t.shape, t.dtype)
  })

/** The function as a program, with the values of its parameters. */
interface Placed {
  readonly problem: Region
  readonly point: ReadonlyArray<Tensor>
}

const place =
  <P>(f: (values: P) => unknown) =>
  (values: Values<P>): Placed => {
    const parameters = inputsOf(values)
    const results = leavesOf(f(refill(values, parameters) as P)).map((y) => node(y))
    return { problem: { results, parameters }, point: leavesOf(values) as ReadonlyArray<Tensor> }
  }

/** Where several ties meet, no bounds on the derivative of the whole are known; each operation by itself can still be wrong. */
const judgePlaced =
  (judge: Judge & { readonly strict: boolean }) =>
  ({ problem, point }: Placed): Verdict => {
    const verdict = firstFailure(
      () => judgeDerivatives(judge, problem, point, seedOf(point)),
      () => judgeWhereTold(judge, problem, point, seedOf(point))
    )
    if (verdict._tag !== 'Inconclusive' || verdict.kink === undefined) return verdict
    const culprit = localise({ rules: judge.rules, order: 1 }, problem, point)
    return culprit === undefined ? verdict : fail(`${culprit.message} (${culprit.operation})`)
  }

const showParameters = (parameters: unknown): string =>
  locate(parameters)
    .map(({ path, leaf }) => `${path === '' ? '' : `${path}: `}${showTensor(leaf as Tensor)}`)
    .join(', ')

/**
 * The law that the derivatives of `f` are right, in forward and reverse mode. Differences are taken in double precision with relative,
 * extrapolated steps, whatever the precision of `f`; they come with an error bar, so that no tolerance has to be tuned. Where they are too
 * coarse, the sample counts as inconclusive. What `stopGradient` holds is held in the differences too. A failure names the first operation
 * whose own derivative is wrong at the values that it has in `f`.
 *
 * Kinks are read off the program. Next to one, steps stay on the side of the sample, and the derivative must be that of this side; at a tie
 * of one operation it must lie between the derivatives of both sides. Such samples count as `kinks`. Where several ties meet and the
 * derivative is not between the sides, each operation is judged by itself.
 *
 * Up to 64 coordinates are all tried, of more six random directions: dense, sparse and one-hot. `power` in the answer tells what could have
 * been seen with them.
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
  numRuns,
  rules = calculus,
  precision = 'double'
}: GradientSource<P>): Law =>
  law({
    name,
    statement: {
      left: `derivatives of ${name}, forward and reverse, to order ${order}`,
      right: 'extrapolated differences'
    },
    arbitrary,
    judge: flow(
      place(f),
      judgePlaced({ rules, order, power: true, strict: precision === 'own', ...thorough })
    ),
    localise: flow(place(f), ({ problem, point }) => localise({ rules, order }, problem, point)),
    show: showParameters,
    numRuns: numRuns ?? (() => affordable(arbitrary, (sample) => place(f)(sample).problem, order)),
    shrinks: 100
  })
