import { concatAll } from 'fp-ts/lib/Monoid.js'
import { describe, expect, it } from 'vitest'
import { optimizerLaws, type OptimizerSource } from '../../laws/index.js'
import * as A from '../../src/index.js'
import * as optim from '../../src/optim/index.js'
import type { Expr } from '../../src/index.js'
import type { OptimizerState, Slot, Transformation } from '../../src/optim/index.js'
import { mapLeaves } from '../../src/tensor/Tree.js'
import { broken, firstFailure } from './broken.js'

const { concat, empty } = optim.monoidTransformation
const good = optim.adam({ learningRate: 0.1 })

type Update = (
  gradients: unknown,
  state: OptimizerState<unknown>,
  params: unknown
) => readonly [unknown, OptimizerState<unknown>]

/** Adam with another way to update. */
const updating = (change: (update: Update) => Update): Transformation => {
  const changed = change((g, s, p) => good.update(g, s, p))
  return {
    ...good,
    update: <P>(g: P, s: OptimizerState<P>, p: P) => changed(g, s, p) as readonly [P, OptimizerState<P>]
  }
}

const each = (tree: unknown, f: (x: Expr) => Expr): unknown => mapLeaves(tree, (l) => f(l as Expr))

const laws = (source: Partial<OptimizerSource>) =>
  optimizerLaws({ name: 'planted', optimizer: good, numRuns: 10, ...source })

/** Writes to the state that it is given. */
const writing = updating((update) => (g, s, p) => {
  s.forEach((slot: Slot<unknown>) => {
    if ('learningRate' in slot.numbers) Object.assign(slot.numbers, { learningRate: A.tensor(0.05, 'f64') })
  })
  return update(g, s, p)
})

/** Moves the less the more often it has been asked. */
const tiring = (): Transformation => {
  let asked = 0
  return updating((update) => (g, s, p) => {
    const [updates, next] = update(g, s, p)
    return [each(updates, (x) => (asked++ % 7 === 3 ? A.neg(x) : x)), next]
  })
}

describe('planted faults', () => {
  it('none', () => {
    expect(broken(laws({ converges: [{ on: 'quadratic', steps: 1000, within: 1e-6 }] }))).toEqual([])
  })

  it.each<readonly [string, Partial<OptimizerSource>, ReadonlyArray<string>]>([
    [
      'a unit that turns gradients round',
      { monoid: { concat, empty: optim.scaleByLearningRate(1) } },
      ['identity']
    ],
    [
      'a sequence that depends on brackets',
      { monoid: { empty, concat: (a, b) => (b.slots > 2 ? concat(b, a) : concat(a, b)) } },
      ['associativity']
    ],
    [
      'steps where there is no slope',
      {
        optimizer: updating((update) => (g, s, p) => {
          const [updates, next] = update(g, s, p)
          return [
            each(updates, (x) => (x.dtype === 'f64' ? A.sub(A.full([], 1e-9, 'f64') as Expr)(x) : x)),
            next
          ]
        })
      },
      ['fixed point']
    ],
    ['a state that is written to', { optimizer: writing }, ['purity']],
    ['a memory of its own', { optimizer: tiring() }, ['identity', 'associativity', 'purity']],
    [
      'a state that grows',
      {
        optimizer: updating((update) => (g, s, p) => {
          const [updates, next] = update(g, s, p)
          return [updates, next.map((slot) => ({ ...slot, trees: { ...slot.trees, more: g } }))]
        })
      },
      ['structure']
    ],
    ['slots that are not there', { optimizer: { ...good, slots: 3 } }, ['associativity', 'structure']],
    [
      'updates that are no expressions of any shape',
      {
        optimizer: updating((update) => (g, s, p) => {
          const [updates, next] = update(g, s, p)
          const odd: Expr = A.full([5], 1, 'f64')
          return [
            each(updates, (x) => A.add(odd)(A.convert('f64')(A.reshape([-1])(x) as Expr) as Expr)),
            next
          ]
        })
      },
      ['identity', 'associativity', 'fixed point', 'purity', 'structure']
    ],
    [
      'a step that is too long',
      {
        optimizer: optim.gradientDescent({ learningRate: 0.3 }),
        converges: [{ on: 'quadratic', steps: 1000, within: 1e-6 }]
      },
      ['converges, quadratic']
    ],
    [
      'a step that is too short',
      {
        optimizer: optim.gradientDescent({ learningRate: 1e-3 }),
        converges: [{ on: 'quadratic', steps: 100, within: 1e-6 }]
      },
      ['converges, quadratic']
    ],
    [
      'curvatures that differ too much',
      {
        optimizer: optim.gradientDescent({ learningRate: 0.01 }),
        converges: [
          { on: 'quadratic', steps: 5000, within: 1e-6 },
          { on: 'illConditioned', steps: 5000, within: 1e-6 },
          { on: 'rosenbrock', steps: 5000, within: 1e-6 }
        ]
      },
      ['converges, illConditioned', 'converges, rosenbrock']
    ],
    [
      'a schedule that stops at once',
      {
        optimizer: good,
        converges: [{ on: 'quadratic', steps: 1500, within: 1e-6, schedule: (i) => (i === 0 ? 1 : 0) }]
      },
      ['converges, quadratic']
    ]
  ])('%s', (_, source, expected) => {
    expect(broken(laws(source))).toEqual(expected)
  })

  it('weight decay moves parameters, and need not claim otherwise', () => {
    const decaying = updating((update) => (g, s, p) => update(plusTrees(g, p), s, p))
    expect(broken(laws({ optimizer: decaying }))).toEqual(['fixed point'])
    expect(broken(laws({ optimizer: decaying, fixedPoint: false }))).toEqual([])
  })

  it('are reported with where the descent ends', () => {
    const source: OptimizerSource = {
      name: 'slow',
      optimizer: concatAll(optim.monoidTransformation)([optim.scaleByLearningRate(1e-3)]),
      converges: [{ on: 'quadratic', steps: 10, within: 1e-6 }]
    }
    expect(firstFailure(optimizerLaws(source))).toMatch(
      /^Optimizer slow: converges, quadratic: the end of 10 steps = the minimum ± 0\.000001 fails: ends at \(.*, .*\) after 10 steps, .* from the minimum\n {2}sample \[.*\]\n {2}replay/
    )
  })
})

/** Leaf by leaf. */
const plusTrees = (a: unknown, b: unknown): unknown => optim.applyUpdates(b)(a)
