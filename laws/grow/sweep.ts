/**
 * Points all over the domain of a scalar function, and special ones: what is wrong only in a narrow interval, or only at 1, is not met by a few
 * random numbers.
 */
import type * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import type { BinaryOp, UnaryOp } from '../../src/graph/Expr.js'
import { threefry2x32 } from '../../src/tensor/threefry.js'
import { holds, type Domain } from '../arbitrary/number.js'
import { fromValues } from '../arbitrary/tensor.js'
import { seeds, type Sample } from './sample.js'
import { binaryTraits, unaryTraits } from './traits.js'

/** Domains reach as far as here. */
const reach = 4
/** One point in each of so many equal intervals: their width is 0.005 in one variable. */
const strata = 1600

const magnitudes = [
  0,
  0.5,
  0.25,
  1,
  2,
  3,
  1.5,
  Math.E,
  Math.PI,
  Math.PI / 2,
  2 ** -8,
  2 ** -20,
  Math.SQRT2,
  Math.SQRT1_2
]
const specials = magnitudes.flatMap((x) => [x, -x])

const fraction = (seed: number, i: number): number => (threefry2x32(seed, 2, 0, i)[0] >>> 0) / 2 ** 32

const scattered = (seed: number): ReadonlyArray<number> =>
  Array.from({ length: strata }, (_, i) => (2 * reach * (i + fraction(seed, i))) / strata - reach)

/** Whether a function is defined and smooth at a number. */
const admits = (domain: Domain) => (x: number) => holds[domain](x)

const sampleAt = (op: UnaryOp, seed: number, xs: ReadonlyArray<number>): Sample => {
  const parameters = [make.input('a', [xs.length], 'f64')]
  return {
    results: parameters.map((x) => make.unary(op, x)),
    parameters,
    point: [fromValues([xs.length], 'f64', xs)],
    seed
  }
}

/** A unary function all over its domain; none of those that take no floats. */
export const unarySweep = (op: UnaryOp): fc.Arbitrary<Sample> | undefined =>
  unaryForm[op].takes('f64')
    ? seeds.map((seed) =>
        sampleAt(op, seed, [...specials, ...scattered(seed)].filter(admits(unaryTraits[op].domain)))
      )
    : undefined

/** The least distance between two numbers that a function compares. */
const apart = 0.05

const pairAdmitted = (op: BinaryOp, a: number, b: number): boolean => {
  const domain = binaryTraits[op].domain
  if (domain === 'apart') return Math.abs(a - b) >= apart
  if (domain === 'notMultiple') return holds.nonzero(b) && holds.betweenIntegers(a / b)
  return holds[domain[0]](a) && holds[domain[1]](b)
}

/** Each special number with each other, and scattered ones. */
const pairs = (seed: number): ReadonlyArray<readonly [number, number]> => {
  const [xs, ys] = [scattered(seed), scattered(seed + 1)]
  const special = specials.slice(0, 10)
  return [
    ...special.flatMap((a) => special.map((b) => [a, b] as const)),
    ...xs.map((a, i) => [a, ys[(i * 7 + seed) % strata] ?? a] as const)
  ]
}

/** A binary function all over its domain. */
export const binarySweep = (op: BinaryOp): fc.Arbitrary<Sample> | undefined =>
  binaryForm[op].takes('f64')
    ? seeds.map((seed) => {
        const all = pairs(seed).filter(([a, b]) => pairAdmitted(op, a, b))
        const parameters = ['a', 'b'].map((name) => make.input(name, [all.length], 'f64'))
        const [a = make.input('a', [], 'f64'), b = a] = parameters
        const point = [0, 1].map((k) =>
          fromValues(
            [all.length],
            'f64',
            all.map((p) => p[k]!)
          )
        )
        return { results: [make.binary(op, a, b)], parameters, point, seed }
      })
    : undefined
