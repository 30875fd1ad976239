/**
 * Laws of the points at which differences cannot judge: kinks, ties and singular points have a documented derivative, and a branch that is
 * not taken contributes nothing, whatever its own derivative is there.
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { BinaryOp, Input, Value, UnaryOp } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { calculus, jvp, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { fromValues } from '../arbitrary/tensor.js'
import { shape } from '../arbitrary/shape.js'
import { size } from '../../src/tensor/dims.js'
import { fail, law, pass, type Law, type LawSet, type Verdict } from '../law/index.js'
import { weights } from '../oracle/probe.js'
import { compiled, flat, type Point } from '../oracle/run.js'
import { keys, seeds, showSample, type Sample } from '../grow/sample.js'

/** A point with the derivative that is documented there, operand by operand. */
interface Documented {
  readonly at: ReadonlyArray<number>
  readonly derivative: ReadonlyArray<number>
}

const steps = (...points: ReadonlyArray<number>): ReadonlyArray<Documented> =>
  points.map((x) => ({ at: [x], derivative: [0] }))

const one = (x: number, d: number): Documented => ({ at: [x], derivative: [d] })

const two = (a: number, b: number, da: number, db: number): Documented => ({
  at: [a, b],
  derivative: [da, db]
})

/** Where a function of one argument is not smooth. */
const unaryConventions: Readonly<Partial<Record<UnaryOp, ReadonlyArray<Documented>>>> = {
  abs: [one(0, 0), one(-0, 0), one(2, 1), one(-2, -1)],
  sign: steps(0, -0, 1),
  floor: steps(0, 1, -2, 0.5),
  ceil: steps(0, 1, -2, 0.5),
  round: steps(0.5, 1.5, -0.5, 1),
  sqrt: [one(0, Infinity), one(1, 0.5), one(4, 0.25)],
  stopGradient: steps(0, 1)
}

const tie = [two(0, 0, 0.5, 0.5), two(0, -0, 0.5, 0.5), two(-3, -3, 0.5, 0.5)]

/** Where a function of two arguments is not smooth. */
const binaryConventions: Readonly<Partial<Record<BinaryOp, ReadonlyArray<Documented>>>> = {
  max: [...tie, two(1, 2, 0, 1), two(2, 1, 1, 0)],
  min: [...tie, two(1, 2, 1, 0), two(2, 1, 0, 1)],
  hypot: [two(0, 0, 0, 0), two(3, 4, 0.6, 0.8)],
  atan2: [two(0, 0, 0, 0), two(0, 2, 0.5, 0), two(2, 0, 0, -0.5)],
  pow: [two(0, 0, 0, 0), two(0, 1, 1, 0), two(0, 2, 0, 0), two(1, 2, 2, 0)],
  rem: [two(4, 2, 1, -2), two(-4, 2, 1, 2), two(-3, 2, 1, 1), two(3, -2, 1, 1), two(3, 2, 1, -1)]
}

/** A program with the derivative of each result by the same element of each input. */
interface Case extends Sample {
  readonly expected: Point
}

const showCase = (c: Case): string => showSample(c)

/** A few roundings. */
const close = (actual: number, expected: number): boolean =>
  actual === expected ||
  (Number.isFinite(expected) && Math.abs(actual - expected) <= 1e-14 * Math.abs(expected))

const differing = (of: string, actual: Float64Array, expected: Float64Array): Verdict => {
  const i = actual.findIndex((x, k) => !close(x, expected[k]!))
  return i < 0 && actual.length === expected.length
    ? pass
    : fail('not the documented derivative', {
        of,
        index: [i],
        actual: actual[i] ?? NaN,
        expected: expected[i] ?? NaN,
        bar: 0
      })
}

const values = (
  results: ReadonlyArray<Value>,
  parameters: ReadonlyArray<Input>,
  point: Point
): E.Either<string, Float64Array> =>
  E.chain((run: (p: Point) => E.Either<string, Point>) => E.map(flat)(run(point)))(
    compiled({ results, parameters })
  )

const products = (expected: Point, by: (i: number) => Float64Array): Float64Array =>
  Float64Array.from(
    expected.flatMap((e, i) => {
      const [es, xs] = [flat([e]), by(i)]
      return Array.from(es, (d, k) => (d === 0 ? 0 : d * xs[xs.length === 1 ? 0 : k]!))
    })
  )

const judgeGradient =
  (rules: Calculus) =>
  ({ results, parameters, point, seed, expected }: Case): Verdict => {
    const v = weights(seed, results)
    const gradients = vjp(rules)(results, parameters, v.map(make.constant))
    const result = values(gradients, parameters, point)
    return E.isLeft(result)
      ? fail(result.left)
      : differing(
          'gradient',
          result.right,
          products(expected, () => flat(v))
        )
  }

/** Each operand by itself: sums of infinities would hide what is wrong. */
const judgeTangent =
  (rules: Calculus) =>
  ({ results, parameters, point, seed, expected }: Case): Verdict => {
    const u = weights(seed + 1, parameters)
    for (const [i, x] of parameters.entries()) {
      const tangents = jvp(rules)(results, [x], [make.constant(u[i]!)])
      const result = values(tangents, parameters, point)
      if (E.isLeft(result)) return fail(result.left)
      const terms = products([expected[i]!], () => flat([u[i]!]))
      const whole = results[0]?.shape.length === 0 ? Float64Array.of(terms.reduce((a, b) => a + b, 0)) : terms
      const verdict = differing(`tangent along ${x.name}`, result.right, whole)
      if (verdict._tag === 'Fail') return verdict
    }
    return pass
  }

const judge =
  (rules: Calculus) =>
  (c: Case): Verdict => {
    const gradient = judgeGradient(rules)(c)
    return gradient._tag === 'Fail' ? gradient : judgeTangent(rules)(c)
  }

const inputsFor = (point: Point): ReadonlyArray<Input> =>
  point.map((t, i) => make.input(i === 0 ? 'a' : 'b', t.shape, t.dtype))

/** Elementwise: each element at one of the points. */
const elementwise = (
  points: ReadonlyArray<Documented>,
  make: (xs: ReadonlyArray<Value>) => Value
): fc.Arbitrary<Case> => {
  const arity = points[0]?.at.length ?? 0
  return fc.tuple(shape({ minSize: 1, maxRank: 2 }), seeds).chain(([s, seed]) =>
    fc.array(fc.constantFrom(...points), { minLength: size(s), maxLength: size(s) }).map((ds) => {
      const place = (f: (d: Documented) => ReadonlyArray<number>, i: number) =>
        fromValues(
          s,
          'f64',
          ds.map((d) => f(d)[i] ?? 0)
        )
      const operands = Array.from({ length: arity }, (_, i) => i)
      const point = operands.map((i) => place((d) => d.at, i))
      const parameters = inputsFor(point)
      const expected = operands.map((i) => place((d) => d.derivative, i))
      return { results: [make(parameters)], parameters, point, seed, expected }
    })
  )
}

/** What an extremum or a product of one row of small integers has as derivative. */
const rowDerivative: Readonly<
  Record<'max' | 'min' | 'prod', (xs: ReadonlyArray<number>) => ReadonlyArray<number>>
> = {
  max: (xs) => shares(xs, Math.max(...xs)),
  min: (xs) => shares(xs, Math.min(...xs)),
  prod: (xs) => xs.map((_, i) => xs.reduce((acc, x, j) => (i === j ? acc : acc * x), 1))
}

const shares = (xs: ReadonlyArray<number>, y: number): ReadonlyArray<number> => {
  const count = xs.filter((x) => x === y).length
  return xs.map((x) => (x === y ? 1 / count : 0))
}

const reduction = (op: keyof typeof rowDerivative): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 1, maxLength: 5 }), seeds)
    .map(([xs, seed]) => {
      const point = [fromValues([xs.length], 'f64', xs)]
      const parameters = inputsFor(point)
      const expected = [fromValues([xs.length], 'f64', rowDerivative[op](xs))]
      return { results: parameters.map((x) => make.reduce(op, [0], x)), parameters, point, seed, expected }
    })

/** Of several largest elements of a window the first has it all. */
const pooled: fc.Arbitrary<Case> = fc
  .tuple(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 5 }), seeds)
  .map(([xs, seed]) => {
    const point = [fromValues([xs.length], 'f64', xs)]
    const parameters = inputsFor(point)
    const first = xs.indexOf(Math.max(...xs))
    const expected = [
      fromValues(
        [xs.length],
        'f64',
        xs.map((_, i) => Number(i === first))
      )
    ]
    const still = { strides: [1], low: [0], inputDilation: [1], windowDilation: [1] }
    return {
      results: parameters.map((x) => make.reshape([], make.window('max', [1], [xs.length], still, x))),
      parameters,
      point,
      seed,
      expected
    }
  })

/** `where(x > 0, f(x), 2 x)`, where `f` is infinite or undefined at the points it is not used for. */
const guarded = fc
  .constantFrom<UnaryOp>('sqrt', 'log', 'reciprocal', 'rsqrt')
  .chain((op) =>
    elementwise([one(0, 2), one(-0, 2), one(-1, 2)], ([x]) =>
      x === undefined
        ? full(0, { shape: [], dtype: 'f64' })
        : make.select(make.binary('gt', x, full(0, x)), make.unary(op, x), make.binary('mul', full(2, x), x))
    )
  )

/**
 * The documented derivatives at kinks, ties and singular points, exactly, in both modes: 0 for `abs` at 0, halves at a tie of two, equal shares
 * among all that attain an extremum, the first
 * of those that a window has, 0 for `hypot` and `atan2` at the origin, nothing from a branch that is not taken.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { checkAll, conventionLaws } from 'adjoint/laws'
 *
 * strictEqual(checkAll({ numRuns: 10 })(conventionLaws()).every(E.isRight), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const conventionLaws = (rules: Calculus = calculus): LawSet => {
  const lawOf = (name: string, arbitrary: fc.Arbitrary<Case>): Law =>
    law({
      name: `Convention ${name}`,
      statement: { left: `derivative of ${name} at a kink`, right: 'the documented one' },
      arbitrary,
      judge: judge(rules),
      show: showCase
    })
  return {
    name: 'Convention',
    parents: [],
    laws: [
      ...keys(unaryConventions).map((op) =>
        lawOf(
          op,
          elementwise(unaryConventions[op] ?? [], ([x]) => make.unary(op, x!))
        )
      ),
      ...keys(binaryConventions).map((op) =>
        lawOf(
          op,
          elementwise(binaryConventions[op] ?? [], ([a, b]) => make.binary(op, a!, b!))
        )
      ),
      ...keys(rowDerivative).map((op) => lawOf(`Reduce ${op}`, reduction(op))),
      lawOf('Window max', pooled),
      lawOf('a branch not taken', guarded)
    ]
  }
}
