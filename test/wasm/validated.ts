/** The engine with every module that it makes read by a validator that shares no code with it, nor with the host. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import wabt from 'wabt'
import type { Engine } from '../../src/index.js'
import { loaded, prepare } from '../../src/wasm/index.js'

const validator = await wabt()

/** The features that modules may use. */
const features = { simd: true, bulk_memory: true, sat_float_to_int: true, sign_extension: true }

/** Throws what is wrong with a module. */
export const unsafeValidate = (bytes: Uint8Array): void => {
  const module = validator.readWasm(bytes, features)
  module.validate()
  module.destroy()
}

/** `wasm`; a law under which an invalid module is made fails with what the validator says. */
export const validated: Engine = {
  name: 'wasm',
  program: (outputs, inputs) =>
    pipe(
      prepare(outputs, inputs),
      E.chain((prepared) => {
        unsafeValidate(prepared.bytes)
        return loaded(prepared)
      })
    )
}
