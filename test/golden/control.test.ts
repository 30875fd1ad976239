/** Programs with loops and branches against JAX, in f64: values and derivatives of first and second order. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import * as A from '../../src/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { nodesOf } from '../../src/graph/leaves.js'
import { relativeError, unsafeRight } from '../support/outcome.js'
import { associative } from './associativePrograms.js'
import golden from './control.json' with { type: 'json' }
import { batches, branches, derivatives, untilTheEnd } from './controlBranches.js'
import { loops, number } from './controlPrograms.js'
import type { Program, Programs, S, X } from './controlPrograms.js'

const programs: Programs = {
  ...loops,
  ...untilTheEnd,
  ...branches,
  ...batches,
  ...derivatives,
  ...associative
}

interface Numbers {
  readonly shape: ReadonlyArray<number>
  readonly data: ReadonlyArray<number>
}

type Lists = ReadonlyArray<Numbers>

type Always = 'inputs' | 'tangents' | 'weights' | 'value' | 'tangent' | 'bend'

interface Entry extends Readonly<Record<Always, Lists>> {
  readonly name: string
  readonly gradients?: Lists
  readonly hvp?: Lists
}

const entries: ReadonlyArray<Entry> = golden.entries

/**
 * Relative to the largest element. Both sides round some hundred times, in different orders and with exponentials that
 * differ in their last bit; loops carry such differences on. When this was written, all were within 1e-13.
 */
const tolerance = 1e-12

const decoded = ({ shape, data }: Numbers): X => own([...shape], 'f64', Float64Array.from(data))

const dot = (xs: ReadonlyArray<X>, ys: ReadonlyArray<X>): S =>
  xs.reduce<S>((total, x, i) => pipe(x, A.mul(ys[i] ?? x), A.sum(), A.add(total)), number(0))

const along =
  (f: Program, ts: ReadonlyArray<X>): Program =>
  (xs) =>
    A.jvp(f)(xs, ts)[1]

const on = (engine: A.Engine, tree: unknown): ReadonlyArray<A.Tensor> => {
  const results = nodesOf(tree)
  return pipe(engine.compile({ parameters: [], results }), unsafeRight, (run) => unsafeRight(run([])))
}

const expectClose = (what: string, tree: unknown, expected: Lists): void =>
  [A.reference, A.wasm].forEach((engine) => {
    expectSame(on(engine, tree), `${what} on ${engine.name}`, expected)
  })

const expectSame = (actual: ReadonlyArray<A.Tensor>, what: string, expected: Lists): void => {
  const [shapes, wanted] = [actual, expected].map((list) => list.map(({ shape }) => shape))
  expect(shapes, what).toEqual(wanted)
  actual.forEach((t, i) => {
    const error = relativeError(A.toFlat(t).map(Number), expected[i]?.data ?? [])
    expect(error, `${what} ${String(i)}`).toBeLessThan(tolerance)
  })
}

const expectForward = (entry: Entry, f: Program): void => {
  const [xs, ts] = [entry.inputs.map(decoded), entry.tangents.map(decoded)]
  expectClose('value', f(xs), entry.value)
  expectClose('tangent', along(f, ts)(xs), entry.tangent)
  expectClose('bend', along(along(f, ts), ts)(xs), entry.bend)
}

/** The Hessian is symmetric, so all orders of the modes that make a product with it must agree. */
const expectReverse = (entry: Entry, f: Program, gradients: Lists, hvp: Lists): void => {
  const [xs, ts] = [entry.inputs.map(decoded), entry.tangents.map(decoded)]
  const total = (ps: ReadonlyArray<X>): S => dot(f(ps), entry.weights.map(decoded))
  const gradient = A.grad(total)
  expectClose('gradient', gradient(xs), gradients)
  expectClose('forward over reverse', A.jvp(gradient)(xs, ts)[1], hvp)
  expectClose('reverse over reverse', A.grad((ps: ReadonlyArray<X>) => dot(gradient(ps), ts))(xs), hvp)
  expectClose('reverse over forward', A.grad((ps: ReadonlyArray<X>) => A.jvp(total)(ps, ts)[1])(xs), hvp)
}

test('each program has known answers and each known answer a program', () => {
  expect(Object.keys(programs).sort()).toEqual(entries.map(({ name }) => name).sort())
  expect(entries.length).toBe(105)
})

describe('value and derivatives of both orders, forward and in reverse, as JAX has them', () => {
  test.each(entries)('$name', (entry) => {
    const f = programs[entry.name]
    expect(f).toBeDefined()
    if (f === undefined) return
    expectForward(entry, f)
    if (entry.gradients !== undefined && entry.hvp !== undefined)
      expectReverse(entry, f, entry.gradients, entry.hvp)
  })
})
