import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { register } from '../../../laws/index.js'
import { fail, law, pass, type Verdict } from '../../../laws/law/index.js'
import { bytesOf, signed, signed64, text, unsigned, type Code } from '../../../src/wasm/encode/code.js'
import { encode, type Module } from '../../../src/wasm/encode/module.js'
import { f32, f64, i32, i64, type Value } from '../../../src/wasm/encode/value.js'
import { unsafeValidate } from '../../support/validator.js'

/** LEB128 by its definition: seven bits a byte, the lowest first; the last byte's sixth bit is the sign of signed numbers. */
const decoded = (bytes: ReadonlyArray<number>, isSigned: boolean): bigint => {
  const value = bytes.reduce((sum, b, i) => sum + (BigInt(b & 0x7f) << BigInt(7 * i)), 0n)
  const bits = 7 * bytes.length
  return isSigned ? BigInt.asIntN(bits, value) : value
}

/** All bytes but the last say that more follow, and none could be left out. */
const isShortest = (bytes: ReadonlyArray<number>, value: bigint, isSigned: boolean): boolean =>
  bytes.every((b, i) => b < 0x80 === (i === bytes.length - 1)) &&
  (bytes.length === 1 || decoded(bytes.slice(0, -1), isSigned) !== value)

const judgeLeb = (bytes: ReadonlyArray<number>, value: bigint, isSigned: boolean): Verdict => {
  const back = decoded(bytes, isSigned)
  if (back !== value) return fail(`${value} is read back as ${back}`)
  return isShortest(bytes, value, isSigned) ? pass : fail(`${value} takes ${bytes.join(' ')}`)
}

const edges = [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
const whole = (min: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constantFrom(...edges, ...edges.map((n) => -n).filter((n) => n >= min)),
    fc.integer({ min, max: 2 ** 32 - 1 })
  )

const leb = <A>(name: string, arbitrary: fc.Arbitrary<A>, judge: (n: A) => Verdict) =>
  law({ name, statement: { left: 'read back', right: 'what was written' }, arbitrary, judge, numRuns: 2000 })

const rope = fc.letrec<{ code: Code }>((tie) => ({
  code: fc.oneof(
    { maxDepth: 5 },
    fc.nat(255),
    fc.uint8Array({ maxLength: 600 }),
    fc.array(tie('code'), { maxLength: 5 })
  )
})).code

const isBytes = (code: Code): code is Uint8Array => code instanceof Uint8Array

const flat = (code: Code): ReadonlyArray<number> =>
  typeof code === 'number' ? [code] : isBytes(code) ? [...code] : code.flatMap(flat)

register({
  name: 'encoding',
  parents: [],
  laws: [
    leb('unsigned', whole(0), (n) => judgeLeb(unsigned(n), BigInt(n), false)),
    leb('signed, modulo 2^32', whole(-(2 ** 31)), (n) => judgeLeb(signed(n), BigInt(n | 0), true)),
    leb('signed64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) =>
      judgeLeb(signed64(n), n, true)
    ),
    law({
      name: 'ropes',
      statement: { left: 'bytesOf', right: 'parts one after the other' },
      arbitrary: rope,
      judge: (code) =>
        bytesOf(code).join() === flat(code).join()
          ? pass
          : fail(`${bytesOf(code).join()}, expected ${flat(code).join()}`),
      numRuns: 500
    })
  ]
})(test)

it('ropes may be as deep as a program is long', () => {
  let code: Code = 7
  for (let i = 0; i < 200_000; i++) code = [code, 1]
  expect(bytesOf(code)).toHaveLength(200_001)
})

it('text is UTF-8 with its length in bytes', () => {
  expect([...bytesOf(text('aß€'))]).toEqual([6, 0x61, 0xc3, 0x9f, 0xe2, 0x82, 0xac])
})

/** A module whose function `f` answers with a value. */
const answering = (value: Value): Module => ({
  functions: [
    { name: 'f', parameters: [], results: [value.type], locals: ['i32', 'v128', 'v128'], body: value.code }
  ],
  exports: { f: 0 },
  pages: 1,
  data: [{ at: 8, bytes: Uint8Array.of(1, 2, 3, 4) }]
})

interface Made {
  readonly exports: { readonly f: () => unknown }
}

const host = Reflect.get(globalThis, 'WebAssembly') as {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => Made
  readonly validate: (bytes: Uint8Array) => boolean
}

const answer = (value: Value): unknown => {
  const bytes = encode(answering(value))
  return new host.Instance(new host.Module(bytes)).exports.f()
}

describe('what is written is read by a host and by a validator', () => {
  it.each([0, 1, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)])('i32 %i', (n) => {
    expect(answer(i32.const(n))).toBe(n)
  })
  it.each([0n, -1n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)])('i64 %i', (n) => {
    expect(answer(i64.const(n))).toBe(n)
  })
  it.each([0, -0, 1.5, NaN, Infinity, 5e-324])('floats %d', (x) => {
    expect(answer(f64.const(x))).toBe(x)
    expect(answer(f32.const(x))).toBe(Math.fround(x))
  })
  it('data', () => {
    expect(answer(i32.load({ base: i32.const(0), offset: 8 }))).toBe(0x04030201)
  })
})

describe('what is not well-typed', () => {
  const bad = encode(answering({ type: 'i32', code: f64.const(1).code }))
  it('is refused by the host', () => {
    expect(host.validate(bad)).toBe(false)
  })
  it('is refused by the validator', () => {
    expect(() => unsafeValidate(bad)).toThrow(/type mismatch/)
  })
})
