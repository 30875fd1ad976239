import { spec, type Specs } from 'adjoint'
import { readCheckpoint, writeCheckpoint } from 'adjoint/codec'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts/lib/index.js'
import { Hyper, inconsistencies } from '../cli/hyper.js'
import { Encoder, inputNames } from '../data/encoding.js'
import { labels } from '../data/fruit.js'
import { architecture, type Params } from './architecture.js'
import type { Model } from './network.js'

/** What sets the checkpoints of this example apart from those of other networks. */
const kind = 'fruit classifier'

/** Hyper-parameters that also go together. */
const ConsistentHyper = new t.Type<Hyper, Hyper, unknown>(
  'Hyper',
  Hyper.is,
  (u, c) =>
    pipe(
      Hyper.validate(u, c),
      E.chain((hyper) => {
        const [first] = inconsistencies(hyper)
        return first === undefined ? t.success(hyper) : t.failure(u, c, `${first.key}: ${first.message}`)
      })
    ),
  Hyper.encode
)

const Kind = t.type({ kind: t.literal(kind) })

const Meta = t.readonly(t.strict({ kind: t.literal(kind), hyper: ConsistentHyper, encoder: Encoder }))

/** The shapes of the parameters that the hyper-parameters lead to. */
const paramSpecs = (hyper: Hyper): Specs<Params> => {
  const sizes = [inputNames(hyper.encoding).length, ...hyper.hidden, labels.length]
  return architecture(hyper).map(({ activation }, i) => {
    const [inputs = 0, outputs = 0] = sizes.slice(i)
    return {
      neurons: { w: spec([inputs, outputs]), b: spec([outputs]) },
      slope: activation === 'prelu' ? [spec([])] : []
    }
  })
}

/** The text of a checkpoint file, or why there is none. */
export const writeModel = ({ hyper, encoder, params }: Model): E.Either<ReadonlyArray<string>, string> =>
  pipe(
    writeCheckpoint({ meta: { kind, hyper, encoder }, params }),
    E.map((text) => `${text}\n`)
  )

const read = readCheckpoint(
  Kind.pipe(Meta, 'a description of the network'),
  ({ hyper }) => paramSpecs(hyper),
  {
    finite: true
  }
)

/** Reads the text of a checkpoint file, or says what is wrong with it. */
export const readModel = (text: string): E.Either<ReadonlyArray<string>, Model> =>
  pipe(
    read(text),
    E.map(({ meta: { hyper, encoder }, params }) => ({ hyper, encoder, params }))
  )
