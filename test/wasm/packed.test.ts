/** Factors of products that are the same at every step are packed once: results have the bits that they have when each step packs them. */
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { node, type Input } from '../../src/graph/Expr.js'
import * as make from '../../src/graph/make.js'
import { typed } from '../../src/graph/terms.js'
import * as A from '../../src/index.js'
import { own } from '../../src/tensor/Tensor.js'
import type { Passes } from '../../src/wasm/compile/compile.js'
import { compileModule } from '../../src/wasm/index.js'
import { relativeError, tensorsOf, unsafeRight } from '../support/outcome.js'
import { engineWith } from '../support/passes.js'

type Matrix = A.Expr<[number, number], A.FloatDType>

/** `rows` of state, `features` of each. */
interface Problem {
  readonly rows: number
  readonly features: number
  readonly steps: number
  readonly reverse: boolean
  readonly dtype: A.FloatDType
}

/** What a loop comes to, from its state and weights `[features, features]`. */
type Reading = (problem: Problem, h: Matrix, w: Matrix) => Matrix

type Step = (h: Matrix, w: Matrix) => Matrix

/** Steps without inputs. */
const repeated =
  (step: Step): Reading =>
  ({ steps, reverse }, h, w) =>
    A.scan((c: Matrix) => [step(c, w), []], { length: steps, reverse })(h, [])[0]

const half = (w: Matrix, { features }: Problem, start: 0 | 1): Matrix => {
  const middle = Math.floor(features / 2)
  return A.slice([null, start === 0 ? [0, middle] : [middle, features]])(w)
}

const product: Step = (h, w) => pipe(h, A.matmul(w), A.tanh)

/** Without a bound it has no derivative in reverse. */
const until =
  (options: { readonly bound?: number }): Reading =>
  ({ steps }, h, w) =>
    A.whileLoop(
      ([i]: readonly [A.Expr<[], 'i32'>, Matrix]) => A.lt(steps)(i),
      ([i, c]) => [A.add(1)(i), product(c, w)] as const,
      options
    )([A.tensor(0, 'i32'), h])[1]

/** Loops whose products have the same factor at every step, in one way or another, or one that looks like it. */
const loops: Readonly<Record<string, Reading>> = {
  captured: repeated(product),
  transposed: repeated((h, w) => pipe(h, A.matmul(A.transpose(w)), A.tanh)),
  'read besides': repeated((h, w) => pipe(h, A.matmul(w), A.add(pipe(w, A.sum(0))), A.tanh)),
  'twice in a step': repeated((h, w) => product(product(h, w), w)),
  'in both orders': repeated((h, w) => product(pipe(h, A.matmul(A.transpose(w)), A.tanh), w)),
  'parts of a factor': (p, h, w) =>
    repeated((c, v) => {
      const [left, right] = [half(v, p, 0), half(v, p, 1)]
      return pipe(A.concat(1)([A.matmul(left)(c), A.matmul(right)(c)]), A.tanh)
    })(p, h, w),
  constant: (p, h) => repeated(product)(p, h, weightsOf(p)),
  'a loop within': (p, h, w) =>
    repeated((c, v) => pipe(repeated(product)({ ...p, steps: 2 }, c, v), A.sub(A.matmul(v)(c))))(p, h, w),
  'until something is so': until({ bound: 4 }),
  'a carry, which is another one at every step': ({ steps }, h, w) =>
    A.scan(([c, v]: readonly [Matrix, Matrix]) => [[product(c, v), A.mul(0.5)(v)] as const, []], {
      length: steps
    })([h, w], [])[0][0],
  'a slice, which is another one at every step': ({ reverse }, h, w) =>
    A.scan((c: Matrix, v: Matrix) => [product(c, v), []], { reverse })(
      h,
      A.stack(0)([w, A.transpose(w), A.mul(0.5)(w)])
    )[0]
}

const numbers = (count: number, seed: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + seed))

const filled = (dtype: A.FloatDType, shape: readonly [number, number], seed: number) =>
  own<[number, number], A.FloatDType>(
    [...shape],
    dtype,
    (dtype === 'f64' ? Float64Array : Float32Array).from(numbers(shape[0] * shape[1], seed))
  )

const weightsOf = ({ dtype, features }: Problem) => filled(dtype, [features, features], 1)

const argumentsOf = (p: Problem) => [filled(p.dtype, [p.rows, p.features], 2), weightsOf(p)] as const

/** The value and the gradient: the loop of that goes back through the transposed factor. */
const both = (loop: Reading, p: Problem) => (h: Matrix, w: Matrix) => [
  loop(p, h, w),
  A.grad(([c, v]: readonly [Matrix, Matrix]) => pipe(loop(p, c, v), A.square, A.sum()))([h, w])
]

const resultsOf = (engine: A.Engine, loop: Reading, p: Problem): ReadonlyArray<ReadonlyArray<number>> => {
  const args = argumentsOf(p)
  const run = unsafeRight(A.compile(both(loop, p), engine)(...args))
  return tensorsOf(unsafeRight(run(...args))).map((t) => A.toFlat(t) as ReadonlyArray<number>)
}

const problems: fc.Arbitrary<Problem> = fc.record({
  rows: fc.constantFrom(1, 3, 4, 5, 9),
  features: fc.constantFrom(4, 8, 12, 16, 32, 7),
  steps: fc.integer({ min: 0, max: 4 }),
  reverse: fc.boolean(),
  dtype: fc.constantFrom<A.FloatDType>('f32', 'f64')
})

describe('factors packed once', () => {
  it.each(Object.entries(loops))('%s', (_, loop) => {
    fc.assert(
      fc.property(problems, (p) => {
        const [once, each] = [engineWith({}), engineWith({ packsOnce: false })]
        const found = resultsOf(once, loop, p)
        expect(found).toEqual(resultsOf(each, loop, p))
        const expected = resultsOf(A.reference, loop, p)
        found.forEach((x, k) => expect(relativeError(x, expected[k]!)).toBeLessThan(1e-3))
      }),
      { numRuns: 16 }
    )
  })

  const packs = (loop: Reading, p: Problem): number =>
    unsafeRight(A.explain((h: Matrix, w: Matrix) => loop(p, h, w))(...argumentsOf(p))).kernels.filter(
      ({ operations }) => operations.includes('pack')
    ).length

  const usual: Problem = { rows: 9, features: 32, steps: 3, reverse: false, dtype: 'f32' }

  it.each([
    ['captured', 1],
    ['transposed', 1],
    ['twice in a step', 1],
    ['in both orders', 2],
    ['parts of a factor', 2],
    ['constant', 1],
    ['a carry, which is another one at every step', 0],
    ['a slice, which is another one at every step', 0]
  ])('%s: %i before the loop', (name, count) => {
    expect(packs(loops[name]!, usual)).toBe(count)
  })

  it('are, before a loop whose number of steps is not known', () => {
    expect(packs(until({}), usual)).toBe(1)
  })

  it('lie outside the frame, and nowhere else', () => {
    const weights = 4 * usual.features ** 2
    const [h, w] = argumentsOf(usual).map((t, i) => make.input(`x${i}`, t.shape, t.dtype)) as [Input, Input]
    const y = node(loops['captured']!(usual, typed(h), typed(w)))
    const end = (passes: Partial<Passes>): number =>
      unsafeRight(compileModule({ parameters: [h, w], results: [y] }, passes)).plan.end
    expect(end({}) - end({ packsOnce: false })).toBe(weights)
  })

  it('are not, for one step, few rows, or panels with gaps', () => {
    const loop = loops['captured']!
    expect(packs(loop, { ...usual, steps: 1 })).toBe(0)
    expect(packs(loop, { ...usual, rows: 2 })).toBe(0)
    expect(packs(loop, { ...usual, features: 30 })).toBe(0)
  })
})
