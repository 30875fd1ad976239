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
import { inScope } from '../graph/place.js'
import { close, dependent } from '../graph/Region.js'
import { typed } from '../graph/terms.js'
import { refill } from '../tensor/Tree.js'
import { traced } from './traced.js'
import { invalidLike } from './trees.js'

/**
 * What takes a name: a value, or a function, which keeps its type.
 *
 * @since 0.1.0
 * @category model
 */
export interface Named {
  <const T extends Expr<unknown> | ((...args: never) => unknown)>(x: T): T
}

type AnyFunction = (...args: ReadonlyArray<unknown>) => unknown

/** A function whose operations are in a scope, and so are those of the functions that it results in. */
const scoped =
  (name: string, f: AnyFunction): AnyFunction =>
  (...args) => {
    const made = inScope(name, nodesOf(args), () => f(...args))
    return typeof made === 'function' ? scoped(name, made as AnyFunction) : made
  }

/**
 * The same value under a name, by which a policy of `checkpoint` can say that it is kept; or the same function, whose operations have the name in their
 * scope (name stack): in the causes of `traceNaN` and the kernels of `explain`. Scopes inside of others are joined by `/`. Elsewhere a name does nothing:
 * programs are the same, to the bit and to the last kernel. An operation is in a scope as far as the arguments of the function depend on what is traced.
 *
 * Source: JAX, `jax.ad_checkpoint.checkpoint_name` and `jax.named_scope`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, named, sin, tensor, type Expr } from 'adjoint'
 *
 * deepStrictEqual(evaluate(named('activation')(tensor([1, 2]))), evaluate(tensor([1, 2])))
 *
 * const encoder = named('encoder')((x: Expr<[2], 'f32'>) => sin(x))
 * deepStrictEqual(evaluate(encoder(tensor([1, 2]))), evaluate(sin(tensor([1, 2]))))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const named =
  (name: string): Named =>
  (x) =>
    (typeof x === 'function'
      ? scoped(name, x as AnyFunction)
      : typed(make.named(name, node(x as Expr)))) as typeof x

/**
 * What `checkpoint` keeps for the derivative besides the arguments: nothing, unless told; with `save` the values of these names (`named`).
 *
 * @since 0.1.0
 * @category model
 */
export interface CheckpointOptions {
  readonly save?: ReadonlyArray<string>
}

type Marked = Unary & { readonly name: string }

const isNamed = (n: Node): n is Marked => n._tag === 'Unary' && n.name !== undefined

const unknown = (save: ReadonlyArray<string>, found: ReadonlyArray<Marked>): ReadonlyArray<Value> => {
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
