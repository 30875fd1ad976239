/**
 * Branches on data, loops that end on data, and calls that are kept apart.
 *
 * @since 0.1.0
 */
import { invalid, showAval } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import type { BranchCheck, BranchesCheck, CarryCheck, DecideCheck } from '../shape/index.js'
import { isDim } from '../tensor/dims.js'
import { refill } from '../tensor/Tree.js'
import { invalidLike, invalids, refused, unfit } from './trees.js'
import { forLoop } from './scan.js'
import { shared, traced } from './traced.js'

/**
 * A tree as expressions: a constant that one branch returns is not one outside, where it depends on which is taken.
 *
 * @since 0.1.0
 * @category model
 */
export type Described<T> =
  T extends Expr<infer S, infer D>
    ? Expr<S, D>
    : T extends object
      ? { readonly [K in keyof T]: Described<T[K]> }
      : T

const differs = (place: string, first: string, other: string): string =>
  `${place} is ${first} in one branch and ${other} in another; they must be the same`

const branched = <A extends ReadonlyArray<unknown>>(
  operation: string,
  index: Value,
  branches: ReadonlyArray<(...args: A) => unknown>,
  args: A
): unknown => {
  const pieces = branches.map((f) => traced(f, args))
  const [first] = pieces
  if (first === undefined) return invalid(operation, [index], 'needs at least one branch')
  const reasons = [
    ...invalids([index, ...nodesOf(args), ...pieces.flatMap(({ results }) => results)]),
    ...pieces.flatMap(({ tree }) => unfit(operation, 'the result', tree, first.tree, differs))
  ]
  if (reasons.length > 0) return refill(first.tree, invalidLike(first.results, reasons))
  const ordered = pieces.map((p) => ({ ...p, results: nodesLike(first.tree, p.tree) }))
  const { regions, captured } = shared(ordered)
  const made = make.choose(regions, index, [...captured, ...nodesOf(args)])
  return refill(first.tree, make.resultsOf(made, first.results))
}

const asIndex = (operation: string, dtype: 'i32' | 'bool', index: Expr<unknown>): Value => {
  const x = node(index)
  const isRight = x._tag === 'Invalid' || (x.dtype === dtype && x.shape.length === 0)
  return isRight ? x : invalid(operation, [x], `needs one ${dtype}[] to decide by, got ${showAval(x)}`)
}

/**
 * One of two functions on the same arguments, by a condition on data: only the one taken is run. `cond(p, f, g)(x)` is `f(x)` where `p` holds, else
 * `g(x)`. Results are trees of the same shapes. In a batch whose examples go different ways (`vmap` of a batched condition) both are run, and what
 * fails in either (an index out of range, say) fails the batch; so indices must be valid in both. What a
 * branch makes of its arguments happens only when it is taken; what it captures and does not combine with them is computed before.
 *
 * Errors: a condition that is not one bool; branches with different results.
 *
 * Source: JAX, `jax.lax.cond`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { cond, evaluate, gt, item, neg, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * type N = Expr<[], 'f32'>
 * const magnitude = (x: N) => cond(gt(0)(x), (y: N): N => y, (y: N): N => neg(y))(x)
 * deepStrictEqual(pipe(evaluate(magnitude(tensor(-3))), E.map(item)), E.right(3))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const cond =
  <A extends ReadonlyArray<unknown>, const R, const Q, const P extends Expr<unknown>>(
    condition: P & DecideCheck<P, 'bool', 'cond'>,
    whenTrue: (...args: A) => R,
    whenFalse: (...args: A) => Q & BranchCheck<R, Q, 'cond'>
  ) =>
  (...args: A): Described<R> => {
    const index = make.convert('i32', asIndex('cond', 'bool', condition))
    return branched('cond', index, [whenFalse, whenTrue], args) as Described<R>
  }

/**
 * One of several functions on the same arguments, by an index on data: only the one taken is run. Indices below 0 take the first, those beyond the
 * end the last.
 *
 * Errors: an index that is not one i32; branches with different results.
 *
 * Source: JAX, `jax.lax.switch`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { choose, evaluate, item, mul, neg, square, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * type N = Expr<[], 'f32'>
 * const f = (i: number) => choose(tensor(i, 'i32'), [(x: N): N => neg(x), (x: N): N => square(x), (x: N): N => mul(10)(x)])(tensor(3))
 * deepStrictEqual([0, 1, 2, 7].map((i) => pipe(evaluate(f(i)), E.map(item))), [-3, 9, 30, 30].map(E.right))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const choose =
  <
    A extends ReadonlyArray<unknown>,
    const R,
    const B extends ReadonlyArray<unknown>,
    const P extends Expr<unknown>
  >(
    index: P & DecideCheck<P, 'i32', 'choose'>,
    branches: BranchesCheck<B, 'choose'> & B & ReadonlyArray<(...args: A) => R>
  ) =>
  (...args: A): Described<R> => {
    const ways: ReadonlyArray<(...args: A) => R> = branches
    return branched('choose', asIndex('choose', 'i32', index), ways, args) as Described<R>
  }

const endless = <C>(condition: (state: C) => unknown, body: (state: C) => unknown, init: C): unknown => {
  const [test, step] = [traced(condition, [init]), traced(body, [init])]
  const first = nodesOf(init)
  const reasons = [
    ...invalids([...first, ...test.results, ...step.results]),
    ...unfit('whileLoop', 'the carry', step.tree, init, make.carryChanges)
  ]
  if (reasons.length > 0) return refill(init, invalidLike(first, reasons))
  const { regions, captured } = shared([test, { ...step, results: nodesLike(init, step.tree) }])
  const [asked = test, made = step] = regions
  const loop = make.whileLoop(captured.length, asked, made, [...captured, ...first])
  return refill(init, make.resultsOf(loop, first))
}

/**
 * A loop that goes on while a condition on its state holds. With a `bound` it makes at most so many steps and can be differentiated in reverse; without
 * one, its length is known only when it runs, so that there is forward mode (`jvp`) only.
 *
 * Errors: a condition that is not one bool; a bound that is no number of steps; a state that a step changes in shape or dtype; `vjp` and `grad` of a loop without a bound.
 *
 * Source: JAX, `jax.lax.while_loop`; Equinox, `eqx.internal.while_loop`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, item, lt, mul, tensor, whileLoop, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * type N = Expr<[], 'f32'>
 * const double = whileLoop((x: N) => lt(100)(x), (x: N): N => mul(2)(x))
 * deepStrictEqual(pipe(double(tensor(3)), evaluate, E.map(item)), E.right(192))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const whileLoop =
  <C, const T, const P extends Expr<unknown>>(
    condition: (state: C) => P & DecideCheck<P, 'bool', 'whileLoop'>,
    body: (state: C) => T & CarryCheck<C, T, 'whileLoop'>,
    options: { readonly bound?: number } = {}
  ) =>
  (init: C): C => {
    if (options.bound === undefined) return endless(condition, body, init) as C
    if (!isDim(options.bound)) return refused('whileLoop', `a bound of ${String(options.bound)}`, init)
    const same = (c: C): C => c
    const step = (_: unknown, c: C): C =>
      branched(
        'whileLoop',
        make.convert('i32', asIndex('whileLoop', 'bool', condition(c))),
        [same, body],
        [c]
      ) as C
    return forLoop(0, options.bound, step)(init)
  }
