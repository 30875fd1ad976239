/** Tensors into and out of the engine's memory. */
import { byteWidth, copied, type DType, type TypedArrayOf } from '../../tensor/DType.js'
import type { Machine } from './host.js'
import type { Port } from '../kernel/plan.js'

/** Part of a buffer as an array of a dtype. */
const arrayOver = (buffer: ArrayBuffer, dtype: DType, at: number, size: number): TypedArrayOf => {
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer, at, size)
    case 'f64':
      return new Float64Array(buffer, at, size)
    case 'u32':
      return new Uint32Array(buffer, at, size)
    case 'i32':
      return new Int32Array(buffer, at, size)
    case 'bool':
      return new Uint8Array(buffer, at, size)
  }
}

/** Reads and writes a place; the view of it is made once. */
export interface Access {
  readonly write: (data: TypedArrayOf) => void
  /** The elements where they are, until something else is put there; booleans take 32 bits in the engine's memory. */
  readonly view: () => TypedArrayOf
  readonly read: () => TypedArrayOf
}

/** A view that needs no tidying, or is tidied by the machine before it is looked at. */
const viewing = ({ tidyF32, tidyF64 }: Machine, { at, dtype, size }: Port, view: TypedArrayOf) => {
  if ((dtype !== 'f32' && dtype !== 'f64') || size === 0) return () => view
  const [tidy, end] = [dtype === 'f32' ? tidyF32 : tidyF64, at + view.byteLength]
  return () => {
    tidy(at, end)
    return view
  }
}

const one = (x: number): Float32Array => {
  const out = new Float32Array(1)
  out[0] = Number.isNaN(x) ? NaN : x
  return out
}

export const accessTo = (machine: Machine, port: Port): Access => {
  const { at, dtype, size } = port
  const here = arrayOver(machine.memory.buffer, dtype === 'bool' ? 'i32' : dtype, at, size)
  const view = viewing(machine, port, here)
  return {
    write: (data) => {
      here.set(data)
    },
    view,
    // One number, such as a loss, is read after every step.
    read: size === 1 && dtype === 'f32' ? () => one(here[0]!) : () => copied(dtype, view())
  }
}

/** A place, and how it is reached. */
export interface Located {
  readonly port: Port
  readonly access: Access
}

/** Reads several places into arrays that are there, or into one buffer: hosts take longer to allocate a small buffer than to fill it. */
export const reading = (
  places: ReadonlyArray<Located>
): ((into?: ReadonlyArray<TypedArrayOf>) => ReadonlyArray<TypedArrayOf>) => {
  const starts = [0]
  for (const { port } of places)
    starts.push(starts.at(-1)! + 8 * Math.ceil((port.size * byteWidth[port.dtype]) / 8))
  const bytes = starts.at(-1)!
  return (into) => {
    if (into !== undefined) {
      for (let i = 0; i < places.length; i++) into[i]!.set(places[i]!.access.view())
      return into
    }
    const buffer = new ArrayBuffer(bytes)
    return places.map(({ port, access }, i) => {
      const out = arrayOver(buffer, port.dtype, starts[i]!, port.size)
      out.set(access.view())
      return out
    })
  }
}
