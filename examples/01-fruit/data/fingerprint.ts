import { createHash } from 'node:crypto'
import { printFruits } from './csv.js'
import type { Fruit } from './fruit.js'

/** SHA-256 of the fruits, in order: the white space of the file and the name of the file do not count. */
export const fingerprint = (fruits: ReadonlyArray<Fruit>): string =>
  createHash('sha256').update(printFruits(fruits)).digest('hex')
