/** Values and derivatives of compositions against JAX, in f64. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { compile, jvp, mul, sum, toFlat, valueAndGrad, type Tensor } from '../../src/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { relativeError, tensorsOf, unsafeRight } from '../support/outcome.js'
import golden from './gradients.json' with { type: 'json' }
import type { Expression, X } from './compositions.js'
import { expressions } from './expressions.js'

interface Numbers {
  readonly shape: ReadonlyArray<number>
  readonly data: ReadonlyArray<number>
}

interface Entry {
  readonly name: string
  readonly inputs: ReadonlyArray<Numbers>
  readonly value: Numbers
  readonly weights?: Numbers | undefined
  readonly gradients: ReadonlyArray<Numbers>
}

type Tensor64 = Tensor<number[], 'f64'>

const entries: ReadonlyArray<Entry> = golden.entries

/** Relative to the largest element: both sides round a few dozen times, and nothing here cancels by more than a few digits. */
const tolerance = 1e-13

const decoded = ({ shape, data }: Numbers): Tensor64 => own([...shape], 'f64', Float64Array.from(data))

const encoded = (tree: unknown): ReadonlyArray<Numbers> =>
  tensorsOf(tree).map((t) => ({ shape: t.shape, data: toFlat(t).map(Number) }))

/** Directions that favour no axis. */
const tangentOf = ({ shape, data }: Numbers): Tensor64 =>
  own(
    [...shape],
    'f64',
    Float64Array.from(data, (_, i) => Math.cos(1 + 2 * i))
  )

const expectClose = (actual: ReadonlyArray<Numbers>, expected: ReadonlyArray<Numbers>): void => {
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape))
  expected.forEach(({ data }, i) =>
    expect(relativeError(actual[i]?.data ?? [], data)).toBeLessThan(tolerance)
  )
}

/** Value and gradient by reverse mode, value and tangent by forward mode, in one program. */
const derived =
  (f: Expression, weights: Tensor64 | undefined) => (xs: ReadonlyArray<X>, tangents: ReadonlyArray<X>) => {
    const total = (ps: ReadonlyArray<X>) => pipe(f(...ps), mul<X | number>(weights ?? 1), sum())
    const [, gradient] = valueAndGrad(total)(xs)
    const [value, tangent] = jvp((ps: ReadonlyArray<X>) => f(...ps))(xs, tangents)
    return { value, gradient, tangent }
  }

const dot = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): ReadonlyArray<number> =>
  a.map((x, i) => x * (b[i] ?? NaN))

const total = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0)

const check = ({ inputs, value, weights, gradients }: Entry, f: Expression): void => {
  const [xs, ts] = [inputs.map(decoded), inputs.map(tangentOf)]
  const run = unsafeRight(compile(derived(f, weights && decoded(weights)))(xs, ts))
  const result = unsafeRight(run(xs, ts))
  expectClose(encoded(result.value), [value])
  expectClose(encoded(result.gradient), gradients)
  const [moved = { shape: [], data: [] }] = encoded(result.tangent)
  expect(moved.shape).toEqual(value.shape)
  const expected = gradients.flatMap((g, i) => dot(g.data, toFlat(ts[i] ?? decoded(g))))
  const actual = dot(moved.data, weights?.data ?? [1])
  // Where contributions cancel, the error is relative to the contributions.
  const scale = Math.max(...expected.map(Math.abs), Number.MIN_VALUE)
  expect(Math.abs(total(actual) - total(expected)) / scale).toBeLessThan(10 * tolerance)
}

test('each expression has known answers and each known answer an expression', () => {
  expect(Object.keys(expressions).sort()).toEqual(entries.map(({ name }) => name).sort())
  expect(entries.length).toBe(155)
})

describe('value, gradient (reverse) and tangent (forward) as JAX has them', () => {
  test.each(entries)('$name', (entry) => {
    const f = expressions[entry.name]
    expect(f).toBeDefined()
    if (f !== undefined) check(entry, f)
  })
})
