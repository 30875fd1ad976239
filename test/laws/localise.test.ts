import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { showCulprit } from '../../laws/law/culprit.js'
import { arbitrary, gradientLaw, showFailure, type Culprit } from '../../laws/index.js'
import * as make from '../../src/graph/make.js'
import { node } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import * as A from '../../src/index.js'
import * as nn from '../../src/nn/index.js'
import type { CustomRule, Expr } from '../../src/index.js'
import { full } from '../../src/graph/terms.js'
import { compose, id, scale } from '../../src/linear/Linear.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'

import { dropped, planted, times, transposed } from './planted.js'
import { operation } from '../../src/graph/families.js'

interface Attention {
  readonly query: Expr<readonly [3, 2], 'f32'>
  readonly key: Expr<readonly [3, 2], 'f32'>
  readonly value: Expr<readonly [3, 4], 'f32'>
  readonly output: Expr<readonly [4, 2], 'f32'>
}

const f32 = 'f32' as const

const parameters = fc.record({
  query: arbitrary.tensor({ shape: [3, 2], dtype: f32 }),
  key: arbitrary.tensor({ shape: [3, 2], dtype: f32 }),
  value: arbitrary.tensor({ shape: [3, 4], dtype: f32 }),
  output: arbitrary.tensor({ shape: [4, 2], dtype: f32 })
})

const words = A.tensor([
  [0.5, -1, 0.25],
  [1.5, 0.25, -0.75]
])
const targets = A.tensor([
  [0.5, -1],
  [0.25, 1.5]
])

/** One head of attention over two words, a squashed projection, and a squared error. */
const attention = ({ query, key, value, output }: Attention) => {
  const scores = pipe(
    words,
    A.matmul(query),
    A.matmul(A.transpose(A.matmul(key)(words))),
    A.mul(0.7),
    A.softmax()
  )
  return pipe(
    scores,
    A.matmul(A.matmul(value)(words)),
    A.tanh,
    A.matmul(output),
    A.sub(targets),
    A.square,
    A.sum()
  )
}

const law = (rules: Calculus, order: 1 | 2 = 1) =>
  gradientLaw({ name: 'attention', f: attention, arbitrary: parameters, rules, order })

const culpritOf = (rules: Calculus, order: 1 | 2 = 1): Culprit | 'held' | undefined => {
  const result = law(rules, order).check({ seed: 5, numRuns: 10, endOnFailure: true })
  return E.isLeft(result) ? result.left.culprit : 'held'
}

const ratioOf = (culprit: ReturnType<typeof culpritOf>): number =>
  culprit === undefined || culprit === 'held' || culprit.deviation === undefined
    ? NaN
    : culprit.deviation.analytic / culprit.deviation.numeric

const shown = (culprit: ReturnType<typeof culpritOf>): string =>
  culprit === undefined || culprit === 'held' ? String(culprit) : showCulprit(culprit)

describe('localisation', () => {
  it.each([
    ['exp', 0, times(2), 2],
    ['exp', 0, times(1.001), 1.001],
    ['tanh', 0, times(-1), -1],
    ['square', 0, times(0.5), 0.5],
    ['contract', 0, times(3), 3],
    ['contract', 1, dropped, 0],
    ['div', 1, times(-2), -2],
    ['div', 0, dropped, 0],
    ['broadcast', 0, times(2), 2],
    ['sub', 0, dropped, 0],
    ['mul', 0, times(1.01), 1.01],
    ['sum', 0, times(1.5), 1.5],
    ['permute', 0, times(-1), -1]
  ] as const)('names %s, operand %i', (name, operand, change, ratio) => {
    const culprit = culpritOf(planted(name, operand, change))
    expect(culprit).toMatchObject({
      operation: name,
      part: 'program',
      order: 1,
      deviation: { operand, mode: 'forward' }
    })
    expect(ratioOf(culprit)).toBeCloseTo(ratio, 6)
  })

  it('numbers the operations of a graph of more than twelve', () => {
    const sample = fc.sample(parameters, { seed: 1, numRuns: 1 })[0]
    const names = topological(sample === undefined ? [] : [node(attention(sample))])
      .filter((n) => !['Input', 'Constant'].includes(n._tag))
      .map(operation)
    const culprit = culpritOf(planted('tanh', 0, times(2)))
    expect(names.length).toBeGreaterThan(12)
    expect(culprit).toMatchObject({ count: names.length, position: names.indexOf('tanh') + 1 })
  })

  it('names the parameter that was made use of last', () => {
    const afters = ['exp', 'tanh', 'square'].map((name) => culpritOf(planted(name, 0, times(2))))
    expect(afters).toMatchObject([{ after: 'key' }, { after: 'value' }, { after: 'output' }])
    expect(shown(afters[1] ?? 'held')).toMatch(
      /^culprit tanh .*, operation \d+ of \d+, after value, operand 0/
    )
  })

  it('names the layer before a wrong activation', () => {
    const cube: CustomRule = {
      name: 'cube',
      results: ([x]) => (x === undefined ? E.left('takes an operand') : E.right([x])),
      reference: ([x]) =>
        x === undefined
          ? []
          : pipe(
              A.toFlat(x).map((v) => Number(v) ** 3),
              A.fromFlat(x.shape, x.dtype),
              E.match(
                () => [],
                (t) => [t]
              )
            ),
      derivative: ([x = A.tensor(NaN)]) => [[A.scaling(A.mul(2)(A.square(x)))]]
    }
    const wrong = (x: Expr<readonly [3], 'f32'>) => (A.primitive(cube)(x)[0] ?? x) as typeof x
    const slots = [
      [2, 3],
      [3, 3]
    ] as const
    const located = (net: nn.Layer<unknown, unknown>): ReturnType<typeof culpritOf> => {
      const result = gradientLaw({
        name: 'network',
        order: 1,
        f: (parameters: unknown) =>
          A.sum()(net.run(parameters as ReadonlyArray<unknown>)(A.tensor([0.5, -1]))),
        arbitrary: fc.tuple(
          ...slots.map(([i, o]) =>
            fc.record({
              w: arbitrary.tensor({ shape: [i, o], dtype: f32 }),
              b: arbitrary.tensor({ shape: [o], dtype: f32 })
            })
          )
        )
      }).check({ seed: 3, numRuns: 10 })
      return E.isLeft(result) ? result.left.culprit : 'held'
    }
    const early = nn.sequential(nn.dense(2, 3), wrong, nn.dense(3, 3), A.tanh)
    const late = nn.sequential(nn.dense(2, 3), A.tanh, nn.dense(3, 3), wrong)
    const found = [located(early), located(late)]
    expect(found).toMatchObject([
      { operation: 'cube', after: '[0].b', deviation: { operand: 0 } },
      { operation: 'cube', after: '[1].b', deviation: { operand: 0 } }
    ])
    expect(shown(found[1] ?? 'held')).toMatch(/^culprit cube .*, after \[1\]\.b, operand 0/)
  })

  it('tells a wrong transpose from a wrong map', () => {
    const culprit = culpritOf(transposed('Broadcast', (t) => compose(scale(full(2, t.to)), t)))
    expect(culprit).toMatchObject({ operation: 'broadcast', deviation: { mode: 'reverse', operand: 0 } })
    expect(shown(culprit)).toMatch(/transposed derivative .*2\.000: a factor 2 too large/)
  })

  it('finds what is wrong from the second order on only', () => {
    const stale = planted('exp', 0, (_, n) => scale(make.unary('stopGradient', n)))
    expect(culpritOf(stale)).toBe('held')
    expect(culpritOf(stale, 2)).toMatchObject({
      operation: 'exp',
      part: 'program',
      order: 2,
      deviation: { operand: 0 }
    })
  })

  it('finds an operation that only the gradient is made of', () => {
    const wrong = planted('mulNoNan', 0, times(2))
    expect(culpritOf(wrong, 2)).toMatchObject({ operation: 'mulNoNan', part: 'gradient', order: 1 })
  })

  it('says the index of the element, and the values per unit of it', () => {
    const at = fc
      .constant(A.fromFlat([3], 'f64')([2, 3, 5]))
      .map((t) => (E.isRight(t) ? t.right : A.tensor(0, 'f64')))
    const third = A.tensor([1, 1, 3], 'f64')
    const result = gradientLaw({
      name: 'square',
      f: (x: Expr<readonly [3], 'f64'>) => A.sum()(A.square(x)),
      arbitrary: at as fc.Arbitrary<A.Tensor<[3], 'f64'>>,
      rules: planted('square', 0, (l) => compose(scale(make.constant(third)), l))
    }).check({ seed: 1, numRuns: 1 })
    expect(E.isLeft(result) ? result.left.culprit?.deviation?.index : []).toEqual([2])
    expect(E.isLeft(result) ? showFailure(result.left) : '').toMatch(
      /culprit square \(f64\[3\] -> f64\[3\]\), operation 1 of 2, operand 0 at \[2\]: derivative 30, expected (10|9\.99\d+|10\.00\d*) ± \S+ \(3\.000: a factor 3 too large\)/
    )
  })

  it('accuses nobody while the law holds, and no operation of which the fault is not', () => {
    expect(E.isRight(law(calculus, 2).check({ seed: 5, numRuns: 2 }))).toBe(true)
    const throwing = gradientLaw({
      name: 'throwing',
      f: (x: Expr<readonly [2], 'f64'>) => (JSON.parse('{') === undefined ? x : x),
      arbitrary: arbitrary.tensor({ shape: [2] })
    }).check({ seed: 1 })
    expect(E.isLeft(throwing) ? throwing.left.culprit : 'held').toBeUndefined()
  })

  it('names a primitive of a user by its name', () => {
    const wrong = (derivative: CustomRule['derivative']): CustomRule => ({
      name: 'myProduct',
      results: ([x]) => (x === undefined ? E.left('takes two operands') : E.right([x])),
      reference: ([x, y]) =>
        x === undefined || y === undefined
          ? []
          : pipe(
              A.toFlat(x).map((v, i) => Number(v) * Number(A.toFlat(y)[i])),
              A.fromFlat(x.shape, x.dtype),
              E.match(
                () => [],
                (t) => [t]
              )
            ),
      derivative
    })
    const vector = arbitrary.tensor({ shape: [3], dtype: f32 })
    const anywhere = fc.record({ a: vector, b: vector })
    const located = (rule: CustomRule, at: typeof anywhere = anywhere): Culprit | 'held' | undefined => {
      const result = gradientLaw({
        name: 'model',
        f: ({ a, b }: { readonly a: Expr<readonly [3], 'f32'>; readonly b: Expr<readonly [3], 'f32'> }) =>
          A.sum()(A.exp(A.primitive(rule)(A.tanh(a), A.sin(b))[0] ?? a)),
        arbitrary: at
      }).check({ seed: 2, numRuns: 10 })
      return E.isLeft(result) ? result.left.culprit : 'held'
    }
    const by = (x: Expr | undefined): A.LinearMap => A.scaling(x ?? A.tensor(NaN))
    expect(located(wrong(([x, y]) => [[by(y), by(x)]]))).toBe('held')
    const firstTwice = wrong(([x]) => [[by(x), by(x)]])
    const accused = { operation: 'myProduct', position: 3, count: 5 }
    expect(located(firstTwice)).toMatchObject({ ...accused, deviation: { operand: 0 } })
    // Where the operands are equal the wrong rule gives the right number, and only its second derivative is off.
    const [zero, one] = [A.tensor([0, 0, 0]), A.tensor([1, 1, 1])]
    expect(located(firstTwice, fc.constant({ a: zero, b: zero }))).toMatchObject({
      ...accused,
      order: 1,
      deviation: { operand: 0, nearby: true }
    })
    expect(located(firstTwice, fc.constant({ a: zero, b: one }))).toMatchObject({
      ...accused,
      order: 1,
      deviation: { operand: 0, nearby: false, analytic: 0 }
    })
    expect(located(wrong(([x, y]) => [[by(y), { ...by(x), transpose: (t) => t }]]))).toMatchObject({
      operation: 'myProduct',
      deviation: { operand: 1, mode: 'reverse' }
    })
    const shapeless = located(wrong(([x, y]) => [[{ ...by(y), apply: () => A.tensor(1) }, by(x)]]))
    expect(shapeless).toMatchObject({ operation: 'myProduct' })
    expect(shown(shapeless)).toMatch(/myProduct .* tangent/)
  })

  it('is silent about a map that stands for the right one', () => {
    expect(
      culpritOf(
        planted('tanh', 0, (l) => compose(id(l.to), l)),
        2
      )
    ).toBe('held')
  })
})
