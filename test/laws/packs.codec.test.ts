import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { eqStrict } from 'fp-ts/lib/Eq.js'
import { describe, expect, it } from 'vitest'
import { codecLaws, eqBytes, type CodecSource } from '../../laws/index.js'
import { tensor } from '../../src/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { damaged } from '../../laws/packs/damage.js'
import { broken, firstFailure } from './broken.js'

interface Written {
  readonly version: unknown
  readonly value: unknown
}

type Decimal = CodecSource<number, Written>

const isWritten = (u: unknown): u is Written =>
  typeof u === 'object' && u !== null && Object.keys(u).sort().join() === 'value,version'

const text = (n: number): string => (Object.is(n, -0) ? '-0' : String(n))

const encode = (n: number): Written => ({ version: 1, value: text(n) })

const decode = (u: unknown): E.Either<unknown, number> =>
  isWritten(u) && u.version === 1 && typeof u.value === 'string' && text(Number(u.value)) === u.value
    ? E.right(Number(u.value))
    : E.left('no')

/** Numbers as decimal text, with a version. */
const decimal: Decimal = {
  name: 'decimal',
  codec: { encode, decode },
  arbitrary: fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, 5e-324), fc.double()),
  eq: { equals: Object.is },
  version: { current: 1, replace: (o, version) => ({ ...o, version }) },
  refuses: (o) => [{ ...o, value: `${String(o.value)}x` }, { value: o.value }, null]
}

const encoding = (changed: (n: number) => Written): Partial<Decimal> => ({
  codec: { encode: changed, decode }
})

const decoding = (changed: (u: unknown) => E.Either<unknown, number>): Partial<Decimal> => ({
  codec: { encode, decode: changed }
})

/** A sign in front of every other number that has none. */
const fickle = (): Partial<Decimal> => {
  let written = 0
  return {
    codec: {
      encode: (n) => ({ version: 1, value: n > 0 && written++ % 2 === 0 ? `+${text(n)}` : text(n) }),
      decode: (u) =>
        decode(isWritten(u) && typeof u.value === 'string' ? { ...u, value: u.value.replace(/^\+/, '') } : u)
    }
  }
}

/** What text is read as, where the rest is right. */
const reading = (of: (value: unknown) => boolean, as: () => number): Partial<Decimal> =>
  decoding((u) => (isWritten(u) && u.version === 1 && of(u.value) ? E.right(as()) : decode(u)))

const unsafeThrow = (): number => {
  throw new Error('unreadable')
}

const newer = (least: number) =>
  decoding((u) =>
    decode(isWritten(u) && typeof u.version === 'number' && u.version >= least ? { ...u, version: 1 } : u)
  )

describe('planted faults', () => {
  it('none', () => {
    expect(broken(codecLaws(decimal))).toEqual([])
  })

  it.each<readonly [string, Partial<Decimal>, ReadonlyArray<string>]>([
    [
      'the number 7 is not read',
      { ...reading((value) => value === '7', unsafeThrow), arbitrary: fc.constant(7), json: false },
      ['round trip', 'stability', 'damage']
    ],
    ['-0 is written as 0', encoding((n) => encode(n + 0)), ['round trip', 'text', 'damage']],
    [
      'subnormal numbers are read as 0',
      decoding((u) => E.map((n: number) => (Math.abs(n) < 1e-308 ? n * 0 : n))(decode(u))),
      ['round trip', 'text', 'stability']
    ],
    [
      'numbers that JSON lacks',
      {
        codec: {
          encode: (n) => ({ version: 1, value: n }),
          decode: (u) =>
            isWritten(u) && u.version === 1 && typeof u.value === 'number' ? E.right(u.value) : E.left('no')
        }
      },
      ['text']
    ],
    ['a value is written in two ways', fickle(), ['stability']],
    ['damage that throws', reading((value) => value === '', unsafeThrow), ['damage']],
    [
      'damage that passes for no value at all',
      {
        ...reading(
          (value) => value === '',
          () => NaN
        ),
        arbitrary: fc.integer(),
        eq: eqStrict
      },
      ['damage']
    ],
    ['damage that is not noticed, where it should be', { detects: true }, ['damage']],
    [
      'foreign data that throws',
      decoding((u) => (typeof u === 'bigint' ? E.right(unsafeThrow()) : decode(u))),
      ['junk']
    ],
    ['every later version is read', newer(2), ['versions']],
    ['some later version is read', newer(500), ['versions']],
    ['what must be refused is not', { refuses: (o) => [null, { ...o }] }, ['refusals']]
  ])('%s', (_, change, expected) => {
    expect(broken(codecLaws({ ...decimal, ...change, numRuns: 1000 }))).toEqual(expected)
  })

  it('are reported with the value', () => {
    expect(firstFailure(codecLaws({ ...decimal, ...encoding((n) => encode(n + 0)) }))).toMatch(
      /^Codec decimal: round trip: decode\(encode\(a\)\) = a fails: reads 0\n {2}sample -0\n {2}replay/
    )
  })
})

it('damage by objects that cannot be strings', () => {
  const hidden = { toString: null, valueOf: null }
  expect(damaged({ a: 1 }, { at: 0, how: 1, with: hidden })).toEqual({
    a: 1,
    [JSON.stringify(hidden)]: hidden
  })
  expect(damaged('abc', { at: 1, how: 2, with: hidden })).toBe('a{c')
})

describe('eqBytes', () => {
  const nan = (bits: number) => own([1], 'f32', new Float32Array(Uint32Array.of(bits).buffer))

  it.each<readonly [string, unknown, unknown, boolean]>([
    ['the same', { w: tensor([1, -0]) }, { w: tensor([1, -0]) }, true],
    ['another sign of zero', { w: tensor([0]) }, { w: tensor([-0]) }, false],
    ['another payload of NaN', nan(0x7fc00000), nan(0x7fc00001), false],
    ['another dtype', tensor([1]), tensor([1], 'i32'), false],
    ['another shape', tensor([1]), tensor([[1]]), false],
    ['another structure', { w: tensor([1]) }, [tensor([1])], false]
  ])('%s', (_, a, b, expected) => {
    expect(eqBytes.equals(a, b)).toBe(expected)
    expect(eqBytes.equals(b, a)).toBe(expected)
  })
})
