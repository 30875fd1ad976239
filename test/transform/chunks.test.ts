/** Laws of loops that keep fewer states: the same values and derivatives, and as many states as said. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { node, type Project, type Value } from '../../src/graph/Expr.js'
import { operands, regionsOf } from '../../src/graph/families.js'
import { substitute, topological } from '../../src/graph/fold.js'
import { nodesOf } from '../../src/graph/leaves.js'
import * as make from '../../src/graph/make.js'
import { add, full } from '../../src/graph/terms.js'
import * as A from '../../src/index.js'
import { withLoops } from '../../src/rules/loop/index.js'
import { chunksWithin } from '../../src/rules/control/schedule.js'
import type { Dims } from '../../src/tensor/dims.js'
import { vjp } from '../../src/transform/differentiate.js'
import { numbersOf } from '../support/numbers.js'
import { relativeError } from '../support/outcome.js'

type S = A.Expr<[], 'f64'>
type V = A.Expr<[2], 'f64'>
type Kept = NonNullable<A.ScanOptions['keep']>
type Rows = A.Expr<[number, 2], 'f64'>

interface Problem {
  readonly h: V
  readonly w: V
  readonly xs: Rows
}

const looped = (options: A.ScanOptions) => (p: Problem) =>
  A.scan((h: V, x: V) => {
    const next: V = pipe(h, A.mul(p.w), A.add(x), A.tanh)
    return [next, pipe(next, A.mul(x))]
  }, options)(p.h, p.xs)

const loss =
  (options: A.ScanOptions) =>
  (p: Problem): S => {
    const [h, ys] = looped(options)(p)
    return pipe(ys, A.sum(), A.add(pipe(h, A.square, A.sum())))
  }

const problem = (length: number): Problem => ({
  h: A.tensor([0.3, -0.7], 'f64'),
  w: A.tensor([0.9, -1.1], 'f64'),
  xs: fromValues<[number, 2], 'f64'>(
    [length, 2],
    'f64',
    Array.from({ length: 2 * length }, (_, i) => Math.sin(3 * i + 1))
  )
})

const keeping = fc.oneof(
  fc.integer({ min: 1, max: 7 }).map((every): Kept => ({ every })),
  fc.integer({ min: 1, max: 9 }).map((atMost): Kept => ({ atMost }))
)

describe('a loop that keeps fewer states', () => {
  const cases = fc.tuple(fc.integer({ min: 0, max: 14 }), keeping, fc.boolean())

  it('has the same values and gradients, to the bit', () => {
    fc.assert(
      fc.property(cases, ([length, keep, reverse]) => {
        const p = problem(length)
        const [all, fewer] = [{ reverse }, { reverse, keep }]
        expect(numbersOf(looped(fewer)(p))).toEqual(numbersOf(looped(all)(p)))
        expect(numbersOf(A.grad(loss(fewer))(p))).toEqual(numbersOf(A.grad(loss(all))(p)))
      }),
      { numRuns: 40 }
    )
  })

  it('has the same bits in modules', () => {
    fc.assert(
      fc.property(cases, ([length, keep, reverse]) => {
        const p = problem(length)
        const of = (options: A.ScanOptions) => [looped(options)(p), A.grad(loss(options))(p)]
        expect(numbersOf(of({ reverse, keep }), A.wasm)).toEqual(numbersOf(of({ reverse }), A.wasm))
      }),
      { numRuns: 10 }
    )
  })

  it('has the same second derivatives, forward mode, and the default engine', () => {
    fc.assert(
      fc.property(cases, ([length, keep, reverse]) => {
        const p = problem(length + 1)
        const [all, fewer] = [{ reverse }, { reverse, keep }]
        const ask = (options: A.ScanOptions) => [
          A.jvp(loss(options))(p, p),
          A.jvp(A.grad(loss(options)))(p, p)
        ]
        const expected = numbersOf(ask(all))
        for (const engine of [A.reference, A.wasm])
          expect(relativeError(numbersOf(ask(fewer), engine), expected)).toBeLessThan(1e-13)
      }),
      { numRuns: 8 }
    )
  })
})

/**
 * States that are kept at a time: what a loop stacks and another one reads, of which that in a call is there only while it runs. The innermost chunk
 * keeps two for each step: the state before it, and the hyperbolic tangent.
 */
const keptIn = (roots: ReadonlyArray<Value>): number => {
  const nodes = topological(roots)
  const read = new Set(nodes.flatMap((n) => (n._tag === 'Scan' ? operands(n) : [])))
  const isState = ({ x, index }: Project): boolean =>
    x._tag === 'Scan' && index >= x.results.length - x.carries
  const stacks = nodes
    .filter((x) => x._tag === 'Project')
    .filter((x) => isState(x) || (x.x._tag === 'Scan' && x.index >= x.x.carries && read.has(x)))
  const sizes = stacks.map((x) => x.shape.reduce((a, b) => a * b, 1) / 2)
  const inside = nodes.flatMap(regionsOf).map(({ results }) => keptIn(results))
  return sizes.reduce((a, b) => a + b, 0) + Math.max(0, ...inside)
}

const statesOf = (length: number, keep?: Kept): number => {
  const options = keep === undefined ? {} : { keep }
  return keptIn(withLoops(nodesOf(A.grad(loss(options))(problem(length)))))
}

describe('states that are kept', () => {
  it.each([
    [100, undefined, 2 * 100],
    [100, { every: 10 }, 10 + 2 * 10],
    [100, { every: 25 }, 4 + 2 * 25],
    [1000, { atMost: 1000 }, 2 * 1000],
    [1000, { atMost: 30 }, 10 + 10 + 2 * 10],
    [1024, { atMost: 20 }, 4 + 4 + 4 + 4 + 2 * 4]
  ])('of %d steps with %j are %d', (length, keep, states) => {
    expect(statesOf(length, keep)).toBe(states)
  })

  it('are no more than the budget, where that can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 2, max: 200 }), (length, budget) => {
        const sizes = chunksWithin(budget, length)
        const counts = [...sizes, 1].map((size, i) => Math.ceil((sizes[i - 1] ?? length) / size))
        const states = counts.reduce((a, b) => a + b, 0)
        expect(states).toBeLessThanOrEqual(Math.max(budget, 2 * Math.ceil(Math.log2(length))))
      })
    )
  })
})

it('a number of states that is none is an error', () => {
  const said = pipe(
    A.evaluate(looped({ keep: { every: 0 } })(problem(3))),
    E.match(A.showError, () => 'no error')
  )
  expect(said).toMatch(/^scan: cannot keep states by 0/)
})

/** Gradients of the squares of the carries before every third of 8 steps, which a loop keeps itself or of which it keeps all. */
const gradientsOfKept = (
  reverse: boolean,
  keeps: { readonly chunks?: Dims; readonly snapshots?: number }
) => {
  const { h, w, xs } = problem(8)
  const given = [w, h, xs].map((x) => node(x))
  const [v, c, x] = make.inputsLike('body', [w, h, h])
  const next = make.unary('tanh', add(make.binary('mul', v!, c!), x!))
  const region = { parameters: [v!, c!, x!], results: [next] }
  const inputs = make.inputsLike('x', given)
  const options = { captured: 1, carries: 1, length: 8, reverse, ...keeps }
  const rows = make.scanned(options, region, inputs)[1]!
  const kept = keeps.chunks === undefined ? make.slice([reverse ? 1 : 0, 0], [8, 2], [3, 1], rows) : rows
  const squares = make.reduce('sum', [0, 1], make.unary('square', kept))
  const gradients = vjp()([squares], inputs, [full(1, squares)])
  const places = new Map<Value, Value>(inputs.map((p, i) => [p, given[i]!]))
  // Where nothing is kept, keeping all has a zero more to add, which makes 0 of -0.
  return numbersOf(substitute(gradients, places)).map((g) => g + 0)
}

it.each([false, true])('cotangents of carries that are kept count (in reverse: %s)', (reverse) => {
  const expected = gradientsOfKept(reverse, {})
  expect(expected.some((g) => g !== 0)).toBe(true)
  expect(gradientsOfKept(reverse, { chunks: [3] })).toEqual(expected)
  expect(gradientsOfKept(reverse, { chunks: [3], snapshots: 2 })).toEqual(expected)
})
