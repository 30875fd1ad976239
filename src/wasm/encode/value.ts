/** Typed instruction sequences: what leaves one value on the stack, and of which type, so that the compiler checks what is emitted. */
import { signed, signed64, unsigned, float32, float64, type Code } from './code.js'

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

export const typeCode: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b
}

/** Code that pushes one value of type `T`. */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T
  readonly code: Code
}

/** Code that pushes nothing. */
export interface Statement {
  readonly type: 'void'
  readonly code: Code
}

export const value = <T extends ValueType>(type: T, ...code: ReadonlyArray<Code>): Value<T> => ({
  type,
  code
})
export const statement = (...code: ReadonlyArray<Code>): Statement => ({ type: 'void', code })

export type Fn1<A extends ValueType, R extends ValueType> = (x: Value<A>) => Value<R>
export type Fn2<A extends ValueType, R extends ValueType> = (a: Value<A>, b: Value<A>) => Value<R>

export const fn1 =
  <A extends ValueType, R extends ValueType>(_: A, result: R, ...opcode: ReadonlyArray<number>): Fn1<A, R> =>
  (x) =>
    value(result, x.code, opcode)

export const fn2 =
  <A extends ValueType, R extends ValueType>(_: A, result: R, ...opcode: ReadonlyArray<number>): Fn2<A, R> =>
  (a, b) =>
    value(result, a.code, b.code, opcode)

/** A place in memory: an address, and what is added to it when the module is written. */
export interface Place {
  readonly base: Value<'i32'>
  readonly offset: number
}

const memory = (align: number, offset: number): Code => [align, unsigned(offset)]

/** `align` is the logarithm of a hint, not a demand. */
export const load =
  <T extends ValueType>(type: T, align: number, ...opcode: ReadonlyArray<Code>) =>
  ({ base, offset }: Place): Value<T> =>
    value(type, base.code, opcode, memory(align, offset))

export const store =
  <T extends ValueType>(_: T, align: number, ...opcode: ReadonlyArray<Code>) =>
  ({ base, offset }: Place, x: Value<T>): Statement =>
    statement(base.code, x.code, opcode, memory(align, offset))

export const i32 = {
  const: (n: number): Value<'i32'> => value('i32', 0x41, signed(n)),
  load: load('i32', 2, 0x28),
  load8: load('i32', 0, 0x2d),
  store: store('i32', 2, 0x36),
  store8: store('i32', 0, 0x3a),
  eqz: fn1('i32', 'i32', 0x45),
  eq: fn2('i32', 'i32', 0x46),
  ne: fn2('i32', 'i32', 0x47),
  ltS: fn2('i32', 'i32', 0x48),
  ltU: fn2('i32', 'i32', 0x49),
  gtS: fn2('i32', 'i32', 0x4a),
  gtU: fn2('i32', 'i32', 0x4b),
  leS: fn2('i32', 'i32', 0x4c),
  geS: fn2('i32', 'i32', 0x4e),
  geU: fn2('i32', 'i32', 0x4f),
  add: fn2('i32', 'i32', 0x6a),
  sub: fn2('i32', 'i32', 0x6b),
  mul: fn2('i32', 'i32', 0x6c),
  divS: fn2('i32', 'i32', 0x6d),
  divU: fn2('i32', 'i32', 0x6e),
  remS: fn2('i32', 'i32', 0x6f),
  remU: fn2('i32', 'i32', 0x70),
  and: fn2('i32', 'i32', 0x71),
  or: fn2('i32', 'i32', 0x72),
  xor: fn2('i32', 'i32', 0x73),
  shl: fn2('i32', 'i32', 0x74),
  shrS: fn2('i32', 'i32', 0x75),
  shrU: fn2('i32', 'i32', 0x76),
  rotl: fn2('i32', 'i32', 0x77),
  wrapI64: fn1('i64', 'i32', 0xa7),
  reinterpretF32: fn1('f32', 'i32', 0xbc)
} as const

export const i64 = {
  const: (n: bigint): Value<'i64'> => value('i64', 0x42, signed64(n)),
  eqz: fn1('i64', 'i32', 0x50),
  eq: fn2('i64', 'i32', 0x51),
  ltU: fn2('i64', 'i32', 0x54),
  gtU: fn2('i64', 'i32', 0x56),
  geU: fn2('i64', 'i32', 0x5a),
  clz: fn1('i64', 'i64', 0x79),
  add: fn2('i64', 'i64', 0x7c),
  sub: fn2('i64', 'i64', 0x7d),
  mul: fn2('i64', 'i64', 0x7e),
  remU: fn2('i64', 'i64', 0x82),
  and: fn2('i64', 'i64', 0x83),
  or: fn2('i64', 'i64', 0x84),
  xor: fn2('i64', 'i64', 0x85),
  shl: fn2('i64', 'i64', 0x86),
  shrS: fn2('i64', 'i64', 0x87),
  shrU: fn2('i64', 'i64', 0x88),
  extendI32S: fn1('i32', 'i64', 0xac),
  extendI32U: fn1('i32', 'i64', 0xad),
  reinterpretF64: fn1('f64', 'i64', 0xbd)
} as const

export const f32 = {
  const: (x: number): Value<'f32'> => value('f32', 0x43, float32(x)),
  load: load('f32', 2, 0x2a),
  store: store('f32', 2, 0x38),
  eq: fn2('f32', 'i32', 0x5b),
  ne: fn2('f32', 'i32', 0x5c),
  lt: fn2('f32', 'i32', 0x5d),
  gt: fn2('f32', 'i32', 0x5e),
  add: fn2('f32', 'f32', 0x92),
  mul: fn2('f32', 'f32', 0x94),
  demoteF64: fn1('f64', 'f32', 0xb6),
  reinterpretI32: fn1('i32', 'f32', 0xbe)
} as const

export const f64 = {
  const: (x: number): Value<'f64'> => value('f64', 0x44, float64(x)),
  load: load('f64', 3, 0x2b),
  store: store('f64', 3, 0x39),
  eq: fn2('f64', 'i32', 0x61),
  ne: fn2('f64', 'i32', 0x62),
  lt: fn2('f64', 'i32', 0x63),
  gt: fn2('f64', 'i32', 0x64),
  le: fn2('f64', 'i32', 0x65),
  ge: fn2('f64', 'i32', 0x66),
  abs: fn1('f64', 'f64', 0x99),
  neg: fn1('f64', 'f64', 0x9a),
  trunc: fn1('f64', 'f64', 0x9d),
  sqrt: fn1('f64', 'f64', 0x9f),
  add: fn2('f64', 'f64', 0xa0),
  sub: fn2('f64', 'f64', 0xa1),
  mul: fn2('f64', 'f64', 0xa2),
  div: fn2('f64', 'f64', 0xa3),
  min: fn2('f64', 'f64', 0xa4),
  max: fn2('f64', 'f64', 0xa5),
  copysign: fn2('f64', 'f64', 0xa6),
  promoteF32: fn1('f32', 'f64', 0xbb),
  convertI32S: fn1('i32', 'f64', 0xb7),
  convertI32U: fn1('i32', 'f64', 0xb8),
  convertI64U: fn1('i64', 'f64', 0xba),
  reinterpretI64: fn1('i64', 'f64', 0xbf)
} as const

/** `condition ? a : b`, both computed. */
export const select = <T extends ValueType>(condition: Value<'i32'>, a: Value<T>, b: Value<T>): Value<T> =>
  value(a.type, a.code, b.code, condition.code, 0x1c, 1, typeCode[a.type])
