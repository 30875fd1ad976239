/**
 * A chain of 200,000 sines and its gradient on the default stack: milliseconds to build, and to compile and run. Run with `npm run bench:chain`.
 */
import * as E from 'fp-ts/lib/Either.js'
import { evaluate, item, showError, sin, tensor, valueAndGrad, type Expr } from 'adjoint'

const length = 200_000

type Scalar = Expr<[], 'f64'>

const chain = (x: Scalar): Scalar => Array.from({ length }).reduce<Scalar>((y) => sin(y), x)

const start = performance.now()
const both = valueAndGrad(chain)(tensor(0.5, 'f64'))
const built = performance.now()
const values = evaluate(both)
const done = performance.now()

console.log(
  E.isLeft(values)
    ? showError(values.left)
    : JSON.stringify({
        length,
        value: item(values.right[0]),
        gradient: item(values.right[1]),
        buildMs: Math.round(built - start),
        evaluateMs: Math.round(done - built)
      })
)
