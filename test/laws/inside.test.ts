/** Faults inside of loops, branches and calls are found, and named by the operation whose they are. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { between } from '../../laws/arbitrary/number.js'
import { gradientLaw, showFailure, type Culprit } from '../../laws/index.js'
import * as A from '../../src/index.js'
import type { CustomRule, Expr } from '../../src/index.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { dropped, planted, times } from './planted.js'

type S = Expr<[], 'f64'>
type V = Expr<[2], 'f64'>
type Step = (w: V, h: V) => V

interface Weights {
  readonly w: V
  readonly h: V
}

const xs = A.tensor([0.5, -0.25, 1], 'f64')
const rows = A.tensor(
  [
    [0.5, -0.25, 1],
    [1, 0.75, -0.5]
  ],
  'f64'
)
const positive = (h: V) => pipe(h, A.max(), A.gt(-9))

const scannedOver =
  (rows: Expr<[3], 'f64'>, step: Step) =>
  ({ w, h }: Weights): V =>
    A.scan((c: V, x: S) => [pipe(step(w, c), A.mul(x)), []])(h, rows)[0]

const scanned = (step: Step) => scannedOver(xs, step)

const branched =
  (step: Step) =>
  ({ w, h }: Weights): V =>
    A.cond(
      positive(h),
      (c: V): V => step(w, c),
      (c: V): V => c
    )(h)

/** Where a step stands, and in what. */
const places: Readonly<
  Record<string, readonly [within: ReadonlyArray<RegExp>, (step: Step) => (p: Weights) => V]>
> = {
  'a scan': [[/^step \d of scan$/], scanned],
  'a loop with a bound': [
    [/^step \d of scan$/, /^branch 1 of case$/],
    (step) =>
      ({ w, h }) =>
        A.whileLoop(
          ({ k }: { readonly k: S; readonly c: V }) => A.lt(2)(k),
          ({ k, c }) => ({ k: pipe(k, A.add(1)), c: step(w, c) }),
          { bound: 3 }
        )({ k: A.tensor(0, 'f64'), c: h }).c
  ],
  'a branch': [[/^branch 1 of case$/], branched],
  'a checkpoint': [
    [/^call$/],
    (step) =>
      ({ w, h }) =>
        A.checkpoint((c: V) => step(w, c))(h)
  ],
  'a loop in a loop': [
    [/^step \d of scan$/, /^step \d of scan$/],
    (step) =>
      ({ w, h }) =>
        A.scan((c: V, x: S) => [scanned(step)({ w, h: pipe(c, A.mul(x)) }), []])(h, xs)[0]
  ],
  'a branch in a loop': [
    [/^step \d of scan$/, /^branch 1 of case$/],
    (step) => scanned((w, h) => branched(step)({ w, h }))
  ],
  'a batch of loops': [
    [/^step \d of scan$/],
    (step) =>
      ({ w, h }) =>
        pipe(A.vmap((x: Expr<[3], 'f64'>) => scannedOver(x, step)({ w, h }))(rows), A.max(0))
  ]
}

const numbers = fc.array(between(-1.2, 1.2), { minLength: 2, maxLength: 2 })
const vector = numbers.map(([a = 0, b = 0]): A.Tensor<[2], 'f64'> => A.tensor([a, b], 'f64'))

const found = (f: (p: Weights) => V, rules: Calculus = calculus) => {
  const result = gradientLaw({
    name: 'f',
    f: (p: Weights) => pipe(f(p), A.sum()),
    arbitrary: fc.record({ w: vector, h: vector }),
    order: 1,
    rules
  }).check({ seed: 3, numRuns: 3, endOnFailure: true })
  return E.isLeft(result) ? result.left : undefined
}

const expectCulprit = (culprit: Culprit | undefined, name: string, within: ReadonlyArray<RegExp>): void => {
  expect(culprit).toMatchObject({ operation: name, part: 'program', order: 1 })
  expect(culprit?.within).toHaveLength(within.length)
  within.forEach((pattern, i) => {
    expect(culprit?.within?.[i]).toMatch(pattern)
  })
}

const matrix = A.tensor(
  [
    [0.5, -1],
    [0.25, 0.75]
  ],
  'f64'
)

/** Steps of many operations, each of them smooth everywhere. */
const step: Step = (w, h) => {
  const mixed = pipe(h, A.matmul(matrix), A.add(w), A.tanh)
  const spread = pipe(mixed, A.mul(w), A.sum(), A.broadcastTo([2]), A.reshape([2, 1]))
  const whole: V = pipe(spread, A.reshape([2]), A.sub(h), A.sin, A.add(A.exp(pipe(mixed, A.mul(0.5)))))
  const both = A.concat(0)([pipe(whole, A.div(pipe(h, A.square, A.add(2)))), w])
  return pipe(both, A.slice([[1, 3]]))
}

const faults = [
  ['tanh', 0, times(2)],
  ['exp', 0, times(1.001)],
  ['square', 0, dropped],
  ['mul', 1, times(2)],
  ['contract', 0, times(2)],
  ['sin', 0, times(-1)],
  ['div', 1, times(-1)],
  ['sum', 0, times(0.5)],
  ['reshape', 0, times(2)],
  ['concat', 1, dropped],
  ['slice', 0, times(2)]
] as const

/** One place has them all. */
const faultsIn = (where: string) => (where === 'a scan' ? faults : faults.slice(0, 5))

describe.each(Object.entries(places))('a wrong derivative inside of %s', (where, [within, place]) => {
  it('is not found where there is none', () => {
    expect(found(place(step))).toBeUndefined()
  })

  it.each(faultsIn(where))('is that of %s, operand %i', (name, operand, change) => {
    const failure = found(place(step), planted(name, operand, change))
    expectCulprit(failure?.culprit, name, within)
    expect(failure?.culprit?.deviation?.operand).toBe(operand)
  })
})

/** A product with a tanh, `tanh(h) w`, whose derivative by `h` is so many times what it should be. */
const primitiveOf = (factor: number): CustomRule => ({
  name: 'gated',
  results: ([h]) => (h === undefined ? E.left('takes two operands') : E.right([h])),
  reference: ([h, w]) =>
    h === undefined || w === undefined
      ? []
      : pipe(
          A.toFlat(h).map((v, i) => Math.tanh(Number(v)) * Number(A.toFlat(w)[i])),
          A.fromFlat(h.shape, h.dtype),
          E.match(
            () => [],
            (t) => [t]
          )
        ),
  derivative: ([h = A.tensor(NaN, 'f64'), w = A.tensor(NaN, 'f64')]) => {
    const y = A.tanh(h as V)
    const slope = pipe(y, A.square, A.sub(1), A.mul(-factor), A.mul(w as V))
    return [[A.scaling(slope), A.scaling(y)]]
  }
})

const gated: Step = (w, h) => pipe(h, A.tanh, A.mul(w))

/** Rules of a user, by name, each with a factor that makes it wrong. */
const rules: Readonly<Record<string, (factor: number) => Step>> = {
  gated: (factor) => (w, h) => (A.primitive(primitiveOf(factor))(h, w)[0] ?? h) as V,
  customJvp: (factor) =>
    A.customJvp(gated, ([w, h], [tw, th]): V => {
      const y = A.tanh(h)
      const slope = pipe(y, A.square, A.sub(1), A.mul(-factor), A.mul(w))
      return pipe(th, A.mul(slope), A.add(pipe(tw, A.mul(y))))
    }),
  customVjp: (factor) =>
    A.customVjp(
      gated,
      (w: V, h: V) => [gated(w, h), { w, y: A.tanh(h) }],
      ({ w, y }, c) => [pipe(y, A.mul(c)), pipe(y, A.square, A.sub(1), A.mul(-factor), A.mul(w), A.mul(c))]
    )
}

describe.each(Object.entries(rules))('a wrong %s', (name, rule) => {
  it.each(Object.entries(places))('is named inside of %s', (where, [within, place]) => {
    const around =
      (f: Step): Step =>
      (w, h) =>
        f(w, pipe(h, A.sin, A.mul(w)))
    expect(found(place(around(rule(1))))).toBeUndefined()
    const failure = found(place(around(rule(2))))
    const examples = name === 'gated' && where === 'a batch of loops' ? [/^step \d of scan$/] : []
    expectCulprit(failure?.culprit, name, [...within, ...examples])
  })
})

it('the report says where', () => {
  const failure = found(places['a branch in a loop']![1](rules['gated']!(2)))
  expect(failure === undefined ? '' : showFailure(failure)).toMatch(
    /culprit gated \(f64\[2\], f64\[2\] -> f64\[2\]\), operation 1 of 1 in branch 1 of case in step \d of scan, after [wh], operand 0/
  )
})

it('a fault in a rule that is transposed is that of the operation in the rule', () => {
  const forward = rules['customJvp']!(1)
  const failure = found(scanned(forward), planted('tanh', 0, times(2)))
  expect(failure).toBeUndefined()
  const product = found(scanned(forward), planted('mul', 0, times(2)))
  expectCulprit(product?.culprit, 'mul', [/^step \d of scan$/, /^the rule of customJvp$/])
})
