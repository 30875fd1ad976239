/** Masked softmax, cosine similarity and outer products: laws and gradients. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary, gradientLaw, showFailure } from '../../laws/index.js'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { messageOf, relativeError, unsafeFlat } from '../support/outcome.js'

type M = Expr<[3, 4], 'f64'>

const matrix = arbitrary.tensor({ shape: [3, 4], dtype: 'f64' })
const masks = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
const dynamic = (x: Expr<unknown>): Expr => x as Expr

const verified = <P>(f: (p: P) => Expr, samples: fc.Arbitrary<A.Values<P>>): E.Either<string, unknown> =>
  pipe(
    gradientLaw({ name: 'f', f, arbitrary: samples }).check({ seed: 7, numRuns: 30 }),
    E.mapLeft(showFailure)
  )

describe('maskedSoftmax', () => {
  const weights = A.tensor([0.5, -1, 2, 3], 'f64')

  it('is softmax of what the mask leaves, 0 elsewhere', () => {
    fc.assert(
      fc.property(matrix, masks, (x, mask) => {
        const all = unsafeFlat(A.maskedSoftmax(A.tensor([true]))(x))
        expect(relativeError(all, unsafeFlat(A.softmax()(x)))).toBeLessThan(1e-15)
        const some = unsafeFlat(A.maskedSoftmax(A.tensor(mask))(x))
        some.forEach((p, i) => expect(p === 0 || mask[i % 4]).toBe(true))
        const total = some.slice(0, 4).reduce((a, b) => a + b, 0)
        expect(total).toBeCloseTo(mask.includes(true) ? 1 : 0, 12)
      })
    )
  })

  it('works along any axis, and over nothing', () => {
    const x = A.tensor([[1, 5], [1, 5]], 'f64') // prettier-ignore
    const mask = A.tensor([[true], [false]])
    expect(unsafeFlat(A.maskedSoftmax(mask, 0)(x))).toEqual([1, 1, 0, 0])
    expect(unsafeFlat(A.maskedSoftmax(A.tensor(true))(A.zeros([2, 0])))).toEqual([])
  })

  it('has the derivative that differences show', () => {
    const f = (x: M) => pipe(x, A.maskedSoftmax(A.tensor([true, false, true, true])), A.mul(weights), A.sum())
    expect(E.isRight(verified(f, matrix))).toBe(true)
  })

  it('refuses what does not fit, in its own name', () => {
    const message = (x: Expr<unknown>): string | undefined => messageOf(A.evaluate(dynamic(x))).split('\n')[0]
    const loose = A.maskedSoftmax as (m: Expr, axis?: number) => (x: Expr) => Expr
    expect(message(loose(A.tensor([true, true]))(A.ones([3])))).toBe(
      'maskedSoftmax: the mask [2] does not broadcast to [3]'
    )
    expect(message(loose(A.tensor(true), 2)(A.ones([3])))).toBe(
      'maskedSoftmax: axis 2 is out of range for [3]'
    )
  })
})

describe('cosineSimilarity', () => {
  it('is 1 with itself, -1 with its opposite, and does not depend on lengths', () => {
    fc.assert(
      fc.property(matrix, fc.constantFrom(1e-200, 1, 1e200), (x, scale) => {
        const own = unsafeFlat(A.cosineSimilarity(A.mul(scale)(x))(x))
        const zero = unsafeFlat(A.norm(-1)(x)).map((n) => n === 0 || n * scale === 0)
        own.forEach((c, i) => expect(c).toBeCloseTo(zero[i] === true ? 0 : 1, 12))
        expect(unsafeFlat(A.cosineSimilarity(A.neg(x))(x))).toEqual(
          unsafeFlat(A.neg(A.cosineSimilarity(x)(x)))
        )
      })
    )
  })

  it('has the derivative that differences show', () => {
    const f = (p: readonly [M, M]) => pipe(p[0], A.cosineSimilarity(p[1], 0), A.sum())
    expect(E.isRight(verified(f, fc.tuple(matrix, matrix)))).toBe(true)
  })

  it('refuses shapes that differ', () => {
    const loose = A.cosineSimilarity as (b: Expr) => (a: Expr) => Expr
    expect(messageOf(A.evaluate(loose(A.ones([2]))(A.ones([3]))))).toMatch(
      /^cosineSimilarity: shapes \[3\] and \[2\] differ/
    )
  })
})

describe('outer', () => {
  it('is einsum without a shared label', () => {
    fc.assert(
      fc.property(matrix, matrix, (a, b) => {
        const both = pipe(a, A.outer(b))
        expect(both.shape).toEqual([3, 4, 3, 4])
        expect(unsafeFlat(both)).toEqual(unsafeFlat(A.einsum('ij,kl->ijkl')(a, b)))
      })
    )
  })

  it('has the derivative that differences show', () => {
    const f = (p: readonly [M, M]) => pipe(p[0], A.outer(p[1]), A.sin, A.sum())
    expect(E.isRight(verified(f, fc.tuple(matrix, matrix)))).toBe(true)
  })
})

describe('messages are in the name of what was called', () => {
  const one = (x: Expr<unknown>): string | undefined => messageOf(A.evaluate(dynamic(x))).split('\n')[0]
  const [three, scalar] = [dynamic(A.tensor([1, 2, 3])), dynamic(A.tensor(1))]
  type Loose = (...xs: ReadonlyArray<unknown>) => (x: unknown) => Expr
  const loose = Object.fromEntries(
    (['stack', 'reshape', 'takeAlongAxis'] as const).map((name): [string, unknown] => [name, A[name]])
  ) as Readonly<Record<'stack' | 'reshape' | 'takeAlongAxis', Loose>>
  it.each<readonly [string, Expr]>([
    ['stack: no place for axis 3 in [3]', loose.stack(3)([three, three])],
    ['stack: shapes [3] and [] differ', loose.stack(0)([three, scalar])],
    ['stack: needs at least one operand', loose.stack(0)([])],
    ['softmax: axis -1 is out of range for []', A.softmax()(scalar as Expr<number[], 'f32'>)],
    ['std: no mean of nothing: axes [0] of [0] hold no elements', dynamic(A.std()(A.zeros([0])))],
    ['reshape: [3] has 3 elements, which [-1, 2] cannot hold', A.reshape([-1, 2])(three)],
    ['reshape: at most one size may be -1 ([-1, -1])', loose.reshape([-1, -1])(three)],
    ['takeAlongAxis: axis 1 is out of range for [3]', A.takeAlongAxis(A.tensor([0], 'i32'), 1)(three)],
    [
      'takeAlongAxis: shapes [3] and [1, 1] of the indices differ outside axis 0',
      A.takeAlongAxis(A.tensor([[0]], 'i32'), 0)(three)
    ],
    ['takeAlongAxis: indices are f32, expected i32 or u32', loose.takeAlongAxis(three, 0)(three)]
  ])('%s', (message, x) => {
    expect(one(x)).toBe(message)
  })
})

it('a shape given by a caller is copied', () => {
  const shape = [2, 3]
  const all = [A.ones(shape), A.reshape(shape)(A.ones([6])), A.broadcastTo(shape)(A.ones([3])), A.spec(shape)]
  shape[0] = 99
  all.forEach((x) => expect(x.shape).toEqual([2, 3]))
})
