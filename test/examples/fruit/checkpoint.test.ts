import { tensor } from 'adjoint'
import { writeCheckpoint } from 'adjoint/codec'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Json } from 'fp-ts/lib/Json.js'
import { describe, expect, it } from 'vitest'
import { activations, type PartialHyper, withDefaults } from '../../../examples/01-fruit/cli/hyper.js'
import { orchard } from '../../../examples/01-fruit/data/distribution.js'
import { fitEncoder } from '../../../examples/01-fruit/data/encoding.js'
import { fingerprint } from '../../../examples/01-fruit/data/fingerprint.js'
import { architecture, initialValues } from '../../../examples/01-fruit/model/architecture.js'
import {
  readModel,
  readSnapshot,
  type Snapshot,
  writeSnapshot
} from '../../../examples/01-fruit/model/checkpoint.js'
import { learner } from '../../../examples/01-fruit/model/learner.js'
import { type Model, network } from '../../../examples/01-fruit/model/network.js'
import { keysOf } from '../../../examples/01-fruit/model/split.js'
import { stateOf } from '../../../examples/01-fruit/model/training.js'
import { command } from './world.js'
import { unsafeWritten } from '../../support/written.js'

const fruits = orchard(3, 40)

const data = { count: fruits.length, fingerprint: fingerprint(fruits) }

const model = (given: PartialHyper = {}): Model => {
  const hyper = withDefaults({ hidden: [2], ...given })
  const params = initialValues(architecture(hyper), keysOf(hyper).params)
  return { hyper, encoder: fitEncoder(hyper.encoding, fruits), params }
}

const snapshot = ({ hyper, encoder, params }: Model): Snapshot => ({
  hyper,
  encoder,
  data,
  reports: [],
  order: keysOf(hyper).order,
  step: 0,
  state: stateOf(hyper, params)
})

const writeModel = (m: Model) => writeSnapshot(snapshot(m))

const text = unsafeWritten(writeModel(model()))
const { hyper, encoder } = model()
const { state, order } = snapshot(model())
const losses = tensor([0.5])
const params = { state, order, losses, accuracies: losses }
const progress = { epochs: 1, step: 0, fruits: data.count, fingerprint: data.fingerprint }
const kind = 'fruit classifier'

/** The parameters and the averages of the optimizer have the same shapes. */
const inTrees = (rest: string): ReadonlyArray<string> =>
  ['params', 'optimizer[0].trees.first', 'optimizer[0].trees.second'].map(
    (place) => `c.json: params.state.${place}${rest}`
  )

const forged = (meta: Readonly<Record<string, Json>>): string =>
  unsafeWritten(writeCheckpoint({ meta: { kind, encoder, progress, hyper, ...meta }, params }))

/** Where the text is not damaged the digest is right, so that what it holds is looked at. */
const bad: ReadonlyArray<readonly [what: string, text: string, problems: ReadonlyArray<string>]> = [
  ['an empty file', '', ['c.json: the file is empty']],
  ['half of the file', text.slice(0, 400), ['c.json: the file ends early, after 400 characters: truncated?']],
  ['a fruit file', 'weight,colour,texture,size,label\n', ['c.json: not JSON: unexpected "w" at character 1']],
  ['other JSON', '{"epochs": 40}', ['c.json: not a checkpoint: there is no "format": "adjoint-checkpoint"']],
  ['a list', '[1, 2]', ['c.json: not a checkpoint: there is no "format": "adjoint-checkpoint"']],
  [
    'a newer version',
    text.replace('"version":1', '"version":2'),
    ['c.json: version 2 was written by a newer adjoint; this one reads version 1']
  ],
  [
    'a version that is no number',
    text.replace('"version":1', '"version":"one"'),
    ['c.json: version: expected 1, got "one"']
  ],
  [
    'a weight with another letter',
    text.replace(/"data":"./, '"data":"z'),
    ['c.json: the content does not match its digest: the file is corrupt']
  ],
  [
    'another learning rate',
    text.replace('"learningRate":0.003', '"learningRate":0.004'),
    ['c.json: the content does not match its digest: the file is corrupt']
  ],
  [
    'a digest of another kind',
    text.replace(/"digest":"[^"]*"/, '"digest":"md5"'),
    ['c.json: digest: expected 64 hexadecimal digits, got "md5"']
  ],
  ['no parameters', text.replace(/,"params":.*(?=\}\n)/, ''), ['c.json: params is missing']],
  [
    'a key twice',
    text.replace('"version":1', '"version":1,"version":1'),
    ['c.json: the key "version" occurs twice in one object']
  ],
  [
    'the network of another program',
    unsafeWritten(writeCheckpoint({ meta: { name: 'digits' }, params })),
    ['c.json: meta.kind: expected "fruit classifier", got nothing']
  ],
  [
    'a checkpoint without meta',
    unsafeWritten(writeCheckpoint({ meta: null, params })),
    ['c.json: meta: expected a description of the network, got null']
  ],
  [
    'an unknown optimizer',
    unsafeWritten(
      writeCheckpoint({ meta: { kind, encoder, progress, hyper: { ...hyper, optimizer: 'adm' } }, params })
    ),
    [
      'c.json: meta.hyper.optimizer: expected one of adam, sgd, momentum, nesterov, rmsprop, gradient-descent, got "adm"; did you mean "adam"?'
    ]
  ],
  [
    'a layer without neurons',
    unsafeWritten(
      writeCheckpoint({ meta: { kind, encoder, progress, hyper: { ...hyper, hidden: [0] } }, params })
    ),
    ['c.json: meta.hyper.hidden[0]: expected a whole number from 1 to 1024, got 0']
  ],
  [
    'more activations than layers',
    unsafeWritten(
      writeCheckpoint({
        meta: { kind, encoder, progress, hyper: { ...hyper, activations: ['relu', 'relu'] } },
        params
      })
    ),
    ['c.json: meta.hyper: activations: expected 1 name, one for each hidden layer, got 2']
  ],
  [
    'an encoder of other words',
    forged({ encoder: { ...encoder, encoding: 'ordinal' } }),
    ['c.json: meta: encoder.encoding: expected that of hyper, "one-hot", got "ordinal"']
  ],
  [
    'an encoder and hyper-parameters of other inputs than the parameters',
    forged({ encoder: { ...encoder, encoding: 'ordinal' }, hyper: { ...hyper, encoding: 'ordinal' } }),
    ['params', 'optimizer[0].trees.first', 'optimizer[0].trees.second'].map(
      (place) => `c.json: params.state.${place}[0].neurons.w.shape: expected [4, 2], got [10, 2]`
    )
  ],
  [
    'another optimizer',
    forged({ hyper: { ...hyper, optimizer: 'sgd' } }),
    ['c.json: params.state.optimizer: expected a list of 1, got 2']
  ],
  [
    'more epochs than there are',
    forged({ hyper: { ...hyper, epochs: 1 }, progress: { ...progress, epochs: 2 } }),
    ['c.json: meta: progress.epochs: expected at most hyper.epochs, 1, got 2']
  ],
  [
    'more epochs than were reported',
    forged({ progress: { ...progress, epochs: 2 } }),
    [
      'c.json: params.losses.shape: expected [2], got [1]',
      'c.json: params.accuracies.shape: expected [2], got [1]'
    ]
  ],
  [
    'more steps than an epoch has',
    forged({ progress: { ...progress, step: 2 } }),
    ['c.json: meta: progress.step: expected at most 1, got 2']
  ],
  [
    'a fingerprint of another kind',
    forged({ progress: { ...progress, fingerprint: 'abc' } }),
    ['c.json: meta.progress.fingerprint: expected 64 hexadecimal digits, got "abc"']
  ],
  [
    'a million layers',
    forged({ hyper: { ...hyper, hidden: Array.from({ length: 1e6 }, () => 1) } }),
    [
      'c.json: meta.hyper.hidden: expected at most 32 of them, got 1000000: with more layers the program takes long to compile'
    ]
  ],
  [
    'layers of too many weights',
    forged({ hyper: { ...hyper, hidden: [1024, 1024, 1024], activations: ['relu', 'relu', 'relu'] } }),
    [
      'c.json: meta.hyper: hidden: these layers have 2113539 weights, more than the 2097152 of which checkpoints are written; take fewer or smaller layers'
    ]
  ],
  [
    'an encoder that divides by zero',
    unsafeWritten(
      writeCheckpoint({ meta: { kind, progress, hyper, encoder: { ...encoder, deviation: 0 } }, params })
    ),
    ['c.json: meta.encoder.deviation: expected a positive number, got 0']
  ],
  [
    'parameters of a wider network',
    unsafeWritten(
      writeCheckpoint({ meta: { kind, encoder, progress, hyper: { ...hyper, hidden: [3] } }, params })
    ),
    [
      'c.json: params.state.params[0].neurons.w.shape: expected [10, 3], got [10, 2]',
      'c.json: params.state.params[0].neurons.b.shape: expected [3], got [2]',
      'c.json: params.state.params[1].neurons.w.shape: expected [3, 3], got [2, 3]',
      ...['first', 'second'].flatMap((tree) => [
        `c.json: params.state.optimizer[0].trees.${tree}[0].neurons.w.shape: expected [10, 3], got [10, 2]`,
        `c.json: params.state.optimizer[0].trees.${tree}[0].neurons.b.shape: expected [3], got [2]`,
        `c.json: params.state.optimizer[0].trees.${tree}[1].neurons.w.shape: expected [3, 3], got [2, 3]`
      ])
    ]
  ],
  [
    'parameters of a deeper network',
    unsafeWritten(
      writeCheckpoint({
        meta: { kind, encoder, progress, hyper: { ...hyper, hidden: [2, 2], activations: ['relu', 'relu'] } },
        params
      })
    ),
    inTrees(': expected a list of 3, got 2')
  ],
  [
    'parameters of double precision',
    unsafeWritten(
      writeCheckpoint({
        meta: { kind, encoder, progress, hyper },
        params: {
          ...params,
          state: {
            ...state,
            params: state.params.map(({ neurons }) => ({
              neurons: { ...neurons, b: tensor([0, 0], 'f64') },
              slope: []
            }))
          }
        }
      })
    ),
    [
      'c.json: params.state.params[0].neurons.b.dtype: expected "f32", got "f64"',
      'c.json: params.state.params[1].neurons.b.dtype: expected "f32", got "f64"'
    ]
  ],
  [
    'a slope that is not there',
    unsafeWritten(
      writeCheckpoint({
        meta: { kind, encoder, progress, hyper: { ...hyper, activations: ['prelu'] } },
        params
      })
    ),
    inTrees('[0].slope: expected a list of 1, got 0')
  ]
]

const asked = 'predict --weight 160 --colour red --texture smooth --size medium --checkpoint c.json'.split(
  ' '
)

describe('a bad checkpoint is refused:', () => {
  it.each(bad)('%s', async (_, content, problems) => {
    const outcome = await command(asked, { 'c.json': content }, learner)
    expect(outcome).toEqual({ code: 1, out: [], err: problems, written: new Map() })
  })
})

describe('a checkpoint', () => {
  it('keeps every bit of the predictions', () => {
    for (const activation of activations) {
      const saved = model({ activations: [activation], hidden: [3] })
      const loaded = learner.load(unsafeWritten(writeModel(saved)))
      const [a, b] = [network(saved), E.isRight(loaded) ? loaded.right : undefined]
      for (const fruit of fruits) expect(b?.predict(fruit)).toEqual(a.predict(fruit))
    }
  })

  it('is the same text when written again', () => {
    expect(pipe(readSnapshot(text), E.chain(writeSnapshot))).toEqual(E.right(text))
  })

  it('cut off anywhere is refused, on one line', () => {
    for (let end = 0; end < text.length - 1; end += 7) {
      const result = readModel(text.slice(0, end))
      expect(E.isLeft(result) && result.left).toHaveLength(1)
    }
  })
})
