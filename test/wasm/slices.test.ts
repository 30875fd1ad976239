/** Slices of stacks in place: whatever a loop reads and makes, it has the bits that it has with copies. */
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as A from '../../src/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { relativeError, tensorsOf, unsafeRight } from '../support/outcome.js'
import { engineWith } from '../support/passes.js'

type Matrix = A.Expr<[number, number], 'f32'>
type Stack = A.Expr<[number, number, number], 'f32'>
type Cell = (h: Matrix, x: Matrix) => readonly [Matrix, Matrix]

/** Steps of many kinds: of what they hand on, put out, and do with slices. */
const cells: Readonly<Record<string, Cell>> = {
  'elementwise work': (h, x) => [pipe(h, A.mul(x), A.tanh), pipe(x, A.add(h))],
  'the carry put out': (h, x) => {
    const next: Matrix = pipe(h, A.add(x), A.tanh)
    return [next, next]
  },
  'the slice handed on': (h, x) => [x, pipe(h, A.sub(x))],
  'the slice put out': (h, x) => [pipe(h, A.add(x)), x],
  'reversed rows': (h, x) => [pipe(x, A.reverse([1]), A.mul(h)), pipe(h, A.reverse([1]), A.add(x))],
  softmax: (h, x) => [pipe(h, A.add(x), A.softmax()), pipe(x, A.softmax(), A.mul(h))],
  'products on both sides': (h, x) => [
    pipe(h, A.matmul(A.transpose(x)), A.matmul(x), A.tanh),
    pipe(x, A.matmul(A.transpose(h)), A.matmul(h), A.add(x))
  ],
  'sums along axes': (h, x) => [
    pipe(x, A.sum(1, { keepDims: true }), A.add(h)),
    pipe(h, A.sum(0, { keepDims: true }), A.mul(x))
  ],
  'what only searches find': (h, x) => {
    const at = pipe(x, A.argmax(1), A.convert('f32'), A.expandDims(1))
    return [pipe(h, A.add(at)), pipe(x, A.sub(at))]
  },
  branches: (h, x) => {
    const isLarge = pipe(x, A.sum(), A.gt(0))
    const one = (p: Matrix, q: Matrix): readonly [Matrix, Matrix] => [pipe(p, A.add(q)), pipe(p, A.mul(q))]
    const other = (p: Matrix, q: Matrix): readonly [Matrix, Matrix] => [p, pipe(p, A.sub(q))]
    return A.cond(isLarge, one, other)(h, x)
  },
  'loops within': (h, x) => {
    const inner = (c: A.Expr<[number], 'f32'>, row: A.Expr<[number], 'f32'>) => {
      const next: typeof c = pipe(c, A.mul(row), A.add(row))
      return [pipe(next, A.tanh), pipe(next, A.square)] as const
    }
    const [last, rows] = A.scan(inner, { reverse: true })(pipe(h, A.sum(0)), x)
    return [pipe(h, A.mul(last)), rows]
  }
}

interface Problem {
  readonly steps: number
  readonly shape: readonly [number, number]
  readonly reverse: boolean
}

const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + seed))

const given = ({ steps, shape: [m, n] }: Problem) =>
  [
    own<[number, number], 'f32'>([m, n], 'f32', numbers(m * n, 1)),
    own<[number, number, number], 'f32'>([steps, m, n], 'f32', numbers(steps * m * n, 2))
  ] as const

/** What a loop comes to, and its gradient, whose loops read what that of the value has put aside. */
const both =
  (cell: Cell, { reverse }: Problem) =>
  (h: Matrix, xs: Stack) => {
    const loop = (c: Matrix, rows: Stack) => A.scan(cell, { reverse })(c, rows)
    const loss = ([c, rows]: readonly [Matrix, Stack]) => {
      const [last, ys] = loop(c, rows)
      return pipe(last, A.square, A.sum(), A.add(pipe(ys, A.square, A.sum())))
    }
    return [loop(h, xs), A.grad(loss)([h, xs])]
  }

const resultsOf = (engine: A.Engine, cell: Cell, problem: Problem): ReadonlyArray<ReadonlyArray<number>> => {
  const args = given(problem)
  const run = unsafeRight(A.compile(both(cell, problem), engine)(...args))
  return tensorsOf(unsafeRight(run(...args))).map((t) => A.toFlat(t) as ReadonlyArray<number>)
}

/** Of whole vectors and not. */
const shapes: ReadonlyArray<Problem['shape']> = [
  [1, 4],
  [4, 1],
  [2, 8],
  [4, 5],
  [3, 5],
  [5, 12],
  [48, 32]
]

const problems = fc.record({
  steps: fc.integer({ min: 0, max: 4 }),
  shape: fc.constantFrom(...shapes),
  reverse: fc.boolean()
})

describe('slices in place', () => {
  it.each(Object.entries(cells))('%s', (_, cell) => {
    fc.assert(
      fc.property(problems, (problem) => {
        const [inPlace, copied] = [engineWith({}), engineWith({ inPlace: () => [] })]
        const found = resultsOf(inPlace, cell, problem)
        expect(found).toEqual(resultsOf(copied, cell, problem))
        const expected = resultsOf(A.reference, cell, problem)
        found.forEach((x, k) => expect(relativeError(x, expected[k]!)).toBeLessThan(1e-3))
      }),
      { numRuns: 12 }
    )
  })

  it('are those of whole vectors', () => {
    const copied = (m: number, n: number): ReadonlyArray<number | undefined> =>
      unsafeRight(A.explain(scanned)(A.spec([m, n]), A.spec([3, m, n]))).kernels.map((k) => k.copied)
    const scanned = (h: Matrix, xs: Stack) => A.scan(cells['elementwise work']!)(h, xs)
    expect(copied(2, 8)).toEqual([0])
    expect(copied(3, 5)).toEqual([120])
  })
})
