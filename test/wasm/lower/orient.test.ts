/** Products computed the other way round. */
import * as fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { engineLaws, lawsOf, register, type Program } from '../../../laws/index.js'
import { tensor } from '../../../laws/arbitrary/tensor.js'
import * as make from '../../../src/graph/make.js'
import type { Value } from '../../../src/graph/Expr.js'
import { topological } from '../../../src/graph/fold.js'
import { reference, type Engine } from '../../../src/index.js'
import { commuted } from '../../../src/wasm/lower/commute.js'

const turned: Engine = {
  name: 'reference after orient',
  compile: ({ results, parameters }) => reference.compile({ results: commuted(results), parameters })
}

const size = fc.integer({ min: 1, max: 4 })

/** A product of two axes and a batch, permuted in every way, alone or beside another use. */
const programs: fc.Arbitrary<Program> = fc
  .record({
    m: size,
    k: size,
    n: size,
    batch: size,
    permutation: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
    shared: fc.boolean(),
    ta: fc.boolean(),
    tb: fc.boolean()
  })
  .chain(({ m, k, n, batch, permutation, shared, ta, tb }) => {
    const a = make.input('a', ta ? [batch, k, m] : [batch, m, k], 'f32')
    const b = make.input('b', tb ? [batch, k, n] : [batch, n, k], 'f32')
    const product = make.contract({ batch: [[0], [0]], contract: [[ta ? 1 : 2], [tb ? 1 : 2]] }, a, b)
    const moved = make.permute(permutation, product)
    const results: ReadonlyArray<Value> = shared ? [moved, make.unary('neg', product)] : [moved]
    return fc
      .tuple(tensor({ shape: a.shape, dtype: 'f32' }), tensor({ shape: b.shape, dtype: 'f32' }))
      .map((point) => ({ results, parameters: [a, b], point }))
  })

register({
  name: 'orientation',
  parents: [],
  laws: lawsOf(engineLaws(reference, turned, { arbitrary: programs, numRuns: 300 })).filter((l) =>
    l.name.endsWith(': programs')
  )
})(test)

const moves = (roots: ReadonlyArray<Value>): number =>
  topological(roots).filter((n) => n._tag === 'Permute').length

it('nothing is transposed where only the transpose is used', () => {
  const a = make.input('a', [2, 3], 'f32')
  const b = make.input('b', [3, 4], 'f32')
  const product = make.contract({ batch: [[], []], contract: [[1], [0]] }, a, b)
  const transpose = make.permute([1, 0], product)
  expect(moves(commuted([transpose]))).toBe(0)
  expect(moves(commuted([transpose, product]))).toBe(1)
})
