import * as fc from 'fast-check'
import * as t from 'io-ts/lib/index.js'
import { describe, test } from 'vitest'
import { codecLaws, eqBytes, register } from '../../laws/index.js'
import { eqTensor, spec, type Tensor } from '../../src/index.js'
import {
  readCheckpoint,
  tensorCodec,
  tensorFromNested,
  treeCodec,
  writeCheckpoint,
  type EncodedTensor
} from '../../src/codec/index.js'
import { dtypes } from '../../src/tensor/DType.js'
import { anyBits, anyTensor } from './values.js'
import { unsafeWritten } from '../support/written.js'

const otherLengths = ({ data, ...rest }: EncodedTensor): ReadonlyArray<unknown> =>
  data === ''
    ? []
    : [
        { ...rest, data: data.slice(4) },
        { ...rest, data: `${data}AAAA` }
      ]

register(
  codecLaws({
    name: 'tensorCodec',
    codec: tensorCodec(),
    arbitrary: anyTensor,
    eq: eqBytes,
    refuses: (encoded) => [
      ...otherLengths(encoded),
      { ...encoded, extra: 1 },
      { ...encoded, dtype: 'f16' },
      { ...encoded, shape: [-1] },
      { dtype: encoded.dtype, shape: encoded.shape },
      encoded.data,
      null
    ],
    numRuns: 300
  })
)({ describe, test })

/** JSON text has no NaN, infinities and negative zeros, and no codec of numbers has payloads of NaN. */
for (const dtype of dtypes)
  register(
    codecLaws({
      name: `tensorFromNested ${dtype}`,
      codec: tensorFromNested([2, 3], dtype, { finite: false }),
      arbitrary: anyBits([2, 3], dtype),
      eq: eqTensor,
      json: dtype !== 'f32' && dtype !== 'f64',
      refuses: (nested) => [[nested], [], 'x', { ...(nested as object) }]
    })
  )({ describe, test })

for (const shape of [[], [0], [4], [2, 0], [1, 2, 2]])
  register(
    codecLaws({
      name: `tensorFromNested [${shape.join(', ')}]`,
      codec: tensorFromNested(shape, 'i32'),
      arbitrary: anyBits(shape, 'i32'),
      eq: eqTensor
    })
  )({ describe, test })

const layer = fc.record({ w: anyBits([2, 2], 'f32'), b: anyBits([2], 'f64') })
const trees = fc.record({
  layers: fc.tuple(layer, layer),
  mask: anyBits([3], 'bool'),
  seed: anyBits([], 'u32'),
  name: fc.constant('net')
})
const one = { w: spec([2, 2]), b: spec([2], 'f64') }
const example = { layers: [one, one], mask: spec([3], 'bool'), seed: spec([], 'u32'), name: 'net' } as const

register(
  codecLaws({
    name: 'treeCodec',
    codec: treeCodec<unknown>(example),
    arbitrary: trees.map((tree): unknown => tree),
    eq: eqBytes,
    refuses: (encoded) => {
      const fields = encoded as Readonly<Record<string, unknown>>
      return [{ ...fields, extra: 1 }, { ...fields, name: 'mesh' }, { ...fields, mask: undefined }, [fields]]
    }
  })
)({ describe, test })

interface Content {
  readonly meta: { readonly inputs: number; readonly note: string }
  readonly params: { readonly w: Tensor<[number, 2], 'f32'> }
}

const Meta = t.type({ inputs: t.Int, note: t.string })
const read = readCheckpoint(Meta, ({ inputs }) => ({ w: spec([inputs, 2]) }))
const contents: fc.Arbitrary<Content> = fc.nat({ max: 3 }).chain((inputs) =>
  fc.record({
    meta: fc.record({ inputs: fc.constant(inputs), note: fc.string() }),
    params: fc.record({ w: anyBits([inputs, 2] as [number, 2], 'f32') })
  })
)

/** What surrounds the text may be white space, and keys may come in another order. */
register(
  codecLaws({
    name: 'checkpoint',
    codec: {
      encode: ({ meta, params }: Content) => unsafeWritten(writeCheckpoint({ meta, params })),
      decode: (u) => read(typeof u === 'string' ? u : fc.stringify(u))
    },
    arbitrary: contents,
    eq: {
      equals: (a, b) =>
        a.meta.note === b.meta.note && a.meta.inputs === b.meta.inputs && eqBytes.equals(a.params, b.params)
    },
    detects: true,
    version: {
      current: 1,
      replace: (text, version) => JSON.stringify({ ...(JSON.parse(text) as object), version })
    },
    refuses: (text) => [
      ...Array.from({ length: 20 }, (_, k) => text.slice(0, Math.floor((k * text.length) / 20))),
      `${text}}`,
      text.replace('"meta":', '"meta":{},"meta":'),
      text.replace('"params":', '"parameters":')
    ],
    numRuns: 500
  })
)({ describe, test })
