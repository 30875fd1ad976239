/**
 * Compositions where the chain rule meets 0 times infinity, or leaves the range on the way, against their true derivatives; JAX and PyTorch are
 * recorded beside them in `test/golden/derivatives/compositions.json`.
 */
import { describe, expect, it } from 'vitest'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { typed } from '../../src/graph/terms.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import golden from '../golden/derivatives/compositions.json' with { type: 'json' }
import { unsafeFlat, unsafeRight } from '../support/outcome.js'

type X = Expr<number[], 'f64'>

const twice = (x: X): X => A.square(A.square(x))
const positive = (x: X): Expr<number[], 'bool'> => A.gt(0)(x)

const programs: Readonly<Record<string, (x: X) => Expr<unknown, 'f64'>>> = {
  'square(sqrt(x))': (x) => A.square(A.sqrt(x)),
  'sqrt(x) * sqrt(x)': (x) => A.mul(A.sqrt(x))(A.sqrt(x)),
  'exp(log(x))': (x) => A.exp(A.log(x)),
  'log(exp(x))': (x) => A.log(A.exp(x)),
  '1 / (1 / x)': (x) => A.div(A.div(x)(1))(1),
  '3 / (2 / x)': (x) => A.div(A.div(x)(2))(3),
  'reciprocal(reciprocal(x))': (x) => A.reciprocal(A.reciprocal(x)),
  'square(pow(x, 0.5))': (x) => A.square(A.pow(0.5)(x)),
  'square(pow(x, 1.5))': (x) => A.square(A.pow(1.5)(x)),
  'square(pow(x, 0.25))': (x) => A.square(A.pow(0.25)(x)),
  'sqrt(square(x)) beside 0': (x) => A.sqrt(A.square(x)),
  'sqrt(x * x) beside 0': (x) => A.sqrt(A.mul(x)(x)),
  'log(logistic(x))': (x) => A.log(A.logistic(x)),
  'log(erfc(x))': (x) => A.log(A.erfc(x)),
  'log(tanh(x))': (x) => A.log(A.tanh(x)),
  'log(square(x))': (x) => A.log(A.square(x)),
  'log(cosh(x))': (x) => A.log(A.cosh(x)),
  '-softplus(-x)': (x) => A.neg(A.softplus(A.neg(x))),
  '(x / 1e-310) * 1e-310': (x) => A.mul(1e-310)(A.div(1e-310)(x)),
  '(1e-310 / x) * x': (x) => A.mul(x)(A.div(x)(1e-310)),
  'x * log(x)': (x) => A.mul(A.log(x))(x),
  'where(x > 0, sqrt(x), 0)': (x) => A.where(A.sqrt(x), 0)(positive(x)),
  'where(x > 0, log(x), 0)': (x) => A.where(A.log(x), 0)(positive(x)),
  'where(x > 0, 1 / x, 0)': (x) => A.where(A.div(x)(1), 0)(positive(x)),
  'where(x > 0, square(sqrt(x)) * 2, 0)': (x) => A.where(A.mul(2)(A.square(A.sqrt(x))), 0)(positive(x)),
  'where(x < 800, x, x * exp(x))': (x) => A.where(x, A.mul(A.exp(x))(x))(A.lt(800)(x)),
  'max(sqrt(x), 1)': (x) => A.maximum(1)(A.sqrt(x)),
  'square(norm(x))': (x) => A.square(A.norm()(x)),
  'norm(x) * norm(x)': (x) => A.mul(A.norm()(x))(A.norm()(x)),
  'pow(norm(x), 2)': (x) => A.pow(2)(A.norm()(x)),
  'exp(-square(norm(x)))': (x) => A.exp(A.neg(A.square(A.norm()(x)))),
  'norm(x), smallest': (x) => A.norm()(x),
  'norm(x), largest': (x) => A.norm()(x),
  'hypot(x, x)': (x) => A.hypot(x)(x),
  'atan2(x, x + x)': (x) => A.atan2(A.add(x)(x))(x),
  'prod(x) of zeros and many threes': (x) => A.prod()(x),
  'prod(x) of one zero': (x) => A.prod()(x),
  'square(log(exp(x) + 1))': (x) => A.square(A.log1p(A.exp(x))),
  'sqrt(sqrt(x)) to the fourth': (x) => twice(A.sqrt(A.sqrt(x))),
  'asin(sin(x))': (x) => A.asin(A.sin(x))
}

const tolerance = { f32: 1e-6, f64: 1e-14 } as const

const isClose = (got: number, exact: number, relative: number): boolean =>
  Number.isFinite(exact) ? Math.abs(got - exact) <= relative * Math.max(1, Math.abs(exact)) : got === exact

describe.each([A.reference, A.wasm])('$name has the true derivative', (engine) => {
  it.each(golden.rows)('of $name, $dtype', ({ name, dtype, point, true: exact }) => {
    const f = programs[name]
    const d = dtype === 'f32' ? 'f32' : 'f64'
    const x = fromValues([point.length], d, point)
    const gradient = A.grad((v: X) => typed<Expr<[], 'f64'>>(A.sum()(typed<X>(f === undefined ? v : f(v)))))
    const run = unsafeRight(A.compile(gradient, engine)(typed<X>(x)))
    const got = unsafeFlat(unsafeRight(run(typed<A.Tensor<number[], 'f64'>>(x))))
    const wrong = got.filter(
      (g, i) => !isClose(g, Number(String(exact[i]).replace('inf', 'Infinity')), tolerance[d])
    )
    expect([wrong, got]).toEqual([[], got])
    expect(f).toBeDefined()
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
