/** Bytes of a module as a rope: parts are put together without copying, and written out once. */
export type Code = number | ReadonlyArray<Code> | Uint8Array

const withRoom = (room: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> => {
  if (needed <= room.length) return room
  const larger = new Uint8Array(Math.max(2 * room.length, needed))
  larger.set(room)
  return larger
}

/** The bytes of a rope, in order, in room that doubles when it is used up. Iterative: ropes may be as deep as a program is long. */
export const bytesOf = (code: Code): Uint8Array => {
  // Lists that are left for one inside of them, and where each goes on.
  const left: Array<ReadonlyArray<Code>> = []
  const places: Array<number> = []
  let room = new Uint8Array(1024)
  let length = 0
  let list: ReadonlyArray<Code> | undefined = [code]
  for (let i = 0; list !== undefined;) {
    const c: Code | undefined = list[i++]
    if (typeof c === 'number') {
      if (length === room.length) room = withRoom(room, length + 1)
      room[length++] = c
    } else if (c === undefined) {
      list = left.pop()
      i = places.pop() ?? 0
    } else if (c instanceof Uint8Array) {
      room = withRoom(room, length + c.length)
      room.set(c, length)
      length += c.length
    } else {
      left.push(list)
      places.push(i)
      list = c
      i = 0
    }
  }
  return room.slice(0, length)
}

/** LEB128 of a number from 0 to 2^32 - 1. */
export const unsigned = (n: number): ReadonlyArray<number> => {
  if (n >= 0 && n < 0x80) return [n]
  const out: Array<number> = []
  let rest = n >>> 0
  for (; rest > 0x7f; rest >>>= 7) out.push((rest & 0x7f) | 0x80)
  out.push(rest)
  return out
}

/** LEB128 of an integer from -2^31 to 2^32 - 1, taken modulo 2^32 as signed. */
export const signed = (n: number): ReadonlyArray<number> => {
  const out: Array<number> = []
  let rest = n | 0
  for (; rest < -64 || rest > 63; rest >>= 7) out.push((rest & 0x7f) | 0x80)
  out.push(rest & 0x7f)
  return out
}

/** LEB128 of a signed 64-bit integer. */
export const signed64 = (n: bigint): ReadonlyArray<number> => {
  const out: Array<number> = []
  let rest = BigInt.asIntN(64, n)
  for (; rest < -64n || rest > 63n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80)
  return [...out, Number(rest & 0x7fn)]
}

/** Bytes of a word, the lowest first. */
const bytesOfWord = (w: number): ReadonlyArray<number> => [
  w & 0xff,
  (w >>> 8) & 0xff,
  (w >>> 16) & 0xff,
  w >>> 24
]

export const float32 = (x: number): Code => bytesOfWord(new Uint32Array(Float32Array.of(x).buffer)[0]!)

export const float64 = (x: number): Code => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x, true)
  return [view.getUint32(0, true), view.getUint32(4, true)].map(bytesOfWord)
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
