/** Shortcuts agree with the chain rule wherever that has an answer, and each applies to the composition of its law. */
import { describe, expect, it } from 'vitest'
import { euclidean } from '../../src/graph/euclidean.js'
import * as make from '../../src/graph/make.js'
import type { UnaryOp, Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { reference } from '../../src/program/compile.js'
import { shortcuts } from '../../src/rules/shortcut.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { calculus, jvp, vjp } from '../../src/transform/differentiate.js'
import { withoutShortcuts } from '../mutants/digits.js'
import { unsafeRight } from '../support/outcome.js'

const u = (op: UnaryOp, x: Value): Value => make.unary(op, x)
const over = (c: number, x: Value): Value => make.binary('div', full(c, x), x)
const pow = (x: Value, b: number): Value => make.binary('pow', x, full(b, x))

const samples: Readonly<Record<string, ReadonlyArray<(x: Value) => Value>>> = {
  'sqrt(x)^2 = x': [
    (x) => u('square', u('sqrt', x)),
    (x) => make.binary('mul', u('sqrt', x), u('sqrt', x)),
    (x) => pow(u('sqrt', x), 2)
  ],
  'pow(x, b)^2 = pow(x, 2 b)': [(x) => u('square', pow(x, 0.7))],
  'norm(x)^2 = sum(x^2)': [
    (x) => u('square', euclidean([0], x)),
    (x) => u('square', make.reshape([1], euclidean([0], x)))
  ],
  'sqrt(x^2) = |x|': [(x) => u('sqrt', u('square', x))],
  'exp(log(x)) = x': [(x) => u('exp', u('log', x))],
  'log(exp(x)) = x': [(x) => u('log', u('exp', x))],
  'log(s(x)) has the derivative s(-x)': [(x) => u('log', u('logistic', x))],
  "log(f(x)) has the derivative f'(x) / f(x)": [(x) => u('log', u('erfc', x)), (x) => u('log', u('tanh', x))],
  '1 / (1 / x) = x': [(x) => over(3, over(2, x)), (x) => u('reciprocal', over(2, x))]
}

const point = own([3], 'f64', Float64Array.of(0.5, 1.25, 3))

const numbersOf = (f: (x: Value) => Value) => {
  const x = make.input('x', [3], 'f64')
  const y = f(x)
  const [t, c] = [full(1.5, x), full(0.75, y)]
  const results = [calculus, withoutShortcuts].flatMap((rules) => [
    ...vjp(rules)([y], [x], [c]),
    ...jvp(rules)([y], [x], [t]),
    ...vjp(rules)(vjp(rules)([y], [x], [c]), [x], [t])
  ])
  const all = unsafeRight(unsafeRight(reference.compile({ parameters: [x], results }))([point]))
  return all.map((one) => Array.from(elements(one)))
}

describe.each(shortcuts)('$law', ({ law, at }) => {
  it.each(samples[law] ?? [])('at both orders, in both modes', (f) => {
    expect(at(f(make.input('x', [3], 'f64')))).toBeDefined()
    const all = numbersOf(f)
    const [short, long] = [all.slice(0, all.length / 2), all.slice(all.length / 2)]
    short.flat().forEach((v, i) => expect(v).toBeCloseTo(long.flat()[i]!, 12))
  })

  it('has a sample', () => {
    expect(samples[law]?.length).toBeGreaterThan(0)
  })
})

describe('what a shortcut leads past', () => {
  it('still has its own derivative, if that is asked for', () => {
    const x = make.input('x', [3], 'f64')
    const root = u('sqrt', x)
    const [slope] = vjp()([u('square', root)], [root], [full(1, x)])
    const run = unsafeRight(reference.compile({ parameters: [x], results: [slope!] }))
    const [got] = unsafeRight(run([own([3], 'f64', Float64Array.of(1, 4, 9))]))
    expect(Array.from(elements(got!))).toEqual([2, 4, 6])
  })
})
