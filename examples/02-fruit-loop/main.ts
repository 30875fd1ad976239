import { wasm } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { files } from '../01-fruit/cli/files.js'
import { parseFruits } from '../01-fruit/data/csv.js'
import { dataPath } from '../01-fruit/data/generate.js'
import { accuracy, setting, train } from './loop.js'

const engine = wasm

const text = files.read(dataPath)
const fruits = E.isLeft(text) ? E.left([]) : parseFruits(text.right)
const {
  hyper,
  fruits: training,
  test,
  encoder,
  first,
  order
} = setting(E.isLeft(fruits) ? [] : fruits.right, 20)
const { params, losses } = train(engine, hyper, encoder, training, first, order)
console.log(
  `${String(losses.length)} steps in one program: loss ${String(losses[0])} at first, ${String(losses.at(-1))} in the end`
)
console.log(
  `right about ${(100 * accuracy(hyper, encoder, params, test)).toFixed(1)} % of ${String(test.length)} fruits that it has not seen`
)
