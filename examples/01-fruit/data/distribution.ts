import {
  type Colour,
  colours,
  type Features,
  type Fruit,
  type Label,
  labels,
  type Size,
  sizes,
  type Texture,
  textures
} from './fruit.js'

/**
 * A source of uniform numbers in [0, 1): each draw returns the next state. The generator is mulberry32
 * (Tommy Ettinger, public domain): a 32-bit counter and a mixing function, exact in integer arithmetic.
 */
export type Draw<A> = (state: number) => readonly [A, number]

/** One uniform draw. */
export const uniform: Draw<number> = (state) => {
  const next = (state + 0x6d2b79f5) | 0
  const a = Math.imul(next ^ (next >>> 15), next | 1)
  const b = a ^ (a + Math.imul(a ^ (a >>> 7), a | 61))
  return [((b ^ (b >>> 14)) >>> 0) / 0x1_0000_0000, next]
}

/**
 * A nearly normal draw of mean 0 and deviation 1: the sum of twelve uniforms less six. Unlike Box-Muller it
 * needs no logarithm or cosine, whose last bit may differ from one JavaScript engine to the next.
 */
const normal: Draw<number> = (state) => {
  let [sum, current] = [-6, state]
  for (let i = 0; i < 12; i++) {
    const [u, next] = uniform(current)
    sum += u
    current = next
  }
  return [sum, current]
}

type Table<K extends string> = Readonly<Record<K, number>>

/** Draws one of the names with the probabilities of the table. */
const among =
  <K extends string>(names: readonly [K, ...ReadonlyArray<K>], table: Table<K>): Draw<K> =>
  (state) => {
    const [u, next] = uniform(state)
    let rest = u
    for (const name of names) {
      rest -= table[name]
      if (rest < 0) return [name, next]
    }
    return [names[0], next]
  }

/** How the fruits of one kind are distributed; weights in grams, the rest probabilities. */
export interface Kind {
  readonly share: number
  readonly mean: number
  readonly deviation: number
  readonly colour: Table<Colour>
  readonly texture: Table<Texture>
  readonly size: Table<Size>
}

/**
 * The three kinds overlap on purpose: green bananas, yellow and green apples, reddish oranges, smooth-skinned
 * oranges, russet apples and small light bananas.
 */
export const kinds: Readonly<Record<Label, Kind>> = {
  apple: {
    share: 0.35,
    mean: 168,
    deviation: 22,
    colour: { red: 0.66, yellow: 0.11, orange: 0.01, green: 0.22 },
    texture: { smooth: 0.97, rough: 0.03 },
    size: { small: 0.14, medium: 0.8, large: 0.06 }
  },
  banana: {
    share: 0.33,
    mean: 114,
    deviation: 13,
    colour: { red: 0.004, yellow: 0.88, orange: 0.006, green: 0.11 },
    texture: { smooth: 0.94, rough: 0.06 },
    size: { small: 0.1, medium: 0.15, large: 0.75 }
  },
  orange: {
    share: 0.32,
    mean: 208,
    deviation: 28,
    colour: { red: 0.05, yellow: 0.04, orange: 0.9, green: 0.01 },
    texture: { smooth: 0.06, rough: 0.94 },
    size: { small: 0.12, medium: 0.66, large: 0.22 }
  }
}

/** Draws the four features of a fruit of the given kind; weights are whole grams and at least 40. */
export const features =
  (kind: Kind): Draw<Features> =>
  (s0) => {
    const [z, s1] = normal(s0)
    const [colour, s2] = among(colours, kind.colour)(s1)
    const [texture, s3] = among(textures, kind.texture)(s2)
    const [size, s4] = among(sizes, kind.size)(s3)
    const weight = Math.max(40, Math.round(kind.mean + kind.deviation * z))
    return [{ weight, colour, texture, size }, s4]
  }

const shares: Table<Label> = {
  apple: kinds.apple.share,
  banana: kinds.banana.share,
  orange: kinds.orange.share
}

/** Draws a fruit. */
export const fruit: Draw<Fruit> = (state) => {
  const [label, s1] = among(labels, shares)(state)
  const [measured, s2] = features(kinds[label])(s1)
  return [{ ...measured, label }, s2]
}

/** `count` fruits from a key. */
export const orchard = (key: number, count: number): ReadonlyArray<Fruit> => {
  const fruits: Array<Fruit> = []
  let state = key
  while (fruits.length < count) {
    const [next, after] = fruit(state)
    fruits.push(next)
    state = after
  }
  return fruits
}
