/** Laws of optimizers: what training takes for granted of them. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { causes, showBuildError } from '../../src/graph/error.js'
import { showError } from '../../src/graph/failure.js'
import { node, type Aval } from '../../src/graph/Expr.js'
import { nodesOf } from '../../src/graph/leaves.js'
import { full } from '../../src/graph/terms.js'
import { compile, evaluate, reference, type Values } from '../../src/program/compile.js'
import {
  applyUpdates,
  monoidTransformation,
  scaleByMomentum,
  scaleByRms,
  type OptimizerState,
  type Transformation
} from '../../src/optim/index.js'
import { equalDims } from '../../src/tensor/dims.js'
import { elements } from '../../src/tensor/Tensor.js'
import { leavesOf, locate, mapLeaves, mismatch } from '../../src/tensor/Tree.js'
import { showTensor, tensor } from '../arbitrary/tensor.js'
import { fail, firstFailure, law, pass, type Law, type LawSet, type Verdict } from '../law/index.js'
import type { Point } from '../oracle/run.js'
import { judgeClaim, startOf, type Claim } from './descent.js'
import { sameOutcome, type Outcome } from './outcome.js'

/**
 * Parameters, and the gradients of a few steps, trees of tensors like them.
 *
 * @since 0.1.0
 * @category model
 */
export interface Steps {
  readonly params: unknown
  readonly gradients: ReadonlyArray<unknown>
}

/**
 * An optimizer to verify, and what it claims.
 *
 * @since 0.1.0
 * @category model
 */
export interface OptimizerSource {
  readonly name: string
  readonly optimizer: Transformation
  /** A small tree of both precisions unless given. */
  readonly arbitrary?: fc.Arbitrary<Steps>
  /** Whether gradients of 0 from the start move nothing, as they do not unless told: weight decay moves parameters. */
  readonly fixedPoint?: boolean
  /** On which problems it comes to the minimum. */
  readonly converges?: ReadonlyArray<Claim>
  readonly numRuns?: number
  /** How optimizers are composed, unless it is by the library's monoid. */
  readonly monoid?: Monoid<Transformation>
}

const treeOf = (domain: 'ordinary' | 'nonzero'): fc.Arbitrary<unknown> =>
  fc.record({
    layers: fc.tuple(
      fc.record({
        w: tensor({ shape: [2, 2], dtype: 'f32', domain }),
        b: tensor({ shape: [2], dtype: 'f64', domain })
      })
    ),
    scale: tensor({ shape: [], dtype: 'f64', domain })
  })

const defaultSteps: fc.Arbitrary<Steps> = fc.record({
  params: treeOf('ordinary'),
  gradients: fc.array(fc.oneof(treeOf('nonzero'), treeOf('ordinary')), { minLength: 1, maxLength: 3 })
})

const showTree = (tree: unknown): string =>
  locate(tree)
    .map(({ path, leaf }) => `${path}: ${showTensor(leaf as Point[number])}`)
    .join(', ')

const showSteps = ({ params, gradients }: Steps): string =>
  `${showTree(params)}; gradients ${gradients.map(showTree).join(' | ')}`

const outcomeOf = (tree: unknown): Outcome => E.map((t: unknown) => leavesOf(t) as Point)(evaluate(tree))

/** Updates, states and parameters along the gradients. */
const trace = (t: Transformation, { params, gradients }: Steps): Outcome => {
  const seen: Array<unknown> = []
  let [state, at] = [t.init(params), params]
  for (const g of gradients) {
    const [updates, next] = t.update(g, state, at)
    state = next
    at = applyUpdates(updates)(at)
    seen.push(updates, next, at)
  }
  return outcomeOf(seen)
}

/** Two errors may be the same: an optimizer that has no updates keeps no law. */
const sameUpdates = (actual: Outcome, expected: Outcome): Verdict =>
  E.isLeft(expected) ? fail(showError(expected.left)) : sameOutcome(actual, expected)

const sameTrace = (actual: Transformation, expected: Transformation, steps: Steps): Verdict =>
  actual.slots === expected.slots
    ? sameUpdates(trace(actual, steps), trace(expected, steps))
    : fail(`${actual.slots} slots, expected ${expected.slots}`)

const judgeIdentity =
  (t: Transformation, { concat, empty }: Monoid<Transformation>) =>
  (steps: Steps): Verdict =>
    firstFailure(
      () => sameTrace(concat(empty, t), t, steps),
      () => sameTrace(concat(t, empty), t, steps)
    )

const judgeAssociativity =
  (t: Transformation, { concat }: Monoid<Transformation>) =>
  (steps: Steps): Verdict => {
    const [a, b] = [scaleByMomentum(0.5), scaleByRms()]
    const orders = [[t, a, b], [a, t, b], [a, b, t]] as const // prettier-ignore
    return firstFailure(
      ...orders.map(
        ([x, y, z]) =>
          () =>
            sameTrace(concat(concat(x, y), z), concat(x, concat(y, z)), steps)
      )
    )
  }

const zerosLike = (tree: unknown): unknown => mapLeaves(tree, (l) => full(0, node(l)))

const judgeFixedPoint =
  (t: Transformation) =>
  ({ params, gradients }: Steps): Verdict => {
    const still = zerosLike(params)
    let [state, at] = [t.init(params), params]
    const all: Array<unknown> = []
    for (const _ of gradients) {
      const [updates, next] = t.update(still, state, at)
      state = next
      at = applyUpdates(updates)(at)
      all.push(updates)
    }
    return pipe(
      outcomeOf(all),
      E.match(
        (e) => fail(showError(e)),
        (ts) => {
          const odd = ts.find((u) => Array.from(elements(u)).some((v) => v !== 0))
          return odd === undefined ? pass : fail(`gradients of 0 move parameters by ${showTensor(odd)}`)
        }
      )
    )
  }

const sameAval = (a: Aval, b: Aval | undefined): boolean =>
  a.dtype === b?.dtype && equalDims(a.shape, b.shape)

const sameStructure = (what: string, actual: unknown, expected: unknown): Verdict => {
  const odd = mismatch(expected, actual)
  const ys = nodesOf(actual)
  const [broken] = causes(ys)
  if (broken !== undefined) return fail(`${what} is invalid: ${showBuildError(broken)}`)
  return odd !== undefined
    ? fail(`${what} has another structure: ${odd}`)
    : nodesOf(expected).every((x, i) => sameAval(x, ys[i]))
      ? pass
      : fail(`${what} has other shapes or dtypes`)
}

const judgeStructure =
  (t: Transformation) =>
  ({ params, gradients }: Steps): Verdict => {
    const state = t.init(params)
    const [updates, next] = t.update(gradients[0] ?? params, state, params)
    return firstFailure(
      () => (state.length === t.slots ? pass : fail(`the state fills ${state.length} slots of ${t.slots}`)),
      () => sameStructure('the update', updates, params),
      () => sameStructure('the next state', next, state)
    )
  }

/** The numbers and trees of a state as they are now. */
const snapshot = (state: OptimizerState<unknown>): OptimizerState<unknown> =>
  mapLeaves(state, (l) => l) as OptimizerState<unknown>

const unchanged = (what: string, before: unknown, after: unknown): Verdict => {
  const ys = leavesOf(after)
  return mismatch(before, after) === undefined && leavesOf(before).every((x, i) => x === ys[i])
    ? pass
    : fail(`changes ${what}`)
}

/** A step from tensors, compiled as a function of all that it is given: what it remembers elsewhere is not seen. */
const stepFrom = (
  t: Transformation,
  g: unknown,
  state: Values<OptimizerState<unknown>>,
  params: unknown
): Outcome => {
  const step = (...[a, s, p]: readonly [unknown, OptimizerState<unknown>, unknown]) => t.update(a, s, p)
  return pipe(
    compile(step, reference)(g, state, params),
    E.chainW((run) => run(g, state, params)),
    E.map((result) => leavesOf(result) as Point)
  )
}

const judgePurity =
  (t: Transformation) =>
  ({ params, gradients }: Steps): Verdict => {
    const g = gradients[0] ?? params
    const state = t.init(params)
    const [stateBefore, paramsBefore, gradientBefore] = [
      snapshot(state),
      mapLeaves(params, (l) => l),
      mapLeaves(g, (l) => l)
    ]
    const first = outcomeOf(t.update(g, state, params))
    return firstFailure(
      () => unchanged('its state', stateBefore, state),
      () => unchanged('the parameters', paramsBefore, params),
      () => unchanged('the gradient', gradientBefore, g),
      () => sameUpdates(outcomeOf(t.update(g, state, params)), first),
      () =>
        pipe(
          evaluate(state),
          E.match(
            (e) => fail(showError(e)),
            (tensors) => sameUpdates(stepFrom(t, g, tensors, params), first)
          )
        )
    )
  }

const claimLaw = (name: string, optimizer: Transformation, claim: Claim): Law =>
  law({
    name: `${name}: converges, ${claim.on}`,
    statement: { left: `the end of ${claim.steps} steps`, right: `the minimum ± ${claim.within}` },
    arbitrary: startOf(claim),
    judge: judgeClaim(optimizer, claim),
    numRuns: 2,
    shrinks: 2
  })

/**
 * The laws of an optimizer, in one call: in sequence with others it is associative and has a unit, bit for bit in updates and states; gradients
 * of 0 from the start move nothing, where that is claimed; it is a function of gradient, state and parameters, changes none of them, and keeps
 * nothing elsewhere; states and updates keep their structure; and it comes to the minimum on the problems that it claims to solve.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { adam } from 'adjoint/optim'
 * import { checkAll, optimizerLaws } from 'adjoint/laws'
 *
 * const laws = optimizerLaws({
 *   name: 'adam',
 *   optimizer: adam({ learningRate: 0.1 }),
 *   converges: [{ on: 'quadratic', steps: 1000, within: 1e-6 }],
 *   numRuns: 5
 * })
 * strictEqual(checkAll()(laws).every(E.isRight), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const optimizerLaws = (source: OptimizerSource): LawSet => {
  const { optimizer, arbitrary = defaultSteps, fixedPoint = true, converges = [], numRuns = 20 } = source
  const { monoid = monoidTransformation } = source
  const name = `Optimizer ${source.name}`
  const one = (what: string, left: string, right: string, judge: (s: Steps) => Verdict): Law =>
    law({ name: `${name}: ${what}`, statement: { left, right }, arbitrary, judge, show: showSteps, numRuns })
  return {
    name,
    parents: [],
    laws: [
      one('identity', 'id . f = f . id', 'f', judgeIdentity(optimizer, monoid)),
      one('associativity', '(h . f) . g', 'h . (f . g)', judgeAssociativity(optimizer, monoid)),
      ...(fixedPoint ? [one('fixed point', 'updates of gradients 0', '0', judgeFixedPoint(optimizer))] : []),
      one('purity', 'one update', 'the next, with arguments unchanged', judgePurity(optimizer)),
      one('structure', 'trees of updates and states', 'those before', judgeStructure(optimizer)),
      ...converges.map((claim) => claimLaw(name, optimizer, claim))
    ]
  }
}
