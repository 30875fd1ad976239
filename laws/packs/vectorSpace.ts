/** Laws of vectors: of tangents and cotangents, and of the trees that optimizers move. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { FloatDType } from '../../src/tensor/DType.js'
import {
  fail,
  firstFailure,
  inconclusive,
  law,
  pass,
  type Law,
  type LawSet,
  type Verdict
} from '../law/index.js'

/**
 * Vectors that can be added and scaled, all of one space, and how to see their components.
 *
 * @since 0.1.0
 * @category model
 */
export interface VectorSpace<V> {
  readonly name: string
  readonly add: (a: V, b: V) => V
  readonly scale: (k: number, v: V) => V
  readonly zero: V
  /** The numbers of a vector, always in the same order, or why it has none. */
  readonly components: (v: V) => E.Either<string, ArrayLike<number>>
  readonly arbitrary: fc.Arbitrary<V>
  /** What components are rounded to; f64 unless given. */
  readonly precision?: FloatDType
}

/**
 * A vector space with an inner product.
 *
 * @since 0.1.0
 * @category model
 */
export interface InnerProductSpace<V> extends VectorSpace<V> {
  readonly inner: (a: V, b: V) => E.Either<string, number>
}

const unit: Readonly<Record<FloatDType, number>> = { f32: 2 ** -24, f64: 2 ** -53 }
const tiny: Readonly<Record<FloatDType, number>> = { f32: 2 ** -149, f64: 2 ** -1074 }

/** Multiples of 1/8: sums and products of two of them are exact in single precision. */
const scalars: fc.Arbitrary<number> = fc.integer({ min: -32, max: 32 }).map((k) => k / 8)

interface VectorSample<V> {
  readonly a: V
  readonly b: V
  readonly c: V
  readonly j: number
  readonly k: number
}

const samples = <V>({ arbitrary }: VectorSpace<V>): fc.Arbitrary<VectorSample<V>> =>
  fc.record({ a: arbitrary, b: arbitrary, c: arbitrary, j: scalars, k: scalars })

/** No law here rounds more often on its two sides together. */
const roundings = 8

const judge = (of: string, actual: number, expected: number, bar: number): Verdict =>
  actual === expected || Math.abs(actual - expected) <= bar
    ? pass
    : !Number.isFinite(bar)
      ? inconclusive('the numbers are too large')
      : fail('the sides differ', { of, index: [], actual, expected, bar })

/** Both sides, component by component: exactly, or up to rounding in proportion to `terms`, the vectors that are added. */
const equal =
  <V>({ components, precision = 'f64' }: VectorSpace<V>) =>
  (left: V, right: V, terms: ReadonlyArray<V> = []): Verdict =>
    pipe(
      E.sequenceArray([left, right, ...terms].map(components)),
      E.match(fail, ([xs = [], ys = [], ...rest]) => {
        if (xs.length !== ys.length) return fail(`${xs.length} components, expected ${ys.length}`)
        const bar = (i: number): number =>
          rest.length === 0
            ? 0
            : roundings *
              (unit[precision] * rest.reduce((acc, t) => acc + Math.abs(t[i] ?? NaN), 0) + tiny[precision])
        return firstFailure(
          ...Array.from(ys, (y, i) => () => judge(`component ${i}`, xs[i] ?? NaN, y, bar(i)))
        )
      })
    )

/**
 * The laws of a vector space. What floating-point addition and scaling do exactly (commute, leave a vector alone, cancel) must be exact; the
 * other laws hold up to the rounding of each component.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { arbitrary, checkAll, lawsOf, vectorSpaceLaws } from 'adjoint/laws'
 *
 * type V = readonly [number, number]
 * const broken = vectorSpaceLaws<V>({
 *   name: 'pairs',
 *   add: ([a, b], [c, d]) => [a + c, b - d],
 *   scale: (k, [a, b]) => [k * a, k * b],
 *   zero: [0, 0],
 *   components: E.right,
 *   arbitrary: fc.tuple(arbitrary.between(-1, 1), arbitrary.between(-1, 1))
 * })
 * deepStrictEqual(
 *   lawsOf(broken).map(({ name }) => name).filter((_, i) => checkAll()(broken).map(E.isLeft)[i]),
 *   ['commutativity', 'associativity', 'inverse', 'scalar sums'].map((name) => `VectorSpace pairs: ${name}`)
 * )
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const vectorSpaceLaws = <V>(space: VectorSpace<V>): LawSet => {
  const { name, add, scale, zero } = space
  const same = equal(space)
  const one = (what: string, left: string, right: string, holds: (s: VectorSample<V>) => Verdict): Law =>
    law({
      name: `VectorSpace ${name}: ${what}`,
      statement: { left, right },
      arbitrary: samples(space),
      judge: holds
    })
  return {
    name: `VectorSpace ${name}`,
    parents: [],
    laws: [
      one('commutativity', 'a + b', 'b + a', ({ a, b }) => same(add(a, b), add(b, a))),
      one('associativity', '(a + b) + c', 'a + (b + c)', ({ a, b, c }) =>
        same(add(add(a, b), c), add(a, add(b, c)), [a, b, c])
      ),
      one('zero', 'a + 0', 'a', ({ a }) => same(add(a, zero), a)),
      one('inverse', 'a + (-1) a', '0', ({ a }) => same(add(a, scale(-1, a)), zero)),
      one('unit', '1 a', 'a', ({ a }) => same(scale(1, a), a)),
      one('annihilation', '0 a', '0', ({ a }) => same(scale(0, a), zero)),
      one('compatibility', 'j (k a)', '(j k) a', ({ a, j, k }) => {
        const both = scale(j, scale(k, a))
        return same(both, scale(j * k, a), [both])
      }),
      one('vector sums', 'k (a + b)', 'k a + k b', ({ a, b, k }) => {
        const [ka, kb] = [scale(k, a), scale(k, b)]
        return same(scale(k, add(a, b)), add(ka, kb), [ka, kb])
      }),
      one('scalar sums', '(j + k) a', 'j a + k a', ({ a, j, k }) => {
        const [ja, ka] = [scale(j, a), scale(k, a)]
        return same(scale(j + k, a), add(ja, ka), [ja, ka])
      })
    ]
  }
}

type Numbers = ReadonlyArray<number>

/** Numbers of a space, and what they may be off by: in proportion to the norms that are given, which bound every sum on the way. */
const judgeNumbers = <V>(
  { inner, components, zero, precision = 'f64' }: InnerProductSpace<V>,
  products: ReadonlyArray<readonly [V, V]>,
  verdict: (values: Numbers, bar: (size: number) => number) => Verdict
): Verdict =>
  pipe(
    E.sequenceArray(products.map(([a, b]) => inner(a, b))),
    E.bindTo('values'),
    E.bind('dimension', () => E.map((xs: ArrayLike<number>) => xs.length)(components(zero))),
    E.match(fail, ({ values, dimension }) =>
      verdict(values, (size) => 4 * ((dimension + 4) * unit[precision] * size + tiny[precision]))
    )
  )

/** `<k a + b, c> = k <a, c> + <b, c>`, `product` putting the two in their order. */
const judgeLinear = <V>(
  space: InnerProductSpace<V>,
  product: (u: V, c: V) => readonly [V, V],
  { a, b, c, k }: VectorSample<V>
): Verdict => {
  const whole = space.add(space.scale(k, a), b)
  const pairs = [product(whole, c), product(a, c), product(b, c), [a, a], [b, b], [c, c]] as const
  return judgeNumbers(space, pairs, ([left = NaN, ac = NaN, bc = NaN, aa = NaN, bb = NaN, cc = NaN], bar) => {
    const size = (Math.abs(k) * Math.sqrt(aa) + Math.sqrt(bb)) * Math.sqrt(cc)
    return judge('the product', left, k * ac + bc, bar(size))
  })
}

const judgeSymmetric = <V>(space: InnerProductSpace<V>, { a, b }: VectorSample<V>): Verdict =>
  judgeNumbers(
    space,
    [[a, b], [b, a], [a, a], [b, b]], // prettier-ignore
    ([ab = NaN, ba = NaN, aa = NaN, bb = NaN], bar) => judge('the product', ab, ba, bar(Math.sqrt(aa * bb)))
  )

/** Of vectors whose squares do not underflow. */
const judgePositive = <V>(space: InnerProductSpace<V>, { a }: VectorSample<V>): Verdict =>
  pipe(
    E.Do,
    E.bind('square', () => space.inner(a, a)),
    E.bind('nothing', () => space.inner(space.zero, space.zero)),
    E.bind('numbers', () => space.components(a)),
    E.match(fail, ({ square, nothing, numbers }) => {
      const large = Array.from(numbers).some((x) => x * x > tiny[space.precision ?? 'f64'])
      if (nothing !== 0) return fail(`<0, 0> is ${nothing}`)
      return large
        ? square > 0
          ? pass
          : fail(`<a, a> is ${square}`)
        : square >= 0
          ? pass
          : fail(`<a, a> is ${square}`)
    })
  )

/**
 * The laws of an inner product, on top of those of its vectors: symmetric, linear in each argument, and positive. It may round in proportion to
 * the norms of its arguments.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as fc from 'fast-check'
 * import { tensor } from 'adjoint'
 * import { arbitrary, checkAll, innerProductLaws, treeSpace } from 'adjoint/laws'
 *
 * const space = treeSpace({
 *   name: 'parameters of a neuron',
 *   like: { w: tensor([0, 0]), b: tensor(0) },
 *   arbitrary: fc.record({ w: arbitrary.tensor({ shape: [2], dtype: 'f32' }), b: arbitrary.tensor({ shape: [], dtype: 'f32' }) })
 * })
 * strictEqual(checkAll({ numRuns: 10 })(innerProductLaws(space)).every(E.isRight), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const innerProductLaws = <V>(space: InnerProductSpace<V>): LawSet => {
  const one = (what: string, left: string, right: string, holds: (s: VectorSample<V>) => Verdict): Law =>
    law({
      name: `InnerProduct ${space.name}: ${what}`,
      statement: { left, right },
      arbitrary: samples(space),
      judge: holds
    })
  return {
    name: `InnerProduct ${space.name}`,
    parents: [vectorSpaceLaws(space)],
    laws: [
      one('symmetry', '<a, b>', '<b, a>', (s) => judgeSymmetric(space, s)),
      one('linearity on the left', '<k a + b, c>', 'k <a, c> + <b, c>', (s) =>
        judgeLinear(space, (u, c) => [u, c], s)
      ),
      one('linearity on the right', '<c, k a + b>', 'k <c, a> + <c, b>', (s) =>
        judgeLinear(space, (u, c) => [c, u], s)
      ),
      one('positivity', '<a, a>', 'positive, but for a = 0', (s) => judgePositive(space, s))
    ]
  }
}
