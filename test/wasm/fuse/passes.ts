/** Programs with a pass that merges kernels and without it. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../../laws/index.js'
import { fail, pass, type Verdict } from '../../../laws/law/index.js'
import { outcomeOn, sameOutcome } from '../../../laws/packs/outcome.js'
import { canonical } from '../../../src/graph/merge.js'
import type { Engine } from '../../../src/index.js'
import { loaded, prepare } from '../../../src/wasm/index.js'
import { lower, type Lowered } from '../../../src/wasm/lower/lower.js'
import { unsafeValidate } from '../validated.js'

type Pass = (lowered: Lowered) => Lowered

const apart: Pass = (lowered) => lowered

const engine = (fuse: Pass): Engine => ({
  name: 'wasm',
  program: (outputs, inputs) =>
    pipe(
      prepare(outputs, inputs, undefined, fuse),
      E.chain((prepared) => {
        unsafeValidate(prepared.bytes)
        return loaded(prepared)
      })
    )
})

export const loweredOf = ({ outputs }: Program): Lowered => lower(canonical(outputs, 'erased'))

export const sameBits =
  (fuse: Pass) =>
  (program: Program): Verdict =>
    sameOutcome(outcomeOn(engine(fuse))(program), outcomeOn(engine(apart))(program))

export const fewer =
  (fuse: Pass) =>
  (program: Program): Verdict => {
    const lowered = loweredOf(program)
    const [n, m] = [fuse(lowered).kernels.length, lowered.kernels.length]
    return n <= m ? pass : fail(`${n} kernels instead of ${m}`)
  }
