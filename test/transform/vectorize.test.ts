import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { full } from '../../src/graph/terms.js'
import { program } from '../../src/reference/evaluate.js'
import { tensor } from '../../src/ops/index.js'
import { toNested, type Tensor } from '../../src/tensor/Tensor.js'
import { vjp } from '../../src/transform/differentiate.js'
import { vectorize } from '../../src/transform/vectorize.js'

const run = (
  results: ReadonlyArray<Value>,
  parameters: ReadonlyArray<Input>,
  ...values: ReadonlyArray<Tensor>
) =>
  pipe(
    program({ results, parameters }),
    E.chainW((go) => go(values)),
    E.map((ys) => ys.map(toNested))
  )

const x = make.input('x', [3], 'f32')
const xs = make.input('xs', [2, 3], 'f32')
const w = make.input('w', [3, 2], 'f32')
const rows = tensor([
  [1, 2, 3],
  [4, 5, 6]
])
const weights = tensor([
  [1, 0],
  [0, 1],
  [1, 1]
])

const dense = make.contract({ batch: [[], []], contract: [[0], [0]] }, x, w)

describe('vectorize', () => {
  it('turns a dense layer of one example into one matrix product', () => {
    const [batched = dense] = vectorize(2, { parameters: [x], results: [dense] }, [xs])
    expect(topological([batched]).filter((n) => n._tag === 'Contract')).toHaveLength(1)
    expect(topological([batched])).toHaveLength(3)
    expect(run([batched], [xs, w], rows, weights)).toEqual(
      E.right([
        [
          [4, 5],
          [10, 11]
        ]
      ])
    )
  })

  it('repeats what does not depend on the example', () => {
    const shared = make.reduce('sum', [0], w)
    const results = vectorize(2, { parameters: [x], results: [shared] }, [xs])
    expect(results[0]?.shape).toEqual([2, 2])
    expect(run(results, [xs, w], rows, weights)).toEqual(
      E.right([
        [
          [2, 2],
          [2, 2]
        ]
      ])
    )
  })

  it('gives per-example gradients when applied to a gradient', () => {
    const loss = make.reduce('sum', [0], make.unary('square', dense))
    const [g = w] = vjp()([loss], [w], [full(1, loss)])
    const batched = vectorize(2, { parameters: [x], results: [g] }, [xs])
    // 2 x (x^T w), example by example
    expect(run(batched, [xs, w], rows, weights)).toEqual(
      E.right([
        [
          [
            [8, 10],
            [16, 20],
            [24, 30]
          ],
          [
            [80, 88],
            [100, 110],
            [120, 132]
          ]
        ]
      ])
    )
  })

  it('commutes with the gradient of a batched loss', () => {
    const loss = make.reduce('sum', [0], make.unary('tanh', dense))
    const [total = loss] = vectorize(2, { parameters: [x], results: [loss] }, [xs]).map((l) =>
      make.reduce('sum', [0], l)
    )
    const [whole = w] = vjp()([total], [w], [full(1, total)])
    const [g = w] = vjp()([loss], [w], [full(1, loss)])
    const [summed = w] = vectorize(2, { parameters: [x], results: [g] }, [xs]).map((p) =>
      make.reduce('sum', [0], p)
    )
    const result = run([make.binary('sub', whole, summed)], [xs, w], rows, weights)
    const differences = E.isRight(result) ? result.right.flat(3) : [NaN]
    expect(differences).toHaveLength(6)
    expect(differences.every((d) => Math.abs(Number(d)) < 1e-6)).toBe(true)
  })

  it('passes the causes of an invalid expression on', () => {
    const wrong = make.binary('add', x, w)
    const [result] = vectorize(2, { parameters: [x], results: [wrong] }, [xs])
    expect(result?._tag === 'Invalid' ? result.errors : []).toHaveLength(1)
  })
})
