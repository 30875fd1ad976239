/** Functions that are steep, oscillate, saturate or have infinities in them, at numbers of all sizes: where laws might cry wolf. */
import * as fc from 'fast-check'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { node } from '../../src/graph/Expr.js'
import * as make from '../../src/graph/make.js'
import { typed } from '../../src/graph/terms.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { showTensor, tensor } from '../../laws/arbitrary/tensor.js'
import type { ValueOptions } from '../../laws/arbitrary/cell.js'
import { judgeDerivatives } from '../../laws/gradient/derivatives.js'
import { judgeOwnPrecision } from '../../laws/gradient/ownPrecision.js'
import { firstFailure, law, type Law } from '../../laws/law/index.js'
import { inconclusive, pass } from '../../laws/index.js'
import { calculus } from '../../src/transform/differentiate.js'

type X = Expr<number[], 'f64'>
type Function = (k: number) => (x: X) => Expr

/** Each with a factor on the argument: how fast, how steep. */
const functions: Readonly<Record<string, Function>> = {
  'sin k x': (k) => (x) => A.sum()(A.sin(A.mul(k)(x))),
  'sin x cos k x': (k) => (x) => A.sum()(A.mul(A.sin(x))(A.cos(A.mul(k)(x)))),
  'x sin k / x': (k) => (x) => A.sum()(A.mul(x)(A.sin(A.mul(k)(A.reciprocal(x))))),
  'tanh k x': (k) => (x) => A.sum()(A.tanh(A.mul(k)(x))),
  'logistic k (x - 1)': (k) => (x) => A.sum()(A.tanh(A.mul(k)(A.sub(1)(x)))),
  'exp -(k x)^2': (k) => (x) => A.sum()(A.exp(A.neg(A.square(A.mul(k)(x))))),
  'exp k x': (k) => (x) => A.sum()(A.exp(A.mul(k)(x))),
  'log of 1 + (k x)^2': (k) => (x) => A.sum()(A.log(A.add(1)(A.square(A.mul(k)(x))))),
  'softmax k x': (k) => (x) => A.softmax()(A.mul(k)(x)),
  'logSumExp k x': (k) => (x) => A.logSumExp()(A.mul(k)(x)),
  'norm k x': (k) => (x) => A.norm()(A.mul(k)(x)),
  'std k x': (k) => (x) => A.std()(A.mul(k)(x)),
  'root behind a mask': (k) => (x) => A.sum()(A.where(A.sqrt(A.mul(k)(x)), 0)(A.gt(0)(x))),
  'logarithm behind a mask': (k) => (x) => A.sum()(A.where(A.log(A.mul(k)(x)), 0)(A.gt(0)(x))),
  'tanh of tanh': (k) => (x) => A.sum()(A.tanh(A.mul(A.tanh(A.mul(x)(x)))(A.mul(k)(x))))
}

/** Mostly ordinary; from 1e-6 to 1e9 else. */
const factors = fc.oneof(
  fc.constant(1),
  fc.integer({ min: -6, max: 9 }).map((e) => 10 ** e),
  fc.double({ min: 0.1, max: 2000, noNaN: true })
)

const values: fc.Arbitrary<Omit<ValueOptions, 'dtype'>> = fc.oneof(
  fc.constant<Omit<ValueOptions, 'dtype'>>({}),
  fc.constant<Omit<ValueOptions, 'dtype'>>({ special: ['infinity', 'ties'] }),
  fc.constant<Omit<ValueOptions, 'dtype'>>({ special: ['extremes'] }),
  fc.constantFrom('huge' as const, 'tiny' as const, 'subnormal' as const).map((magnitude) => ({ magnitude }))
)

interface Extreme {
  readonly name: string
  readonly factor: number
  readonly x: Tensor
  readonly seed: number
}

const extremes: fc.Arbitrary<Extreme> = fc
  .tuple(fc.constantFrom('f64' as const, 'f32' as const), fc.integer({ min: 1, max: 3 }), values)
  .chain(([dtype, n, options]) =>
    fc.record({
      name: fc.constantFrom(...Object.keys(functions)),
      factor: factors,
      x: tensor({ shape: [n], dtype, ...options }),
      seed: fc.nat(2 ** 20)
    })
  )

/** Many such samples cannot be judged, which is no fault; that they are accused would be. */
export const extremeLaw: Law = law({
  name: 'Extremes',
  statement: {
    left: 'derivative of a steep or fast function',
    right: 'extrapolated differences, where they tell'
  },
  arbitrary: extremes,
  judge: ({ name, factor, x, seed }) => {
    const parameter = make.input('x', x.shape, x.dtype)
    const f = functions[name]
    if (f === undefined) return inconclusive('no such function')
    const problem = { results: [node(f(factor)(typed<X>(parameter)))], parameters: [parameter] }
    const verdict = firstFailure(
      () => judgeDerivatives({ rules: calculus, order: 2, coordinates: 4, sample: 3 }, problem, [x], seed),
      () => judgeOwnPrecision({ rules: calculus, order: 2 }, problem, [x], seed)
    )
    return verdict._tag === 'Inconclusive' ? pass : verdict
  },
  show: ({ name, factor, x, seed }) =>
    `${name}, k = ${String(factor)}, at ${showTensor(x)} (seed ${String(seed)})`
})
