/** What gradient checks with a fixed step and a fixed tolerance get wrong: faults they miss, and right gradients they accuse. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { gradientLaw, showFailure, type Law } from '../../laws/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { judgeDerivatives } from '../../laws/gradient/derivatives.js'
import { thorough } from '../../laws/gradient/effort.js'
import * as A from '../../src/index.js'
import type { CustomRule, Expr } from '../../src/index.js'
import { input } from '../../src/graph/make.js'
import { node } from '../../src/graph/Expr.js'
import { allocate } from '../../src/tensor/DType.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { calculus } from '../../src/transform/differentiate.js'

type Precision = 'f32' | 'f64'

const precisions = ['f32', 'f64'] as const

/** Numbers of either sign and of sizes around `scale`, no two the same. */
const numbers = (n: number, scale: number): ReadonlyArray<number> =>
  Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1) * scale * (0.5 + ((i * 0.618034) % 1)))

const at = (dtype: Precision, values: ReadonlyArray<number>) =>
  fc.constant(fromValues([values.length] as readonly [number], dtype, values))

/** The law at its default effort, to order 1: it is the gradient that is in question. */
const checked = (f: (x: Expr) => unknown, dtype: Precision, values: ReadonlyArray<number>) => {
  const law: Law = gradientLaw({ name: 'f', f, arbitrary: at(dtype, values), order: 1, numRuns: 1 })
  return pipe(law.check({ seed: 1 }), E.mapLeft(showFailure))
}

/** The same judgement, without the search for the culprit, which takes long in large programs. */
const judged = (f: (x: Expr) => Expr, dtype: Precision, values: ReadonlyArray<number>) => {
  const x = input('x', [values.length], dtype)
  const point = [fromValues([values.length], dtype, values)]
  return judgeDerivatives(
    { rules: calculus, order: 1, ...thorough },
    { results: [node(f(x))], parameters: [x] },
    point,
    1
  )
}

/** Held, and could tell. */
const conclusive = { right: { runs: 1, inconclusive: 0, kinks: 0 } }

/** Squares of which the derivative is `2 x` times a factor for each element. */
const squares = (name: string, factor: (i: number) => number): CustomRule => ({
  name,
  results: ([x]) => (x === undefined ? E.left('takes an operand') : E.right([x])),
  reference: ([x]) => {
    if (x === undefined) return []
    const [xs, ys] = [elements(x), allocate(x.dtype, elements(x).length)]
    ys.forEach((_, i) => (ys[i] = Number(xs[i]) ** 2))
    return [own(x.shape, x.dtype, ys)]
  },
  derivative: ([x]) => {
    if (x === undefined) return []
    const n = x.shape[0] ?? 1
    const factors = fromValues(
      [n],
      x.dtype,
      Array.from({ length: n }, (_, i) => 2 * factor(i))
    )
    return [[A.scaling(A.mul(factors)(x))]]
  }
})

const squareBy = (rule: CustomRule) => (x: Expr) => A.sum()(A.primitive(rule)(x)[0] ?? x)

describe('a gradient that is wrong by 0.1 % is caught', () => {
  const faults: ReadonlyArray<readonly [string, (i: number) => number]> = [
    ['everywhere', () => 1.001],
    ['up and down in turn', (i) => (i % 2 === 0 ? 1.001 : 0.999)]
  ]
  const cases = (sizes: ReadonlyArray<number>) =>
    precisions.flatMap((dtype) =>
      sizes.flatMap((n) => faults.map(([where, factor]) => [where, n, dtype, factor] as const))
    )

  it.each(cases([10, 1000]))('%s, n = %d, %s', (_, n, dtype, factor) => {
    const found = checked(squareBy(squares('wrongSquare', factor)), dtype, numbers(n, 1))
    expect(E.isLeft(found) ? found.left : 'held').toMatch(/culprit wrongSquare .*0\.(100|0999) % too/)
  })

  it.each(precisions)('everywhere, n = 1e5, %s', (dtype) => {
    const verdict = judged(squareBy(squares('wrongSquare', () => 1.001)), dtype, numbers(1e5, 1))
    expect(verdict._tag === 'Fail' ? verdict.fault.message : verdict._tag).toMatch(/derivative differs/)
  })

  it.each(precisions)('and the same primitive without the fault passes, %s', (dtype) => {
    const right = squareBy(squares('square', () => 1))
    expect([10, 1000].map((n) => checked(right, dtype, numbers(n, 1)))).toMatchObject([
      conclusive,
      conclusive
    ])
  })
})

describe('a right gradient passes, and the check could tell', () => {
  const sumOfSquares = (x: Expr) => A.sum()(A.square(x))
  const cubes = (x: Expr) => A.sum()(A.mul(x)(A.mul(x)(x)))
  const logarithms = (x: Expr) => A.sum()(A.log(x))
  const positive = (n: number, scale: number) => numbers(n, scale).map(Math.abs)
  const cases = precisions.flatMap((dtype) => [
    ['sum of squares, n = 1000', dtype, sumOfSquares, () => numbers(1000, 1)] as const,
    ['sum of squares, n = 1e5', dtype, sumOfSquares, () => numbers(1e5, 1)] as const,
    ['x^3 around 1e3', dtype, cubes, () => numbers(5, 1e3)] as const,
    ['x^3 around 1e6', dtype, cubes, () => numbers(5, 1e6)] as const,
    ['log around 1e-3', dtype, logarithms, () => positive(5, 1e-3)] as const,
    ['log around 1e-6', dtype, logarithms, () => positive(5, 1e-6)] as const
  ])

  it.each(cases)('%s, %s', (_, dtype, f, valuesOf) => {
    const values = valuesOf()
    const held = checked(f, dtype, values)
    expect(held).toMatchObject(conclusive)
    // All of a few coordinates are seen.
    expect(E.isRight(held) ? held.right.power?.thousandth : 0).toSatisfy(
      (p: number) => p === 1 || values.length > 64
    )
  })
})
