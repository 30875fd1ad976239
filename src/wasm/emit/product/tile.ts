/** One tile of a matrix product: all terms of its sums, and what is made of these. */
import { isFloat } from '../../../tensor/DType.js'
import { counted, move, nothing, repeat, sequence, type Local, type Locals } from '../../encode/control.js'
import { i32, type Statement } from '../../encode/value.js'
import { storedAt } from '../../lower/copy.js'
import type { Product } from '../../kernel/kernel.js'
import { applyEpilogue, type Epilogue } from './epilogue.js'
import {
  addToAside,
  clear,
  flush,
  putAside,
  settle,
  term as termOf,
  throughMemory,
  usualBlock,
  type Registers,
  type Sums
} from './accumulators.js'
import type { Tiling } from './tiling.js'

/** Terms of a block: fewer where there are so many that their rounding, if it is all to one side, would be seen. */
const blockOf = (p: Product): number => (p.k > 4096 ? 64 : usualBlock)

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
  readonly epilogue: Epilogue
  /** Where the pointer to `b` is after the last term. */
  readonly end: Local<'i32'>
  /** Room for a tile in double precision. */
  readonly sums: number
}

const sumsOf = ({ p, registers, sums }: Setting): Sums => ({ dtype: p.dtype, registers, room: sums })

/** One term of every sum of a tile, and on to the next. */
const term = (s: Setting, rows: number): Statement => {
  const { at, from } = s
  const one = termOf(
    sumsOf(s),
    rows,
    (row) => ({ base: at.a.get, offset: from.aAddress + row * from.aRow }),
    (v) => ({ base: at.b.get, offset: from.bAddress + v * 16 })
  )
  return sequence(one, move(at.a, from.aStep), move(at.b, from.bStep))
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

/** So few terms take less time than the way through memory. */
const few = 64

/**
 * So many blocks are written one after the other: a loop around them would be one too many, see `panelFunction`. A single row waits for memory
 * rather than for instructions, and gains nothing by more of them.
 */
const mostWritten = 4

/** All terms of a tile; pointers end where they began. */
export const accumulateTile = (s: Setting, rows: number): Statement => {
  const { p, at, from } = s
  const sums = sumsOf(s)
  const back = sequence(move(at.a, -p.k * from.aStep), move(at.b, -p.k * from.bStep))
  const whole = (n: number): Statement => sequence(clear(sums, rows), terms(s, rows, n))
  const computed = (n: number): Statement => sequence(whole(n), n < few ? nothing : throughMemory(sums, rows))
  const block = blockOf(p)
  if (!isFloat(p.dtype) || p.k <= block)
    return sequence(storedAt(p.epilogue) === undefined ? computed(p.k) : whole(p.k), back)
  const blocks = Math.ceil(p.k / block)
  const last = computed(p.k - (blocks - 1) * block)
  if (blocks === 2) return sequence(whole(block), putAside(sums, rows), last, addToAside(sums, rows), back)
  const next = sequence(computed(block), flush(sums, rows, false))
  const some = blocks - 2
  return sequence(
    computed(block),
    flush(sums, rows, true),
    blocks > mostWritten || rows === 1
      ? counted(s.scope.add('i32'), 0, some, 1, next)
      : sequence(...Array.from({ length: some }, () => next)),
    last,
    settle(sums, rows, true),
    back
  )
}

/** Finishes so many columns of a tile. */
export const epilogueTile = ({ registers, epilogue }: Setting, rows: number, columns: number): Statement =>
  applyEpilogue(epilogue, registers.sums, 1, { rows, columns })
