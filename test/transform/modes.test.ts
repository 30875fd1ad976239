import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  evaluate,
  exp,
  grad,
  jvp,
  mul,
  sin,
  square,
  stopGradient,
  sum,
  tensor,
  valueAndGrad,
  vjp,
  type Expr
} from '../../src/index.js'
import { messageOf, unsafeFlat } from '../support/outcome.js'

type S = Expr<[], 'f64'>
type V = Expr<[3], 'f64'>
type Loose = (...args: ReadonlyArray<unknown>) => unknown

const scalar = (x: number): S => tensor(x, 'f64')
const x: V = tensor([1, -2, 0.5], 'f64')

const operations = (tree: unknown): ReadonlyArray<string> => {
  const result = evaluate(tree)
  return E.isLeft(result) && result.left._tag === 'CompileError'
    ? result.left.errors.map((e) => e.operation)
    : []
}

describe('what a function is differentiated in', () => {
  test('a function that does not depend on its argument has derivative 0', () => {
    expect(unsafeFlat(grad((_: V) => scalar(7))(x))).toEqual([0, 0, 0])
    expect(unsafeFlat(grad((p: V) => sum()(stopGradient(p)))(x))).toEqual([0, 0, 0])
    expect(unsafeFlat(jvp((_: V) => scalar(7))(x, x)[1])).toEqual([0])
    expect(unsafeFlat(vjp((_: V) => scalar(7))(x)[1](scalar(3)))).toEqual([0, 0, 0])
  })

  test('what is captured is held still, even when it is the argument itself', () => {
    const a = scalar(3)
    expect(unsafeFlat(grad((p: S) => pipe(p, mul(a)))(a))).toEqual([3])
    expect(unsafeFlat(grad((p: S) => pipe(p, mul(p)))(a))).toEqual([6])
    const computed = pipe(scalar(1), add(2))
    expect(unsafeFlat(grad((p: S) => pipe(p, mul(computed)))(computed))).toEqual([3])
    expect(unsafeFlat(jvp((p: S) => pipe(p, mul(computed)))(computed, scalar(1))[1])).toEqual([3])
    expect(unsafeFlat(vjp((p: S) => pipe(p, mul(computed)))(computed)[1](scalar(1)))).toEqual([3])
  })

  test('leaves that are the same tensor are different variables', () => {
    const a = pipe(scalar(1), add(2))
    const slope = grad((p: { readonly x: S; readonly y: S }) => pipe(square(p.x), mul(p.y)))({ x: a, y: a })
    expect([unsafeFlat(slope.x), unsafeFlat(slope.y)]).toEqual([[18], [9]])
  })

  test('a derivative inside another one: no confusion of the two variables', () => {
    // d/dx (x * d/dy (x + y)) = 1; mixing them up gives 2.
    const inner = (p: S) => grad((q: S) => pipe(p, add(q)))(scalar(1))
    expect(unsafeFlat(grad((p: S) => pipe(p, mul(inner(p))))(scalar(5)))).toEqual([1])
    const forward = (p: S) => jvp((q: S) => pipe(p, mul(q)))(scalar(2), scalar(1))[1]
    expect(unsafeFlat(jvp((p: S) => pipe(p, mul(forward(p))))(scalar(5), scalar(1))[1])).toEqual([10])
  })
})

describe('trees', () => {
  interface P {
    readonly w: ReadonlyArray<V>
    readonly b: { readonly c: S }
    readonly name: string
  }
  const p: P = { w: [x, x], b: { c: scalar(2) }, name: 'p' }
  const f = ({ w: [a = x, b = x], b: { c } }: P) => pipe(a, mul(b), sum(), mul(c))

  test('gradients are trees like the parameters; what is no leaf stays', () => {
    const [value, g] = valueAndGrad(f)(p)
    expect(unsafeFlat(value)).toEqual([10.5])
    expect(g.name).toBe('p')
    expect(g.w.map((t) => unsafeFlat(t))).toEqual([
      [2, -4, 1],
      [2, -4, 1]
    ])
    expect(unsafeFlat(g.b.c)).toEqual([5.25])
  })

  test('a pullback may be used again', () => {
    const [y, pullback] = vjp((v: V) => [sin(v), sum()(v)] as const)(x)
    expect(unsafeFlat(y[1])).toEqual([-0.5])
    const zero = tensor([0, 0, 0], 'f64')
    expect(unsafeFlat(pullback([zero, scalar(1)]))).toEqual([1, 1, 1])
    expect(unsafeFlat(pullback([tensor([1, 0, 0], 'f64'), scalar(0)]))).toEqual([Math.cos(1), 0, 0])
  })
})

test('to any order', () => {
  const orders = [0, 1, 2, 3, 4].reduce<ReadonlyArray<(p: S) => S>>(
    (fs, n) => (n === 0 ? [sin] : [...fs, grad(fs[n - 1] ?? sin)]),
    []
  )
  const [s, c] = [Math.sin(0.7), Math.cos(0.7)]
  expect(orders.map((f) => unsafeFlat(f(scalar(0.7)))[0])).toEqual([s, c, -s, -c, s])
  const nested = (p: S) => jvp((q: S) => jvp(exp)(q, scalar(1))[1])(p, scalar(1))[1]
  expect(unsafeFlat(nested(scalar(0)))).toEqual([1])
})

describe('what does not fit is reported once, as what it is', () => {
  const double = (v: V): V => pipe(v, mul(2))

  test('a gradient of what is not a number', () => {
    const loose: unknown = grad
    const result = (loose as (f: unknown) => Loose)(double)(x)
    expect(operations(result)).toEqual(['grad'])
    expect(messageOf(evaluate(result))).toMatch(
      /^grad: needs a function whose result is a number, got shape \[3\]/
    )
  })

  test.each([
    ['another shape', scalar(1), /^jvp: tangent: expected f64\[3\], got f64\[\]/],
    ['another dtype', tensor([1, 2, 3]), /^jvp: tangent: expected f64\[3\], got f32\[3\]/],
    ['a tree', { a: x }, /^jvp: tangent: the value is missing/]
  ] as const)('a tangent of %s', (_, tangent, text) => {
    const moved: unknown = jvp(double)
    const [value, result] = (moved as (p: V, t: unknown) => readonly [V, V])(x, tangent)
    expect(unsafeFlat(value)).toEqual([2, -4, 1])
    expect(operations(result)).toEqual(['jvp'])
    expect(messageOf(evaluate(result))).toMatch(text)
  })

  test('a cotangent with a leaf missing, by its path', () => {
    const [, pullback] = vjp((v: V) => ({ twice: double(v), deep: [sum()(v)] }))(x)
    const result = (pullback as Loose)({ twice: x, deep: [] })
    expect(messageOf(evaluate(result))).toMatch(/^vjp: cotangent: deep\[0\] is missing/)
    const other = (pullback as Loose)({ twice: x, deep: [x] })
    expect(messageOf(evaluate(other))).toMatch(/^vjp: cotangent deep\[0\]: expected f64\[\], got f64\[3\]/)
  })
})
