/** The sums of one tile, in registers. Long sums are added up in blocks: blocks of f32 in f64, those of f64 with what rounding loses beside them. */
import type { DType } from '../../../tensor/DType.js'
import { nothing, sequence, type Local, type Locals } from '../../encode/control.js'
import { f32x4, f64x2, shuffle32, v128 } from '../../encode/simd.js'
import { i32, type Place, type Statement } from '../../encode/value.js'
import { compensated } from '../accumulate.js'
import { binaryLanes, literal, plain, type Vector } from '../lanes.js'
import { loadLanes } from '../memory.js'

/** Terms that are added up in single precision before they are added to a sum in double precision. */
export const usualBlock = 256

export interface Registers {
  readonly sums: ReadonlyArray<ReadonlyArray<Local<'v128'>>>
  readonly b: ReadonlyArray<Local<'v128'>>
  readonly a: Local<'v128'>
}

/** Rows of a tile, and vectors in each. */
interface Extent {
  readonly rows: number
  readonly vectors: number
}

const times = <A>(n: number, make: () => A): ReadonlyArray<A> => Array.from({ length: n }, make)

/** What is read of `b` is kept where several rows need it. */
export const registersOf = (scope: Locals, { rows, vectors }: Extent): Registers => ({
  sums: times(rows, () => times(vectors, () => scope.add('v128'))),
  b: times(rows === 1 ? 0 : vectors, () => scope.add('v128')),
  a: scope.add('v128')
})

/** Those of the first columns only: nothing is read or computed for columns that do not exist. */
export const narrowed = ({ sums, b, a }: Registers, columns: number, lanes: number): Registers => {
  const vectors = Math.ceil(columns / lanes)
  return { sums: sums.map((row) => row.slice(0, vectors)), b: b.slice(0, vectors), a }
}

export interface Sums {
  readonly dtype: DType
  readonly registers: Registers
  /** Room for all of them in double precision. */
  readonly room: number
}

/** Does something for every sum of the first rows. */
const each = (
  { registers }: Sums,
  rows: number,
  f: (sum: Local<'v128'>, row: number, v: number) => Statement
): Statement =>
  sequence(...registers.sums.slice(0, rows).flatMap((row, i) => row.map((sum, v) => f(sum, i, v))))

export const clear = (s: Sums, rows: number): Statement =>
  each(s, rows, (sum) => sum.set(literal(s.dtype, 0)))

const multiplyAdd = (d: DType, sum: Vector, a: Vector, b: Vector): Vector =>
  binaryLanes.add(plain, d, sum, binaryLanes.mul(plain, d, a, b))

/** One term of every sum: where that of a row is in `a`, and that of a vector in `b`. */
export const term = (
  { dtype, registers: r }: Sums,
  rows: number,
  a: (row: number) => Place,
  b: (v: number) => Place
): Statement => {
  const load = (v: number): Vector => v128.load(b(v))
  const own = r.sums.slice(0, rows).map((row, i) => {
    const x = loadLanes(dtype, a(i), 0, 1)
    return sequence(
      r.a.set(x),
      ...row.map((s, v) => s.set(multiplyAdd(dtype, s.get, r.a.get, r.b[v]?.get ?? load(v))))
    )
  })
  return sequence(...r.b.map((x, v) => x.set(load(v))), ...own)
}

const upper = (x: Vector): Vector => shuffle32(x, x, [2, 3, 2, 3])

/** Where half a vector of sums is kept in double precision. */
const kept = ({ room, registers }: Sums, row: number, v: number, half: number): Place => ({
  base: i32.const(0),
  offset: room + ((row * (registers.sums[row]?.length ?? 0) + v) * 2 + half) * 16
})

/** Adds the sums of a block to those that are kept, and what rounding loses beside them (see `twoSum`). */
const addLossless = (s: Sums, sum: Local<'v128'>, row: number, v: number): Statement => {
  const [place, lost] = [kept(s, row, v, 0), kept(s, row, v, 1)]
  const { a: total } = s.registers
  const before = v128.load(place)
  const z = f64x2.sub(total.get, before)
  const error = f64x2.add(f64x2.sub(before, f64x2.sub(total.get, z)), f64x2.sub(sum.get, z))
  return sequence(
    total.set(f64x2.add(before, sum.get)),
    v128.store(lost, f64x2.add(v128.load(lost), error)),
    v128.store(place, total.get)
  )
}

const keepFirst = (s: Sums, sum: Local<'v128'>, row: number, v: number): Statement =>
  sequence(v128.store(kept(s, row, v, 0), sum.get), v128.store(kept(s, row, v, 1), literal('f64', 0)))

/** Puts the sums of a block where those in double precision are, or adds them to those. */
export const flush = (s: Sums, rows: number, first: boolean): Statement =>
  each(s, rows, (sum, i, v) => {
    if (s.dtype === 'f64') return first ? keepFirst(s, sum, i, v) : addLossless(s, sum, i, v)
    return sequence(
      ...[sum.get, upper(sum.get)].map((half, h) => {
        const place = kept(s, i, v, h)
        const wide = f64x2.promoteLowF32(half)
        return v128.store(place, first ? wide : f64x2.add(v128.load(place), wide))
      })
    )
  })

const settleLossless = (s: Sums, rows: number, last: boolean): Statement =>
  sequence(
    last ? flush(s, rows, false) : nothing,
    each(s, rows, (sum, i, v) =>
      sequence(
        s.registers.a.set(v128.load(kept(s, i, v, 0))),
        sum.set(compensated(s.registers.a.get, v128.load(kept(s, i, v, 1))))
      )
    )
  )

/** The sums in double precision, rounded into the registers; with those of a last block that are there, if there is one. */
export const settle = (s: Sums, rows: number, last: boolean): Statement => {
  if (s.dtype === 'f64') return settleLossless(s, rows, last)
  return each(s, rows, (sum, i, v) => {
    const half = (h: number): Vector => {
      const wide = v128.load(kept(s, i, v, h))
      const more = f64x2.promoteLowF32(h === 0 ? sum.get : upper(sum.get))
      return f32x4.demoteF64(last ? f64x2.add(wide, more) : wide)
    }
    return sum.set(shuffle32(half(0), half(1), [0, 1, 4, 5]))
  })
}

/** Puts the sums of the first of two blocks aside. */
export const putAside = (s: Sums, rows: number): Statement =>
  each(s, rows, (sum, i, v) => v128.store(kept(s, i, v, 0), sum.get))

/** Adds those of the second: the sum of two numbers of f32, rounded once, is what double precision would give. */
export const addToAside = (s: Sums, rows: number): Statement =>
  each(s, rows, (sum, i, v) => sum.set(binaryLanes.add(plain, s.dtype, v128.load(kept(s, i, v, 0)), sum.get)))

/** Bytes of the room of a tile: its sums in double precision, and once more as they are. */
export const roomFor = ({ rows, vectors }: Extent): number => rows * vectors * 48

/**
 * Stores the sums and loads them again. V8 orders the instructions of a loop by what is done with its results: with loads between the operations
 * that use them if those are stored, but all of them first, which takes up to a tenth longer, if those are computed with.
 */
export const throughMemory = (s: Sums, rows: number): Statement => {
  const vectors = s.registers.sums[0]?.length ?? 0
  const place = (row: number, v: number): Place => ({
    base: i32.const(0),
    offset: s.room + (s.registers.sums.length * 2 + row) * vectors * 16 + v * 16
  })
  return sequence(
    each(s, rows, (sum, i, v) => v128.store(place(i, v), sum.get)),
    each(s, rows, (sum, i, v) => sum.set(v128.load(place(i, v))))
  )
}
