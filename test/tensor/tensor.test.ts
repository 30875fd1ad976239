import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { size } from '../../src/tensor/dims.js'
import { dtypes } from '../../src/tensor/DType.js'
import { tensor } from '../../src/ops/index.js'
import {
  elements,
  eqTensor,
  filled,
  fromFlat,
  fromNested,
  isTensor,
  item,
  own,
  toFlat,
  toNested,
  toTypedArray,
  type Nested,
  type Tensor
} from '../../src/tensor/Tensor.js'
import { shapes, tensors } from '../support/tensors.js'

const left = (e: E.Either<{ readonly message: string }, unknown>): string =>
  E.isLeft(e) ? e.left.message : 'right'
const same = (a: Tensor, b: E.Either<unknown, Tensor>): boolean => E.isRight(b) && eqTensor.equals(a, b.right)

describe('round trips', () => {
  it('fromNested after toNested, where the nesting still says the shape', () => {
    fc.assert(
      fc.property(tensors(), (t) => {
        const first = t.shape.indexOf(0)
        const known = first < 0 ? t.shape : t.shape.slice(0, first + 1)
        const again = fromNested(toNested(t), t.dtype)
        expect(E.isRight(again) && again.right.shape).toEqual(known)
        expect(first >= 0 || same(t, again)).toBe(true)
      })
    )
  })

  it('fromFlat after toFlat and after toTypedArray', () => {
    fc.assert(
      fc.property(tensors(), (t) => {
        expect(same(t, fromFlat(t.shape, t.dtype)(toFlat(t)))).toBe(true)
        expect(same(t, fromFlat(t.shape, t.dtype)(toTypedArray(t)))).toBe(true)
      })
    )
  })

  it('toNested has the elements in row-major order', () => {
    fc.assert(
      fc.property(tensors(), (t) => {
        const flat = [toNested(t)].flat(t.shape.length as 4)
        expect(t.shape.includes(0) ? [] : flat).toEqual(toFlat(t))
      })
    )
    expect(toNested(own([2, 2, 2], 'i32', Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7)))).toEqual([
      [
        [0, 1],
        [2, 3]
      ],
      [
        [4, 5],
        [6, 7]
      ]
    ])
    expect(toNested(filled([2, 0], 'f32', 0))).toEqual([[], []])
    expect(toNested(filled([0, 2], 'f32', 0))).toEqual([])
  })
})

describe('Eq', () => {
  const near = (t: Tensor): ReadonlyArray<Tensor> => [
    own([...t.shape, 1], t.dtype, toTypedArray(t)),
    ...dtypes.filter((d) => d !== t.dtype).map((d) => filled(t.shape, d, 0)),
    ...(size(t.shape) === 0
      ? []
      : [
          own(
            t.shape,
            t.dtype,
            toTypedArray(t).map((v, k) => (k === size(t.shape) - 1 ? (v === 0 ? 1 : 0) : v))
          )
        ])
  ]

  it('is reflexive, symmetric and transitive, and does not look at identity', () => {
    fc.assert(
      fc.property(tensors(), tensors(), (a, b) => {
        const copy = own([...a.shape], a.dtype, toTypedArray(a))
        const again = own([...a.shape], a.dtype, toTypedArray(copy))
        expect([
          eqTensor.equals(a, a),
          eqTensor.equals(a, copy),
          eqTensor.equals(copy, a),
          eqTensor.equals(copy, again),
          eqTensor.equals(a, again)
        ]).toEqual(Array(5).fill(true))
        expect(eqTensor.equals(a, b)).toBe(eqTensor.equals(b, a))
      })
    )
  })

  it('tells apart shape, dtype, any element and signed zeros', () => {
    fc.assert(
      fc.property(tensors(), (t) => {
        expect(near(t).filter((other) => eqTensor.equals(t, other) || eqTensor.equals(other, t))).toEqual([])
      })
    )
    expect(eqTensor.equals(filled([1], 'f64', 0), filled([1], 'f64', -0))).toBe(false)
    expect(eqTensor.equals(filled([2], 'f32', NaN), filled([2], 'f32', NaN))).toBe(true)
    expect(eqTensor.equals(filled([2, 0], 'f32', 0), filled([0, 2], 'f32', 0))).toBe(false)
  })
})

describe('immutability', () => {
  it('what is handed out is a copy, and what was handed in is not kept', () => {
    const source = [1, 2, 3]
    const t = E.getOrElse(() => filled([3], 'f32', 0))(fromFlat([3], 'f32')(source))
    source[0] = 99
    toTypedArray(t)[1] = 99
    expect(toFlat(t)).toEqual([1, 2, 3])
  })
})

describe('constructors', () => {
  it('infer dtype and shape', () => {
    const cases: ReadonlyArray<readonly [Tensor, string, ReadonlyArray<number>]> = [
      [tensor(3), 'f32', []],
      [tensor(true), 'bool', []],
      [
        tensor([
          [1, 2, 3],
          [4, 5, 6]
        ]),
        'f32',
        [2, 3]
      ],
      [tensor([[true], [false]]), 'bool', [2, 1]],
      [tensor([1, 2], 'i32'), 'i32', [2]]
    ]
    for (const [t, dtype, shape] of cases)
      expect([t.dtype, t.shape, isTensor(t)]).toEqual([dtype, shape, true])
    expect(item(tensor(2.5))).toBe(2.5)
    expect(item(tensor(true))).toBe(true)
  })

  it('store as the dtype does', () => {
    const stored = (
      d: 'f32' | 'f64' | 'i32' | 'u32' | 'bool',
      ...xs: ReadonlyArray<number>
    ): ReadonlyArray<unknown> => {
      const t = fromFlat([xs.length], d)(xs)
      return E.isRight(t) ? toFlat(t.right) : []
    }
    expect(stored('f32', 0.1, 1e40, 16777217)).toEqual([Math.fround(0.1), Infinity, 16777216])
    expect(stored('f64', 0.1, -0)).toEqual([0.1, -0])
    expect(stored('bool', 0, -0, 2, -1)).toEqual([false, false, true, true])
    expect(stored('i32', 2147483647, -5)).toEqual([2147483647, -5])
    expect(stored('u32', 4294967295)).toEqual([4294967295])
  })

  it('say what is wrong', () => {
    const nestings: ReadonlyArray<Nested> = [
      [[1, 2], [3]],
      [[1], 2],
      [1, [2]],
      [[[1]], [[1], [2]]],
      [[], [1]]
    ]
    expect(nestings.map((n) => left(fromNested(n)))).toMatchInlineSnapshot(`
      [
        "fromNested: rows at depth 1 must all have 2 entries, row 1 does not",
        "fromNested: rows at depth 1 must all have 1 entries, row 1 does not",
        "fromNested: entries below depth 1 must be numbers",
        "fromNested: rows at depth 1 must all have 1 entries, row 1 does not",
        "fromNested: rows at depth 1 must all have 0 entries, row 1 does not",
      ]
    `)
    expect(left(fromFlat([2, 2])([1, 2, 3]))).toBe('fromFlat: [2, 2] needs 4 values, got 3')
    expect([[-1], [1.5], [NaN], [2, -2]].map((s) => left(fromFlat(s)([])))).toEqual(
      ['-1', '1.5', 'NaN', '2, -2'].map((s) => `fromFlat: [${s}] is not a shape; sizes are integers >= 0`)
    )
  })

  it('filled puts one number everywhere', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(...dtypes), fc.constantFrom(0, 1), (shape, dtype, value) => {
        const t = filled(shape, dtype, value)
        expect(elements(t)).toHaveLength(size(shape))
        expect(elements(t).every((v) => v === value)).toBe(true)
      })
    )
  })

  it('isTensor is about tensors only', () => {
    expect([null, undefined, 3, {}, { _tag: 'Tensor', shape: [], dtype: 'f32' }].map(isTensor)).toEqual([
      false,
      false,
      false,
      false,
      false
    ])
  })
})
