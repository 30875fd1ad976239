/** The table of exact derivatives is tested: rules that lose digits do not pass it. */
import { describe, expect, it } from 'vitest'
import { full } from '../../src/graph/terms.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { reference } from '../../src/program/compile.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { calculus, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { measured, names } from '../numeric/derivatives.js'
import { unsafeRight } from '../support/outcome.js'
import { lossy, withoutShortcuts } from './digits.js'

const worst = (shows: string, rules: Calculus): number =>
  Math.max(
    ...measured(
      names.filter((n) => n === shows),
      rules,
      [reference]
    ).map(({ order, ulps }) => ulps / (order === 1 ? 4 : 16))
  )

describe('a rule that loses digits is caught', () => {
  it.each(lossy)('$fault', ({ shows, rules }) => {
    expect(worst(shows, rules)).toBeGreaterThan(1)
  })
})

const slopeAtZero = (f: (x: Value) => Value, rules: Calculus): number => {
  const x = make.input('x', [], 'f64')
  const y = f(x)
  const run = unsafeRight(reference.compile({ parameters: [x], results: vjp(rules)([y], [x], [full(1, y)]) }))
  const [slope] = unsafeRight(run([own([], 'f64', Float64Array.of(0))]))
  return slope === undefined ? NaN : Number(elements(slope)[0])
}

describe('a calculus without shortcuts', () => {
  it.each([
    ['square(sqrt(x))', (x: Value) => make.unary('square', make.unary('sqrt', x))],
    ['exp(log(x))', (x: Value) => make.unary('exp', make.unary('log', x))],
    ['1 / (1 / x)', (x: Value) => make.unary('reciprocal', make.unary('reciprocal', x))]
  ] as const)('has no derivative of %s at 0, and does not say 0', (_, f) => {
    expect(slopeAtZero(f, withoutShortcuts)).toBeNaN()
    expect(slopeAtZero(f, calculus)).toBe(1)
  })
})
