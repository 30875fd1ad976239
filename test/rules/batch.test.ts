import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { batchLaws, lawsOf, register } from '../../laws/index.js'
import * as make from '../../src/graph/make.js'
import type { Custom, CustomRule, Operation } from '../../src/graph/Expr.js'
import { batch, batchMany, repeat } from '../../src/rules/batch.js'

describe('the laws of batching, by family', () => {
  register(batchLaws)(it)
})

describe('batch', () => {
  const x = make.input('x', [2], 'f32')
  const xs = make.input('xs', [5, 2], 'f32')
  const rule: CustomRule = {
    name: 'twice',
    results: ([a]) => (a === undefined ? E.left('takes one operand') : E.right([a, a])),
    reference: ([a]) => (a === undefined ? [] : [a, a]),
    derivative: () => []
  }
  const twice: Custom = { _tag: 'Custom', rule, xs: [x], results: [x, x] }

  it('leaves alone what no operand of is batched', () => {
    const n: Operation = { _tag: 'Unary', op: 'exp', x, shape: [2], dtype: 'f32' }
    expect(batch(5, n, [{ value: x, batched: false }])).toEqual({ value: n, batched: false })
  })

  it('puts the batch in front of every result', () => {
    const n: Operation = { _tag: 'Reduce', op: 'sum', axes: [0], x, shape: [], dtype: 'f32' }
    const { value, batched } = batch(5, n, [{ value: xs, batched: true }])
    expect(batched).toBe(true)
    expect([value._tag, value.shape]).toEqual(['Reduce', [5]])
    const many = batchMany(5, twice, [{ value: xs, batched: true }], [])
    expect(many.map((r) => [r.batched, r.value.shape])).toEqual([
      [true, [5, 2]],
      [true, [5, 2]]
    ])
  })

  it('leaves alone several results, too', () => {
    const own = twice.results.map((_, k) => make.project(k, twice))
    expect(batchMany(5, twice, [{ value: x, batched: false }], [])).toEqual(
      own.map((value) => ({ value, batched: false }))
    )
  })

  it('repeats along a new leading axis', () => {
    expect(repeat(5, x).shape).toEqual([5, 2])
  })

  it('has a law for every family', () => {
    expect(lawsOf(batchLaws).map(({ name }) => name)).toHaveLength(28)
    expect(
      lawsOf(batchLaws)
        .map((law) => law.check({ numRuns: 20 }))
        .every(E.isRight)
    ).toBe(true)
  })
})
