import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { dtypes, type DType } from '../../src/tensor/DType.js'
import { showElements, showNumber, showTensor, showTensorWith } from '../../src/tensor/show.js'
import { elements, filled, own, type Nested, type Tensor } from '../../src/tensor/Tensor.js'
import { tensors } from '../support/tensors.js'

const f32 = (shape: ReadonlyArray<number>, ...xs: ReadonlyArray<number>): Tensor =>
  own(shape, 'f32', Float32Array.from(xs))
const f64 = (shape: ReadonlyArray<number>, ...xs: ReadonlyArray<number>): Tensor =>
  own(shape, 'f64', Float64Array.from(xs))
const i32 = (shape: ReadonlyArray<number>, first = 0): Tensor =>
  own(
    shape,
    'i32',
    Int32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, k) => first + k)
  )
const show = (t: Tensor): string => `\n${showTensor.show(t)}\n`

describe('showTensor', () => {
  it('rank 0', () => {
    expect(
      [f32([], 3), f32([], 0.1), f64([], -0), f64([], NaN), own([], 'bool', Uint8Array.of(1)), i32([])].map(
        showTensor.show
      )
    ).toMatchInlineSnapshot(`
      [
        "3: f32[]",
        "0.1: f32[]",
        "-0: f64[]",
        "NaN: f64[]",
        "true: bool[]",
        "0: i32[]",
      ]
    `)
  })

  it('aligns columns', () => {
    expect(show(f32([2, 3], 1, 2.5, -3, 100, 0.125, 7))).toMatchInlineSnapshot(`
      "
      [[  1.000,   2.500,  -3.000],
       [100.000,   0.125,   7.000]]: f32[2, 3]
      "
    `)
  })

  it('puts blank lines between matrices', () => {
    expect(show(i32([2, 2, 3], 8))).toMatchInlineSnapshot(`
      "
      [[[ 8,  9, 10],
        [11, 12, 13]],

       [[14, 15, 16],
        [17, 18, 19]]]: i32[2, 2, 3]
      "
    `)
  })

  it('specials', () => {
    expect(show(f64([5], NaN, Infinity, -Infinity, -0, 1.5))).toMatchInlineSnapshot(`
      "
      [      NaN,  Infinity, -Infinity,      -0.0,       1.5]: f64[5]
      "
    `)
    expect(show(own([2, 2], 'bool', Uint8Array.of(1, 0, 0, 1)))).toMatchInlineSnapshot(`
      "
      [[ true, false],
       [false,  true]]: bool[2, 2]
      "
    `)
    expect(show(own([2], 'u32', Uint32Array.of(4294967295, 7)))).toMatchInlineSnapshot(`
      "
      [4294967295,          7]: u32[2]
      "
    `)
  })

  it('powers of ten where plain digits would hide something', () => {
    expect(show(f32([3], 1e-7, 1, -20))).toMatchInlineSnapshot(`
      "
      [1e-7,  1e0, -2e1]: f32[3]
      "
    `)
    expect(show(f64([2], 1e300, 0))).toMatchInlineSnapshot(`
      "
      [1e300,   0e0]: f64[2]
      "
    `)
    expect(show(f32([2], 99999999, 12345678))).toMatchInlineSnapshot(`
      "
      [1.000000e8, 1.234568e7]: f32[2]
      "
    `)
  })

  it('nothing', () => {
    expect([[0], [2, 0], [0, 3], [1_000_000_000, 0]].map((shape) => showTensor.show(f32(shape))))
      .toMatchInlineSnapshot(`
      [
        "[]: f32[0]",
        "[]: f32[2, 0]",
        "[]: f32[0, 3]",
        "[]: f32[1000000000, 0]",
      ]
    `)
  })

  it('summarises beyond 1000 elements', () => {
    expect(show(i32([1001]))).toMatchInlineSnapshot(`
      "
      [   0,    1,    2, ...,  998,  999, 1000]: i32[1001]
      "
    `)
    expect(show(i32([100, 100]))).toMatchInlineSnapshot(`
      "
      [[   0,    1,    2, ...,   97,   98,   99],
       [ 100,  101,  102, ...,  197,  198,  199],
       [ 200,  201,  202, ...,  297,  298,  299],
       ...,
       [9700, 9701, 9702, ..., 9797, 9798, 9799],
       [9800, 9801, 9802, ..., 9897, 9898, 9899],
       [9900, 9901, 9902, ..., 9997, 9998, 9999]]: i32[100, 100]
      "
    `)
    expect(show(i32([2, 1000]))).toMatchInlineSnapshot(`
      "
      [[   0,    1,    2, ...,  997,  998,  999],
       [1000, 1001, 1002, ..., 1997, 1998, 1999]]: i32[2, 1000]
      "
    `)
    expect(showTensor.show(i32([1000]))).not.toContain('...')
    expect(
      showTensor
        .show(i32([6, 200]))
        .split('\n')
        .map((row) => row.split('...').length)
    ).toEqual(Array(6).fill(2))
    expect(showTensor.show(i32([7, 200])).split('\n')).toHaveLength(7)
    expect(showTensor.show(i32([8, 200])).split('\n')).toHaveLength(7)
  })

  it('breaks long rows', () => {
    expect(show(i32([2, 40], 100))).toMatchInlineSnapshot(`
      "
      [[100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118,
        119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137,
        138, 139],
       [140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158,
        159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177,
        178, 179]]: i32[2, 40]
      "
    `)
    expect(
      showTensor
        .show(i32([1000]))
        .split('\n')
        .every((line) => line.length <= 100 + ': i32[1000]'.length)
    ).toBe(true)
  })

  it('takes options', () => {
    expect(showTensorWith({ precision: 2 }).show(f64([2], 1 / 3, 10))).toMatchInlineSnapshot(
      `"[ 0.33, 10.00]: f64[2]"`
    )
    expect(showTensorWith({ precision: 0 }).show(f64([2], 1 / 3, 10.7))).toMatchInlineSnapshot(
      `"[ 0, 11]: f64[2]"`
    )
    expect(showTensorWith({ threshold: 5, edge: 1 }).show(i32([3, 4]))).toMatchInlineSnapshot(`
      "[[ 0, ...,  3],
       ...,
       [ 8, ..., 11]]: i32[3, 4]"
    `)
    expect(showTensorWith({ width: 12 }).show(i32([6]))).toMatchInlineSnapshot(`
      "[0, 1, 2, 3,
       4, 5]: i32[6]"
    `)
    expect(showTensorWith({ precision: 500 }).show(f64([1], 0.1))).toMatchInlineSnapshot(
      `"[0.10000000000000000555]: f64[1]"`
    )
  })

  it('shows every element of every small tensor, in order', () => {
    fc.assert(
      fc.property(tensors(), (t) => {
        const words = showElements({ precision: 20 })(t)
          .replace(/[[\],\s]+/g, ' ')
          .trim()
        const read =
          words === '' ? [] : words.split(' ').map((w) => (w === 'true' ? 1 : w === 'false' ? 0 : Number(w)))
        expect(read).toHaveLength(elements(t).length)
        const close = (a: number, b: number): boolean =>
          Object.is(a, b) || Math.abs(a - b) <= 1e-15 * Math.abs(b)
        if (t.dtype !== 'bool') expect(read.every((v, k) => close(v, elements(t)[k] ?? NaN))).toBe(true)
      })
    )
  })

  it('has the brackets of the nesting', () => {
    fc.assert(
      fc.property(tensors({ dtypes: ['i32'] }), (t) => {
        if (elements(t).length > 0) expect(JSON.parse(showElements()(t)) as Nested).toEqual(nested(t))
      })
    )
  })

  it('goes over large tensors fast', () => {
    expect(showTensor.show(filled([1000, 1000], 'f32', 0.5)).length).toBeLessThan(1000)
  })
})

/** Rows cut from the flat elements, from the last axis on. */
const nested = (t: Tensor): Nested =>
  t.shape.reduceRight<ReadonlyArray<Nested>>(
    (flat, d) => Array.from({ length: flat.length / d }, (_, k) => flat.slice(k * d, (k + 1) * d)),
    Array.from(elements(t))
  )[0] ?? []

describe('showNumber', () => {
  it('is short', () => {
    const cases: ReadonlyArray<readonly [DType, number]> = [
      ['f32', Math.fround(0.1)],
      ['f64', 0.1],
      ['f32', Math.fround(1 / 3)],
      ['f64', 1 / 3],
      ['f32', 16777216],
      ['f32', -0],
      ['f32', NaN],
      ['bool', 1],
      ['i32', -7]
    ]
    expect(cases.map(([d, v]) => showNumber(d, v))).toEqual([
      '0.1',
      '0.1',
      '0.33333334',
      '0.3333333333333333',
      '16777216',
      '-0',
      'NaN',
      'true',
      '-7'
    ])
  })

  it('reads back as the same element', () => {
    fc.assert(
      fc.property(fc.float(), (v) => Object.is(Math.fround(Number(showNumber('f32', v))), v)),
      { numRuns: 2000 }
    )
    fc.assert(
      fc.property(fc.double(), (v) => Object.is(Number(showNumber('f64', v)), v)),
      { numRuns: 2000 }
    )
    expect(dtypes.filter((d) => d !== 'bool').map((d) => showNumber(d, 3))).toEqual(['3', '3', '3', '3'])
  })
})
