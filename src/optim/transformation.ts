/**
 * Optimizers as gradient transformations: pure functions from gradients to updates, with a state that is a value. They form a monoid: in sequence,
 * with the identity as unit. The state is a flat tuple of slots, so that composing is strictly associative.
 *
 * @since 0.1.0
 */
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import * as make from '../graph/make.js'
import { sameAval } from '../graph/aval.js'
import { invalid, showAval } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import { expand } from '../ops/operand.js'
import { typed, full } from '../graph/terms.js'
import { filled } from '../tensor/Tensor.js'
import { isFloat, type DType } from '../tensor/DType.js'
import { locate, mismatch, refill } from '../tensor/Tree.js'

/**
 * The state of one transformation: numbers such as the learning rate (values at run time: a schedule or a user may change them between steps without
 * compiling again) and trees like the parameters, such as moments.
 *
 * @since 0.1.0
 * @category model
 */
export interface Slot<P> {
  readonly numbers: Readonly<Record<string, Expr<[], 'f64'>>>
  readonly trees: Readonly<Record<string, P>>
}

/**
 * The state of a sequence of transformations.
 *
 * @since 0.1.0
 * @category model
 */
export type OptimizerState<P> = ReadonlyArray<Slot<P>>

/**
 * A gradient transformation.
 *
 * @since 0.1.0
 * @category model
 */
export interface Transformation {
  readonly _tag: 'Transformation'
  /** The number of state slots. */
  readonly slots: number
  readonly init: <P>(params: P) => OptimizerState<P>
  readonly update: <P>(
    gradients: P,
    state: OptimizerState<P>,
    params: P
  ) => readonly [updates: P, state: OptimizerState<P>]
}

/** One leaf's worth of a rule: its gradient and tree entries, and the slot's numbers in its dtype. */
export interface LeafRule {
  readonly numbers: Readonly<Record<string, number>>
  /** Names of trees like the parameters, which start at 0. */
  readonly trees: ReadonlyArray<string>
  /** Names of numbers that keep a divisor from 0. */
  readonly positive?: ReadonlyArray<string>
  /** How the numbers change, before the leaves are updated. */
  readonly advance?: (numbers: (name: string) => Value) => Readonly<Record<string, Value>>
  readonly update: (gradient: Value, tree: (name: string) => Value, number: NumberOf) => Moved
}

/** A number of the slot, or a function of it computed in double precision, in the shape and dtype of the leaf. */
export type NumberOf = (name: string, f?: (x: Value) => Value) => Value

/** What a rule makes of one leaf. */
interface Moved {
  readonly update: Value
  readonly trees: Readonly<Record<string, Value>>
}

const zerosLike = (params: unknown): unknown =>
  refill(
    params,
    nodesOf(params).map((x) => full(0, x))
  )

const record = <A>(names: ReadonlyArray<string>, f: (name: string) => A): Readonly<Record<string, A>> =>
  Object.fromEntries(names.map((n) => [n, f(n)]))

/** A run-time number in the dtype and shape of a leaf. */
const spread = (x: Value, like: Value): Value => expand(like.shape, make.convert(like.dtype, x))

const numbersOf = (slot: Slot<unknown>, rule: LeafRule): Readonly<Record<string, Value>> => {
  const now = record(Object.keys(rule.numbers), (n) => node(slot.numbers[n]!))
  return { ...now, ...rule.advance?.((n) => now[n]!) }
}

/** A tree like another, with the same error at every leaf that has none yet. */
const invalidLike = <P>(tree: P, operation: string, message: string): P => {
  const { errors } = invalid(operation, [], message)
  return refill(
    tree,
    nodesOf(tree).map((x): Value =>
      x._tag === 'Invalid' ? x : { _tag: 'Invalid', shape: x.shape, dtype: x.dtype, errors }
    )
  ) as P
}

/** Why a slot is not one of this rule for these gradients: it comes from another optimizer, or from other parameters. */
const slotMismatch = (rule: LeafRule, gradients: unknown, slot: Slot<unknown>): string | undefined => {
  const lacking = [
    ...Object.keys(rule.numbers).filter((n) => !(n in slot.numbers)),
    ...rule.trees.filter((n) => !(n in slot.trees))
  ]
  if (lacking.length > 0) return `the state is of another optimizer: it has no ${lacking.join(', ')}`
  const odd = rule.trees.map((n) => unlike(gradients, slot.trees[n])).find((m) => m !== undefined)
  return odd === undefined ? undefined : `the state is of other parameters: ${odd}`
}

/** The first place where trees differ in structure, or leaves in shape or dtype; leaves in error have neither. */
const unlike = (expected: unknown, actual: unknown): string | undefined => {
  const odd = mismatch(expected, actual)
  if (odd !== undefined) return odd
  const places = locate(expected)
  const [xs, ys] = [nodesOf(expected), nodesLike(expected, actual)]
  const i = xs.findIndex((x, k) => ![x, ys[k]!].some((y) => y._tag === 'Invalid') && !sameAval(x, ys[k]!))
  return i < 0 ? undefined : `${places[i]!.path || 'it'} is ${showAval(ys[i]!)}, expected ${showAval(xs[i]!)}`
}

/** Why a number that keeps a divisor from 0 does not, in the dtype of some leaf. */
const vanishing = (rule: LeafRule, gradients: unknown): string | undefined => {
  const dtypes = nodesOf(gradients).flatMap(({ dtype }) => (isFloat(dtype) ? [dtype] : []))
  const inDtype = (x: number, d: DType): number => (d === 'f32' ? Math.fround(x) : x)
  const odd = (rule.positive ?? []).flatMap((name) => {
    const value = rule.numbers[name] ?? 0
    const d = dtypes.find((dtype) => !(inDtype(value, dtype) > 0))
    return d === undefined ? [] : [`${name} is ${String(value)}, which is not above 0 in ${d}`]
  })
  return odd[0] === undefined
    ? undefined
    : `${odd[0]}: where the gradient is 0 the update would be 0 / 0; take a larger one, such as 1e-8`
}

/** One leaf moves by its rule; what is not floating-point stays where it is. */
const moved = (
  rule: LeafRule,
  g: Value,
  tree: (name: string) => Value,
  numbers: Readonly<Record<string, Value>>
): Moved =>
  isFloat(g.dtype) || g._tag === 'Invalid'
    ? rule.update(g, tree, (n, f = self) => spread(f(numbers[n]!), g))
    : { update: full(0, g), trees: record(rule.trees, tree) }

const self = (x: Value): Value => x

const updated = <P>(rule: LeafRule, gradients: P, slot: Slot<P>): readonly [P, Slot<P>] => {
  const numbers = numbersOf(slot, rule)
  const columns = record(rule.trees, (n) => nodesLike(gradients, slot.trees[n]))
  const results = nodesOf(gradients).map((g, i) => moved(rule, g, (n) => columns[n]![i]!, numbers))
  const trees = record(
    rule.trees,
    (n) =>
      refill(
        gradients,
        results.map((r) => r.trees[n])
      ) as P
  )
  return [
    refill(
      gradients,
      results.map((r) => r.update)
    ) as P,
    { numbers: record(Object.keys(numbers), (n) => typed<Expr<[], 'f64'>>(numbers[n]!)), trees }
  ]
}

/** A transformation with one slot from a rule for single leaves. */
export const perLeaf = (rule: LeafRule): Transformation => ({
  _tag: 'Transformation',
  slots: 1,
  init: <P>(params: P) => [
    {
      numbers: record(Object.keys(rule.numbers), (n) => filled<[], 'f64'>([], 'f64', rule.numbers[n] ?? 0)),
      trees: record(rule.trees, () => zerosLike(params) as P)
    }
  ],
  update: (gradients, state) => {
    const slot = state[0]
    const wrong =
      slot === undefined
        ? 'the state has no slot for it'
        : (slotMismatch(rule, gradients, slot) ?? vanishing(rule, gradients))
    if (slot === undefined || wrong !== undefined)
      return [invalidLike(gradients, 'update', wrong ?? ''), state]
    const [updates, next] = updated(rule, gradients, slot)
    return [updates, [next]]
  }
})

/**
 * Transformations in sequence, `concat(first, second)`; the unit leaves gradients as they are.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { monoidTransformation, scaleByAdam, scaleByLearningRate } from 'adjoint/optim'
 * import { concatAll } from 'fp-ts/lib/Monoid.js'
 *
 * deepStrictEqual(concatAll(monoidTransformation)([scaleByAdam(), scaleByLearningRate(0.01)]).slots, 2)
 * ```
 *
 * @since 0.1.0
 * @category instances
 */
export const monoidTransformation: Monoid<Transformation> = {
  empty: { _tag: 'Transformation', slots: 0, init: () => [], update: (gradients) => [gradients, []] },
  concat: (first, second) => ({
    _tag: 'Transformation',
    slots: first.slots + second.slots,
    init: (params) => [...first.init(params), ...second.init(params)],
    update: (gradients, state, params) => {
      const [middle, s1] = first.update(gradients, state.slice(0, first.slots), params)
      const [updates, s2] = second.update(middle, state.slice(first.slots), params)
      return [updates, [...s1, ...s2]]
    }
  })
}

/**
 * Parameters moved by updates: their sum, leaf by leaf.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, tensor, toNested } from 'adjoint'
 * import { applyUpdates } from 'adjoint/optim'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const moved = applyUpdates({ w: tensor([1, 2]) })({ w: tensor([-1, 1]) })
 * deepStrictEqual(pipe(evaluate(moved.w), E.map(toNested)), E.right([0, 3]))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const applyUpdates =
  <P>(updates: P) =>
  (params: P): P => {
    const odd = unlike(params, updates)
    if (odd !== undefined)
      return invalidLike(params, 'applyUpdates', `the updates are not a tree like the parameters: ${odd}`)
    const moves = nodesLike(params, updates)
    return refill(
      params,
      nodesOf(params).map((x, i) => make.binary('add', x, moves[i]!))
    ) as P
  }
