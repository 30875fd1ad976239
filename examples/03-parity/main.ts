import { wasm } from 'adjoint'
import { accuracy, train } from './parity.js'

const engine = wasm

const { params, losses } = train(engine, 400)
console.log(
  `loss ${(losses[0] ?? NaN).toFixed(3)} at first, ${(losses.at(-1) ?? NaN).toFixed(4)} after ${String(losses.length)} steps`
)
for (const length of [8, 32, 128])
  console.log(
    `${(100 * accuracy(engine, params, length)).toFixed(1)} % right on rows of ${String(length)} bits`
  )
