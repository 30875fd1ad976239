/**
 * Points all over the domain of a scalar function, far ones, and special ones: what is wrong only in a narrow interval, beyond a size, or only at 1,
 * is not met by a few random numbers.
 */
import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import type { BinaryOp, UnaryOp, Value } from '../../src/graph/Expr.js'
import { range } from '../../src/tensor/dims.js'
import { threefry2x32 } from '../../src/tensor/threefry.js'
import { holds, type Domain } from '../arbitrary/number.js'
import { fromValues } from '../arbitrary/tensor.js'
import { compiled, flat } from '../oracle/run.js'
import { seeds, type Sample } from './sample.js'
import { binaryTraits, unaryTraits } from './traits.js'

/** The ordinary numbers of a domain reach as far as here. */
const reach = 4
/** One point in each of so many equal intervals: their width is 0.005 in one variable. */
const strata = 1600

/** Numbers that formulas and tables know. */
const magnitudes = [
  ...[0, 1, 2, 0.5, 0.25, 3, 1.5, 0.75, 0.1, 0.2, 0.3, 0.7, 1 / 3, 2 / 3, 4, 2.5, 3.5],
  ...[3, 4, 5, 6, 7, 8, 10, 20, 24, 52].map((k) => 2 ** -k),
  ...[Math.E, 1 / Math.E, Math.LN2, Math.LN10, Math.SQRT2, Math.SQRT1_2, (1 + Math.sqrt(5)) / 2],
  ...[1, 1 / 2, 1 / 3, 1 / 4, 1 / 6, 3 / 4].map((k) => k * Math.PI)
]
const specials = magnitudes.flatMap((x) => [x, -x])

const larger = [
  ...range(5, 17),
  ...[...range(5, 20)].map((k) => 2 ** k),
  ...[50, 100, 1e3, 1e4, 1e5, 2 * Math.PI, 4 * Math.PI, 1.5 * Math.PI]
]
const farSpecials = [...new Set(larger)].flatMap((x) => [x, -x])

/** Far numbers, and small ones: two decades at a time, since steps go by the largest number of a tensor. */
const decades = [-6, -4, -2, 0, 2, 4]
const perDecades = 40

type Point = readonly [number, number]

const fraction = (seed: number, i: number): number => (threefry2x32(seed, 2, 0, i)[0] >>> 0) / 2 ** 32

const scattered = (seed: number): ReadonlyArray<number> =>
  Array.from({ length: strata }, (_, i) => (2 * reach * (i + fraction(seed, i))) / strata - reach)

const isIn = (low: number, x: number): boolean => Math.abs(x) >= 10 ** low && Math.abs(x) < 10 ** (low + 2)

/** Numbers of two decades, of either sign. */
const decade = (seed: number, low: number): ReadonlyArray<number> => [
  ...Array.from(
    { length: perDecades },
    (_, i) => (i % 2 === 0 ? 1 : -1) * 10 ** (low + (2 * (i + fraction(seed + low + 99, i))) / perDecades)
  ),
  ...farSpecials.filter((x) => isIn(low, x))
]

/** A function, and groups of points; of a unary one the second number is none. */
export interface Sweep {
  readonly arity: 1 | 2
  readonly build: (a: Value, b: Value) => Value
  readonly groups: ReadonlyArray<ReadonlyArray<Point>>
  readonly seed: number
}

/** The function of all points of a group at once. */
export const sampleOf = ({ arity, build, seed }: Sweep, points: ReadonlyArray<Point>): Sample => {
  const parameters = ['a', 'b'].slice(0, arity).map((name) => make.input(name, [points.length], 'f64'))
  const [a = make.input('a', [], 'f64'), b = a] = parameters
  const point = parameters.map((_, k) =>
    fromValues(
      [points.length],
      'f64',
      points.map((p) => p[k]!)
    )
  )
  return { results: [build(a, b)], parameters, point, seed }
}

const parts = 16

/** A group in parts, so that a tie in one of them, or a number near an end of the range, leaves the others. */
export const partsOf = (points: ReadonlyArray<Point>): ReadonlyArray<ReadonlyArray<Point>> => {
  const length = Math.ceil(points.length / parts)
  return [...range(0, parts)].flatMap((k) => {
    const part = points.slice(k * length, (k + 1) * length)
    return part.length === 0 ? [] : [part]
  })
}

/** Values so far from the ends of the range that derivatives are, too. */
const [least, most] = [2 ** -100, 2 ** 100]
const isModest = (x: number): boolean => x === 0 || (Math.abs(x) > least && Math.abs(x) < most)

/** The points at which the function has such a value. */
const withModestValues = (sweep: Sweep, points: ReadonlyArray<Point>): ReadonlyArray<Point> => {
  const { results, parameters, point } = sampleOf(sweep, points)
  const values = E.chain((run: (p: typeof point) => E.Either<string, typeof point>) => run(point))(
    compiled({ results: results.map((y) => make.convert('f64', y)), parameters })
  )
  if (E.isLeft(values)) return points
  const ys = flat(values.right)
  return points.filter((_, i) => isModest(ys[i]!))
}

const modest = (sweep: Sweep): Sweep => ({
  ...sweep,
  groups: sweep.groups.map((points) => withModestValues(sweep, points)).filter((points) => points.length > 0)
})

/** Whether a function is defined and smooth at a number. */
const admits = (domain: Domain) => (x: number) => holds[domain](x)

/** A unary function all over its domain; none of those that take no floats. */
export const unarySweep = (op: UnaryOp): fc.Arbitrary<Sweep> | undefined => {
  const admitted = (xs: ReadonlyArray<number>): ReadonlyArray<Point> =>
    xs.filter(admits(unaryTraits[op].domain)).map((x) => [x, 0] as const)
  return unaryForm[op].takes('f64')
    ? seeds.map((seed) =>
        modest({
          arity: 1,
          build: (a) => make.unary(op, a),
          groups: [[...specials, ...scattered(seed)], ...decades.map((low) => decade(seed, low))].map(
            admitted
          ),
          seed
        })
      )
    : undefined
}

/** The least distance between two numbers that a function compares, as a part of the larger. */
const apart = 0.05
/** The most multiples of a divisor that steps can count. */
const multiples = 50

const pairAdmitted = (op: BinaryOp, [a, b]: Point): boolean => {
  const domain = binaryTraits[op].domain
  if (domain === 'apart') return Math.abs(a - b) >= apart * Math.max(1, Math.abs(a), Math.abs(b))
  if (domain === 'notMultiple')
    return holds.nonzero(b) && Math.abs(a / b) < multiples && holds.betweenIntegers(a / b)
  return holds[domain[0]](a) && holds[domain[1]](b)
}

/** The first special numbers with each other, each with a few others, and scattered ones. */
const ordinaryPairs = (seed: number): ReadonlyArray<Point> => {
  const [xs, ys] = [scattered(seed), scattered(seed + 1)]
  const some = (k: number): ReadonlyArray<number> =>
    [1, 2, 3].map((i) => ys[(k * 31 + i * 503 + seed) % strata] ?? 1)
  const first = specials.slice(0, 10)
  return [
    ...first.flatMap((a) => first.map((b) => [a, b] as const)),
    ...specials.flatMap((x, k) => some(k).flatMap((y) => [[x, y] as const, [y, x] as const])),
    ...xs.map((a, i) => [a, ys[(i * 7 + seed) % strata] ?? a] as const)
  ]
}

/** Numbers of all sizes, with such of any other size. */
const farPairs = (seed: number): ReadonlyArray<ReadonlyArray<Point>> =>
  decades.map((low, k) => {
    const others = decade(seed + 1, decades[(k + seed) % decades.length] ?? low)
    return decade(seed, low).map((a, i) => [a, others[(i * 7) % others.length] ?? a] as const)
  })

/** A binary function all over its domain. */
export const binarySweep = (op: BinaryOp): fc.Arbitrary<Sweep> | undefined =>
  binaryForm[op].takes('f64')
    ? seeds.map((seed) =>
        modest({
          arity: 2,
          build: (a, b) => make.binary(op, a, b),
          groups: [ordinaryPairs(seed), ...farPairs(seed)].map((ps) => ps.filter((p) => pairAdmitted(op, p))),
          seed
        })
      )
    : undefined
