import { item, type CompileError, type RunError, type Tensor } from 'adjoint'
import { adam } from 'adjoint/optim'
import type * as E from 'fp-ts/lib/Either.js'
import type { Values } from '../data/model.js'
import { adamOptions } from '../data/training.js'
import type { Running } from '../peer.js'
import { unsafeRight, unsafeTensor } from './values.js'

export const optimizer = adam(adamOptions)

/** Compiles once, and goes step after step from a state, as a training loop does. */
export const looping = <S, F>(
  start: S,
  compiled: () => E.Either<CompileError, F>,
  step: (f: F, state: S) => E.Either<RunError, readonly [state: S, loss: Tensor<[], 'f32'>]>
): Running => {
  const begun = performance.now()
  const f = unsafeRight(compiled())
  const compileMs = performance.now() - begun
  let state = start
  return {
    compileMs,
    run: () => {
      const [next, loss] = unsafeRight(step(f, state))
      state = next
      return item(loss)
    }
  }
}

/** The weights and biases of a dense layer, which begin at `at`. */
export const denseFrom = <I extends number, O extends number>(
  params: ReadonlyArray<Values>,
  at: number,
  inputs: I,
  outputs: O
) => ({
  w: unsafeTensor([inputs, outputs], params[at]?.data),
  b: unsafeTensor([outputs], params[at + 1]?.data)
})
