/** Tensors into and out of the engine's memory. */
import type { DType, TypedArrayOf } from '../../tensor/DType.js'
import type { Dims } from '../../tensor/dims.js'
import type { Machine } from './host.js'

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

/** Reads and writes a place; the view of it is made once. */
export interface Access {
  readonly write: (data: TypedArrayOf) => void
  readonly read: () => TypedArrayOf
}

const one = (x: number): Float32Array => Float32Array.of(Number.isNaN(x) ? NaN : x)

/** A bool is a byte outside. */
const bytesOf = (view: TypedArrayOf): Uint8Array => Uint8Array.from(view)

export const accessTo = ({ memory, tidyF32, tidyF64 }: Machine, port: Port): Access => {
  const view = viewOf(memory.buffer, port)
  const { at, dtype, size } = port
  const end = at + view.byteLength
  const tidy = dtype === 'f32' ? tidyF32 : tidyF64
  const read =
    dtype === 'bool'
      ? () => bytesOf(view)
      : dtype === 'i32' || dtype === 'u32' || size === 0
        ? () => view.slice()
        : () => {
            tidy(at, end)
            return view.slice()
          }
  return {
    write: (data) => {
      view.set(data)
    },
    // One number, such as a loss, is read after every step.
    read: size === 1 && dtype === 'f32' ? () => one(view[0]!) : read
  }
}
