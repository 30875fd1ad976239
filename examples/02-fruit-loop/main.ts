import { wasm } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { files } from '../01-fruit/cli/disk/files.js'
import { readFruits } from '../01-fruit/cli/prepare.js'
import { dataPath } from '../01-fruit/data/generate.js'
import type { Fruit } from '../01-fruit/data/fruit.js'
import { showProblems } from '../01-fruit/input/problem.js'
import { accuracy, setting, train } from './loop.js'

const engine = wasm

const told = (all: ReadonlyArray<Fruit>): string => {
  const { hyper, fruits, test, encoder, first, order } = setting(all, 20)
  const { params, losses, cause } = train(engine, hyper, encoder, fruits, first, order)
  if (cause !== undefined) return `training diverged: ${cause}`
  const right = (100 * accuracy(hyper, encoder, params, test)).toFixed(1)
  return [
    `${String(losses.length)} steps in one program: loss ${String(losses[0])} at first, ${String(losses.at(-1))} in the end`,
    `right about ${right} % of ${String(test.length)} fruits that it has not seen`
  ].join('\n')
}

const fruits = await readFruits(files, dataPath)
if (E.isRight(fruits)) console.log(told(fruits.right))
else {
  for (const line of showProblems(fruits.left)) console.error(line)
  process.exitCode = 1
}
