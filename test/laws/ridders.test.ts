import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary, ridders } from '../../laws/index.js'
import { oneSided } from '../../laws/oracle/ridders.js'

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

describe('from one side', () => {
  const corner = (t: number): Float64Array => Float64Array.of(t > 0 ? Math.exp(t) + 5 : Math.sin(3 * t))

  it.each([
    [1, 1],
    [-1, 3]
  ] as const)('the side %i has the derivative %i, whatever is on the other', (side, derivative) => {
    const estimate = oneSided(corner, side)
    const [value = NaN, error = NaN] = [estimate?.value[0], estimate?.error[0]]
    expect(Math.abs(value - derivative)).toBeLessThanOrEqual(Math.min(5 * error, 1e-9))
  })

  it('starts where the function first answers, and stops where it no longer does', () => {
    const between = (t: number) => (t > 0.01 || t < 1e-5 ? undefined : Float64Array.of(Math.exp(t)))
    const estimate = oneSided(between, 1)
    expect(Math.abs((estimate?.value[0] ?? NaN) - 1)).toBeLessThan(1e-8)
    expect(oneSided(between, -1)).toBeUndefined()
  })
})

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
    const estimate = ridders((t) => Float64Array.of(t > 1e-6 ? 1 : 0))
    expect(estimate?.error[0]).toBeGreaterThan(1e-3)
  })

  it('looks closer where the function bends within the first steps', () => {
    const bend = 1e-3
    const estimate = ridders((t) => Float64Array.of(Math.tanh(t / bend)))
    const [value = NaN, error = NaN] = [estimate?.value[0], estimate?.error[0]]
    expect(Math.abs(value * bend - 1)).toBeLessThan(1e-8)
    expect(Math.abs(value - 1 / bend)).toBeLessThanOrEqual(5 * error)
    expect(estimate?.levels).toBeGreaterThan(7)
  })
})
