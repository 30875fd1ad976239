/**
 * The gradient of a program in the precision that it has, against that in double. Differences judge rules in double precision; a rule may do
 * something else in single, and there only this law runs it.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import type { Region } from '../../src/graph/Region.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements } from '../../src/tensor/Tensor.js'
import { vjp, type Calculus } from '../../src/transform/differentiate.js'
import { fail, inconclusive, pass, type Verdict } from '../law/index.js'
import { locate, safety } from '../oracle/compare.js'
import { decisions } from '../oracle/decisions.js'
import { memo } from '../oracle/memo.js'
import { weights } from '../oracle/probe.js'
import { inDouble, widen } from '../oracle/retype.js'
import { roundingOf } from '../oracle/rounding.js'
import { compiled, flat, type Point } from '../oracle/run.js'

/** How rules are judged in the precision of the program: `strict` also near the ends of its range. */
export interface Own {
  readonly rules: Calculus
  readonly order: 1 | 2
  readonly strict?: boolean
}

const unit = 2 ** -23
const smallest = 2 ** -126

/** Units that a rule of a user's own may be off by: how it rounds inside is not known. */
const ownUnits = 64

const unitOf = (all: ReadonlyArray<Value>): number =>
  all.some((n) => n._tag === 'Project' && n.x._tag === 'Custom') ? ownUnits * unit : unit

/** Products of two such numbers stay in the range of single precision. */
const [least, most] = [2 ** -60, 2 ** 60]

/** The gradient of `<results, v>`, and the gradient of that. */
const gradients = (
  { results, parameters }: Region,
  { rules, order }: Own,
  seed: number
): ReadonlyArray<Value> => {
  const moving = parameters.filter((x) => isFloat(x.dtype))
  const pulled = (ys: ReadonlyArray<Value>, k: number): ReadonlyArray<Value> =>
    vjp(rules)(
      ys,
      moving,
      weights(seed + k, ys).map((v, i) => make.convert(ys[i]?.dtype ?? 'f64', make.constant(v)))
    )
  const first = pulled(
    results.filter((y) => isFloat(y.dtype)),
    0
  )
  return order === 1 ? first : [...first, ...pulled(first, 7)]
}

const run = (region: Region, point: Point): E.Either<string, Point> =>
  E.chain((f: (p: Point) => E.Either<string, Point>) => f(point))(compiled(region))

const isModest = (x: number): boolean => x === 0 || (Math.abs(x) > least && Math.abs(x) < most)

/** Whether all numbers on the way, in double precision, are far from the ends of the range of single. */
const staysInRange = (double: Region, point: Point): boolean => {
  const floats = valuesBelow(double.results).filter((n) => isFloat(n.dtype))
  const values = run({ results: floats, parameters: double.parameters }, point)
  return E.isRight(values) && values.right.every((t) => Array.from(elements(t), Number).every(isModest))
}

/** Whether rounding lets a decision fall otherwise. */
const decidesAlike = (single: Region, double: Region, given: Point, point: Point): boolean => {
  const sides = ({ results, parameters }: Region): Region => ({
    results: decisions(results).map(({ side }) => make.convert('f64', side)),
    parameters
  })
  const [a, b] = [run(sides(single), given), run(sides(double), point)]
  if (E.isLeft(a) || E.isLeft(b)) return false
  const [xs, ys] = [flat(a.right), flat(b.right)]
  return xs.length === ys.length && xs.every((x, i) => Object.is(x + 0, ys[i]! + 0))
}

interface Sides {
  readonly own: Float64Array
  readonly double: Float64Array
  /** What rounding to single precision may do. */
  readonly noise: () => Float64Array | undefined
}

/** Where rounding changes a good part of a number, it need not do so in proportion: then only what is not finite is wrong. */
const isTold = (noise: number, x: number, y: number): boolean =>
  Number.isFinite(noise) && (!Number.isFinite(x) || noise <= 0.1 * Math.max(Math.abs(x), Math.abs(y)))

/** The first entry that single precision does not explain. */
const wrongEntry = ({ own, double, noise }: Sides): readonly [number, number] | undefined => {
  for (let i = 0; i < own.length; i++) {
    const [x, y] = [own[i]!, double[i]!]
    const bar = safety * (unit * Math.abs(y) + smallest)
    if (!Number.isFinite(y) || Math.abs(y) > 2 ** 120 || Math.abs(x - y) <= bar) continue
    const noisy = bar + safety * (noise()?.[i] ?? Infinity)
    if (isTold(noisy, x, y) && !(Math.abs(x - y) <= noisy)) return [i, noisy]
  }
  return undefined
}

const excuse = (own: Own, single: Region, double: Region, given: Point, point: Point): string | undefined => {
  if (own.strict !== true && !staysInRange(double, point))
    return 'numbers on the way are near the ends of the range of single precision'
  return decidesAlike(single, double, given, point)
    ? undefined
    : 'a decision falls otherwise in single precision'
}

const accuse = (
  moving: ReadonlyArray<Input>,
  { own, double }: Sides,
  [k, bar]: readonly [number, number]
): Verdict => {
  const like = [...moving, ...moving]
  const { at, index } = locate(like, k)
  const of = `${at < moving.length ? 'gradient' : 'derivative of the gradient'} by ${like[at]?.name ?? ''} in its own precision`
  return fail('wrong in the precision of the program', {
    of,
    index,
    actual: own[k]!,
    expected: double[k]!,
    bar
  })
}

/** Whether the gradients of a program with single precision in it are those of double precision, as far as rounding lets one tell. */
export const judgeOwnPrecision = (own: Own, problem: Region, given: Point, seed: number): Verdict => {
  const all = valuesBelow(problem.results)
  if (![...all, ...problem.parameters].some((n) => n.dtype === 'f32')) return pass
  const single: Region = { results: gradients(problem, own, seed), parameters: problem.parameters }
  const wide = inDouble(problem)
  const double: Region = { results: gradients(wide, own, seed), parameters: wide.parameters }
  const point = given.map(widen)
  const [a, b] = [run(single, given), run(double, point)]
  if (E.isLeft(a) || E.isLeft(b))
    return E.isLeft(a) && E.isRight(b) ? fail(`in its own precision: ${a.left}`) : pass
  const floats = double.parameters.filter((x) => isFloat(x.dtype))
  const noise = roundingOf(double, floats, { unit: unitOf(all), least: own.strict === true ? 0 : smallest })
  const sides: Sides = { own: flat(a.right), double: flat(b.right), noise: memo(() => noise(point)) }
  const wrong = wrongEntry(sides)
  if (wrong === undefined) return pass
  const reason = excuse(own, problem, wide, given, point)
  return reason === undefined ? accuse(floats, sides, wrong) : inconclusive(reason)
}

/** The same, where single precision can tell; where it cannot, double has told. */
export const judgeWhereTold = (own: Own, problem: Region, given: Point, seed: number): Verdict => {
  const verdict = judgeOwnPrecision(own, problem, given, seed)
  return verdict._tag === 'Inconclusive' && own.strict !== true ? pass : verdict
}
