import { spec, type Tensor, zeros } from 'adjoint'
import { readCheckpoint, writeCheckpoint } from 'adjoint/codec'
import { trainState, type TrainState } from 'adjoint/train'
import type { ConcreteKey } from 'adjoint/data'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts/lib/index.js'
import { Hyper, inconsistencies, layerSizes, weightCount } from '../cli/hyper.js'
import { Encoder } from '../data/encoding.js'
import { naturalNumber, numberThat } from '../input/codecs.js'
import { showValue } from '../input/problem.js'
import { architecture, type Params } from './architecture.js'
import type { EpochReport } from './Learning.js'
import type { Model } from './network.js'
import { optimizerParts } from './parts.js'
import { testCount } from './split.js'
import { type State, stepSize } from './training.js'
import { numbers, vector } from './values.js'

/** What sets the checkpoints of this example apart from those of other networks. */
const kind = 'fruit classifier'

/** The fruits of a training, of which only these are kept. */
export interface Origin {
  readonly count: number
  readonly fingerprint: string
}

/** A training at any step, with all that it needs to go on to the bit: the data position is a key and a step. */
export interface Snapshot extends Pick<Model, 'hyper' | 'encoder'> {
  readonly data: Origin
  /** The epochs that are done. */
  readonly reports: ReadonlyArray<EpochReport>
  /** The key of the order of the epoch under way, and the steps of it that are done. */
  readonly order: ConcreteKey
  readonly step: number
  readonly state: State
}

/** The codec of what has to satisfy a condition besides; the condition says what is wrong. */
const that = <A, O>(
  codec: t.Type<A, O, unknown>,
  wrong: (a: A) => string | undefined
): t.Type<A, O, unknown> =>
  new t.Type<A, O, unknown>(
    codec.name,
    codec.is,
    (u, c) =>
      pipe(
        codec.validate(u, c),
        E.chain((a) => {
          const message = wrong(a)
          return message === undefined ? t.success(a) : t.failure(u, c, message)
        })
      ),
    codec.encode
  )

/** Hyper-parameters that also go together. */
const ConsistentHyper = that(Hyper, (hyper) => {
  const [first] = inconsistencies(hyper)
  return first === undefined ? undefined : `${first.key}: ${first.message}`
})

const hexadecimal = new t.Type<string, string, unknown>(
  'hexadecimal digits',
  t.string.is,
  (u, c) =>
    typeof u === 'string' && /^[0-9a-f]{64}$/.test(u)
      ? t.success(u)
      : t.failure(u, c, `expected 64 hexadecimal digits, got ${showValue(u)}`),
  t.identity
)

const Where = t.readonly(
  t.strict({
    epochs: naturalNumber,
    step: naturalNumber,
    fruits: numberThat('a whole number from 4 to 1000000', (n) => Number.isInteger(n) && n >= 4 && n <= 1e6),
    fingerprint: hexadecimal
  })
)

const Parts = t.readonly(
  t.strict({ kind: t.literal(kind), hyper: ConsistentHyper, encoder: Encoder, progress: Where })
)

/** The number of steps in an epoch. */
const stepsOf = (hyper: Hyper, count: number): number => {
  const training = count - testCount(count, hyper)
  return Math.ceil(training / stepSize(hyper, training))
}

/** What is wrong between the parts, each of which is right by itself. */
const disagreement = ({ hyper, encoder, progress }: t.TypeOf<typeof Parts>): string | undefined => {
  if (encoder.encoding !== hyper.encoding)
    return `encoder.encoding: expected that of hyper, "${hyper.encoding}", got "${encoder.encoding}"`
  if (progress.epochs > hyper.epochs)
    return `progress.epochs: expected at most hyper.epochs, ${hyper.epochs}, got ${progress.epochs}`
  const steps = progress.epochs === hyper.epochs ? 0 : stepsOf(hyper, progress.fruits)
  return progress.step > steps ? `progress.step: expected at most ${steps}, got ${progress.step}` : undefined
}

const Kind = t.type({ kind: t.literal(kind) })

const Meta = Kind.pipe(that(Parts, disagreement), 'a description of the network')

type Row = Tensor<[number], 'f32'>

/** A training as the codec sees it: the numbers of all epochs are two rows. */
interface Tensors {
  readonly state: State
  readonly order: ConcreteKey
  readonly losses: Row
  readonly accuracies: Row
}

/** Parameters of the shapes that the hyper-parameters lead to. */
const shaped = (hyper: Hyper): Params => {
  const sizes = layerSizes(hyper)
  return architecture(hyper).map(({ activation }, i) => {
    const [inputs = 0, outputs = 0] = sizes.slice(i)
    return {
      neurons: { w: zeros([inputs, outputs]), b: zeros([outputs]) },
      slope: activation === 'prelu' ? [zeros([])] : []
    }
  })
}

/** The optimizer says what its state is; none of it is computed. */
const example = ({ hyper, progress: { epochs } }: t.TypeOf<typeof Parts>) => {
  const state: TrainState<Params> = trainState(optimizerParts[hyper.optimizer](hyper))(shaped(hyper))
  return { state, order: spec([2], 'u32'), losses: spec([epochs]), accuracies: spec([epochs]) }
}

/** The text of a checkpoint file, or why there is none. */
export const writeSnapshot = (snapshot: Snapshot): E.Either<ReadonlyArray<string>, string> => {
  const { hyper, encoder, data, reports, order, step, state } = snapshot
  const progress = { epochs: reports.length, step, fruits: data.count, fingerprint: data.fingerprint }
  const params: Tensors = {
    state,
    order,
    losses: vector(reports.map(({ loss }) => loss)),
    accuracies: vector(reports.map(({ accuracy }) => accuracy))
  }
  return pipe(
    writeCheckpoint({ meta: { kind, hyper, encoder, progress }, params }),
    E.map((text) => `${text}\n`)
  )
}

const read = readCheckpoint(Meta, example, { finite: true })

/** Reads the text of a checkpoint file, or says what is wrong with it. */
export const readSnapshot = (text: string): E.Either<ReadonlyArray<string>, Snapshot> =>
  pipe(
    read(text),
    E.map(({ meta: { hyper, encoder, progress }, params: { state, order, losses, accuracies } }) => {
      const right = numbers(accuracies)
      return {
        hyper,
        encoder,
        data: { count: progress.fruits, fingerprint: progress.fingerprint },
        reports: numbers(losses).map((loss, i) => ({ epoch: i + 1, loss, accuracy: right[i] ?? 0 })),
        order,
        step: progress.step,
        state
      }
    })
  )

/** The network alone. */
export const readModel = (text: string): E.Either<ReadonlyArray<string>, Model> =>
  pipe(
    readSnapshot(text),
    E.map(({ hyper, encoder, state: { params } }) => ({ hyper, encoder, params }))
  )

/** How many bytes a checkpoint has at most: weights and two averages of each in base64, two numbers an epoch, words. */
export const sizeOf = (hyper: Hyper): number =>
  Math.ceil((4 / 3) * 4 * (3 * weightCount(hyper) + 2 * hyper.epochs)) + 2 ** 14
