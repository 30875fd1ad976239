/** The 128-bit instructions: four lanes of f32 or i32, two of f64 or i64. */
import { float32, float64, unsigned, type Code } from './code.js'
import {
  fn1,
  fn2,
  load,
  store,
  statement,
  value,
  type Fn1,
  type Fn2,
  type Place,
  type Statement,
  type Value
} from './value.js'

const simd = (opcode: number): ReadonlyArray<number> => [0xfd, ...unsigned(opcode)]

const un = (opcode: number): Fn1<'v128', 'v128'> => fn1('v128', 'v128', ...simd(opcode))
const bin = (opcode: number): Fn2<'v128', 'v128'> => fn2('v128', 'v128', ...simd(opcode))

const shift =
  (opcode: number) =>
  (x: Value<'v128'>, by: Value<'i32'>): Value<'v128'> =>
    value('v128', x.code, by.code, simd(opcode))

const loadLane =
  (opcode: number, align: number) =>
  ({ base, offset }: Place, x: Value<'v128'>, lane: number): Value<'v128'> =>
    value('v128', base.code, x.code, simd(opcode), align, unsigned(offset), lane)

const storeLane =
  (opcode: number, align: number) =>
  ({ base, offset }: Place, x: Value<'v128'>, lane: number): Statement =>
    statement(base.code, x.code, simd(opcode), align, unsigned(offset), lane)

export const v128 = {
  load: load('v128', 4, simd(0x00)),
  store: store('v128', 4, simd(0x0b)),
  load32Splat: load('v128', 2, simd(0x09)),
  load64Splat: load('v128', 3, simd(0x0a)),
  load32Zero: load('v128', 2, simd(0x5c)),
  load64Zero: load('v128', 3, simd(0x5d)),
  load32Lane: loadLane(0x56, 2),
  load64Lane: loadLane(0x57, 3),
  store32Lane: storeLane(0x5a, 2),
  store64Lane: storeLane(0x5b, 3),
  const: (...bytes: ReadonlyArray<Code>): Value<'v128'> => value('v128', simd(0x0c), bytes),
  not: un(0x4d),
  and: bin(0x4e),
  /** `a & ~b`. */
  andnot: bin(0x4f),
  or: bin(0x50),
  xor: bin(0x51),
  /** The bits of `a` where `mask` is set, else those of `b`. */
  bitselect: (a: Value<'v128'>, b: Value<'v128'>, mask: Value<'v128'>): Value<'v128'> =>
    value('v128', a.code, b.code, mask.code, simd(0x52))
} as const

/** Bytes of two vectors by position: 0 to 15 from the first, 16 to 31 from the second. */
export const shuffle = (a: Value<'v128'>, b: Value<'v128'>, bytes: ReadonlyArray<number>): Value<'v128'> =>
  value('v128', a.code, b.code, simd(0x0d), bytes)

/** 32-bit lanes of two vectors by position: 0 to 3 from the first, 4 to 7 from the second. */
export const shuffle32 = (a: Value<'v128'>, b: Value<'v128'>, lanes: ReadonlyArray<number>): Value<'v128'> =>
  value(
    'v128',
    a.code,
    b.code,
    simd(0x0d),
    lanes.map((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3])
  )

const word = (n: number): ReadonlyArray<number> => [
  n & 255,
  (n >>> 8) & 255,
  (n >>> 16) & 255,
  (n >>> 24) & 255
]

export const i32x4 = {
  const: (n: number): Value<'v128'> => v128.const(word(n), word(n), word(n), word(n)),
  lanes: (a: number, b: number, c: number, d: number): Value<'v128'> =>
    v128.const(word(a), word(b), word(c), word(d)),
  splat: fn1('i32', 'v128', ...simd(0x11)),
  extract: (x: Value<'v128'>, lane: number): Value<'i32'> => value('i32', x.code, simd(0x1b), lane),
  replace: (x: Value<'v128'>, lane: number, y: Value<'i32'>): Value<'v128'> =>
    value('v128', x.code, y.code, simd(0x1c), lane),
  eq: bin(0x37),
  ne: bin(0x38),
  ltS: bin(0x39),
  ltU: bin(0x3a),
  gtS: bin(0x3b),
  gtU: bin(0x3c),
  leS: bin(0x3d),
  leU: bin(0x3e),
  geS: bin(0x3f),
  geU: bin(0x40),
  abs: un(0xa0),
  neg: un(0xa1),
  /** The highest bit of each lane: of a mask, which are set. Hosts ask so in fewer instructions than by `v128.any_true`. */
  bitmask: fn1('v128', 'i32', ...simd(0xa4)),
  shl: shift(0xab),
  shrS: shift(0xac),
  shrU: shift(0xad),
  add: bin(0xae),
  sub: bin(0xb1),
  mul: bin(0xb5),
  minS: bin(0xb6),
  minU: bin(0xb7),
  maxS: bin(0xb8),
  maxU: bin(0xb9),
  truncSatF32S: un(0xf8),
  truncSatF32U: un(0xf9),
  /** The two upper lanes are zero. */
  truncSatF64S: un(0xfc),
  truncSatF64U: un(0xfd)
} as const

export const i64x2 = {
  const: (n: bigint): Value<'v128'> => {
    const [low, high] = [Number(BigInt.asUintN(32, n)), Number(BigInt.asUintN(32, n >> 32n))]
    return v128.const(word(low), word(high), word(low), word(high))
  },
  splat: fn1('i64', 'v128', ...simd(0x12)),
  extract: (x: Value<'v128'>, lane: number): Value<'i64'> => value('i64', x.code, simd(0x1d), lane),
  /** Sign-extends the two lower 32-bit lanes. */
  extendLowS: un(0xc7),
  extendLowU: un(0xc9),
  shl: shift(0xcb),
  shrS: shift(0xcc),
  shrU: shift(0xcd),
  add: bin(0xce),
  sub: bin(0xd1),
  eq: bin(0xd6),
  ne: bin(0xd7),
  ltS: bin(0xd8),
  gtS: bin(0xd9)
} as const

/** What both floating-point vectors can do, by the same names. */
export interface FloatLanes {
  readonly lanes: 4 | 2
  readonly const: (x: number) => Value<'v128'>
  readonly abs: Fn1<'v128', 'v128'>
  readonly neg: Fn1<'v128', 'v128'>
  readonly sqrt: Fn1<'v128', 'v128'>
  readonly ceil: Fn1<'v128', 'v128'>
  readonly floor: Fn1<'v128', 'v128'>
  readonly trunc: Fn1<'v128', 'v128'>
  /** To the nearest integer, ties to even. */
  readonly nearest: Fn1<'v128', 'v128'>
  readonly add: Fn2<'v128', 'v128'>
  readonly sub: Fn2<'v128', 'v128'>
  readonly mul: Fn2<'v128', 'v128'>
  readonly div: Fn2<'v128', 'v128'>
  /** NaN wins; -0 is less than 0. */
  readonly min: Fn2<'v128', 'v128'>
  readonly max: Fn2<'v128', 'v128'>
  /** `b < a ? b : a`. */
  readonly pmin: Fn2<'v128', 'v128'>
  readonly pmax: Fn2<'v128', 'v128'>
  /** Comparisons answer with masks: all bits of the lane. */
  readonly eq: Fn2<'v128', 'v128'>
  readonly ne: Fn2<'v128', 'v128'>
  readonly lt: Fn2<'v128', 'v128'>
  readonly gt: Fn2<'v128', 'v128'>
  readonly le: Fn2<'v128', 'v128'>
  readonly ge: Fn2<'v128', 'v128'>
}

export const f32x4 = {
  lanes: 4,
  const: (x: number): Value<'v128'> => {
    const lane = float32(x)
    return v128.const(lane, lane, lane, lane)
  },
  splat: fn1('f32', 'v128', ...simd(0x13)),
  extract: (x: Value<'v128'>, lane: number): Value<'f32'> => value('f32', x.code, simd(0x1f), lane),
  replace: (x: Value<'v128'>, lane: number, y: Value<'f32'>): Value<'v128'> =>
    value('v128', x.code, y.code, simd(0x20), lane),
  ceil: un(0x67),
  floor: un(0x68),
  trunc: un(0x69),
  nearest: un(0x6a),
  eq: bin(0x41),
  ne: bin(0x42),
  lt: bin(0x43),
  gt: bin(0x44),
  le: bin(0x45),
  ge: bin(0x46),
  abs: un(0xe0),
  neg: un(0xe1),
  sqrt: un(0xe3),
  add: bin(0xe4),
  sub: bin(0xe5),
  mul: bin(0xe6),
  div: bin(0xe7),
  min: bin(0xe8),
  max: bin(0xe9),
  pmin: bin(0xea),
  pmax: bin(0xeb),
  convertI32S: un(0xfa),
  convertI32U: un(0xfb),
  /** Rounds two f64; the two upper lanes are zero. */
  demoteF64: un(0x5e)
} as const satisfies FloatLanes & Readonly<Record<string, unknown>>

export const f64x2 = {
  lanes: 2,
  const: (x: number): Value<'v128'> => {
    const lane = float64(x)
    return v128.const(lane, lane)
  },
  splat: fn1('f64', 'v128', ...simd(0x14)),
  extract: (x: Value<'v128'>, lane: number): Value<'f64'> => value('f64', x.code, simd(0x21), lane),
  replace: (x: Value<'v128'>, lane: number, y: Value<'f64'>): Value<'v128'> =>
    value('v128', x.code, y.code, simd(0x22), lane),
  ceil: un(0x74),
  floor: un(0x75),
  trunc: un(0x7a),
  nearest: un(0x94),
  eq: bin(0x47),
  ne: bin(0x48),
  lt: bin(0x49),
  gt: bin(0x4a),
  le: bin(0x4b),
  ge: bin(0x4c),
  abs: un(0xec),
  neg: un(0xed),
  sqrt: un(0xef),
  add: bin(0xf0),
  sub: bin(0xf1),
  mul: bin(0xf2),
  div: bin(0xf3),
  min: bin(0xf4),
  max: bin(0xf5),
  pmin: bin(0xf6),
  pmax: bin(0xf7),
  /** From the two lower 32-bit lanes. */
  convertLowI32S: un(0xfe),
  convertLowI32U: un(0xff),
  promoteLowF32: un(0x5f)
} as const satisfies FloatLanes & Readonly<Record<string, unknown>>
