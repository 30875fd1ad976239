import { describe, expect, test } from 'vitest'
import { logistic, softplus } from '../../../src/reference/scalar/activation.js'
import { hypot, pow, reciprocal, rsqrt } from '../../../src/reference/scalar/arithmetic.js'
import { erf, erfc } from '../../../src/reference/scalar/erf.js'
import golden from '../../golden/scalar.json' with { type: 'json' }
import { fromHexF32, fromHexF64, ulpsF32, ulpsF64 } from './bits.js'

type Name = keyof typeof golden.functions

const unary = (f: (x: number) => number) => (xs: readonly number[]) => f(xs[0] ?? NaN)
const binary = (f: (a: number, b: number) => number) => (xs: readonly number[]) =>
  f(xs[0] ?? NaN, xs[1] ?? NaN)

/** What the reference evaluator uses: the engine's Math where it is accurate enough, else our own. */
const functions: Record<Name, (xs: readonly number[]) => number> = {
  exp: unary(Math.exp),
  expm1: unary(Math.expm1),
  log: unary(Math.log),
  log1p: unary(Math.log1p),
  sqrt: unary(Math.sqrt),
  rsqrt: unary(rsqrt),
  cbrt: unary(Math.cbrt),
  reciprocal: unary(reciprocal),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  sinh: unary(Math.sinh),
  cosh: unary(Math.cosh),
  tanh: unary(Math.tanh),
  logistic: unary(logistic),
  softplus: unary(softplus),
  erf: unary(erf),
  erfc: unary(erfc),
  pow: binary(pow),
  atan2: binary(Math.atan2),
  hypot: binary(hypot)
}

const worst = (rows: readonly string[], error: (row: readonly string[]) => number): string => {
  const [row, distance] = rows.reduce<readonly [string, number]>(
    (found, row) => {
      const distance = error(row.split(' '))
      return distance > found[1] ? [row, distance] : found
    },
    ['', 0]
  )
  return `${distance} ulp at ${row}`
}

const within = (bound: number, report: string): void => {
  expect(Number.parseFloat(report), report).toBeLessThanOrEqual(bound)
}

describe.each(Object.entries(golden.functions))('%s against the correctly rounded value', (name, rows) => {
  const apply = functions[name as Name]

  test('within 2 ulp in f64', () => {
    expect(rows.f64.length).toBeGreaterThanOrEqual(100)
    const report = worst(rows.f64, (row) => {
      const numbers = row.map(fromHexF64)
      return ulpsF64(apply(numbers.slice(0, -1)), numbers.at(-1) ?? NaN)
    })
    within(2, report)
  })

  test('within 1 ulp in f32', () => {
    expect(rows.f32.length).toBeGreaterThanOrEqual(100)
    const report = worst(rows.f32, (row) => {
      const numbers = row.map(fromHexF32)
      return ulpsF32(Math.fround(apply(numbers.slice(0, -1))), numbers.at(-1) ?? NaN)
    })
    within(1, report)
  })
})
