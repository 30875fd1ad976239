/**
 * How much rounding inside a program may move its values: every operation that rounds gets a random error of one unit, a few times over, and
 * the spread of the results is the answer. It sees what a bound by the size of the results cannot: cancellation on the way. What is decided is not
 * disturbed: a counter of steps that has just reached its limit would else go one step more, or one less, and the spread be all that this makes.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { roundingIn } from '../../src/graph/families.js'
import { reuse, rewrite, reuseMany } from '../../src/graph/fold.js'
import { full, scaled } from '../../src/graph/terms.js'
import { expanded } from './expand.js'
import { size } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { own } from '../../src/tensor/Tensor.js'
import { threefryBlock } from '../../src/tensor/threefry.js'
import type { Region } from '../../src/graph/Region.js'
import { compiled, flat, type Point } from './run.js'

const rounds = (n: Value): boolean => isFloat(n.dtype) && roundingIn(n) !== 'never'

/**
 * A precision: how far apart two numbers next to each other are, as a part of their size; and the least normal number, below which they stay as far
 * apart as there. With 0 for that, none is subnormal.
 */
export interface Precision {
  readonly unit: number
  readonly least: number
}

const double: Precision = { unit: Number.EPSILON, least: 0 }

/** The program with a factor after each operation that rounds, and after each input that does; the factors are further parameters. */
const perturbable = ({ results, parameters }: Region, moved: ReadonlyArray<Value>, least: number): Region => {
  const factors: Array<Input> = []
  /** Gradual underflow: at least what rounds the least normal number. */
  const atLeast = (same: Value, factor: Value): Value =>
    least === 0 ? same : make.binary('add', same, scaled(least, make.binary('sub', factor, full(1, factor))))
  const withFactor = (same: Value): Value => {
    const factor = make.input('factor', same.shape, same.dtype)
    factors.push(factor)
    return atLeast(make.binary('mul', same, factor), factor)
  }
  const perturbed = rewrite(expanded(results), {
    value: (n, xs) => {
      if (!isFloat(n.dtype)) return n
      const same = reuse(n, xs)
      return rounds(n) || moved.includes(n) ? withFactor(same) : same
    },
    many: (n, xs, own) => reuseMany(n, xs, own).map((y) => (isFloat(y.dtype) ? withFactor(y) : y))
  })
  return { results: perturbed, parameters: [...parameters, ...factors] }
}

/** One unit in the last place up or down, element by element. */
const factorsOf = (seed: number, parameters: ReadonlyArray<Input>, unit: number): Point =>
  parameters.map(({ shape }, k) => {
    const bits = threefryBlock(seed, k, size(shape))
    return own(
      shape,
      'f64',
      Float64Array.from({ length: size(shape) }, (_, i) => (bits[2 * i]! % 2 === 0 ? 1 - unit : 1 + unit))
    )
  })

const trials = 8

/**
 * The largest movement of each component at a point; `undefined` where the program has no values. Inputs that are `moved` were themselves
 * rounded: a step away from a point does not end exactly where it should. The precision is double, unless it is asked
 * what another would do.
 */
export const roundingOf = (
  graph: Region,
  moved: ReadonlyArray<Input> = [],
  { unit, least }: Precision = double
): ((point: Point) => Float64Array | undefined) => {
  const [plain, shaken] = [
    compiled(graph),
    perturbable(
      graph,
      moved.filter((x) => isFloat(x.dtype)),
      least
    )
  ]
  const run = compiled(shaken)
  return (point) => {
    if (E.isLeft(plain) || E.isLeft(run)) return undefined
    const base = plain.right(point)
    const others = E.sequenceArray(
      Array.from({ length: trials }, (_, seed) =>
        run.right([...point, ...factorsOf(seed, shaken.parameters.slice(graph.parameters.length), unit)])
      )
    )
    if (E.isLeft(base) || E.isLeft(others)) return undefined
    const values = others.right.map(flat)
    return flat(base.right).map((y, i) => Math.max(...values.map((v) => Math.abs(v[i]! - y))))
  }
}
