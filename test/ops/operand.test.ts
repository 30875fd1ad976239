import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { add, evaluate, showError, tensor, toNested } from '../../src/index.js'

const added = (x: number, dtype: 'i32' | 'u32' | 'f64') =>
  pipe(
    evaluate(pipe(tensor([0], dtype), add(x))),
    E.bimap((e) => showError(e).split('\n')[0], toNested)
  )

describe('a number takes the dtype of the other operand', () => {
  test('where it is an element of that dtype', () => {
    expect(added(-3, 'i32')).toEqual(E.right([-3]))
    expect(added(2 ** 32 - 1, 'u32')).toEqual(E.right([2 ** 32 - 1]))
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(added(x, 'f64')).toEqual(E.right([0 + x]))
      })
    )
  })

  test.each([
    [2.5, 'i32'],
    [2 ** 31, 'i32'],
    [-1, 'u32'],
    [NaN, 'i32'],
    [Infinity, 'u32']
  ] as const)('and is refused elsewhere: %s as %s', (x, dtype) => {
    expect(added(x, dtype)).toEqual(
      E.left(`add: ${String(x)} is not of dtype ${dtype}; convert the other operand, as with convert('f32')`)
    )
  })
})
