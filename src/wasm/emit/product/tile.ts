/** The sums of one tile, in registers. Long sums of f32 are added up in blocks, and the blocks in f64. */
import type { DType } from '../../../tensor/DType.js'
import { counted, move, nothing, repeat, sequence, type Local, type Locals } from '../../encode/control.js'
import { f32x4, f64x2, shuffle32, v128 } from '../../encode/simd.js'
import { i32, type Place, type Statement } from '../../encode/value.js'
import type { Product } from '../../lower/kernel.js'
import { binaryLanes, literal, plain, type Vector } from '../lanes.js'
import { loadLanes } from '../memory.js'
import { finishVector, type Finish } from './finish.js'
import type { Tiling } from './tiling.js'

/**
 * Terms that are added up in single precision before they are added to a sum in double precision: fewer where there are so many that their
 * rounding, if it is all to one side, would be seen.
 */
const blockOf = (p: Product): number => (p.k > 4096 ? 64 : 256)

const multiplyAdd = (d: DType, sum: Vector, a: Vector, b: Vector): Vector =>
  binaryLanes.add(plain, d, sum, binaryLanes.mul(plain, d, a, b))

interface Registers {
  readonly sums: ReadonlyArray<ReadonlyArray<Local<'v128'>>>
  readonly b: ReadonlyArray<Local<'v128'>>
  readonly a: Local<'v128'>
}

export const registersOf = (scope: Locals, t: Tiling): Registers => ({
  sums: Array.from({ length: t.rows }, () => Array.from({ length: t.vectors }, () => scope.add('v128'))),
  b: Array.from({ length: t.rows === 1 ? 0 : t.vectors }, () => scope.add('v128')),
  a: scope.add('v128')
})

interface Pointers {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
}

/** Where the operands of a tile begin beyond their pointers, and how far they go for one term, in bytes. */
interface Sources {
  readonly aAddress: number
  /** From one row of a tile to the next. */
  readonly aRow: number
  readonly aStep: number
  readonly bAddress: number
  readonly bStep: number
}

/** What the tiles of one product share. */
export interface Setting {
  readonly scope: Locals
  readonly p: Product
  readonly t: Tiling
  readonly registers: Registers
  readonly at: Pointers
  readonly from: Sources
  readonly finish: Finish
  /** Where the pointer to `b` is after the last term. */
  readonly end: Local<'i32'>
  /** Room for a tile in double precision. */
  readonly sums: number
}

const clear = ({ p, registers }: Setting, rows: number): Statement =>
  sequence(...registers.sums.slice(0, rows).flatMap((row) => row.map((s) => s.set(literal(p.dtype, 0)))))

/** One term of every sum of a tile. */
const term = ({ p, registers: r, at, from }: Setting, rows: number): Statement => {
  const b = (v: number): Vector => v128.load({ base: at.b.get, offset: from.bAddress + v * 16 })
  const each = r.sums.slice(0, rows).map((row, i) => {
    const x = loadLanes(p.dtype, { base: at.a.get, offset: from.aAddress + i * from.aRow }, 0, 1)
    return sequence(
      r.a.set(x),
      ...row.map((s, v) => s.set(multiplyAdd(p.dtype, s.get, r.a.get, r.b[v]?.get ?? b(v))))
    )
  })
  const bs = r.b.map((x, v) => x.set(b(v)))
  return sequence(...bs, ...each, move(at.a, from.aStep), move(at.b, from.bStep))
}

/** The loop counts by the pointer that it moves anyway. */
const terms = (s: Setting, rows: number, count: number): Statement => {
  if (count === 0) return nothing
  const one = term(s, rows)
  return count === 1
    ? one
    : sequence(
        s.end.set(i32.add(s.at.b.get, i32.const(count * s.from.bStep))),
        repeat(one, i32.ne(s.at.b.get, s.end.get))
      )
}

const upper = (x: Vector): Vector => shuffle32(x, x, [2, 3, 2, 3])

/** Where half a vector of sums is kept in double precision. */
const kept = (s: Setting, row: number, v: number, half: number): Place => ({
  base: i32.const(0),
  offset: s.sums + ((row * s.t.vectors + v) * 2 + half) * 16
})

/** Adds the sums of a block to those in double precision. */
const flush = (s: Setting, rows: number, first: boolean): Statement =>
  sequence(
    ...s.registers.sums.slice(0, rows).flatMap((row, i) =>
      row.flatMap((sum, v) =>
        [sum.get, upper(sum.get)].map((half, h) => {
          const place = kept(s, i, v, h)
          const wide = f64x2.promoteLowF32(half)
          return v128.store(place, first ? wide : f64x2.add(v128.load(place), wide))
        })
      )
    )
  )

/** The sums in double precision, rounded into the registers. */
const settle = (s: Setting, rows: number): Statement =>
  sequence(
    ...s.registers.sums.slice(0, rows).flatMap((row, i) =>
      row.map((sum, v) => {
        const half = (h: number): Vector => f32x4.demoteF64(v128.load(kept(s, i, v, h)))
        return sum.set(shuffle32(half(0), half(1), [0, 1, 4, 5]))
      })
    )
  )

/** All terms of a tile; pointers end where they began. */
export const accumulateTile = (s: Setting, rows: number): Statement => {
  const { p, at, from } = s
  const back = sequence(move(at.a, -p.k * from.aStep), move(at.b, -p.k * from.bStep))
  const whole = (n: number): Statement => sequence(clear(s, rows), terms(s, rows, n))
  const block = blockOf(p)
  if (p.dtype !== 'f32' || p.k <= block) return sequence(whole(p.k), back)
  const [rounds, rest] = [Math.floor(p.k / block), p.k % block]
  const next = sequence(whole(block), flush(s, rows, false))
  return sequence(
    whole(block),
    flush(s, rows, true),
    rounds === 1 ? nothing : counted(s.scope.add('i32'), 1, rounds, 1, next),
    rest === 0 ? nothing : sequence(whole(rest), flush(s, rows, false)),
    settle(s, rows),
    back
  )
}

/** Finishes so many columns of a tile. */
export const finishTile = ({ t, registers, finish }: Setting, rows: number, columns: number): Statement =>
  sequence(
    ...registers.sums.slice(0, rows).flatMap((row, i) =>
      row.flatMap((s, v) => {
        const n = Math.min(t.lanes, columns - v * t.lanes)
        return n <= 0 ? [] : [finishVector(finish, s, { row: i, column: v * t.lanes }, n)]
      })
    )
  )
