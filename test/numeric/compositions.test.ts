/** Compositions where the chain rule meets 0 times infinity, or leaves the range on the way, against their true derivatives. */
import { describe, expect, it } from 'vitest'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { typed } from '../../src/graph/terms.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { unsafeFlat } from '../support/outcome.js'
import { compositions, derivativeOf, exactOf, type X } from './compositions.js'

const tolerance = { f32: 1e-6, f64: 1e-14 } as const

const isClose = (got: number | undefined, exact: number, relative: number): boolean =>
  got !== undefined && Number.isFinite(exact)
    ? Math.abs(got - exact) <= relative * Math.max(1, Math.abs(exact))
    : Object.is(got, exact)

describe.each([A.reference, A.wasm])('$name has the true derivative', (engine) => {
  it.each(compositions)('of $name, $dtype', (row) => {
    const [got, exact] = [derivativeOf(engine, row), exactOf(row)]
    const relative = tolerance[row.dtype === 'f32' ? 'f32' : 'f64']
    expect(exact.filter((x, i) => !isClose(got[i], x, relative))).toEqual([])
    expect(got).toHaveLength(exact.length)
  })
})

describe('where zero is a number', () => {
  const at = (f: (x: X) => X, ...xs: ReadonlyArray<number>): ReadonlyArray<number> =>
    unsafeFlat(A.grad((v: X) => A.sum()(f(v)))(typed<X>(fromValues([xs.length], 'f64', xs))))

  it('times infinity it is NaN: the derivative is not known', () => {
    expect(at((x) => A.mul(A.log(x))(x), 0)).toEqual([NaN])
    expect(at((x) => A.log(A.mul(0)(x)), 1)).toEqual([NaN])
    expect(at((x) => A.where(A.cos(A.sqrt(x)), 0)(A.ge(0)(x)), 0)).toEqual([NaN])
  })

  it('behind a branch that is not taken it is 0', () => {
    expect(at((x) => A.where(A.cos(A.sqrt(x)), 0)(A.gt(0)(x)), 0)).toEqual([0])
    expect(at((x) => A.minimum(-1)(A.neg(A.sqrt(x))), 0)).toEqual([0])
  })

  it('so is what is not read', () => {
    const first = (x: X): X => typed<X>(A.slice([[0, 1]])(typed<Expr<[2], 'f64'>>(A.sqrt(x))))
    expect(at(first, 4, 0)).toEqual([0.25, 0])
  })
})

describe('second derivatives', () => {
  const hessian = (
    f: (x: X) => Expr<unknown, 'f64'>,
    ...xs: ReadonlyArray<number>
  ): ReadonlyArray<number> => {
    const slope = A.grad((v: X) => typed<Expr<[], 'f64'>>(A.sum()(typed<X>(f(v)))))
    const x = typed<X>(fromValues([xs.length], 'f64', xs))
    return unsafeFlat(A.grad((v: X) => typed<Expr<[], 'f64'>>(A.sum()(slope(v))))(x))
  }

  it('are finite at the origin', () => {
    expect(hessian((x) => A.square(A.norm()(x)), 0, 0)).toEqual([2, 2])
    expect(hessian((x) => A.exp(A.neg(A.square(A.norm()(x)))), 0, 0)).toEqual([-2, -2])
    expect(hessian((x) => A.norm()(x), 0, 0)).toEqual([0, 0])
    expect(hessian((x) => A.hypot(x)(x), 0)).toEqual([0])
    expect(hessian((x) => A.atan2(A.mul(2)(x))(x), 0)).toEqual([0])
    expect(hessian((x) => A.square(A.sqrt(x)), 0)).toEqual([0])
  })
})

describe('deviations', () => {
  const sized = (d: 'f32' | 'f64', ...xs: ReadonlyArray<number>) => typed<X>(fromValues([xs.length], d, xs))
  const slope = (x: X): ReadonlyArray<number> => unsafeFlat(A.grad((v: X) => A.std()(v))(x))

  it.each([1e-45, 1e-30, 2 ** -76, 1e30, 3e38])('of +-%d in f32', (size) => {
    const x = sized('f32', size, -size)
    slope(x).forEach((g, i) => expect(g).toBeCloseTo(i === 0 ? 0.5 : -0.5, 6))
    expect(unsafeFlat(A.std()(x))[0]! / Math.fround(size)).toBeCloseTo(1, 6)
  })

  it.each([5e-324, 2 ** -540, 1e300, 1.7e308])('of +-%d in f64', (size) => {
    const x = sized('f64', size, -size)
    slope(x).forEach((g, i) => expect(g).toBeCloseTo(i === 0 ? 0.5 : -0.5, 14))
    expect(unsafeFlat(A.std()(x))[0]! / size).toBeCloseTo(1, 14)
  })

  it('of equal elements are 0, and so is the derivative', () => {
    expect(slope(sized('f32', 1.0328e-20, 1.0328e-20, 1.0328e-20))).toEqual([0, 0, 0])
    expect(slope(sized('f32', 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1))).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  it('similarities of the smallest and the largest vectors', () => {
    const similarity = (d: 'f32' | 'f64', size: number): number =>
      unsafeFlat(A.cosineSimilarity(sized(d, 1, 1))(sized(d, size, size)))[0]!
    expect([similarity('f32', 3e38), similarity('f32', 1e-45)].map((x) => x.toFixed(6))).toEqual([
      '1.000000',
      '1.000000'
    ])
    expect([similarity('f64', 1e308), similarity('f64', 5e-324)].map((x) => x.toFixed(6))).toEqual([
      '1.000000',
      '1.000000'
    ])
  })
})
