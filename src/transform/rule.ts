/**
 * Functions with derivatives of one's own.
 *
 * @since 0.1.0
 */
import type { CallRule, Input, Region, Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import { inMode } from '../graph/place.js'
import type { CarryCheck } from '../shape/index.js'
import { refill } from '../tensor/Tree.js'
import { shared, traced, type Traced } from './traced.js'
import { invalidLike, invalids, unfit } from './trees.js'

type Values = ReadonlyArray<Value>

/** A function, what it keeps for its rule, and the rule on placeholders of directions. */
interface Ruled {
  readonly mode: CallRule['mode']
  readonly f: Traced
  readonly kept: Values
  /** Placeholders of all results, those kept included. */
  readonly results: ReadonlyArray<Input>
  readonly directions: ReadonlyArray<Input>
  readonly derived: Values
  readonly reasons: Values
}

const called = (args: Values, { mode, f, kept, results, directions, derived, reasons }: Ruled): unknown => {
  const errors = [...invalids([...args, ...f.results, ...kept, ...derived]), ...reasons]
  if (errors.length > 0) return refill(f.tree, invalidLike(f.results, errors))
  const rule: Region = { parameters: [...f.parameters, ...results, ...directions], results: derived }
  const { regions, captured } = shared([{ parameters: f.parameters, results: [...f.results, ...kept] }, rule])
  const [body = rule, region = rule] = regions
  const made = make.call(body, [...captured, ...args], {
    rule: { mode, captured: captured.length, primals: f.results.length, region }
  })
  return refill(f.tree, make.resultsOf(made, [...f.results, ...kept]))
}

/**
 * A function with a forward rule of its own: `rule(x, t, y)` is how `y = f(x)` moves when `x` moves along `t`, trees like the arguments and the result. It
 * must be linear in `t`, so that its transpose is the rule in reverse; second derivatives are those of the rule, and batches are made of it. The rule
 * says all about the arguments of `f`; what `f` captures counts as constant.
 *
 * Errors: a rule whose result is not like that of `f`; reverse mode of a rule that is not linear in the tangents.
 *
 * Source: JAX, `jax.custom_jvp`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { customJvp, evaluate, exp, grad, item, log, add, mul, tensor, type Expr } from 'adjoint'
 * import { sigmoid } from 'adjoint/nn'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * // log(1 + e^x), whose derivative would be infinity over infinity far to the right.
 * type N = Expr<[], 'f64'>
 * const softplus = customJvp(
 *   (x: N): N => pipe(x, exp, add(1), log),
 *   ([x], [t]): N => mul(t)(sigmoid(x))
 * )
 * deepStrictEqual(pipe(evaluate(grad((x: N) => softplus(x))(tensor(1000, 'f64'))), E.map(item)), E.right(1))
 * ```
 *
 * @since 0.1.0
 * @category primitives
 */
export const customJvp =
  <A extends ReadonlyArray<unknown>, R, const T>(
    f: (...args: A) => R,
    rule: (primals: A, tangents: A, result: R) => T & CarryCheck<R, T, 'customJvp', 'tangent'>
  ) =>
  (...args: A): R => {
    const own = traced(f, args)
    const results = make.inputsLike('result', own.results, own.parameters)
    const directions = make.inputsLike('tangent', own.parameters)
    const [primals, tangents] = [own.parameters, directions].map((xs) => refill(args, xs) as A)
    const moved = inMode(own.parameters, 'tangent', () =>
      rule(primals!, tangents!, refill(own.tree, results) as R)
    )
    const reasons = unfit('customJvp', 'the tangent', moved, own.tree)
    const derived = nodesLike(own.tree, moved)
    return called(nodesOf(args), {
      mode: 'jvp',
      f: own,
      kept: [],
      results,
      directions,
      derived,
      reasons
    }) as R
  }

/**
 * A function with a reverse rule of its own. `forward(x)` is `[f(x), r]` with whatever the rule needs, and `backward(r, c)` lists the cotangents of the
 * arguments for the cotangent `c` of the result; trees like the arguments and the result. Forward mode exists where `backward` is linear in `c`, by its
 * transpose. Values are those of `f`. What `f` captures counts as constant.
 *
 * Errors: rules whose results are not like those of `f`, or its arguments; forward mode of a rule that is not linear in the cotangent.
 *
 * Source: JAX, `jax.custom_vjp`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { clip, customVjp, evaluate, grad, item, mul, round, square, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * type N = Expr<[], 'f32'>
 * const same = (x: N): N => x
 *
 * // Gradients beyond 1 are cut where they pass.
 * const clipped = customVjp(same, (x: N) => [x, []], (_, c) => [clip(-1, 1)(c)])
 * const steep = (x: N) => mul(100)(square(clipped(x)))
 * deepStrictEqual(pipe(evaluate(grad(steep)(tensor(3))), E.map(item)), E.right(1))
 *
 * // A straight-through estimator (Bengio et al. 2013): rounded forward, the identity backward.
 * const quantized = customVjp((x: N): N => round(x), (x: N) => [round(x), []], (_, c) => [c])
 * deepStrictEqual(pipe(evaluate(grad((x: N) => square(quantized(x)))(tensor(2.7))), E.map(item)), E.right(6))
 * ```
 *
 * @since 0.1.0
 * @category primitives
 */
export const customVjp =
  <A extends ReadonlyArray<unknown>, R, const S, const T>(
    f: (...args: A) => R,
    forward: (...args: A) => readonly [value: NoInfer<R>, residuals: S],
    backward: (residuals: S, cotangent: R) => T & CarryCheck<A, T, 'customVjp', 'cotangent'>
  ) =>
  (...args: A): R => {
    const own = traced(f, args)
    const [value, residuals] = forward(...(refill(args, own.parameters) as A))
    const kept = nodesOf(residuals)
    const results = make.inputsLike('result', [...own.results, ...kept], own.parameters)
    const directions = make.inputsLike('cotangent', own.results, own.parameters)
    const given = refill(residuals, results.slice(own.results.length)) as S
    const pulled = inMode(own.parameters, 'backward', () =>
      backward(given, refill(own.tree, directions) as R)
    )
    const reasons = [
      ...unfit('customVjp', 'the value of the forward rule', value, own.tree),
      ...unfit('customVjp', 'the cotangents', pulled, args)
    ]
    const derived = nodesLike(args, pulled)
    return called(nodesOf(args), { mode: 'vjp', f: own, kept, results, directions, derived, reasons }) as R
  }
