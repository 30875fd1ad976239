import { describe, expect, it } from 'vitest'
import { linearLaws, register } from '../../laws/index.js'
import { linearSamples } from '../../laws/own/linear.js'
import * as make from '../../src/graph/make.js'
import { apply } from '../../src/linear/apply.js'
import { compose, id, scale, zero, type Linear } from '../../src/linear/Linear.js'
import { transpose } from '../../src/linear/transpose.js'
import { tensor } from '../../src/ops/index.js'
import { toNested } from '../../src/tensor/Tensor.js'
import { program } from '../../src/reference/evaluate.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

const f32 = (shape: ReadonlyArray<number>) => ({ shape, dtype: 'f32' as const })

const valueOf = (l: Linear, x: ReturnType<typeof make.constant>): unknown =>
  pipe(
    program({ results: [apply(l, x)], parameters: [] }),
    E.chainW((run) => run([])),
    E.map(([y]) => (y === undefined ? [] : toNested(y)))
  )

const vector = make.constant(tensor([1, 2, 3]))

describe('the laws of linear maps, by constructor', () => {
  register(linearLaws())(it)
})

describe('transposes, by example', () => {
  it('has a sample of every constructor that is made of it', () => {
    expect(Object.keys(linearSamples)).toHaveLength(20)
  })

  it('puts back what a strided slice took', () => {
    const slice: Linear = { _tag: 'Slice', start: [1], limit: [6], stride: [2], from: f32([7]), to: f32([3]) }
    expect(valueOf(transpose(slice), vector)).toEqual(E.right([0, 1, 0, 2, 0, 3, 0]))
  })

  it('sums what a broadcast repeated', () => {
    const broadcast: Linear = { _tag: 'Broadcast', axes: [1], from: f32([3]), to: f32([2, 3]) }
    expect(
      valueOf(
        transpose(broadcast),
        make.constant(
          tensor([
            [1, 2, 3],
            [10, 20, 30]
          ])
        )
      )
    ).toEqual(E.right([11, 22, 33]))
  })

  it('adds what a gather read twice', () => {
    const indices = make.convert('i32', make.constant(tensor([2, 0, 2])))
    const gather: Linear = { _tag: 'Gather', indices, axis: 0, batch: 0, from: f32([4]), to: f32([3]) }
    expect(valueOf(transpose(gather), vector)).toEqual(E.right([2, 0, 4, 0]))
  })

  it('lets zero win over infinity and NaN in a scaling', () => {
    const by = make.constant(tensor([Infinity, NaN, 2]))
    expect(valueOf(scale(by), make.constant(tensor([0, 0, 3])))).toEqual(E.right([0, 0, 6]))
  })

  it('composes without leaving traces of zero and the identity', () => {
    const l = scale(vector)
    expect(compose(l, id(f32([3])))).toBe(l)
    expect(compose(id(f32([3])), l)).toBe(l)
    expect(compose(zero(f32([3]), f32([2])), l)).toEqual(zero(f32([3]), f32([2])))
  })
})
