/** Regions within one module: their buffers have the same numbers, and are other buffers. */
import { pipe } from 'fp-ts/lib/function.js'
import { expect, it } from 'vitest'
import * as A from '../../src/index.js'
import { relativeError, unsafeRight } from '../support/outcome.js'

type Matrix = A.Expr<[32, 64], 'f32'>

const random = (seed: number): A.Tensor<[32, 64], 'f32'> =>
  unsafeRight(A.evaluate(A.normal([32, 64])(A.key(seed))))

const weights = unsafeRight(A.evaluate(A.normal([64, 64])(A.key(0))))
const xs = unsafeRight(A.evaluate(A.normal([3, 32, 64])(A.key(1))))

/** A product so large that its tiles are a function of the module, with an epilogue that reads `b`. */
const shifted = (b: Matrix) => (x: Matrix) => pipe(x, A.matmul(weights), A.mul(0.1), A.add(b), A.tanh)

const both = (engine: A.Engine): ReadonlyArray<ReadonlyArray<number>> => {
  const layers = (a: Matrix, b: Matrix) => [a, b].map((c) => A.map(shifted(c))(xs))
  const given = [random(2), random(3)] as const
  const run = unsafeRight(A.compile(layers, engine)(...given))
  return unsafeRight(run(...given)).map((y) => A.toFlat(y))
}

it('products of one shape in two loops have epilogues of their own', () => {
  const expected = both(A.reference)
  both(A.wasm).forEach((y, k) => expect(relativeError(y, expected[k]!)).toBeLessThan(1e-5))
})
