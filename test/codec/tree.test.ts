import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { spec, tensor, type Tensor } from '../../src/index.js'
import { report, treeCodec, type EncodedTensor } from '../../src/codec/index.js'
import { isTensor } from '../../src/tensor/Tensor.js'
import { mapLeaves } from '../../src/tensor/Tree.js'
import { anyTree, bytesOf } from './values.js'

/** Every leaf as shape, dtype and bytes. */
const plain = (tree: unknown): unknown =>
  mapLeaves(tree, (t) => (isTensor(t) ? [t.shape, t.dtype, bytesOf(t)] : 'no tensor'))

const f = (x: number): number => x
const example = {
  layers: [
    { w: spec([2, 3]), b: spec([3]) },
    { w: spec([3, 1]), b: spec([1]) }
  ],
  name: 'net',
  scale: spec([], 'f64'),
  f
} as const
const zeros = (n: number): ReadonlyArray<number> => Array.from({ length: n }, () => 0)
const params = {
  layers: [
    {
      w: tensor([
        [1, 2, 3],
        [4, 5, 6]
      ]),
      b: tensor([7, 8, 9])
    },
    { w: tensor([[1], [2], [3]]), b: tensor([4]) }
  ],
  name: 'net',
  scale: tensor(0.5, 'f64'),
  f
} as const
const codec = treeCodec(example)
const encoded = JSON.parse(JSON.stringify(codec.encode(params))) as {
  readonly layers: ReadonlyArray<Readonly<Record<string, object>>>
  readonly scale: object
}
const [first = {}, second = {}] = encoded.layers

const messages = (u: unknown): ReadonlyArray<string> => {
  const result = codec.decode(u)
  return E.isLeft(result) ? report(result.left) : []
}

describe('treeCodec', () => {
  it('gives back every tree bit for bit, through JSON text', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const c = treeCodec(tree)
        expect(E.map(plain)(c.decode(JSON.parse(JSON.stringify(c.encode(tree)))))).toEqual(
          E.right(plain(tree))
        )
        expect(c.is(tree)).toBe(true)
      })
    )
  })

  it('keeps what is not a leaf, functions from the example', () => {
    const result = codec.decode(encoded)
    expect(E.map(plain)(result)).toEqual(E.right(plain(params)))
    expect(E.map((p: typeof params) => p.f)(result as E.Either<unknown, typeof params>)).toEqual(E.right(f))
  })

  it('has the types of the example', () => {
    const one = treeCodec({ w: spec([2, 3]), tag: 'x' } as const)
    expectTypeOf(one._A).toEqualTypeOf<{ readonly w: Tensor<[2, 3], 'f32'>; readonly tag: 'x' }>()
    expectTypeOf(one._O).toEqualTypeOf<{
      readonly w: EncodedTensor<[2, 3], 'f32'>
      readonly tag: 'x'
    }>()
    expect(one.is({ w: tensor([zeros(3), zeros(3)] as [[0, 0, 0], [0, 0, 0]]), tag: 'x' })).toBe(true)
  })

  it.each<readonly [string, unknown, ReadonlyArray<string>]>([
    ['text', 'x', ['expected an object, got "x"']],
    ['a list for a record', [], ['expected an object, got []']],
    [
      'another shape',
      { ...encoded, layers: [{ ...first, w: { ...first['w'], shape: [2, 4] } }, second] },
      ['layers[0].w.shape: expected [2, 3], got [2, 4]']
    ],
    [
      'another dtype',
      { ...encoded, scale: { ...encoded.scale, dtype: 'f32' } },
      ['scale.dtype: expected "f64", got "f32"']
    ],
    [
      'a missing leaf',
      { ...encoded, layers: [{ w: first['w'] }, second] },
      ['layers[0].b: expected a tensor f32[3], got nothing']
    ],
    [
      'a leaf too many',
      { ...encoded, layers: [first, { ...second, v: 1 }] },
      ['layers[1].v: unexpected key']
    ],
    ['many too many', { ...encoded, x: 1, y: 2, z: 3 }, ['x: unexpected key, and 2 more']],
    ['a layer too few', { ...encoded, layers: [first] }, ['layers: expected a list of 2, got 1']],
    [
      'a record for a list',
      { ...encoded, layers: { 0: first, 1: second } },
      ['layers: expected a list of 2, got an object']
    ],
    ['another name', { ...encoded, name: 'mesh' }, ['name: expected "net", got "mesh"']],
    [
      'a key that hides',
      JSON.parse(JSON.stringify(encoded).replace('"scale"', '"__proto__"')),
      ['scale: expected a tensor f64[], got nothing', '__proto__: unexpected key']
    ],
    [
      'every fault at once',
      { ...encoded, layers: [{ w: 1, b: 2 }, 3], name: 4 },
      [
        'layers[0].w: expected a tensor f32[2, 3], got 1',
        'layers[0].b: expected a tensor f32[3], got 2',
        'layers[1]: expected an object, got 3',
        'name: expected "net", got 4'
      ]
    ]
  ])('refuses %s', (_, value, expected) => {
    expect(messages(value)).toEqual(expected)
  })

  it('does not take inherited members for data', () => {
    expect(E.mapLeft(report)(treeCodec({ constructor: spec([]) }).decode({}))).toEqual(
      E.left(['constructor: expected a tensor f32[], got nothing'])
    )
  })

  it('recognises trees of its structure only', () => {
    const trees = [
      params,
      { ...params, scale: tensor(1) },
      { ...params, layers: [] },
      { ...params, name: 'x' },
      null
    ]
    expect(trees.map(codec.is)).toEqual([true, false, false, false, false])
  })
})
