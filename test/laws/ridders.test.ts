import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary, ridders } from '../../laws/index.js'

interface Case {
  readonly name: string
  readonly f: (x: number) => number
  readonly derivative: (x: number) => number
  readonly x: fc.Arbitrary<number>
}

const cases: ReadonlyArray<Case> = [
  { name: 'exp', f: Math.exp, derivative: Math.exp, x: arbitrary.between(-4, 4) },
  { name: 'log', f: Math.log, derivative: (x) => 1 / x, x: arbitrary.between(0.01, 9) },
  { name: 'sin', f: Math.sin, derivative: Math.cos, x: arbitrary.between(-4, 4) },
  { name: 'x^3', f: (x) => x ** 3, derivative: (x) => 3 * x * x, x: arbitrary.between(-900, 900) },
  { name: '1 / x', f: (x) => 1 / x, derivative: (x) => -1 / (x * x), x: arbitrary.between(0.01, 900) }
]

const along = (f: (x: number) => number, x: number) => (t: number) => Float64Array.of(f(x + x * t))

describe('ridders', () => {
  it.each(cases)(
    'finds the derivative of $name within its own error bar, and closely',
    ({ f, derivative, x: xs }) => {
      fc.assert(
        fc.property(
          xs.filter((x) => x !== 0),
          (x) => {
            const estimate = ridders(along(f, x))
            const [value = NaN, error = NaN] = [estimate?.value[0], estimate?.error[0]]
            const expected = x * derivative(x)
            expect(Math.abs(value - expected)).toBeLessThanOrEqual(5 * error)
            expect(error).toBeLessThanOrEqual(1e-8 * Math.max(Math.abs(expected), Math.abs(f(x))))
          }
        )
      )
    }
  )

  it('treats the components of a vector each by itself', () => {
    const estimate = ridders((t) => Float64Array.of(3 * t, 1e9 + t, Math.exp(t)))
    const [a = NaN, b = NaN, c = NaN] = estimate?.value ?? []
    const [ea = NaN, eb = NaN] = estimate?.error ?? []
    expect(Math.abs(a - 3)).toBeLessThan(1e-13)
    expect(Math.abs(b - 1)).toBeLessThan(eb)
    expect(Math.abs(c - 1)).toBeLessThan(1e-12)
    expect(eb).toBeGreaterThan(1e5 * ea)
  })

  it('steps around refused points, and says so when nothing is left', () => {
    const near = ridders((t) => (Math.abs(t) > 0.01 ? undefined : Float64Array.of(Math.exp(t))))
    expect(Math.abs((near?.value[0] ?? NaN) - 1)).toBeLessThan(1e-9)
    expect(ridders((t) => (t > 0 ? undefined : Float64Array.of(t)))).toBeUndefined()
  })

  it('does not claim more than it knows of a function with a jump', () => {
    const estimate = ridders((t) => Float64Array.of(t > 0.004 ? 1 : 0))
    expect(estimate?.error[0]).toBeGreaterThan(1e-3)
  })
})
