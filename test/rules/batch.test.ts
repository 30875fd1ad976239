import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { batchLaws, lawsOf, register } from '../../laws/index.js'
import * as make from '../../src/graph/make/index.js'
import { batch, repeat } from '../../src/rules/batch.js'

describe('the laws of batching, by family', () => {
  register(batchLaws)(it)
})

describe('batch', () => {
  const x = make.input('x', [2], 'f32')
  const xs = make.input('xs', [5, 2], 'f32')

  it('leaves alone what no operand of is batched', () => {
    const n = make.unary('exp', x)
    expect(batch(5, n, [{ results: [x], batched: false }])).toEqual({ results: [n], batched: false })
  })

  it('puts the batch in front of every result', () => {
    const n = make.reduce('sum', [0], x)
    const { results, batched } = batch(5, n, [{ results: [xs], batched: true }])
    expect(batched).toBe(true)
    expect(results.map((r) => [r._tag, r.shape])).toEqual([['Reduce', [5]]])
  })

  it('repeats along a new leading axis', () => {
    expect(repeat(5, x).shape).toEqual([5, 2])
  })

  it('has a law for every family', () => {
    expect(lawsOf(batchLaws).map(({ name }) => name)).toHaveLength(24)
    expect(
      lawsOf(batchLaws)
        .map((law) => law.check({ numRuns: 20 }))
        .every(E.isRight)
    ).toBe(true)
  })
})
