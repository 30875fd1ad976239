import { realpathSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { printFruits } from './csv.js'
import { orchard } from './distribution.js'

/** The committed file is the orchard of this key and size: `npm run fruit:generate` writes it again. */
export const key = 20_260_101
export const count = 1200

/** Where the committed file is. */
export const dataPath = fileURLToPath(new URL('./fruits.csv', import.meta.url))

/** The text of the committed file. */
export const generate = (): string => printFruits(orchard(key, count))

const invoked = process.argv[1]
if (invoked !== undefined && realpathSync(invoked) === fileURLToPath(import.meta.url)) {
  writeFileSync(dataPath, generate())
}
