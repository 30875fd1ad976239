/** Bytes of a module as a rope: parts are put together without copying, and written out once. */
export type Code = number | ReadonlyArray<Code> | Uint8Array

/** Bytes written one after the other; the room for them doubles when it is used up. */
const writer = () => {
  let room = new Uint8Array(256)
  let length = 0
  const reserve = (n: number): void => {
    if (length + n <= room.length) return
    const larger = new Uint8Array(Math.max(2 * room.length, length + n))
    larger.set(room.subarray(0, length))
    room = larger
  }
  return {
    byte: (n: number): void => {
      reserve(1)
      room[length++] = n
    },
    bytes: (xs: Uint8Array): void => {
      reserve(xs.length)
      room.set(xs, length)
      length += xs.length
    },
    done: (): Uint8Array => room.slice(0, length)
  }
}

/** The bytes of a rope, in order. Iterative: ropes may be as deep as a program is long. */
export const bytesOf = (code: Code): Uint8Array => {
  const out = writer()
  const rest: Array<Code> = [code]
  for (let c = rest.pop(); c !== undefined; c = rest.pop()) {
    if (typeof c === 'number') out.byte(c)
    else if (c instanceof Uint8Array) out.bytes(c)
    else for (let i = c.length - 1; i >= 0; i--) rest.push(c[i]!)
  }
  return out.done()
}

/** LEB128 of a number from 0 to 2^32 - 1. */
export const unsigned = (n: number): ReadonlyArray<number> => {
  const out: Array<number> = []
  let rest = n >>> 0
  for (; rest > 0x7f; rest >>>= 7) out.push((rest & 0x7f) | 0x80)
  return [...out, rest]
}

/** LEB128 of an integer from -2^31 to 2^32 - 1, taken modulo 2^32 as signed. */
export const signed = (n: number): ReadonlyArray<number> => {
  const out: Array<number> = []
  let rest = n | 0
  for (; rest < -64 || rest > 63; rest >>= 7) out.push((rest & 0x7f) | 0x80)
  return [...out, rest & 0x7f]
}

/** LEB128 of a signed 64-bit integer. */
export const signed64 = (n: bigint): ReadonlyArray<number> => {
  const out: Array<number> = []
  let rest = BigInt.asIntN(64, n)
  for (; rest < -64n || rest > 63n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80)
  return [...out, Number(rest & 0x7fn)]
}

export const float32 = (x: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, x, true)
  return new Uint8Array(view.buffer)
}

export const float64 = (x: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x, true)
  return new Uint8Array(view.buffer)
}

/** Text as UTF-8 with its length in front. */
export const text = (s: string): Code => {
  const bytes = new TextEncoder().encode(s)
  return [unsigned(bytes.length), bytes]
}

/** Parts with their number in front. */
export const vector = (parts: ReadonlyArray<Code>): Code => [unsigned(parts.length), parts]

/** Bytes with their length in front. */
export const sized = (code: Code): Code => {
  const bytes = bytesOf(code)
  return [unsigned(bytes.length), bytes]
}
