import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { spec, tensor } from '../../src/index.js'
import { report, tensorCodec, tensorFromNested, treeCodec } from '../../src/codec/index.js'
import { elementsOf, encodeElements, littleEndian } from '../../src/codec/bytes.js'
import type { DType } from '../../src/tensor/DType.js'

const messages = (result: E.Either<Parameters<typeof report>[0], unknown>): ReadonlyArray<string> =>
  E.isLeft(result) ? report(result.left) : []

describe('tensorCodec', () => {
  it('keeps the payload of a NaN', () => {
    const data = new Float32Array(Uint32Array.of(0x7fa12345, 0xffc00001).buffer)
    const back = elementsOf('f32', new Uint8Array(Buffer.from(encodeElements('f32', data), 'base64')))
    expect([...new Uint32Array(back.buffer)]).toEqual([0x7fa12345, 0xffc00001])
  })

  it('writes little-endian bytes', () => {
    expect(tensorCodec().encode(tensor([1], 'u32')).data).toBe(Buffer.from([1, 0, 0, 0]).toString('base64'))
    expect(tensorCodec().encode(tensor([1], 'f64')).data).toBe(
      Buffer.from([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]).toString('base64')
    )
  })

  it('turns the bytes round on a big-endian host', () => {
    const view = new DataView(new ArrayBuffer(8))
    view.setUint32(0, 0x01020304, false)
    view.setUint32(4, 0x0a0b0c0d, false)
    const bytes = new Uint8Array(view.buffer)
    expect([...littleEndian(bytes, 4, false)]).toEqual([4, 3, 2, 1, 0xd, 0xc, 0xb, 0xa])
    expect([...littleEndian(bytes, 4, true)]).toEqual([...bytes])
    expect([...bytes.slice(0, 4)]).toEqual([1, 2, 3, 4])
  })

  it('shares nothing with what it read', () => {
    const shape = [1]
    const decoded = tensorCodec().decode({ dtype: 'bool', shape, data: 'AQ==' })
    shape[0] = 7
    expect(E.map((t: { readonly shape: unknown }) => t.shape)(decoded)).toEqual(E.right([1]))
  })

  it('recognises the tensors of its shape and dtype', () => {
    const codec = tensorCodec([2], 'f32')
    const values = [tensor([1, 2]), tensor([1]), tensor([1, 2], 'f64'), spec([2]), null]
    expect(values.map(codec.is)).toEqual([true, false, false, false, false])
  })

  const good = { dtype: 'f32', shape: [2], data: 'AACAPwAAAEA=' }
  const need = 'expected 8 bytes (2 elements) in base64, which is 12 characters'

  it.each<readonly [string, unknown, string]>([
    ['text', 'x', 'expected a tensor f32[2], got "x"'],
    ['a list', [1, 2], 'expected a tensor f32[2], got [1, 2]'],
    ['null', null, 'expected a tensor f32[2], got null'],
    ['nothing', undefined, 'expected a tensor f32[2], got nothing'],
    ['no members', {}, 'dtype: expected "f32", got nothing'],
    ['inherited members', Object.create(good), 'dtype: expected "f32", got nothing'],
    ['another member', { ...good, extra: 1 }, 'extra: unexpected key'],
    ['a member that hides', JSON.parse('{"__proto__": 1}'), '__proto__: unexpected key'],
    ['another dtype', { ...good, dtype: 'f64' }, 'dtype: expected "f32", got "f64"'],
    ['another shape', { ...good, shape: [2, 1] }, 'shape: expected [2], got [2, 1]'],
    ['a shape that is text', { ...good, shape: '2' }, 'shape: expected [2], got "2"'],
    ['a negative size', { ...good, shape: [-2] }, 'shape: expected [2], got [-2]'],
    ['no data', { ...good, data: undefined }, `data: ${need}, got nothing`],
    ['numbers as data', { ...good, data: [1, 2] }, `data: ${need}, got [1, 2]`],
    ['less data', { ...good, data: 'AACAPw==' }, `data: ${need}, got 8 characters`],
    ['a byte more', { ...good, data: 'AACAPwAAAEAA' }, `data: ${need}, got 9 bytes`],
    ['no padding', { ...good, data: 'AACAPwAAAEA' }, `data: ${need}, got 11 characters`],
    [
      'the alphabet for addresses',
      { ...good, data: '-ACAPwAAAEA=' },
      'data: expected standard base64, got "-ACAPwAAAEA="'
    ],
    [
      'white space',
      { ...good, data: 'AACAPwAA\nAE=' },
      'data: expected standard base64, got "AACAPwAA\\nAE="'
    ],
    [
      'bits after the end',
      { ...good, data: 'AACAPwAAAEB=' },
      'data: expected standard base64, got "AACAPwAAAEB="'
    ]
  ])('refuses %s', (_, value, message) => {
    expect(messages(tensorCodec([2], 'f32').decode(value))).toEqual([message])
  })

  it.each<readonly [string, unknown, string]>([
    [
      'f16',
      { ...good, dtype: 'f16' },
      'dtype: expected one of "f32", "f64", "i32", "u32", "bool", got "f16"'
    ],
    [
      'a dtype of Object',
      { ...good, dtype: 'toString' },
      'dtype: expected one of "f32", "f64", "i32", "u32", "bool", got "toString"'
    ],
    ['a negative size', { ...good, shape: [-1] }, 'shape: expected a list of whole numbers >= 0, got [-1]'],
    ['half a size', { ...good, shape: [0.5] }, 'shape: expected a list of whole numbers >= 0, got [0.5]'],
    [
      'a size beyond integers',
      { ...good, shape: [1e300] },
      'shape: expected a list of whole numbers >= 0, got [1e+300]'
    ],
    ['negative zero', { ...good, shape: [-0] }, 'shape: expected a list of whole numbers >= 0, got [-0]'],
    [
      'a hole',
      { ...good, shape: new Array(1) },
      'shape: expected a list of whole numbers >= 0, got [nothing]'
    ],
    [
      'a huge shape',
      { ...good, shape: [2 ** 30, 2 ** 30] },
      'shape: [1073741824, 1073741824] has more than 2147483647 elements'
    ],
    [
      'a boolean that is neither',
      { dtype: 'bool', shape: [3], data: 'AAEC' },
      'data: expected bytes 0 and 1, got 2 in element 2'
    ]
  ])('refuses %s where any tensor would do', (_, value, message) => {
    expect(messages(tensorCodec().decode(value))).toEqual([message])
  })

  it('names what it wants', () => {
    expect(
      [tensorCodec(), tensorCodec([2]), tensorCodec(undefined, 'i32'), tensorCodec([], 'f32')].map(
        (c) => c.name
      )
    ).toEqual(['a tensor', 'a tensor of shape [2]', 'a tensor of dtype i32', 'a tensor f32[]'])
  })
})

describe('tensorFromNested', () => {
  it.each<readonly [unknown, string, ReadonlyArray<number>]>([
    [
      [
        [1, 2, 3],
        [4, 5, 6]
      ],
      'f32',
      [2, 3]
    ],
    [[true], 'bool', [1]],
    [5, 'f32', []],
    [[], 'f32', [0]],
    [[[], []], 'f32', [2, 0]]
  ])('%j is %s%j', (value, dtype, shape) => {
    expect(
      E.map((t: { readonly dtype: string; readonly shape: unknown }) => [t.dtype, t.shape])(
        tensorFromNested().decode(value)
      )
    ).toEqual(E.right([dtype, shape]))
  })

  const deep = Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], 'x')

  it.each<readonly [string, unknown, string]>([
    ['text', 'x', 'expected a number, got "x"'],
    ['a row too short', [[1, 2], [3, 4], [5]], '[2]: expected a list of 2 entries, got [5]'],
    ['a number among rows', [[1], 2], '[1]: expected a list of 1 entry, got 2'],
    ['a row among numbers', [1, [2]], '[1]: expected a number, got [2]'],
    [
      'a word, first of several',
      [
        [1, 2],
        [3, 'x'],
        ['y', null]
      ],
      '[1][1]: expected a number, got "x"'
    ],
    ['a number among booleans', [true, 1], '[1]: expected true or false, got 1'],
    ['a hole', [1, , 3], '[1]: expected a number, got nothing'], // eslint-disable-line no-sparse-arrays
    ['lists without end', deep, `${'[0]'.repeat(64)}: expected a number, got [[…]]`]
  ])('refuses %s', (_, value, message) => {
    expect(messages(tensorFromNested().decode(value))).toEqual([message])
  })

  it.each<readonly [DType, unknown, string]>([
    ['i32', 2 ** 31, 'expected a whole number from -2147483648 to 2147483647, got 2147483648'],
    ['i32', 0.5, 'expected a whole number from -2147483648 to 2147483647, got 0.5'],
    ['u32', -1, 'expected a whole number from 0 to 4294967295, got -1'],
    ['bool', 1, 'expected true or false, got 1'],
    ['f64', true, 'expected a number, got true']
  ])('as %s refuses %s', (dtype, value, message) => {
    expect(messages(tensorFromNested([], dtype).decode(value))).toEqual([message])
  })

  it('holds rows to a given shape', () => {
    expect(
      messages(
        tensorFromNested([2, 2]).decode([
          [1, 2, 3],
          [4, 5, 6]
        ])
      )
    ).toEqual(['[0]: expected a list of 2 entries, got [1, 2, 3]'])
  })
})

describe('numbers that are not finite', () => {
  it.each<readonly [DType, unknown, string]>([
    ['f32', [1, 1e300], '[1]: expected a number up to 3.4028234663852886e38 in size, got 1e+300'],
    ['f32', [1, Infinity], '[1]: expected a finite number, got Infinity'],
    ['f64', [NaN, 1], '[0]: expected a finite number, got NaN'],
    ['f64', [1, -Infinity], '[1]: expected a finite number, got -Infinity'],
    ['f32', [1, null], '[1]: expected a number, got null']
  ])('from nested lists of %s: %j', (dtype, value, message) => {
    expect(messages(tensorFromNested([2], dtype).decode(value))).toEqual([message])
  })

  it('are read where they are asked for, but nothing becomes infinite', () => {
    const codec = tensorFromNested([2], 'f32', { finite: false })
    expect(E.isRight(codec.decode([NaN, Infinity]))).toBe(true)
    expect(E.isRight(codec.decode([1, 3.4028234663852886e38]))).toBe(true)
    expect(messages(codec.decode([1, 1e300]))).toHaveLength(1)
  })

  it('are kept in bytes, and refused by those who say so', () => {
    const odd = { w: tensor([1, NaN]), b: tensor([-Infinity]) }
    const lenient = treeCodec(odd)
    expect(E.isRight(lenient.decode(lenient.encode(odd)))).toBe(true)
    const strict = treeCodec(odd, { finite: true })
    expect(strict.is(odd)).toBe(false)
    expect(messages(strict.decode(strict.encode(odd)))).toEqual([
      'w.data: element 1 is NaN, expected finite numbers',
      'b.data: element 0 is -Infinity, expected finite numbers'
    ])
  })

  it('a list is asked for where there is none', () => {
    expect(messages(tensorFromNested().decode(undefined))).toEqual(['expected numbers in lists, got nothing'])
  })

  it('what a codec calls its own it reads back', () => {
    const odd = [tensor([1, NaN]), tensor([1, 2]), tensor([Infinity, 0])]
    for (const finite of [true, false])
      for (const x of odd) {
        const codec = tensorFromNested([2], 'f32', { finite })
        if (codec.is(x)) expect(E.isRight(codec.decode(codec.encode(x)))).toBe(true)
      }
  })
})
