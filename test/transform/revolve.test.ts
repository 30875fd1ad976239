/** Laws of binomial checkpointing: its schedule is the best there is, and loops that follow it have the same derivatives. */
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import type { Call, Scan, Value } from '../../src/graph/Expr.js'
import { regionsOf } from '../../src/graph/families.js'
import { topological } from '../../src/graph/fold.js'
import { nodesOf } from '../../src/graph/leaves.js'
import * as make from '../../src/graph/make.js'
import { add, scaled, typed } from '../../src/graph/terms.js'
import * as A from '../../src/index.js'
import { schedule } from '../../src/rules/control/schedule.js'
import { withLoops } from '../../src/rules/loop/index.js'
import { numbersOf } from '../support/numbers.js'
import { relativeError } from '../support/outcome.js'

interface Simulated {
  readonly reversed: ReadonlyArray<number>
  readonly forward: number
  readonly most: number
}

/** What a machine does that is told only where snapshots are taken, as a loop in reverse is. */
const simulated = (length: number, budget: number): Simulated => {
  const taken = schedule(length, budget)
  const [held, reversed] = [[0], [] as Array<number>]
  let [cursor, forward, most] = [0, 0, 0]
  for (let step = length - 1; step >= 0; step--) {
    let state = held.at(-1)!
    for (; held.length < budget && state < step; cursor++) {
      const to = taken[cursor]!
      expect(to).toBeGreaterThan(state)
      expect(to).toBeLessThanOrEqual(step)
      forward += to - state
      state = to
      held.push(state)
    }
    most = Math.max(most, held.length)
    forward += step - state
    reversed.push(step)
    if (state === step) held.pop()
  }
  expect(cursor).toBe(taken.length)
  return { reversed, forward, most }
}

/** The fewest steps forward for all lengths and budgets, by dynamic programming. */
const fewest = (lengths: number, budgets: number): ReadonlyArray<ReadonlyArray<number>> => {
  const found: Array<Array<number>> = []
  for (let s = 1; s <= budgets; s++) {
    const row: Array<number> = [0, 0]
    for (let l = 2; l <= lengths; l++) {
      const split = Array.from({ length: l - 1 }, (_, i) => i + 1)
      const ways = s === 1 ? [] : split.map((m) => m + found[s - 2]![l - m]! + row[m]!)
      row.push(Math.min((l * (l - 1)) / 2, ...ways))
    }
    found.push(row)
  }
  return found
}

const choose = (n: number, k: number): number =>
  Array.from({ length: k }, (_, i) => i + 1).reduce((p, i) => (p * (n - k + i)) / i, 1)

describe('the schedule', () => {
  const [lengths, budgets] = [120, 12]

  it('goes back through every step once, with the fewest steps forward and no more snapshots than the budget', () => {
    const best = fewest(lengths, budgets)
    for (let budget = 1; budget <= budgets; budget++)
      for (let length = 1; length <= lengths; length++) {
        const { reversed, forward, most } = simulated(length, budget)
        expect(reversed).toEqual(Array.from({ length }, (_, i) => length - 1 - i))
        expect(most).toBeLessThanOrEqual(budget)
        expect(forward).toBe(best[budget - 1]![length])
      }
  })

  it.each([
    [5, 4],
    [10, 3],
    [3, 8],
    [40, 2]
  ])('of %d snapshots and %d repeats is the binomial one', (b, r) => {
    const length = choose(b + r, r)
    expect(simulated(length, b).forward).toBe(r * length - choose(b + r, r - 1))
  })
})

type S = A.Expr<[], 'f64'>
type V = A.Expr<[2], 'f64'>
type Counter = A.Expr<[], 'i32'>
type State = readonly [V, Counter, S]

interface Problem {
  readonly h: V
  readonly w: V
  readonly xs: A.Expr<[number, 2], 'f64'>
}

const counted = ([h, i, s]: State, w: V, x: V): State => {
  const scale: S = pipe(i, A.convert('f64'), A.mul(0.01), A.add(s))
  return [pipe(h, A.mul(w), A.add(x), A.mul(scale), A.tanh), A.add(1)(i), pipe(h, A.sum(), A.cos)]
}

const first = ({ h }: Problem): State => [h, A.tensor(3, 'i32'), A.tensor(0.5, 'f64')]

/** The end of a loop, and what it gives out where it has inputs. */
const looped =
  (options: A.ScanOptions, withInputs: boolean) =>
  (p: Problem): readonly [V, S] => {
    if (!withInputs) {
      const step = (c: State) => [counted(c, p.w, p.w), []] as const
      const [[h, , s]] = A.scan(step, { ...options, length: p.xs.shape[0] })(first(p))
      return [h, s]
    }
    const step = (c: State, x: V) => {
      const next = counted(c, p.w, x)
      return [next, pipe(next[0], A.mul(x))] as const
    }
    const [[h, , s], ys] = A.scan(step, options)(first(p), p.xs)
    return [h, pipe(ys, A.sum(), A.add(s))]
  }

const loss =
  (options: A.ScanOptions, withInputs: boolean) =>
  (p: Problem): S => {
    const [h, s] = looped(options, withInputs)(p)
    return pipe(h, A.square, A.sum(), A.add(s))
  }

const problem = (length: number): Problem => ({
  h: A.tensor([0.3, -0.7], 'f64'),
  w: A.tensor([0.9, -1.1], 'f64'),
  xs: fromValues<[number, 2], 'f64'>(
    [length, 2],
    'f64',
    Array.from({ length: 2 * length }, (_, i) => Math.sin(3 * i + 1))
  )
})

describe('a loop with a small budget', () => {
  const cases = fc.record({
    length: fc.integer({ min: 0, max: 40 }),
    atMost: fc.integer({ min: 1, max: 9 }),
    reverse: fc.boolean(),
    withInputs: fc.boolean()
  })
  type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never

  const both = ({ reverse, atMost, withInputs }: Case) =>
    [loss({ reverse }, withInputs), loss({ reverse, keep: { atMost } }, withInputs)] as const

  it.each([
    ['reference', A.reference, 40],
    ['modules', A.wasm, 12]
  ] as const)('has the same values and gradients, to the bit (%s)', (_, engine, numRuns) => {
    fc.assert(
      fc.property(cases, (c) => {
        const [all, fewer] = both(c).map((f) => numbersOf(A.valueAndGrad(f)(problem(c.length)), engine))
        expect(fewer).toEqual(all)
      }),
      { numRuns }
    )
  })

  it('has the same second derivatives, and forward mode', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const p = problem(c.length)
        const ask = (f: (p: Problem) => S) => {
          const ofGrad = (q: Problem): S => pipe(A.grad(f)(q).w, A.square, A.sum())
          return [A.jvp(f)(p, p), A.jvp(A.grad(f))(p, p), A.grad(ofGrad)(p)]
        }
        const [all, fewer] = both(c)
        const expected = numbersOf(ask(all))
        for (const engine of [A.reference, A.wasm])
          expect(relativeError(numbersOf(ask(fewer), engine), expected)).toBeLessThan(1e-13)
      }),
      { numRuns: 4 }
    )
  })

  it('has the same gradients in batches', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const p = problem(c.length)
        const ws = A.tensor(
          [
            [0.9, -1.1],
            [0.2, 0.4],
            [1.3, 0.1]
          ],
          'f64'
        )
        const ask = (f: (p: Problem) => S) => A.vmap((w: V) => A.grad(f)({ ...p, w }))(ws)
        const [all, fewer] = both(c).map((f) => numbersOf(ask(f)))
        expect(relativeError(fewer!, all!)).toBeLessThan(1e-13)
      }),
      { numRuns: 8 }
    )
  })
})

/** All nodes of a program, at every depth. */
const everything = (roots: ReadonlyArray<Value>): ReadonlyArray<ReturnType<typeof topological>[number]> => {
  const nodes = topological(roots)
  return [...nodes, ...nodes.flatMap(regionsOf).flatMap(({ results }) => everything(results))]
}

describe('its program', () => {
  const nodes = (length: number, atMost: number) =>
    everything(withLoops(nodesOf(A.grad(loss({ keep: { atMost } }, true))(problem(length)))))

  it('is as large for many steps as for few', () => {
    expect(nodes(5000, 6).length).toBe(nodes(50, 6).length)
  })

  it('holds as many states as said, and no stack of them', () => {
    const all = nodes(1000, 6)
    const loops = all.filter((n): n is Scan => n._tag === 'Scan')
    const kept = all.filter(
      (n) => n._tag === 'Project' && n.x._tag === 'Scan' && n.index >= n.x.body.results.length
    )
    expect(kept).toEqual([])
    expect(loops.flatMap((n) => n.xs).filter((x) => x.shape[0] === 6 && x.shape[1] === 2)).toHaveLength(1)
    expect(all.filter((n): n is Call => n._tag === 'Call' && n.equal !== undefined)).toEqual([])
  })

  it('is printed with its budget', () => {
    expect(A.print(loss({ keep: { atMost: 6 } }, true)(problem(1000)))).toContain('snapshots: 6')
  })
})

it('what is equal to a call may depend on an example where the call itself does not', () => {
  const shared: S = A.tensor(5, 'f64')
  const f = (b: S): S => {
    const xs = nodesOf([shared, b])
    const [p, q] = make.inputsLike('x', xs)
    const parameters = [p!, q!]
    const equal = { parameters, results: [add(p!, scaled(0, q!))] }
    const made = make.call({ parameters, results: [p!] }, xs, { equal })
    return typed(make.resultsOf(made, [p!])[0]!)
  }
  const bs = A.tensor([1, 2, 3], 'f64')
  expect(numbersOf(A.vmap(f)(bs))).toEqual([5, 5, 5])
  expect(numbersOf(A.vmap(A.grad(f))(bs))).toEqual([0, 0, 0])
})
