import { key } from 'adjoint'
import { type ConcreteKey, permutation, splitKey } from 'adjoint/data'
import * as E from 'fp-ts/lib/Either.js'
import type { Hyper } from '../cli/hyper.js'
import type { Fruit } from '../data/fruit.js'

/** The keys of the three random choices: the split, the first parameters and the order of the fruits. */
export interface Keys {
  readonly split: ConcreteKey
  readonly params: ConcreteKey
  readonly order: ConcreteKey
}

/** All keys come from the one that the user may choose. */
export const keysOf = ({ key: seed }: Hyper): Keys => {
  const root = key(seed)
  const [split = root, params = root, order = root] = splitKey(3)(root)
  return { split, params, order }
}

/** The fruits for learning and those kept for the test. */
export interface Split {
  readonly training: ReadonlyArray<Fruit>
  readonly test: ReadonlyArray<Fruit>
}

/** Splits two or more fruits at random; at least one is on either side. */
export const splitFruits = (fruits: ReadonlyArray<Fruit>, { testFraction }: Hyper, k: ConcreteKey): Split => {
  const count = Math.min(fruits.length - 1, Math.max(1, Math.round(fruits.length * testFraction)))
  // Keys of settings are integers, for which there always is an order.
  const order = E.getOrElse((): ReadonlyArray<number> => fruits.map((_, i) => i))(
    permutation(fruits.length)(k)
  )
  const shuffled = order.flatMap((i) => fruits.slice(i, i + 1))
  return { test: shuffled.slice(0, count), training: shuffled.slice(count) }
}
