import { wasm } from 'adjoint'
import { fit, observe } from './pendulum.js'

const engine = wasm

const { length, friction, errors } = fit(engine, observe(1.3, 0.25), 150)
console.log(
  `length ${length.toFixed(4)} m, friction ${friction.toFixed(4)} per second, after ${String(errors.length)} steps`
)
console.log(`mean squared error ${String(errors[0])} at first, ${String(errors.at(-1))} in the end`)
