/** Laws of running combinations: those of a loop, exactly where the operation is exact. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { arbitrary, gradientLaw, showFailure } from '../../laws/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { nodesOf } from '../../src/graph/leaves.js'
import * as A from '../../src/index.js'
import { relativeError, unsafeRight } from '../support/outcome.js'

type Row = A.Expr<[2], 'i32'>
type Square = A.Expr<[2, 2], 'f64'>
type S = A.Expr<[], 'f64'>

const numbersOf = (tree: A.Expr<unknown>): ReadonlyArray<number> =>
  A.toFlat(unsafeRight(A.evaluate(tree))).map(Number)

/** The same one after the other. */
const folded = <X>(combine: (a: X, b: X) => X, xs: ReadonlyArray<X>): ReadonlyArray<X> =>
  xs.reduce<ReadonlyArray<X>>((done, x) => {
    const last = done.at(-1)
    return [...done, last === undefined ? x : combine(last, x)]
  }, [])

const integers = (shape: ReadonlyArray<number>, low: number, high: number) => {
  const count = shape.reduce((n, d) => n * d, 1)
  return fc.array(fc.integer({ min: low, max: high }), { minLength: count, maxLength: count })
}

const lengths = fc.integer({ min: 1, max: 20 })

const added = ([a = 0, b = 0]: ReadonlyArray<number>, [c = 0, d = 0]: ReadonlyArray<number>) => [a + c, b + d]
const larger = ([a = 0, b = 0]: ReadonlyArray<number>, [c = 0, d = 0]: ReadonlyArray<number>) => [
  Math.max(a, c),
  Math.max(b, d)
]

describe('running combinations of exact operations are those of a fold', () => {
  it.each([
    ['sums', (a: Row, b: Row): Row => A.add(b)(a), added],
    ['maxima', (a: Row, b: Row): Row => A.maximum(b)(a), larger]
  ])('%s of integers', (_, combine, plain) => {
    fc.assert(
      fc.property(
        lengths.chain((n) => fc.array(integers([2], -99, 99), { minLength: n, maxLength: n })),
        fc.boolean(),
        (rows, reverse) => {
          const xs = fromValues<[number, 2], 'i32'>([rows.length, 2], 'i32', rows.flat())
          const found = numbersOf(A.associativeScan(combine, { reverse })(xs))
          const expected = reverse ? [...folded(plain, [...rows].reverse())].reverse() : folded(plain, rows)
          expect(found).toEqual(expected.flat())
        }
      )
    )
  })

  // Powers of two leave room for 20 products of entries up to 2.
  it('products of matrices of small integers, which do not commute', () => {
    const combine = (a: Square, b: Square): Square => pipe(a, A.matmul(b))
    fc.assert(
      fc.property(
        lengths.chain((n) => integers([n, 2, 2], -2, 2)),
        fc.boolean(),
        (values, reverse) => {
          const count = values.length / 4
          const xs = fromValues<[number, 2, 2], 'f64'>([count, 2, 2], 'f64', values)
          const one = A.eye(2, 'f64')
          const step = (c: Square, x: Square) => [combine(c, x), combine(c, x)] as const
          const found = numbersOf(A.associativeScan(combine, { reverse })(xs))
          expect(found).toEqual(numbersOf(A.scan(step, { reverse })(one, xs)[1]))
        }
      )
    )
  })

  it('nothing of nothing', () => {
    const none = A.zeros([0, 2], 'i32')
    expect(numbersOf(A.associativeScan((a: Row, b: Row): Row => A.add(b)(a))(none))).toEqual([])
  })
})

interface Affine {
  readonly a: S
  readonly b: S
}

const composed = (f: Affine, g: Affine): Affine => ({
  a: A.mul(g.a)(f.a),
  b: pipe(f.b, A.mul(g.a), A.add(g.b))
})

describe('running combinations of trees', () => {
  const both = fc.tuple(
    arbitrary.tensor({ shape: [9], dtype: 'f64' }),
    arbitrary.tensor({ shape: [9], dtype: 'f64' })
  )

  it('are those of a loop up to rounding', () => {
    const values = (low: number, high: number) =>
      Array.from({ length: 9 }, (_, i) => low + ((high - low) * i) / 9)
    const [a, b] = [values(-1.2, 0.9), values(2, -1)].map((v) => A.tensor(v, 'f64'))
    const recurrence = (c: S, s: Affine) => {
      const next: S = pipe(c, A.mul(s.a), A.add(s.b))
      return [next, next] as const
    }
    const found = numbersOf(A.associativeScan(composed)({ a: a!, b: b! }).b)
    const expected = numbersOf(A.scan(recurrence)(A.tensor(0, 'f64'), { a: a!, b: b! })[1])
    expect(relativeError(found, expected)).toBeLessThan(1e-14)
  })

  it.each([false, true])('have the gradients that differences say, reverse %s', (reverse) => {
    const last = ([a, b]: readonly [A.Expr<[9], 'f64'>, A.Expr<[9], 'f64'>]): S => {
      const y = A.associativeScan(composed, { reverse })({ a, b })
      return pipe(y.b, A.mul(y.a), A.add(y.b), A.sum())
    }
    const checked = gradientLaw({ name: 'recurrence', f: last, arbitrary: both, numRuns: 10 }).check({
      seed: 1
    })
    expect(E.isLeft(checked) ? showFailure(checked.left) : 'holds').toBe('holds')
  })

  it('in a batch are those of each example', () => {
    const xs = A.tensor(
      [
        [1, 2, 3, 4, 5],
        [2, -1, 5, 3, 7]
      ],
      'f64'
    )
    const product = (a: S, b: S): S => A.mul(b)(a)
    const whole = numbersOf(A.vmap((x: A.Expr<[5], 'f64'>) => A.associativeScan(product)(x))(xs))
    expect(whole).toEqual([1, 2, 6, 24, 120, 2, -2, -10, -30, -210])
  })
})

it('a program grows with the logarithm of the length', () => {
  const sizeOf = (n: number): number => {
    const sums = A.associativeScan((a: S, b: S): S => A.add(b)(a))(A.ones([n], 'f64'))
    return valuesBelow(nodesOf(sums)).length
  }
  const [a, b, c] = [sizeOf(2 ** 8), sizeOf(2 ** 12), sizeOf(2 ** 16)] as const
  expect(c - b).toBe(b - a)
})

const sized = (n: number): A.Expr<[number], 'f64'> => A.ones([n], 'f64')

it.each([
  [
    'lengths that differ',
    () => A.associativeScan(composed)({ a: sized(3), b: sized(4) }).a,
    'inputs have 3 and 4 slices'
  ],
  [
    'elements that change',
    () =>
      A.associativeScan((a: A.Expr<[number], 'f64'>, b: A.Expr<[number], 'f64'>) => A.concat(0)([a, b]))(
        A.ones([3, 2], 'f64')
      ),
    'an element is f64[2], and f64[4] when combined'
  ]
])('%s are an error', (_, make, message) => {
  const said = pipe(
    A.evaluate(make()),
    E.match(A.showError, () => 'no error')
  )
  expect(said).toContain(`associativeScan: ${message}`)
  expect(said.split('\n').filter((line) => !line.startsWith('  '))).toHaveLength(1)
})
