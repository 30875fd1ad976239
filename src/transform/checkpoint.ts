/**
 * Rematerialisation: values that are computed again for a derivative instead of kept.
 *
 * @since 0.1.0
 */
import { invalid } from '../graph/error.js'
import { node, type Expr, type Node, type Unary, type Value } from '../graph/Expr.js'
import { walk } from '../graph/fold.js'
import { nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import { close, dependent } from '../graph/Region.js'
import { typed } from '../graph/terms.js'
import { refill } from '../tensor/Tree.js'
import { traced } from './traced.js'
import { invalidLike } from './trees.js'

/**
 * The same value under a name, by which a policy of `checkpoint` can say that it is kept. Elsewhere a name does nothing.
 *
 * Source: JAX, `jax.ad_checkpoint.checkpoint_name`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, named, tensor } from 'adjoint'
 *
 * deepStrictEqual(evaluate(named('activation')(tensor([1, 2]))), evaluate(tensor([1, 2])))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const named =
  (name: string) =>
  <E extends Expr<unknown>>(x: E): E =>
    typed(make.named(name, node(x)))

/**
 * What `checkpoint` keeps for the derivative besides the arguments: nothing, unless told; with `save` the values of these names (`named`).
 *
 * @since 0.1.0
 * @category model
 */
export interface CheckpointOptions {
  readonly save?: ReadonlyArray<string>
}

type Named = Unary & { readonly name: string }

const isNamed = (n: Node): n is Named => n._tag === 'Unary' && n.name !== undefined

const unknown = (save: ReadonlyArray<string>, found: ReadonlyArray<Named>): ReadonlyArray<Value> => {
  const names = [...new Set(found.map(({ name }) => name))]
  const known = names.length === 0 ? 'no value has a name there' : `names there are ${names.join(', ')}`
  return save
    .filter((name) => !names.includes(name))
    .map((name) =>
      invalid('checkpoint', [], `cannot save ${name}: ${known}; those in loops and calls inside do not count`)
    )
}

/**
 * The same function, whose values are not kept for its derivative but computed again when that needs them (rematerialisation): less memory for more
 * time. Those that `save` names are kept, as far as they depend on the arguments; what the derivative needs besides is computed from them. Values are
 * the same to the bit, and so are derivatives, but for cotangents of what is used both inside and outside: their sums are added up in another order.
 *
 * Errors: a name to save that no value of the function has.
 *
 * Source: JAX, `jax.checkpoint`, and its policy `save_only_these_names`; Chen et al., Training Deep Nets with Sublinear Memory Cost (2016).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { checkpoint, evaluate, exp, grad, named, sin, tensor, type Expr } from 'adjoint'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * type N = Expr<[], 'f32'>
 * const f = (x: N): N => pipe(x, sin, named('wave'), exp)
 * const slope = evaluate(grad(f)(tensor(1)))
 * deepStrictEqual(evaluate(grad(checkpoint(f))(tensor(1))), slope)
 * deepStrictEqual(evaluate(grad(checkpoint(f, { save: ['wave'] }))(tensor(1))), slope)
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const checkpoint =
  <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R, { save = [] }: CheckpointOptions = {}) =>
  (...args: A): R => {
    const { parameters, results, tree } = traced(f, args)
    const { order } = walk(save.length === 0 ? [] : results)
    const found = order.filter(isNamed)
    const reasons = unknown(save, found)
    if (reasons.length > 0) return refill(tree, invalidLike(results, reasons)) as R
    const inside = dependent(order, parameters)
    const kept = found.filter((n) => save.includes(n.name) && inside.has(n))
    const { region, captured } = close(parameters, [...results, ...kept])
    const made = make.call(region, [...captured, ...nodesOf(args)], { saved: kept.length })
    return refill(tree, make.resultsOf(made, [...results, ...kept]).slice(0, results.length)) as R
  }
