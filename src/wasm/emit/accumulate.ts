/**
 * Reductions inside a nest. Sums and products of f32 are accumulated in f64 and rounded once; sums of f64 keep what rounding loses beside them. Where the reduced axes are the innermost, the
 * accumulator is in registers; else it is in memory.
 */
import type { ReduceOp } from '../../graph/Expr.js'
import { isFloat, type DType } from '../../tensor/DType.js'
import { counted, sequence, type Local, type Locals } from '../encode/control.js'
import { f32x4, f64x2, i32x4, shuffle32, v128 } from '../encode/simd.js'
import { i32, statement, type Place, type Statement } from '../encode/value.js'
import { binaryLanes, literal, type Lanes, type Vector } from './lanes.js'
import { loadLanes, storeLanes } from './memory.js'

const combiner = {
  sum: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
  and: 'and',
  or: 'or'
} as const

const least: Readonly<Record<DType, number>> = {
  f32: -Infinity,
  f64: -Infinity,
  i32: -(2 ** 31),
  u32: 0,
  bool: 0
}
const greatest: Readonly<Record<DType, number>> = {
  f32: Infinity,
  f64: Infinity,
  i32: 2 ** 31 - 1,
  u32: 2 ** 32 - 1,
  bool: 1
}

const neutral: Readonly<Record<ReduceOp, (d: DType) => number>> = {
  sum: () => 0,
  prod: () => 1,
  max: (d) => least[d],
  min: (d) => greatest[d],
  // All bits of an integer, or true.
  and: (d) => (d === 'bool' ? 1 : -1),
  or: () => 0
}

export const identityOf = (op: ReduceOp, d: DType): Vector => literal(d, neutral[op](d))

/** The dtype in which results are accumulated. */
export const accumulatorOf = (op: ReduceOp, d: DType): DType =>
  d === 'f32' && (op === 'sum' || op === 'prod') ? 'f64' : d

/** Whether what rounding loses is kept: there is no wider dtype. */
export const isCompensated = (op: ReduceOp, d: DType): boolean => op === 'sum' && d === 'f64'

/**
 * Compensated summation (Kahan and Babuska, with the exact error of a sum of two numbers by Knuth, TAOCP 2, 4.2.2): the new sum, and what its rounding
 * loses.
 */
const twoSum = (l: Lanes, s: Vector, x: Vector): readonly [sum: Vector, lost: Vector] => {
  const t = l.once(f64x2.add(s, x))
  const z = l.once(f64x2.sub(t, s))
  return [t, f64x2.add(f64x2.sub(s, f64x2.sub(t, z)), f64x2.sub(x, z))]
}

/** A sum with what was lost of it; infinities and NaN lose nothing. */
export const compensated = (s: Vector, lost: Vector): Vector =>
  v128.bitselect(f64x2.add(s, lost), s, f64x2.lt(f64x2.abs(s), f64x2.const(Infinity)))

export interface Accumulation {
  /** Before the reduced loops. */
  readonly init: Statement
  /** At each point. */
  readonly add: (l: Lanes, x: Vector, lanes: number) => Statement
  /** The result of the reduced loops, in the first lane. */
  readonly total: (l: Lanes) => Vector
}

const upper = (x: Vector): Vector => shuffle32(x, x, [2, 3, 2, 3])

/** The halves of a vector that is to be accumulated. */
export const parts = (d: DType, wide: DType, lanes: number, x: Vector): ReadonlyArray<Vector> =>
  d === wide
    ? [x]
    : lanes > 2
      ? [f64x2.promoteLowF32(x), f64x2.promoteLowF32(upper(x))]
      : [f64x2.promoteLowF32(x)]

const tailMask = (d: DType, lanes: number): Vector => {
  const bit = (k: number): number => (k < lanes ? -1 : 0)
  return d === 'f64'
    ? i32x4.lanes(bit(0), bit(0), bit(1), bit(1))
    : i32x4.lanes(bit(0), bit(1), bit(2), bit(3))
}

/** All lanes combined, in the first. */
const horizontal = (l: Lanes, op: ReduceOp, d: DType, width: number, given: Vector): Vector => {
  const f = binaryLanes[combiner[op]]
  const swap = (x: Vector, order: ReadonlyArray<number>): Vector => {
    const kept = l.once(x)
    return f(l, d, kept, shuffle32(kept, kept, order))
  }
  if (d === 'f64') return swap(given, [2, 3, 0, 1])
  return swap(width === 4 ? swap(given, [2, 3, 0, 1]) : given, [1, 0, 3, 2])
}

/** A sum of f64 in registers, and what it has lost. */
const sumInRegisters = (scope: Locals, width: number): Accumulation => {
  const [sum, lost] = [scope.add('v128'), scope.add('v128')]
  return {
    init: sequence(sum.set(identityOf('sum', 'f64')), lost.set(identityOf('sum', 'f64'))),
    add: (l, x, lanes) => {
      const valid = lanes === width ? x : v128.bitselect(x, identityOf('sum', 'f64'), tailMask('f64', lanes))
      const [total, error] = twoSum(l, sum.get, l.once(valid))
      return sequence(lost.set(f64x2.add(lost.get, error)), sum.set(total))
    },
    total: (l) => horizontal(l, 'sum', 'f64', width, compensated(sum.get, lost.get))
  }
}

/** A product in registers, in the order of its factors: products of every other one may overflow where the whole does not. */
const productInRegisters = (scope: Locals, d: DType, width: number): Accumulation => {
  const wide = accumulatorOf('prod', d)
  const product = scope.add('v128')
  return {
    init: product.set(identityOf('prod', wide)),
    add: (l, x, lanes) => {
      const valid = l.once(lanes === width ? x : v128.bitselect(x, identityOf('prod', d), tailMask(d, lanes)))
      return sequence(
        ...parts(d, wide, width, valid).map((given) => {
          const half = l.once(given)
          return product.set(f64x2.mul(f64x2.mul(product.get, half), shuffle32(half, half, [2, 3, 0, 1])))
        })
      )
    },
    total: () => product.get
  }
}

/** An accumulator in registers, over vectors of `width` elements. */
export const inRegisters = (scope: Locals, op: ReduceOp, d: DType, width: number): Accumulation => {
  if (isCompensated(op, d)) return sumInRegisters(scope, width)
  if (op === 'prod' && isFloat(d)) return productInRegisters(scope, d, width)
  const wide = accumulatorOf(op, d)
  const f = binaryLanes[combiner[op]]
  const count = d !== wide && width === 4 ? 2 : 1
  const registers: ReadonlyArray<Local<'v128'>> = Array.from({ length: count }, () => scope.add('v128'))
  return {
    init: sequence(...registers.map((r) => r.set(identityOf(op, wide)))),
    add: (l, x, lanes) => {
      const valid = lanes === width ? x : v128.bitselect(x, identityOf(op, d), tailMask(d, lanes))
      const halves = parts(d, wide, width, count > 1 ? l.once(valid) : valid)
      return sequence(...registers.map((r, k) => r.set(f(l, wide, r.get, halves[k]!))))
    },
    total: (l) => {
      const [first, second] = registers
      const both = second === undefined ? first!.get : f(l, wide, first!.get, second.get)
      return horizontal(l, op, wide, width, both)
    }
  }
}

/** Adds `lanes` elements that lie `step` apart to accumulators in memory. */
export const intoMemory = (
  l: Lanes,
  op: ReduceOp,
  d: DType,
  x: Vector,
  { place, step, lanes }: { readonly place: Place; readonly step: number; readonly lanes: number }
): Statement => {
  const wide = accumulatorOf(op, d)
  const f = binaryLanes[combiner[op]]
  const per = d === wide ? lanes : 2
  const halves = parts(d, wide, lanes, d !== wide && lanes > 2 ? l.once(x) : x)
  return sequence(
    ...halves.map((half, k) => {
      const n = Math.min(per, lanes - k * per)
      const at = { base: place.base, offset: place.offset + k * per * step * (wide === 'f64' ? 8 : 4) }
      return storeLanes(
        wide,
        at,
        l.once(f(l, wide, loadLanes(wide, at, step === 0 ? 1 : step, n), half)),
        step,
        n
      )
    })
  )
}

/** Adds `lanes` elements of f64 that lie `step` apart to sums in memory, and what they lose to a place of the same form. */
export const intoSums = (
  l: Lanes,
  x: Vector,
  place: Place,
  lost: Place,
  { step, lanes }: { readonly step: number; readonly lanes: number }
): Statement => {
  const load = (at: Place): Vector => l.once(loadLanes('f64', at, step === 0 ? 1 : step, lanes))
  const [sum, error] = twoSum(l, load(place), l.once(x))
  const all = l.once(f64x2.add(load(lost), error))
  return sequence(storeLanes('f64', place, sum, step, lanes), storeLanes('f64', lost, all, step, lanes))
}

/** Sums with what was lost of them. */
export const settled = (scope: Locals, sums: number, lost: number, count: number): Statement => {
  const i = scope.add('i32')
  const at = (offset: number): Place => ({ base: i.get, offset })
  const load = (offset: number): Vector => v128.load(at(offset))
  return counted(
    i,
    0,
    Math.ceil(count / 2) * 16,
    16,
    v128.store(at(sums), compensated(load(sums), load(lost)))
  )
}

/** Places in memory before anything is added, in the accumulator's dtype or in that of the results. */
export const filled = (scope: Locals, op: ReduceOp, wide: DType, at: number, count: number): Statement => {
  const i = scope.add('i32')
  const bytes = Math.ceil((count * (wide === 'f64' ? 8 : 4)) / 16) * 16
  if (count === 0) return statement()
  const initial = wide === 'bool' ? i32x4.neg(identityOf(op, wide)) : identityOf(op, wide)
  return counted(i, 0, bytes, 16, v128.store({ base: i.get, offset: at }, initial))
}

/** Accumulators rounded to the results. */
export const rounded = (scope: Locals, from: number, to: number, count: number): Statement => {
  const i = scope.add('i32')
  return counted(
    i,
    0,
    Math.ceil(count / 2) * 8,
    8,
    v128.store64Lane(
      { base: i.get, offset: to },
      f32x4.demoteF64(v128.load({ base: i32.shl(i.get, i32.const(1)), offset: from })),
      0
    )
  )
}
