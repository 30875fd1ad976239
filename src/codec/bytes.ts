/** Elements as base64 text: standard alphabet, padded, little-endian on every host. */
import { base64 } from '@scure/base'
import * as O from 'fp-ts/lib/Option.js'
import { allocate, byteWidth, type DType, type TypedArrayOf } from '../tensor/DType.js'

export const hostIsLittle = (): boolean => new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** A copy of the bytes with each element turned round unless the host is little-endian: its own inverse. */
export const littleEndian = (bytes: Uint8Array, width: number, little: boolean): Uint8Array => {
  const out = bytes.slice()
  if (!little) for (let i = 0; i < out.length; i += width) out.subarray(i, i + width).reverse()
  return out
}

const bytesOf = (data: TypedArrayOf): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

// Bytes are moved as bytes: writing numbers through a DataView may replace the payload of a NaN.

export const encodeElements = (dtype: DType, data: TypedArrayOf): string =>
  base64.encode(littleEndian(bytesOf(data), byteWidth[dtype], hostIsLittle()))

/** The bytes of a strictly standard base64 text. */
export const decodeBytes = (text: string): O.Option<Uint8Array> => O.tryCatch(() => base64.decode(text))

/** As many elements as the bytes hold. */
export const elementsOf = (dtype: DType, bytes: Uint8Array): TypedArrayOf => {
  const out = allocate(dtype, bytes.length / byteWidth[dtype])
  bytesOf(out).set(littleEndian(bytes, byteWidth[dtype], hostIsLittle()))
  return out
}
