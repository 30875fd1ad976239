/** One bit pattern for all NaNs: which one an operation yields differs between processors, and hashes of results must not. */
import { isFloat } from '../tensor/DType.js'
import { elements, own, type Tensor } from '../tensor/Tensor.js'

const overwrite = (data: Float32Array | Float64Array): void => {
  // Assigning NaN may keep whatever pattern the engine has at hand; bits do not.
  const bits = new Uint32Array(data.buffer)
  const low = data instanceof Float64Array ? 1 : 0
  const little = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
  for (let i = 0; i < data.length; i++)
    if (Number.isNaN(data[i])) {
      bits[i << low] = low === 0 ? 0x7fc00000 : little ? 0 : 0x7ff80000
      if (low === 1) bits[2 * i + 1] = little ? 0x7ff80000 : 0
    }
}

/** The tensor with the positive quiet NaN wherever it has any; the very same one if it has none. */
export const canonicalNaNs = (t: Tensor): Tensor => {
  const data = elements(t)
  // Hosts search faster themselves than through a predicate; for `includes`, NaN equals NaN.
  if (!isFloat(t.dtype) || !data.includes(NaN)) return t
  const out = t.dtype === 'f32' ? Float32Array.from(data) : Float64Array.from(data)
  overwrite(out)
  return own(t.shape, t.dtype, out)
}
