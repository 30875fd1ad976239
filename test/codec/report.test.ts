import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts/lib/index.js'
import { describe, expect, it } from 'vitest'
import { tensor } from '../../src/index.js'
import { faults, report } from '../../src/codec/index.js'

const lines = (codec: t.Mixed, value: unknown): ReadonlyArray<string> => {
  const result = codec.decode(value)
  return E.isLeft(result) ? report(result.left) : []
}

const Layer = t.readonly(t.exact(t.type({ units: t.Int, activation: t.keyof({ relu: null, tanh: null }) })))
const Model = t.type({ layers: t.readonlyArray(Layer), 'learning rate': t.number })
const layer = { units: 1, activation: 'relu' }

interface Even {
  readonly Even: unique symbol
}
const Even = t.brand(t.number, (n): n is t.Branded<number, Even> => n % 2 === 0, 'Even')

describe('report', () => {
  it.each<readonly [string, t.Mixed, unknown, ReadonlyArray<string>]>([
    ['a number', t.number, 'x', ['expected a number, got "x"']],
    ['a string', t.string, 3, ['expected a string, got 3']],
    ['a boolean', t.boolean, null, ['expected a boolean, got null']],
    ['null', t.null, undefined, ['expected null, got nothing']],
    ['a literal', t.literal('sgd'), 'adam', ['expected "sgd", got "adam"']],
    ['a list', t.array(t.number), {}, ['expected a list, got an object']],
    [
      'an entry',
      t.array(t.number),
      [1, 'x', 3, true],
      ['[1]: expected a number, got "x"', '[3]: expected a number, got true']
    ],
    ['a tuple', t.tuple([t.number, t.string]), [1], ['[1]: expected a string, got nothing']],
    ['a record', t.record(t.string, t.number), { a: 'x' }, ['a: expected a number, got "x"']],
    ['an object', Model, 3, ['expected an object, got 3']],
    [
      'several places',
      Model,
      { layers: [layer, { ...layer, units: 0.5 }, 7] },
      [
        'layers[1].units: expected Int, got 0.5',
        'layers[2]: expected an object, got 7',
        '["learning rate"]: expected a number, got nothing'
      ]
    ],
    [
      'names',
      Layer,
      { ...layer, activation: 'rleu' },
      ['activation: expected one of "relu", "tanh", got "rleu"']
    ],
    ['a brand', Even, 3, ['expected Even, got 3']],
    ['a union', t.union([t.number, t.null]), 'x', ['expected a number or null, got "x"']],
    [
      'a union inside',
      t.type({ a: t.union([t.number, t.string]) }),
      { a: true },
      ['a: expected a number or a string, got true']
    ],
    [
      'a list of unions',
      t.array(t.union([t.number, t.string])),
      [1, null],
      ['[1]: expected a number or a string, got null']
    ],
    [
      'a union of tagged',
      t.union([t.type({ tag: t.literal('a') }), t.type({ tag: t.literal('b') })]),
      { tag: 'c' },
      ['expected an object, got an object']
    ],
    [
      'an intersection',
      t.intersection([t.type({ a: t.number }), t.partial({ b: t.string })]),
      { b: 1 },
      ['a: expected a number, got nothing', 'b: expected a string, got 1']
    ],
    ['a key that counts', t.record(t.string, t.number), { 0: 'x' }, ['["0"]: expected a number, got "x"']],
    [
      'a key to deceive',
      t.record(t.string, t.number),
      { 'a\n\u001b[31m\u202e': 'x' },
      ['["a\\n\\u001b[31m\\u202e"]: expected a number, got "x"']
    ]
  ])('%s', (_, codec, value, expected) => {
    expect(lines(codec, value)).toEqual(expected)
  })

  it.each<readonly [string, unknown, string]>([
    ['a long string', 'x'.repeat(100), `"${'x'.repeat(39)}…"`],
    ['half a pair at the cut', `${'x'.repeat(38)}😀y`, `"${'x'.repeat(38)}…"`],
    ['a long list', Array.from({ length: 1e6 }, () => 1), `[${'1, '.repeat(12)}1,…`],
    ['nested lists', [[1, 2], 3], '[[…], 3]'],
    ['an object', { a: 1 }, 'an object'],
    ['a tensor', tensor([1, 2]), 'a tensor f32[2]'],
    ['negative zero', -0, '-0'],
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a large integer', 10n ** 60n, `1${'0'.repeat(38)}…`],
    ['controls', 'a\u0007\u009b\u2028b', '"a\\u0007\\u009b\\u2028b"']
  ])('shows %s', (_, value, shown) => {
    expect(lines(t.undefined, value)).toEqual([`expected nothing, got ${shown}`])
  })

  it('keeps the message of a codec', () => {
    const codec = new t.Type('X', t.number.is, (u, c) => t.failure<number>(u, c, 'must be odd'), t.identity)
    expect(lines(t.type({ n: codec }), { n: 2 })).toEqual(['n: must be odd'])
  })

  it('reads a long list in linear time', () => {
    expect(
      lines(
        t.array(t.number),
        Array.from({ length: 20_000 }, () => 'x')
      )
    ).toHaveLength(20_000)
  })
})

describe('faults', () => {
  it('has keys instead of a path', () => {
    const result = Model.decode({ layers: [{ ...layer, units: 'x' }], 'learning rate': 1 })
    expect(E.mapLeft(faults)(result)).toEqual(
      E.left([{ path: ['layers', '0', 'units'], message: 'expected Int, got "x"' }])
    )
  })
})
