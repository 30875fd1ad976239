// Distances in units in the last place: the number of floats between two floats.

const view = (): DataView => new DataView(new ArrayBuffer(8))

export const fromHexF64 = (hex: string): number => {
  const bytes = view()
  bytes.setBigUint64(0, BigInt(`0x${hex}`))
  return bytes.getFloat64(0)
}

export const fromHexF32 = (hex: string): number => {
  const bytes = view()
  bytes.setUint32(0, Number.parseInt(hex, 16))
  return bytes.getFloat32(0)
}

/** Position of a float in the order of all floats; both zeros are 0. */
const placeF64 = (x: number): bigint => {
  const bytes = view()
  bytes.setFloat64(0, x)
  const place = bytes.getBigInt64(0)
  return place < 0n ? -(place & 0x7fffffffffffffffn) : place
}

const placeF32 = (x: number): number => {
  const bytes = view()
  bytes.setFloat32(0, x)
  const place = bytes.getInt32(0)
  return place < 0 ? -(place & 0x7fffffff) : place
}

/** Infinite as soon as one of the two is NaN. */
export const ulpsF64 = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Infinity : Math.abs(Number(placeF64(a) - placeF64(b)))

export const ulpsF32 = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Infinity : Math.abs(placeF32(a) - placeF32(b))
