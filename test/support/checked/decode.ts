/** The binary format of modules, as far as the engine writes it: what to leave alone, and where instructions reach memory. */

/** Reads bytes one after the other. */
export const reader = (bytes: Uint8Array, start = 0) => {
  let at = start
  const byte = (): number => bytes[at++] ?? 0
  const leb = (): number => {
    let [value, shift] = [0, 1]
    for (let b = byte(); ; b = byte()) {
      value += (b & 0x7f) * shift
      shift *= 128
      if (b < 0x80) return value
    }
  }
  return {
    at: () => at,
    byte,
    /** An unsigned number; of a signed one only where it ends. */
    leb,
    skip: (n: number): void => {
      at += n
    },
    some: <A>(one: () => A): ReadonlyArray<A> => Array.from({ length: leb() }, one)
  }
}

export type Reader = ReturnType<typeof reader>

export interface Section {
  readonly id: number
  readonly from: number
  readonly to: number
}

export const sectionsOf = (bytes: Uint8Array): ReadonlyArray<Section> => {
  const r = reader(bytes, 8)
  const out: Array<Section> = []
  while (r.at() < bytes.length) {
    const id = r.byte()
    const length = r.leb()
    out.push({ id, from: r.at(), to: r.at() + length })
    r.skip(length)
  }
  return out
}

/** What an instruction does with memory. */
export interface MemoryUse {
  readonly way: 'read' | 'write' | 'copy'
  readonly bytes: number
  readonly offset: number
  /** The type of what lies on the stack above the address; `undefined` for nothing. */
  readonly above: number | undefined
}

export interface Instruction {
  readonly from: number
  readonly to: number
  readonly opcode: number
  readonly use: MemoryUse | undefined
}

const [i32, i64, f32, f64, v128] = [0x7f, 0x7e, 0x7d, 0x7c, 0x7b]

/** Bytes of loads and stores, and the types of what is stored. */
const loads: Readonly<Record<number, number>> = { 0x28: 4, 0x29: 8, 0x2a: 4, 0x2b: 8 }
const stores: Readonly<Record<number, readonly [number, number]>> = {
  0x36: [4, i32],
  0x37: [8, i64],
  0x38: [4, f32],
  0x39: [8, f64]
}
const vectorLoads: Readonly<Record<number, number>> = { 0x00: 16, 0x09: 4, 0x0a: 8, 0x5c: 4, 0x5d: 8 }
const laneLoads: Readonly<Record<number, number>> = { 0x56: 4, 0x57: 8 }
const laneStores: Readonly<Record<number, number>> = { 0x5a: 4, 0x5b: 8 }

const unknown = (opcode: number): never => {
  throw new Error(`the checked build does not know the instruction ${opcode.toString(16)}`)
}

/** An alignment, which says nothing here, and an offset. */
const offsetOf = (r: Reader): number => {
  r.leb()
  return r.leb()
}

const read = (r: Reader, bytes: number, above?: number): MemoryUse => ({
  way: 'read',
  bytes,
  offset: offsetOf(r),
  above
})

const write = (r: Reader, bytes: number, above: number): MemoryUse => ({
  way: 'write',
  bytes,
  offset: offsetOf(r),
  above
})

const vectorUse = (r: Reader): MemoryUse | undefined => {
  const op = r.leb()
  const load = vectorLoads[op]
  if (load !== undefined) return read(r, load)
  if (op === 0x0b) return write(r, 16, v128)
  const [lane, store] = [laneLoads[op], laneStores[op]]
  if (lane !== undefined || store !== undefined) {
    const use = lane === undefined ? write(r, store ?? 0, v128) : read(r, lane, v128)
    r.skip(1)
    return use
  }
  if (op <= 0x0b || (op >= 0x54 && op <= 0x5b)) return unknown(op)
  r.skip(op === 0x0c || op === 0x0d ? 16 : op >= 0x15 && op <= 0x22 ? 1 : 0)
  return undefined
}

/** Bytes of what follows an instruction that does not reach memory. */
const passed = (r: Reader, op: number): void => {
  if (op >= 0x02 && op <= 0x04) r.skip(1)
  else if (op === 0x1c) r.some(r.byte)
  else if ((op >= 0x20 && op <= 0x24) || op === 0x41 || op === 0x42) r.leb()
  else if (op === 0x0c || op === 0x0d || op === 0x10) r.leb()
  else if (op === 0x43) r.skip(4)
  else if (op === 0x44) r.skip(8)
  else if (op === 0x0e || op === 0x11 || (op >= 0x28 && op <= 0x40)) unknown(op)
}

const useOf = (r: Reader, op: number): MemoryUse | undefined => {
  const [load, store] = [loads[op], stores[op]]
  if (load !== undefined) return read(r, load)
  if (store !== undefined) return write(r, ...store)
  if (op === 0xfd) return vectorUse(r)
  if (op !== 0xfc) {
    passed(r, op)
    return undefined
  }
  const kind = r.leb()
  if (kind < 8) return undefined
  if (kind !== 10) return unknown(kind)
  r.skip(2)
  return { way: 'copy', bytes: 0, offset: 0, above: i32 }
}

/** The instructions of a function's body, in order. */
export const instructions = (bytes: Uint8Array, from: number, to: number): ReadonlyArray<Instruction> => {
  const r = reader(bytes, from)
  const out: Array<Instruction> = []
  while (r.at() < to) {
    const start = r.at()
    const opcode = r.byte()
    const use = useOf(r, opcode)
    out.push({ from: start, to: r.at(), opcode, use })
  }
  return out
}
