import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary } from '../../laws/index.js'
import { dtypes } from '../../src/tensor/DType.js'
import { range } from '../../src/tensor/dims.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'

const floats = ['f32', 'f64'] as const

const numbers = (t: Tensor): ReadonlyArray<number> => Array.from(elements(t), Number)

const sum = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0)

const rows = (t: Tensor, n: number): ReadonlyArray<ReadonlyArray<number>> =>
  range(0, numbers(t).length / n).map((i) => numbers(t).slice(i * n, (i + 1) * n))

const some = <A>(values: fc.Arbitrary<A>, holds: (a: A) => boolean): boolean =>
  fc.sample(values, 500).some(holds)

describe.each(floats)('domains of whole tensors in %s', (dtype) => {
  it('the unit ball has interior, boundary and centre', () => {
    const ball = arbitrary.tensor({ shape: [2, 3], dtype, domain: 'unitBall' })
    const norms = (t: Tensor): ReadonlyArray<number> =>
      rows(t, 3).map((row) => Math.sqrt(sum(row.map((x) => x * x))))
    fc.assert(fc.property(ball, (t) => norms(t).every((x) => x <= 1)))
    expect(some(ball, (t) => norms(t).includes(1))).toBe(true)
    expect(some(ball, (t) => norms(t).includes(0))).toBe(true)
    expect(some(ball, (t) => norms(t).some((x) => x > 0.1 && x < 0.9))).toBe(true)
    expect(some(ball, (t) => norms(t).some((x) => x > 0.9999 && !numbers(t).includes(1)))).toBe(true)
  })

  it('probabilities are positive and sum to 1', () => {
    fc.assert(
      fc.property(arbitrary.tensor({ shape: [2, 3], dtype, domain: 'probabilities' }), (t) =>
        rows(t, 3).every((row) => row.every((x) => x > 0) && Math.abs(sum(row) - 1) < 1e-6)
      )
    )
  })

  it('distinct values keep their distance', () => {
    fc.assert(
      fc.property(arbitrary.tensor({ shape: [7], dtype, domain: 'distinct' }), (t) => {
        const xs = numbers(t)
          .slice()
          .sort((a, b) => a - b)
        return xs.every((x, i) => i === 0 || x - (xs[i - 1] ?? 0) > 0.14)
      })
    )
    const firsts = fc
      .sample(arbitrary.tensor({ shape: [3], dtype, domain: 'distinct' }), 300)
      .map((t) => numbers(t).indexOf(Math.max(...numbers(t))))
    expect([...new Set(firsts)].sort()).toEqual([0, 1, 2])
  })
})

/** Whether Cholesky's factorisation of `m - shift` exists. */
const exceeds = (m: ReadonlyArray<ReadonlyArray<number>>, shift: number): boolean => {
  const n = m.length
  const l = m.map((row) => row.map(() => 0))
  const at = (i: number, k: number): number => l[i]?.[k] ?? 0
  for (let i = 0; i < n; i++)
    for (let k = 0; k <= i; k++) {
      const rest = (m[i]?.[k] ?? 0) - (i === k ? shift : 0) - sum(range(0, k).map((j) => at(i, j) * at(k, j)))
      if (i === k && rest <= 0) return false
      l[i]![k] = i === k ? Math.sqrt(rest) : rest / at(k, k)
    }
  return true
}

describe('symmetric positive definite matrices', () => {
  const n = 4
  const of = (condition: number) =>
    arbitrary.tensor({ shape: [2, n, n], domain: 'spd', condition }).map((t) => {
      const all = rows(t, n)
      return [all.slice(0, n), all.slice(n)]
    })

  it.each([2, 1e3, 1e8])('have the eigenvalues that a condition number of %f allows', (condition) => {
    fc.assert(
      fc.property(of(condition), (ms) => {
        for (const m of ms) {
          expect(m.every((row, i) => row.every((x, k) => x === m[k]?.[i]))).toBe(true)
          expect(exceeds(m, 0.99 / condition)).toBe(true)
          const negative = m.map((row) => row.map((x) => -x))
          expect(exceeds(negative, -1.01)).toBe(true)
        }
      })
    )
  })

  it('have that condition number, and are full', () => {
    const matrices = fc.sample(of(1e3), 50).flat()
    const least = matrices.filter((m) => !exceeds(m, 1.01 / 1e3))
    const largest = matrices.filter(
      (m) =>
        !exceeds(
          m.map((row) => row.map((x) => -x)),
          -0.99
        )
    )
    expect([least.length, largest.length].every((k) => k > matrices.length / 2)).toBe(true)
    expect(matrices.some((m) => m.flat().every((x) => Math.abs(x) > 1e-3))).toBe(true)
  })

  it('are single precision too', () => {
    const sample = fc.sample(arbitrary.tensor({ shape: [3, 3], dtype: 'f32', domain: 'spd' }), 100)
    expect(sample.every((t) => exceeds(rows(t, 3), 0))).toBe(true)
  })

  it('do not exist of other shapes', () => {
    const sample = fc.sample(arbitrary.tensor({ shape: [2, 3], domain: 'spd' }), 5)
    expect(sample.every((t) => numbers(t).every(Number.isNaN))).toBe(true)
  })
})

describe.each(dtypes)('one-hot rows in %s', (dtype) => {
  it('have a single 1, anywhere', () => {
    const hot = arbitrary.tensor({ shape: [2, 3], dtype, domain: 'oneHot' })
    fc.assert(
      fc.property(hot, (t) =>
        rows(t, 3).every((row) => row.filter((x) => x === 1).length === 1 && sum(row) === 1)
      )
    )
    expect([0, 1, 2].every((i) => some(hot, (t) => numbers(t)[i] === 1))).toBe(true)
  })
})

const normal = { f32: 2 ** -126, f64: 2 ** -1022 } as const

describe.each(floats)('magnitudes in %s', (dtype) => {
  const of = (magnitude: 'subnormal' | 'tiny' | 'huge') =>
    arbitrary.tensor({ shape: [4], dtype, domain: 'nonzero', magnitude })

  it('subnormal numbers are subnormal', () => {
    fc.assert(
      fc.property(of('subnormal'), (t) => numbers(t).every((x) => x !== 0 && Math.abs(x) < normal[dtype]))
    )
  })

  it('tiny numbers are normal, and their squares vanish', () => {
    fc.assert(
      fc.property(of('tiny'), (t) =>
        numbers(t).every((x) => {
          const square = dtype === 'f32' ? Math.fround(x * x) : x * x
          return Math.abs(x) >= normal[dtype] && square === 0
        })
      )
    )
  })

  it('huge numbers are finite, and their squares are not', () => {
    fc.assert(
      fc.property(of('huge'), (t) =>
        numbers(t).every((x) => {
          const square = dtype === 'f32' ? Math.fround(x * x) : x * x
          return Number.isFinite(x) && square === Infinity
        })
      )
    )
  })
})

describe('special values', () => {
  const of = (special: ReadonlyArray<arbitrary.Special>) =>
    arbitrary.tensor({ shape: [6], dtype: 'f32', special })

  it('come where they are asked for', () => {
    expect(some(of(['negativeZero']), (t) => numbers(t).some((x) => Object.is(x, -0)))).toBe(true)
    expect(some(of(['nan']), (t) => numbers(t).some(Number.isNaN))).toBe(true)
    expect(some(of(['infinity']), (t) => numbers(t).includes(Infinity))).toBe(true)
    expect(some(of(['infinity']), (t) => numbers(t).includes(-Infinity))).toBe(true)
    expect(some(of(['extremes']), (t) => numbers(t).includes((2 - 2 ** -23) * 2 ** 127))).toBe(true)
    expect(some(of(['extremes']), (t) => numbers(t).includes(-(2 ** -149)))).toBe(true)
    expect(some(of(['ties']), (t) => numbers(t).some((x, i) => x === numbers(t)[i + 1] && x > 1.5))).toBe(
      true
    )
  })

  it('come nowhere else', () => {
    fc.assert(fc.property(of(['ties']), (t) => numbers(t).every(Number.isFinite)))
    fc.assert(fc.property(of(['nan']), (t) => numbers(t).every((x) => Number.isNaN(x) || Math.abs(x) <= 4)))
    fc.assert(fc.property(of([]), (t) => numbers(t).every((x) => !Object.is(x, -0))))
  })

  it('of integers are their ends', () => {
    const extremes = (dtype: 'i32' | 'u32') => arbitrary.tensor({ shape: [6], dtype, special: ['extremes'] })
    expect(some(extremes('i32'), (t) => numbers(t).includes(2 ** 31 - 1))).toBe(true)
    expect(some(extremes('i32'), (t) => numbers(t).includes(-(2 ** 31)))).toBe(true)
    expect(some(extremes('u32'), (t) => numbers(t).includes(2 ** 32 - 1))).toBe(true)
    const unaffected = arbitrary.tensor({ shape: [6], dtype: 'i32', special: ['nan', 'infinity'] })
    fc.assert(fc.property(unaffected, (t) => numbers(t).every((x) => Math.abs(x) <= 9)))
  })
})
