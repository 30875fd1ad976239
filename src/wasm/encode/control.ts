/** Locals, blocks and loops. */
import { unsigned, type Code } from './code.js'
import { i32, statement, typeCode, value, type Statement, type Value, type ValueType } from './value.js'

export interface Local<T extends ValueType = ValueType> {
  readonly type: T
  readonly index: number
  readonly get: Value<T>
  readonly set: (x: Value<T>) => Statement
  /** Sets and leaves the value on the stack. */
  readonly tee: (x: Value<T>) => Value<T>
}

export const local = <T extends ValueType>(type: T, index: number): Local<T> => ({
  type,
  index,
  get: value(type, 0x20, unsigned(index)),
  set: (x) => statement(x.code, 0x21, unsigned(index)),
  tee: (x) => value(type, x.code, 0x22, unsigned(index))
})

/** A variable of the module, which all functions see. */
export type Global = Pick<Local<'i32'>, 'index' | 'get' | 'set'>

export const global = (index: number): Global => ({
  index,
  get: value('i32', 0x23, unsigned(index)),
  set: (x) => statement(x.code, 0x24, unsigned(index))
})

/** Hands out the locals of one function, after its parameters. */
export interface Locals {
  readonly add: <T extends ValueType>(type: T) => Local<T>
  /** The types handed out so far. */
  readonly types: () => ReadonlyArray<ValueType>
}

export const locals = (parameters: ReadonlyArray<ValueType> = []): Locals => {
  const types: Array<ValueType> = []
  return {
    add: (type) => local(type, parameters.length + types.push(type) - 1),
    types: () => types
  }
}

/** The same locals again for each of several pieces of code, none of which needs what another has left in them. */
export const recycling = (scope: Locals) => {
  const known = new Map<ValueType, Array<number>>()
  const used = new Map<ValueType, number>()
  const add = <T extends ValueType>(type: T): Local<T> => {
    const [all, at] = [known.get(type) ?? [], used.get(type) ?? 0]
    const index = all[at] ?? scope.add(type).index
    all[at] = index
    known.set(type, all)
    used.set(type, at + 1)
    return local(type, index)
  }
  const again: Locals = { add, types: scope.types }
  return { scope: again, restart: (): void => used.clear() }
}

const noResult = 0x40
const end = 0x0b

export const sequence = (...parts: ReadonlyArray<Statement>): Statement => statement(parts.map((p) => p.code))

export const when = (condition: Value<'i32'>, then: Statement): Statement =>
  statement(condition.code, 0x04, noResult, then.code, end)

export const either = (condition: Value<'i32'>, then: Statement, otherwise: Statement): Statement =>
  statement(condition.code, 0x04, noResult, then.code, 0x05, otherwise.code, end)

/** No statement at all. */
export const nothing: Statement = statement()

/** Moves a pointer on by so many bytes. */
export const move = (pointer: Local<'i32'>, bytes: number): Statement =>
  bytes === 0 ? nothing : pointer.set(i32.add(pointer.get, i32.const(bytes)))

/** Repeats while the condition holds, which is asked after the body. */
export const repeat = (body: Statement, again: Value<'i32'>): Statement =>
  statement(0x03, noResult, body.code, again.code, 0x0d, 0, end)

/** Repeats while the condition holds, which is asked before the body. */
export const loopWhile = (condition: Value<'i32'>, body: Statement): Statement =>
  when(condition, repeat(body, condition))

/** `for (i = from; i < to; i += step)` with a known number of rounds, at least one. */
export const counted = (
  i: Local<'i32'>,
  from: number,
  to: number,
  step: number,
  body: Statement
): Statement =>
  sequence(
    i.set(i32.const(from)),
    repeat(body, i32.ltS(i.tee(i32.add(i.get, i32.const(step))), i32.const(to)))
  )

/** A value with statements that come before it. */
export const after = <T extends ValueType>(before: Statement, x: Value<T>): Value<T> =>
  value(x.type, before.code, x.code)

/** What a function is made of. */
export interface Func {
  readonly name: string
  readonly parameters: ReadonlyArray<ValueType>
  readonly results: ReadonlyArray<ValueType>
  readonly locals: ReadonlyArray<ValueType>
  readonly body: Code
}

/** Runs of equal types, as the binary format lists locals. */
export const runs = (types: ReadonlyArray<ValueType>): ReadonlyArray<Code> => {
  const out: Array<[number, ValueType]> = []
  for (const t of types) {
    const last = out.at(-1)
    if (last?.[1] === t) last[0]++
    else out.push([1, t])
  }
  return out.map(([n, t]) => [unsigned(n), typeCode[t]])
}

export const callFunction = <T extends ValueType>(
  result: T,
  index: number,
  ...args: ReadonlyArray<Value>
): Value<T> =>
  value(
    result,
    args.map((a) => a.code),
    0x10,
    unsigned(index)
  )

export const callStatement = (index: number, ...args: ReadonlyArray<Value>): Statement =>
  statement(
    args.map((a) => a.code),
    0x10,
    unsigned(index)
  )

/** Copies bytes within memory; the ranges may overlap. */
export const memoryCopy = (to: Value<'i32'>, from: Value<'i32'>, bytes: number): Statement =>
  statement(
    [to, from, i32.const(bytes)].map((n) => n.code),
    0xfc,
    0x0a,
    0,
    0
  )
