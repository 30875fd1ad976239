/** Tensors into and out of the engine's memory. */
import { allocate, type DType, type TypedArrayOf } from '../../tensor/DType.js'
import type { Dims } from '../../tensor/dims.js'

/** A value's place in memory. */
export interface Port {
  readonly at: number
  readonly dtype: DType
  readonly shape: Dims
  readonly size: number
}

/** The elements of the engine's memory as an array of a dtype; booleans take 32 bits there. */
const viewOf = (memory: ArrayBuffer, { dtype, at, size }: Port): TypedArrayOf => {
  switch (dtype) {
    case 'f32':
      return new Float32Array(memory, at, size)
    case 'f64':
      return new Float64Array(memory, at, size)
    case 'u32':
      return new Uint32Array(memory, at, size)
    case 'i32':
    case 'bool':
      return new Int32Array(memory, at, size)
  }
}

/** NaNs of every kind become the one that JavaScript writes, so that equal results have equal bits. */
const canonicalNaN = (data: TypedArrayOf): void => {
  for (let i = 0; i < data.length; i++) if (data[i] !== data[i]) data[i] = NaN
}

/** Reads and writes a place; the view of it is made once. */
export interface Access {
  readonly write: (data: TypedArrayOf) => void
  readonly read: () => TypedArrayOf
}

export const accessTo = (memory: ArrayBuffer, port: Port): Access => {
  const view = viewOf(memory, port)
  return {
    write: (data) => {
      view.set(data)
    },
    read: () => {
      const data = allocate(port.dtype, port.size)
      // One number, such as a loss, is read after every step.
      if (port.size === 1) data[0] = view[0]!
      else data.set(view)
      if (port.dtype === 'f32' || port.dtype === 'f64') canonicalNaN(data)
      return data
    }
  }
}
