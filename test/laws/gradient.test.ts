import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { arbitrary, gradientLaw, showFailure, type Law } from '../../laws/index.js'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { compose, scale, type Linear } from '../../src/linear/Linear.js'
import { node } from '../../src/graph/Expr.js'
import * as make from '../../src/graph/make.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { constant } from '../../src/graph/make.js'

interface Network {
  readonly hidden: { readonly w: Expr<readonly [2, 3], 'f32'>; readonly b: Expr<readonly [3], 'f32'> }
  readonly output: { readonly w: Expr<readonly [3, 2], 'f32'>; readonly b: Expr<readonly [2], 'f32'> }
}

const f32 = 'f32' as const

const network = fc.record({
  hidden: fc.record({
    w: arbitrary.tensor({ shape: [2, 3], dtype: f32 }),
    b: arbitrary.tensor({ shape: [3], dtype: f32 })
  }),
  output: fc.record({
    w: arbitrary.tensor({ shape: [3, 2], dtype: f32 }),
    b: arbitrary.tensor({ shape: [2], dtype: f32 })
  })
})

const inputs = A.tensor([
  [0.5, -1],
  [1.5, 0.25]
])
const targets = A.tensor([
  [1, 0],
  [0, 1]
])

/** Cross-entropy of a network with one rectified layer, in single precision. */
const loss = ({ hidden, output }: Network) =>
  pipe(
    inputs,
    A.matmul(hidden.w),
    A.add(hidden.b),
    A.maximum(0),
    A.matmul(output.w),
    A.add(output.b),
    A.logSoftmax(),
    A.mul(targets),
    A.mean(),
    A.neg
  )

const passOf = (law: Law, numRuns?: number) =>
  pipe(law.check(numRuns === undefined ? {} : { numRuns }), E.mapLeft(showFailure))

const failureOf = (law: Law, numRuns = 50): string => {
  const result = law.check({ numRuns })
  return E.isLeft(result) ? showFailure(result.left) : 'held'
}

/** The scalar `op` with a derivative that is wrong by a factor. */
const wrong = (op: string, factor: number): Calculus => ({
  ...calculus,
  derivative: (n) => {
    const worse = (l: Linear): Linear =>
      compose(scale(make.broadcast(l.to.shape, [], constant(fromValues([], l.to.dtype, [factor])))), l)
    const rows = calculus.derivative(n)
    return n._tag === 'Unary' && n.op === op ? rows.map((row) => row.map(worse)) : rows
  }
})

describe('gradientLaw', () => {
  it('holds for a rectified network in single precision, kinks and all', () => {
    const result = passOf(gradientLaw({ name: 'network', f: loss, arbitrary: network, numRuns: 12 }))
    expect(result).toMatchObject({ right: { runs: 12 } })
    expect(E.isRight(result) ? result.right.inconclusive : 12).toBeLessThan(6)
  })

  it('finds a derivative that is wrong by 0.1 % inside the network, and names the parameter', () => {
    const line = failureOf(
      gradientLaw({ name: 'network', f: loss, arbitrary: network, rules: wrong('exp', 1.001) })
    )
    expect(line).toMatch(/derivative differs.*(hidden|output)\.[wb]\[[^]*replay/)
  })

  it('holds for functions of single tensors, to both orders', () => {
    const x = arbitrary.tensor({ shape: [5], dtype: f32, domain: 'positive' })
    const laws = [
      gradientLaw({ name: 'norm', f: (v: Expr<readonly [5], 'f32'>) => A.norm()(v), arbitrary: x }),
      gradientLaw({ name: 'std', f: (v: Expr<readonly [5], 'f32'>) => A.std()(v), arbitrary: x }),
      gradientLaw({ name: 'logSumExp', f: (v: Expr<readonly [5], 'f32'>) => A.logSumExp()(v), arbitrary: x }),
      gradientLaw({ name: 'softmax', f: (v: Expr<readonly [5], 'f32'>) => A.softmax()(v), arbitrary: x }),
      gradientLaw({
        name: 'entropy',
        f: (v: Expr<readonly [5], 'f32'>) => A.sum()(A.mul(v)(A.log(v))),
        arbitrary: x
      })
    ]
    expect(laws.map((l) => passOf(l)).filter(E.isLeft)).toEqual([])
  })

  it('checks the derivative of the gradient', () => {
    const cut = (v: Expr<readonly [2], 'f64'>) => A.sum()(A.exp(v))
    const stale: Calculus = {
      ...calculus,
      derivative: (n) =>
        n._tag === 'Unary' && n.op === 'exp'
          ? [[scale(make.unary('stopGradient', n))]]
          : calculus.derivative(n)
    }
    const source = { name: 'stale', f: cut, arbitrary: arbitrary.tensor({ shape: [2] }), rules: stale }
    expect(E.isRight(passOf(gradientLaw({ ...source, order: 1 })))).toBe(true)
    expect(failureOf(gradientLaw({ ...source, order: 2 }))).toMatch(/fails: derivative differs/)
  })

  it('judges close to a kink, on its own side', () => {
    const near = fc.constant(fromValues([2] as const, 'f64', [1e-5, 1]))
    const law = gradientLaw({
      name: 'relu',
      f: (x: Expr<readonly [2], 'f64'>) => A.sum()(A.maximum(0)(x)),
      arbitrary: near,
      numRuns: 3
    })
    expect(passOf(law)).toMatchObject({ right: { inconclusive: 0 } })
  })

  it('holds stopped values fixed in the differences too', () => {
    const f = (x: Expr<readonly [3], 'f64'>) => A.sum()(A.mul(x)(A.stopGradient(A.exp(x))))
    const law = gradientLaw({ name: 'stopped', f, arbitrary: arbitrary.tensor({ shape: [3] }) })
    expect(passOf(law)).toMatchObject({ right: { inconclusive: 0 } })
  })

  it('leaves integer parameters alone', () => {
    const f = ({ x, i }: { readonly x: Expr<readonly [4], 'f64'>; readonly i: Expr<readonly [3], 'i32'> }) =>
      A.sum()(A.exp(A.take(i, 0)(x)))
    const indices = fc.constant(fromValues([3] as const, 'i32', [3, 0, 3]))
    const law = gradientLaw({
      name: 'take',
      f,
      arbitrary: fc.record({ x: arbitrary.tensor({ shape: [4] }), i: indices })
    })
    expect(passOf(law)).toMatchObject({ right: { inconclusive: 0 } })
  })

  it('uses random directions for many coordinates, and still finds one wrong element', () => {
    const first = (x: Expr<readonly [100], 'f64'>) => A.sum()(A.square(x))
    const forgetful: Calculus = {
      ...calculus,
      derivative: (n) =>
        n._tag === 'Unary' && n.op === 'square' && n.shape[0] === 100
          ? calculus.derivative(n).map((row) =>
              row.map((l) =>
                compose(
                  scale(
                    make.constant(
                      fromValues(
                        [100],
                        'f64',
                        Array.from({ length: 100 }, (_, i) => (i === 37 ? 0 : 1))
                      )
                    )
                  ),
                  l
                )
              )
            )
          : calculus.derivative(n)
    }
    const source = {
      name: 'many',
      f: first,
      arbitrary: arbitrary.tensor({ shape: [100] }),
      numRuns: 5,
      order: 1 as const
    }
    expect(E.isRight(passOf(gradientLaw(source)))).toBe(true)
    expect(failureOf(gradientLaw({ ...source, rules: forgetful }), 5)).toMatch(/differs.*direction/)
  })

  it('reports an invalid function', () => {
    const f = (x: Expr<readonly [3], 'f64'>): unknown =>
      make.binary('add', node(x), make.constant(fromValues([2], 'f64', [1, 2])))
    expect(
      failureOf(gradientLaw({ name: 'broken', f, arbitrary: arbitrary.tensor({ shape: [3] }) }))
    ).toMatch(/the program is invalid: add: shapes \[3\] and \[2\] differ/)
  })
})
