/** A validator of modules that shares no code with the engine, nor with the host. */
import wabt from 'wabt'

const validator = await wabt()

/** The features that modules may use. */
const features = { simd: true, bulk_memory: true, sat_float_to_int: true, sign_extension: true }

/** Throws what is wrong with a module. */
export const unsafeValidate = (bytes: Uint8Array): void => {
  const module = validator.readWasm(bytes, features)
  try {
    module.validate()
  } finally {
    module.destroy()
  }
}
