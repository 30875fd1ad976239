import * as t from 'io-ts/lib/index.js'
import { numberThat, oneOf, positive } from '../input/codecs.js'
import { colours, type Features, sizes, textures } from './fruit.js'

/** How words become numbers: one input per word, or one input per feature. */
export const encodings = ['one-hot', 'ordinal'] as const
export type Encoding = (typeof encodings)[number]

/** What has to be remembered to encode fruits as in training. */
export const Encoder = t.readonly(
  t.strict({
    encoding: oneOf(encodings),
    mean: numberThat('a number', () => true),
    deviation: positive
  })
)
export type Encoder = t.TypeOf<typeof Encoder>

/** The encoder of a training split: only its weights set the mean and deviation, never those of the test split. */
export const fitEncoder = (encoding: Encoding, training: ReadonlyArray<Features>): Encoder => {
  const count = Math.max(1, training.length)
  const mean = training.reduce((sum, f) => sum + f.weight, 0) / count
  const variance = training.reduce((sum, f) => sum + (f.weight - mean) ** 2, 0) / count
  const deviation = Math.sqrt(variance)
  // equal weights leave a deviation of rounding errors, which must not be blown up
  return { encoding, mean, deviation: deviation > 1e-12 * mean ? deviation : 1 }
}

const oneHot = <K extends string>(names: ReadonlyArray<K>, name: K): ReadonlyArray<number> =>
  names.map((n) => (n === name ? 1 : 0))

const ordinal = <K extends string>(names: ReadonlyArray<K>, name: K): ReadonlyArray<number> => [
  names.indexOf(name) / (names.length - 1)
]

/** The inputs of the network for a fruit: the standardised weight, then the words. */
export const encode =
  (encoder: Encoder) =>
  (f: Features): ReadonlyArray<number> => {
    const word = encoder.encoding === 'one-hot' ? oneHot : ordinal
    const weight = (f.weight - encoder.mean) / encoder.deviation
    return [weight, ...word(colours, f.colour), ...word(textures, f.texture), ...word(sizes, f.size)]
  }

/** The name of each input. */
export const inputNames = (encoding: Encoding): ReadonlyArray<string> =>
  encoding === 'one-hot'
    ? ['weight', ...colours, ...textures, ...sizes]
    : ['weight', 'colour', 'texture', 'size']
