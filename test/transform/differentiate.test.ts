import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { add, cos, evaluate, grad, item, mul, sin, tensor, type Expr } from '../../src/index.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { program } from '../../src/reference/evaluate.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { jvp, vjp } from '../../src/transform/differentiate.js'
import { full } from '../../src/graph/terms.js'

const scalar = (name: string): Input => make.input(name, [], 'f64')
const at = (x: number) => own([], 'f64', Float64Array.of(x))

const run = (
  results: ReadonlyArray<Value>,
  parameters: ReadonlyArray<Input>,
  ...values: ReadonlyArray<number>
) =>
  pipe(
    program({ results, parameters }),
    E.chainW((go) => go(values.map(at))),
    E.map((ys) => ys.map((y) => elements(y)[0]))
  )

const gradient = (y: Value, x: Value): Value => vjp()([y], [x], [full(1, y)])[0] ?? y
const tangent = (y: Value, x: Value): Value => jvp()([y], [x], [full(1, x)])[0] ?? y

/** `f` applied to itself `n` times. */
const iterate = (n: number, f: (x: Value) => Value, x: Value): Value => {
  let y = x
  for (let i = 0; i < n; i++) y = f(y)
  return y
}

/** Of this process at work: others may keep it waiting. */
const seconds = (from?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1e6
}

describe('large graphs', () => {
  it.each([
    ['reverse', gradient],
    ['forward', tangent]
  ] as const)('differentiates a chain of 200,000 nodes in %s mode, and evaluates it', (_, d) => {
    const start = process.cpuUsage()
    const x = scalar('x')
    const factor = full(1 + 2 ** -20, x)
    const y = iterate(200_000, (v) => make.binary('mul', v, factor), x)
    const result = run([d(y, x)], [x], 1)
    const slope = (1 + 2 ** -20) ** 200_000
    expect(Math.abs((E.isRight(result) ? (result.right[0] ?? NaN) : NaN) / slope - 1)).toBeLessThan(1e-9)
    expect(seconds(start)).toBeLessThan(5)
  })

  it('differentiates and evaluates a shared graph with 2^60 paths', () => {
    const start = process.cpuUsage()
    const x = scalar('x')
    const y = iterate(60, (v) => make.binary('add', v, v), x)
    expect(run([y, gradient(y, x), tangent(y, x)], [x], 1)).toEqual(E.right([2 ** 60, 2 ** 60, 2 ** 60]))
    expect(seconds(start)).toBeLessThan(5)
  })
})

describe('any order', () => {
  const derivatives: ReadonlyArray<(x: number) => number> = [
    Math.sin,
    Math.cos,
    (x) => -Math.sin(x),
    (x) => -Math.cos(x)
  ]
  const x = scalar('x')
  const modes = [
    ['reverse', gradient],
    ['forward', tangent]
  ] as const

  it.each(modes)('repeats %s mode eight times on sin', (_, d) => {
    for (let order = 0; order <= 8; order++) {
      const y = iterate(order, (v) => d(v, x), make.unary('sin', x))
      const result = run([y], [x], 0.7)
      expect(E.isRight(result) ? result.right[0] : NaN).toBeCloseTo(derivatives[order % 4]?.(0.7) ?? NaN, 12)
    }
  })

  it('mixes the modes in any order, with the same fifth derivative of x^7', () => {
    const y = make.binary('pow', x, full(7, x))
    const values = Array.from({ length: 32 }, (_, mix) => {
      let d = y
      for (let k = 0; k < 5; k++) d = (mix >> k) % 2 === 0 ? gradient(d, x) : tangent(d, x)
      return d
    })
    const result = run(values, [x], 1.5)
    const expected = 7 * 6 * 5 * 4 * 3 * 1.5 ** 2
    expect(
      E.isRight(result) ? result.right.every((v) => Math.abs((v ?? NaN) - expected) < 1e-9) : false
    ).toBe(true)
  })

  it('ends at zero for a polynomial', () => {
    const y = make.unary('square', x)
    expect(run([iterate(3, (v) => gradient(v, x), y)], [x], 4)).toEqual(E.right([0]))
  })
})

type Scalar = Expr<readonly [], 'f32'>

const valueOf = (e: Scalar) => pipe(evaluate(e), E.map(item))

describe('nested derivatives do not confuse their perturbations', () => {
  it('d/dx (x * d/dy (x + y)) = 1', () => {
    const f = (x: Scalar): Scalar => mul(x)(grad((y: Scalar): Scalar => add(x)(y))(tensor(1) as Scalar))
    expect(valueOf(grad(f)(tensor(1) as Scalar))).toEqual(E.right(1))
  })

  it('d/dx (x * d/dy (x * y) at y = x) = 2 x', () => {
    const f = (x: Scalar): Scalar => mul(x)(grad((y: Scalar): Scalar => mul(x)(y))(x))
    expect(valueOf(grad(f)(tensor(3) as Scalar))).toEqual(E.right(6))
  })

  it('a derivative at the captured variable itself: d/dx of cos(x) * d/dy (sin(y) x) at y = x', () => {
    const f = (x: Scalar): Scalar => mul(cos(x))(grad((y: Scalar): Scalar => mul(x)(sin(y)))(x))
    const [c, s, p] = [Math.cos(0.5), Math.sin(0.5), 0.5]
    const result = valueOf(grad(f)(tensor(p)))
    expect(E.isRight(result) ? result.right : NaN).toBeCloseTo(c * c - 2 * p * s * c, 6)
  })

  it('the derivative operator as a value: D (D (f y -> y + x)) keeps inner and outer apart', () => {
    // Siskind and Pearlmutter's example: the inner derivative of a function that captures the outer variable through a closure.
    const shift =
      (x: Scalar) =>
      (f: (y: Scalar) => Scalar) =>
      (y: Scalar): Scalar =>
        f(add(x)(y))
    const d =
      (f: (x: Scalar) => (g: (y: Scalar) => Scalar) => (y: Scalar) => Scalar, g: (y: Scalar) => Scalar) =>
      (y: Scalar): Scalar =>
        grad((x: Scalar): Scalar => f(x)(g)(y))(tensor(0))
    const twice = d(
      shift,
      d(shift, (y) => mul(mul(y)(y))(y))
    )
    // D D y^3 = 6 y
    expect(valueOf(twice(tensor(2) as Scalar))).toEqual(E.right(12))
  })
})

describe('sources', () => {
  it('gives zero where nothing leads', () => {
    const [x, z] = [scalar('x'), scalar('z')]
    expect(run([gradient(make.unary('exp', z), x), tangent(make.unary('exp', z), x)], [x, z], 1, 1)).toEqual(
      E.right([0, 0])
    )
  })

  it('differentiates by a node in the middle, and not beyond it', () => {
    const x = scalar('x')
    const m = make.unary('exp', x)
    const y = make.unary('square', m)
    const result = run([gradient(y, m), ...vjp()([y], [m, x], [full(1, y)])], [x], 0)
    expect(result).toEqual(E.right([2, 2, 0]))
  })

  it('passes a cotangent straight through when the output is the input', () => {
    const x = scalar('x')
    expect(run([gradient(x, x), tangent(x, x)], [x], 5)).toEqual(E.right([1, 1]))
  })

  it('adds the cotangents of several results', () => {
    const x = scalar('x')
    const ys = [make.unary('square', x), make.unary('exp', x)]
    const [g = x] = vjp()(
      ys,
      [x],
      ys.map((y) => full(1, y))
    )
    expect(run([g], [x], 0)).toEqual(E.right([1]))
  })
})

describe('an invalid expression', () => {
  const x = make.input('x', [3], 'f64')
  const wrong = make.binary('add', x, make.input('y', [2], 'f64'))
  const message = wrong._tag === 'Invalid' ? wrong.errors[0]?.message : undefined
  const messages = (n: Value | undefined): ReadonlyArray<string> =>
    n?._tag === 'Invalid' ? n.errors.map((e) => e.message) : []

  it('keeps its cause through both modes, and takes the shapes of what was asked for', () => {
    const results = [...jvp()([wrong], [x], [x]), ...vjp()([wrong], [x], [wrong])]
    expect(message).toMatch(/shapes \[3\] and \[2\] differ/)
    for (const result of results) {
      expect(messages(result)).toEqual([message])
      expect(result.shape).toEqual([3])
    }
  })

  it('keeps its cause when it is only one of several results', () => {
    const good = make.unary('exp', x)
    const [g] = vjp()([good, wrong], [x], [good, wrong])
    const [t, u] = jvp()([good, wrong], [x], [x])
    expect([g, t, u].map(messages)).toEqual([[message], [], [message]])
  })

  it('spoils a derivative taken along an invalid tangent', () => {
    expect(messages(jvp()([make.unary('exp', x)], [x], [wrong])[0])).toEqual([message])
  })
})
