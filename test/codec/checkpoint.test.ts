import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import type { Json } from 'fp-ts/lib/Json.js'
import * as t from 'io-ts/lib/index.js'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { spec, tensor } from '../../src/index.js'
import { readCheckpoint, writeCheckpoint } from '../../src/codec/index.js'
import { isTensor } from '../../src/tensor/Tensor.js'
import { mapLeaves } from '../../src/tensor/Tree.js'
import { anyTree, bytesOf } from './values.js'
import { unsafeWritten } from '../support/written.js'

const plain = (tree: unknown): unknown =>
  mapLeaves(tree, (x) => (isTensor(x) ? [x.shape, x.dtype, bytesOf(x)] : 'no tensor'))

const Meta = t.type({ inputs: t.Int, note: t.string })
const read = readCheckpoint(Meta, ({ inputs }) => ({ layers: [{ w: spec([inputs, 2]), b: spec([2]) }] }))
const params = {
  layers: [
    {
      w: tensor([
        [1, -0],
        [NaN, Infinity]
      ]),
      b: tensor([2 ** -149, 6])
    }
  ]
}
const meta = { inputs: 2, note: 'a "note"\\ with \u2028 escapes' }
const text = unsafeWritten(writeCheckpoint({ meta, params }))
const value = E.right({ meta, params: plain(params) })

const outcome = (s: string): unknown =>
  E.map((c: { readonly meta: unknown; readonly params: unknown }) => ({
    meta: c.meta,
    params: plain(c.params)
  }))(read(s))

const inOrder = (_: string, u: unknown): unknown =>
  typeof u === 'object' && u !== null && !Array.isArray(u)
    ? Object.fromEntries(Object.entries(u).sort(([a], [b]) => (a < b ? -1 : 1)))
    : u

const sha256 = (s: string): string => createHash('sha256').update(s, 'utf8').digest('hex')

/** A file whose digest is right for whatever it holds. */
const sealed = (m: unknown, p: unknown): string => {
  const digest = sha256(JSON.stringify({ meta: m, params: p }, inOrder))
  return JSON.stringify({ format: 'adjoint-checkpoint', version: 1, digest, meta: m, params: p })
}

describe('a checkpoint', () => {
  it('gives back meta and every bit of the parameters', () => {
    expect(outcome(text)).toEqual(value)
  })

  it('gives back any tree', () => {
    fc.assert(
      fc.property(
        anyTree,
        fc.json().map((s) => JSON.parse(s) as Json),
        (tree, m) => {
          fc.pre(!JSON.stringify(m).includes('__proto__'))
          const stored = unsafeWritten(writeCheckpoint({ meta: m, params: tree }))
          const back = readCheckpoint(t.unknown, tree)(stored)
          expect(
            E.map((c: { readonly meta: unknown; readonly params: unknown }) => [c.meta, plain(c.params)])(
              back
            )
          ).toEqual(E.right([JSON.parse(JSON.stringify(m)), plain(tree)]))
        }
      )
    )
  })

  it('is the same text for the same content', () => {
    expect(writeCheckpoint({ meta, params })).toEqual(E.right(text))
  })

  it('may be indented, and its keys put in another order', () => {
    const {
      params: p,
      meta: m,
      ...rest
    } = JSON.parse(text) as { readonly params: object; readonly meta: object }
    const turned = { params: p, meta: Object.fromEntries(Object.entries(m).reverse()), ...rest }
    expect(outcome(`${JSON.stringify(turned, null, 2)}\n`)).toEqual(value)
  })

  it('has a digest that others can compute', () => {
    const small = unsafeWritten(writeCheckpoint({ meta: { b: 'é', a: 1 }, params: { w: tensor([1]) } }))
    const canonical = '{"meta":{"a":1,"b":"é"},"params":{"w":{"data":"AACAPw==","dtype":"f32","shape":[1]}}}'
    expect(small).toContain(`"digest":"${sha256(canonical)}"`)
  })

  it('is refused when cut short anywhere', () => {
    for (let n = 1; n < text.length; n++) {
      expect(read(text.slice(0, n))).toEqual(
        E.left([`the file ends early, after ${n} characters: truncated?`])
      )
    }
  })
})

const stored = JSON.parse(text) as {
  readonly digest: string
  readonly meta: object
  readonly params: { readonly layers: ReadonlyArray<Readonly<Record<string, object>>> }
}
const edited = (change: object): string => JSON.stringify({ ...stored, ...change })
const [layer = {}] = stored.params.layers
const corrupt = 'the content does not match its digest: the file is corrupt'

describe('what is not a checkpoint of ours', () => {
  it.each<readonly [string, string, string]>([
    ['nothing', '', 'the file is empty'],
    ['blanks', ' \n', 'the file is empty'],
    ['prose', 'hello', 'not JSON: unexpected "h" at character 1'],
    ['a picture', '\u0089PNG\r\n', 'not JSON: unexpected "\\u0089" at character 1'],
    ['a byte order mark', `\ufeff${text}`, 'not JSON: unexpected "\\ufeff" at character 1'],
    ['a lost quote', text.replace('"version"', 'version"'), 'not JSON: unexpected "v" at character 32'],
    ['a lost comma', text.replace(',"version"', '"version"'), 'not JSON: the text is malformed'],
    ['a wrong bracket', text.replace('}]}', '}}}'), 'not JSON: the text is malformed'],
    ['a second value', `${text}}`, 'not JSON: the text is malformed'],
    ['a number', '3', 'not a checkpoint: there is no "format": "adjoint-checkpoint"'],
    [
      'another file',
      '{"format":"safetensors"}',
      'not a checkpoint: there is no "format": "adjoint-checkpoint"'
    ],
    [
      'a later version',
      edited({ version: 2 }),
      'version 2 was written by a newer adjoint; this one reads version 1'
    ],
    ['version 0', edited({ version: 0 }), 'version: expected 1, got 0'],
    ['a version in words', edited({ version: '1' }), 'version: expected 1, got "1"'],
    ['no version', edited({ version: undefined }), 'version: expected 1, got nothing'],
    ['no digest', edited({ digest: undefined }), 'digest is missing'],
    ['no meta', edited({ meta: undefined }), 'meta is missing'],
    ['no parameters', edited({ params: undefined }), 'params is missing'],
    [
      'another key',
      edited({ extra: 1 }),
      'unexpected key: expected format, version, digest, meta, params, got "extra"'
    ],
    [
      'a digest in capitals',
      edited({ digest: stored.digest.toUpperCase() }),
      `digest: expected 64 hexadecimal digits, got "${stored.digest.toUpperCase().slice(0, 39)}…"`
    ],
    ['another digest', edited({ digest: '0'.repeat(64) }), corrupt],
    ['other meta', edited({ meta: { ...stored.meta, inputs: 3 } }), corrupt],
    ['other parameters', text.replace('AACAPwAAAIA', 'AACAPwAAAAA'), corrupt],
    [
      'a key twice',
      text.replace('"meta":', '"meta":{},"meta":'),
      'the key "meta" occurs twice in one object'
    ],
    [
      'a key twice, disguised',
      text.replace('"meta":', '"m\\u0065ta" :{},"meta":'),
      'the key "meta" occurs twice in one object'
    ],
    [
      'a key to the prototype',
      text.replace('"meta":{', '"meta":{"__proto__":{"inputs":2},'),
      'the key "__proto__" is not allowed'
    ],
    ['lists without end', '['.repeat(100_000), 'nested deeper than 256 levels'],
    ['lists with an end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested deeper than 256 levels'],
    [
      'escapes without end',
      `"${'\\"'.repeat(3_000_000)}`,
      'the file ends early, after 6000001 characters: truncated?'
    ],
    [
      'digits and blanks without end',
      `${' '.repeat(5_000_000)}${'1'.repeat(5_000_000)}`,
      'not a checkpoint: there is no "format": "adjoint-checkpoint"'
    ]
  ])('%s', (_, file, reason) => {
    expect(read(file)).toEqual(E.left([reason]))
  })
})

/** Files that are whole, with a digest that is right, and still not to be trusted. */
describe('what does not fit', () => {
  const w = (change: object): unknown => ({ layers: [{ ...layer, w: { ...layer['w'], ...change } }] })

  it('is not the seal', () => {
    expect(outcome(sealed(stored.meta, stored.params))).toEqual(value)
  })

  it.each<readonly [string, unknown, unknown, ReadonlyArray<string>]>([
    [
      'meta of another kind',
      { inputs: 0.5 },
      stored.params,
      ['meta.inputs: expected Int, got 0.5', 'meta.note: expected a string, got nothing']
    ],
    ['meta that is no record', 3, stored.params, ['meta: expected an object, got 3']],
    [
      'a number that JSON lacks',
      { ...stored.meta, inputs: NaN },
      stored.params,
      ['meta.inputs: expected Int, got null']
    ],
    [
      'meta of another network',
      { ...stored.meta, inputs: 3 },
      stored.params,
      ['params.layers[0].w.shape: expected [3, 2], got [2, 2]']
    ],
    [
      'a huge network',
      { ...stored.meta, inputs: 2 ** 50 },
      w({ shape: [2 ** 50, 2] }),
      ['params.layers[0].w.shape: [1125899906842624, 2] has more than 2147483647 elements']
    ],
    [
      'a negative size',
      { ...stored.meta, inputs: -2 },
      w({ shape: [-2, 2] }),
      ['params.layers[0].w.shape: expected [-2, 2], got [-2, 2]']
    ],
    [
      'a layer too many',
      stored.meta,
      { layers: [layer, layer] },
      ['params.layers: expected a list of 1, got 2']
    ],
    [
      'data cut short',
      stored.meta,
      w({ data: 'AAAA' }),
      [
        'params.layers[0].w.data: expected 16 bytes (4 elements) in base64, which is 24 characters, got 4 characters'
      ]
    ],
    ['no parameters at all', stored.meta, null, ['params: expected an object, got null']]
  ])('%s', (_, m, p, reasons) => {
    expect(read(sealed(m, p))).toEqual(E.left(reasons))
  })
})

describe('the type of what is written', () => {
  interface Branch {
    readonly name: string
    readonly children: ReadonlyArray<Branch>
  }
  const branch: Branch = { name: 'root', children: [{ name: 'leaf', children: [] }] }

  it('may be recursive', () => {
    const stored = unsafeWritten(writeCheckpoint({ meta: branch, params: {} }))
    expect(E.map((c: { readonly meta: unknown }) => c.meta)(readCheckpoint(t.unknown, {})(stored))).toEqual(
      E.right(branch)
    )
  })

  it('must be plain data, and tensors', () => {
    // @ts-expect-error a date is written as text and would not come back
    expect(unsafeWritten(writeCheckpoint({ meta: { at: new Date(0) }, params: {} }))).toContain('"at":"1970')
    // @ts-expect-error a description has no elements
    expect(writeCheckpoint({ meta: null, params: spec([1]) })).toEqual(
      E.left(['params: expected a tensor, got a spec, which has no elements'])
    )
  })
})
