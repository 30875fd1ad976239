import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import { showError } from '../../src/graph/failure.js'
import type { Aval, CustomRule, Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { allocate, dtypes, type DType } from '../../src/tensor/DType.js'
import { elements, filled, own, toFlat, type Tensor } from '../../src/tensor/Tensor.js'
import { threefry2x32 } from '../../src/tensor/threefry.js'
import { run } from '../support/evaluate.js'
import { expressions } from '../support/expressions.js'
import { indices, meaning, type Meaning } from '../support/model.js'
import { operands } from '../../src/graph/families.js'

const stored = (dtype: DType, x: number): number => {
  const one = allocate(dtype, 1)
  one[0] = x
  return one[0]
}

/** Unit roundoff of sums: products and sums are made in f64 and rounded once. */
const roundoff: Readonly<Record<DType, number>> = { f32: 2 ** -24, f64: 2 ** -52, i32: 0, u32: 0, bool: 0 }

const agrees = (dtype: DType, m: Meaning, got: number): boolean => {
  if ('exact' in m) return Object.is(stored(dtype, m.exact), got)
  const sum = m.terms.reduce((a, b) => a + b, 0)
  const size = m.terms.reduce((a, b) => a + Math.abs(b), 0)
  if (!Number.isFinite(stored(dtype, sum))) return Object.is(stored(dtype, sum), got)
  const slack =
    roundoff[dtype] * Math.abs(sum) + m.terms.length * 2 ** -52 * size + (dtype === 'f32' ? 2 ** -149 : 0)
  return Math.abs(got - sum) <= slack
}

const valuesOf = (n: Value, values: ReadonlyMap<Value, Tensor>): ReadonlyArray<Tensor> =>
  operands(n).flatMap((x) => values.get(x) ?? [])

describe('the reference engine', () => {
  it('gives every node of random graphs its meaning, index by index', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(expressions({ length: 12 }), ({ results, parameters, values }) => {
        const order = valuesBelow(results)
        const result = run(order, parameters, values)
        if (E.isLeft(result)) return
        const known = new Map(
          order.flatMap((n, k) => {
            const t = result.right[k]
            return t === undefined ? [] : [[n, t] as const]
          })
        )
        for (const n of order) {
          const value = known.get(n)
          expect([value?.shape, value?.dtype]).toEqual([n.shape, n.dtype])
          indices(n.shape).forEach((i, k) => {
            const expected = meaning(n, valuesOf(n, known), i)
            const got = value === undefined ? NaN : (elements(value)[k] ?? NaN)
            if (expected === undefined) return
            seen.add('op' in n ? `${n._tag} ${n.op}` : n._tag)
            expect({ op: n, i, got, expected, agrees: agrees(n.dtype, expected, got) }).toMatchObject({
              agrees: true
            })
          })
        }
      }),
      { numRuns: 1500 }
    )
    expect([...new Set([...seen].map((s) => s.split(' ')[0]))].sort()).toEqual([
      'ArgReduce',
      'Binary',
      'Broadcast',
      'Concat',
      'Constant',
      'Contract',
      'Conv',
      'Convert',
      'Gather',
      'Iota',
      'Pad',
      'Permute',
      'Reduce',
      'Reshape',
      'Reverse',
      'Scatter',
      'Select',
      'Slice',
      'Unary',
      'Window'
    ])
  })

  it('gives one node the same value wherever it is asked for', () => {
    fc.assert(
      fc.property(expressions(), ({ results, parameters, values }) => {
        const order = valuesBelow(results)
        const [all, some] = [run(order, parameters, values), run(results, parameters, values)]
        expect(all._tag).toBe(some._tag)
        if (E.isRight(all) && E.isRight(some))
          expect(some.right).toEqual(results.map((n) => all.right[order.indexOf(n)]))
      }),
      { numRuns: 200 }
    )
  })
})

const value = (n: Value): ReadonlyArray<number | boolean> => {
  const result = run([n], [], [])
  return E.isRight(result) && result.right[0] !== undefined ? toFlat(result.right[0]) : []
}
const failure = (n: Value): string => {
  const result = run([n], [], [])
  return E.isLeft(result) ? showError(result.left) : 'no error'
}
const k = (dtype: DType, ...xs: ReadonlyArray<number>): Value => {
  const data = allocate(dtype, xs.length)
  data.set(xs)
  return make.constant(own([xs.length], dtype, data))
}
const spread = (dtype: DType, x: number, ...shape: ReadonlyArray<number>): Value =>
  make.broadcast(shape, [], make.constant(filled([], dtype, x)))
const all: ReadonlyArray<number> = [0]
const dot = (a: Value, b: Value): Value => make.contract({ batch: [[], []], contract: [[0], [0]] }, a, b)

describe('numbers', () => {
  it('integers wrap', () => {
    const [top, one] = [k('i32', 2147483647, -2147483648), k('i32', 1, -1)]
    expect(value(make.binary('add', top, one))).toEqual([-2147483648, 2147483647])
    expect(value(make.binary('mul', k('i32', 65536, 65537), k('i32', 65536, 65537)))).toEqual([0, 131073])
    expect(value(make.binary('sub', k('u32', 0), k('u32', 1)))).toEqual([4294967295])
    expect(value(make.unary('neg', k('i32', -2147483648)))).toEqual([-2147483648])
    expect(value(make.reduce('sum', all, k('i32', 2147483647, 2147483647, 3)))).toEqual([1])
    expect(value(make.reduce('prod', all, k('u32', 65537, 65537)))).toEqual([131073])
    expect(value(dot(k('i32', 65537, 2), k('i32', 65537, 3)))).toEqual([131079])
  })

  it('conversions truncate, clamp and map NaN to 0', () => {
    const x = k('f64', 1.9, -1.9, NaN, 1e20, -1e20, Infinity, -0)
    expect(value(make.convert('i32', x))).toEqual([1, -1, 0, 2147483647, -2147483648, 2147483647, 0])
    expect(value(make.convert('u32', x))).toEqual([1, 0, 0, 4294967295, 0, 4294967295, 0])
    expect(value(make.convert('bool', x))).toEqual([true, true, true, true, true, true, false])
    expect(value(make.convert('f32', k('f64', 0.1, 1e300)))).toEqual([Math.fround(0.1), Infinity])
    expect(value(make.convert('u32', k('i32', -1)))).toEqual([4294967295])
    expect(value(make.convert('f32', k('i32', 16777217)))).toEqual([16777216])
  })

  it('f32 rounds after every operation', () => {
    const x = k('f32', 16777216)
    const one = k('f32', 1)
    expect(value(make.binary('sub', make.binary('add', x, one), x))).toEqual([0])
    expect(value(make.binary('div', one, k('f32', 3)))).toEqual([Math.fround(1 / 3)])
    expect(value(make.binary('mul', k('f32', 1e30), k('f32', 1e30)))).toEqual([Infinity])
    expect(value(make.binary('mul', k('f32', 1e-40), one))).toEqual([Math.fround(1e-40)])
    fc.assert(
      fc.property(fc.float(), fc.float(), fc.constantFrom('add', 'sub', 'mul', 'div'), (a, b, op) => {
        const [got = NaN] = value(make.binary(op, k('f32', a), k('f32', b)))
        const exact = { add: a + b, sub: a - b, mul: a * b, div: a / b }[op]
        expect(got).toBe(Math.fround(exact))
      })
    )
  })

  it('long sums and products stay accurate', () => {
    const tenth = Math.fround(0.1)
    expect(value(make.reduce('sum', all, spread('f32', 0.1, 1_000_000)))).toEqual([Math.fround(tenth * 1e6)])
    const [sum = 0] = value(make.reduce('sum', all, spread('f64', 0.1, 1_000_000)))
    expect(Math.abs(Number(sum) - 1e5)).toBeLessThan(1e-9)
    const [product = 0] = value(dot(spread('f32', 0.1, 100_000), spread('f32', 1, 100_000)))
    expect(Math.abs(Number(product) / (tenth * 1e5) - 1)).toBeLessThan(1e-7)
    const [rows = 0] = value(make.reduce('sum', [0, 1], spread('f32', 0.1, 1000, 1000)))
    expect(rows).toBe(Math.fround(tenth * 1e6))
    expect(value(make.scatter(1, 0, 0, spread('i32', 0, 100_000), spread('f32', 0.1, 100_000)))).toEqual([
      Math.fround(tenth * 1e5)
    ])
  })

  it('NaN and signed zeros', () => {
    expect(value(make.argReduce('max', 0, k('f32', 1, NaN, 3, NaN)))).toEqual([1])
    expect(value(make.argReduce('min', 0, k('f32', 2, 1, 1, 3)))).toEqual([1])
    expect(value(make.reduce('max', all, k('f32', 1, NaN, 3)))).toEqual([NaN])
    expect(value(make.reduce('max', all, k('f32', -0, 0)))).toEqual([0])
    expect(value(make.binary('min', k('f64', 0, -0), k('f64', -0, 0)))).toEqual([-0, -0])
    expect(value(make.binary('mulNoNan', k('f64', 0, Infinity, -0, NaN), k('f64', NaN, 0, 5, 1)))).toEqual([
      0,
      0,
      -0,
      NaN
    ])
  })

  it('nothing at all', () => {
    const none = spread('f32', 1, 2, 0)
    expect(value(make.reduce('sum', [1], none))).toEqual([0, 0])
    expect(value(make.reduce('prod', [1], none))).toEqual([1, 1])
    expect(value(make.reduce('and', [1], spread('bool', 0, 1, 0)))).toEqual([true])
    expect(value(make.reduce('or', [1], spread('bool', 1, 1, 0)))).toEqual([false])
    expect(value(make.reduce('max', [0], none))).toEqual([])
    expect(
      value(make.contract({ batch: [[], []], contract: [[1], [0]] }, none, spread('f32', 1, 0, 3)))
    ).toEqual(Array(6).fill(0))
    expect(value(make.concat(1, [none, spread('f32', 7, 2, 1)]))).toEqual([7, 7])
    expect(value(make.pad([1, 1], [0, 0], [0, 2], 5, none))).toEqual([5, 5, 5])
  })
})

describe('random bits', () => {
  it('are the threefry words of each key and counter', () => {
    const keys = make.reshape([2, 2], k('u32', 1, 2, 3, 4))
    const expected = [
      [1, 2],
      [3, 4]
    ].flatMap(([a = 0, b = 0]) => Array.from({ length: 6 }, (_, c) => threefry2x32(a, b, 0, c)).flat())
    expect(value(make.randomBits([2, 3], keys))).toEqual(expected)
    expect(value(make.randomBits([], k('u32', 1, 2)))).toEqual([...threefry2x32(1, 2, 0, 0)])
    expect(value(make.randomBits([0], k('u32', 1, 2)))).toEqual([])
  })
})

describe('errors of a run', () => {
  it('name operation, value and what is allowed', () => {
    const x = k('f32', 10, 20, 30)
    expect(failure(make.gather(0, 0, k('i32', 0, 3), x))).toBe(
      'take: index 3 is out of range for axis 0 of [3]; valid are 0 to 2'
    )
    expect(failure(make.gather(0, 0, k('i32', -1), x))).toBe(
      'take: index -1 is out of range for axis 0 of [3]; valid are 0 to 2'
    )
    expect(failure(make.scatter(2, 0, 0, k('u32', 0, 1, 2), x))).toBe(
      'scatter: index 2 is out of range for axis 0 of [2]; valid are 0 to 1'
    )
    expect(failure(make.binary('div', k('i32', 1, 2), k('i32', 1, 0)))).toBe(
      'div: integer division by 0 in i32[2]; guard the divisor with where(...)'
    )
    expect(failure(make.binary('rem', k('u32', 1), k('u32', 0)))).toContain('integer division by 0')
    expect(value(make.binary('div', k('f32', 1), k('f32', -0)))).toEqual([-Infinity])
  })

  it('a primitive must yield what it declares', () => {
    const declared: ReadonlyArray<Aval> = [{ shape: [2], dtype: 'f32' }]
    const rule: CustomRule = {
      name: 'liar',
      results: () => E.right(declared),
      reference: () => [filled([3], 'f32', 0)],
      derivative: () => []
    }
    expect(make.resultsOf(make.custom(rule, []), declared).map(failure)).toEqual([
      'liar: result 0 does not have the shape and dtype that the rule declares'
    ])
  })

  it('parameters must be arguments', () => {
    const loose = make.input('loose', [2], 'f32')
    expect(failure(make.unary('exp', loose))).toContain('input loose has no value')
    expect(dtypes.map((d) => value(spread(d, 1, 1)).length)).toEqual([1, 1, 1, 1, 1])
  })
})
