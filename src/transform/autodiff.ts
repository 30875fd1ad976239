/**
 * Derivatives and batching of functions between parameter trees: records, tuples and arrays of expressions, nested to any depth.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import { full, typed } from '../graph/terms.js'
import type { Prepend, Stack } from '../shape/index.js'
import { showDims } from '../tensor/dims.js'
import { isFloat, type FloatDType } from '../tensor/DType.js'
import { refill } from '../tensor/Tree.js'
import * as transform from './differentiate.js'
import { barrier, invalidLike, invalids, unfit } from './trees.js'
import { vectorize } from './vectorize.js'

const scalar = (operation: string, y: Value): Value =>
  y._tag === 'Invalid' || (y.shape.length === 0 && isFloat(y.dtype))
    ? y
    : invalid(
        operation,
        [y],
        y.shape.length === 0
          ? `needs a function whose result is f32 or f64, got ${y.dtype}`
          : `needs a function whose result is a number, got shape ${showDims(y.shape)}; reduce it, as with sum() or mean()`
      )

/**
 * The value and the gradient of a function with a scalar result, `p => [f(p), df/dp]`. The gradient is a tree like `p`.
 *
 * Errors: a result that is not a scalar (a type error where shapes are literal).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, item, square, tensor, valueAndGrad, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const f = (p: { readonly x: Expr<[], 'f32'> }) => square(p.x)
 * const both = evaluate(valueAndGrad(f)({ x: tensor(3) }))
 * deepStrictEqual(pipe(both, E.map(([y, g]) => [item(y), item(g.x)])), E.right([9, 6]))
 * ```
 *
 * @since 0.1.0
 * @category derivatives
 */
export const valueAndGrad =
  <P, D extends FloatDType>(f: (parameters: P) => Expr<readonly [], D>) =>
  (parameters: P): readonly [value: Expr<[], D>, gradient: P] => {
    const leaves = barrier(nodesOf(parameters))
    const y = scalar('grad', node(f(refill(parameters, leaves) as P)))
    const reasons = invalids([y])
    const gradient =
      reasons.length > 0 ? invalidLike(leaves, reasons) : transform.vjp()([y], leaves, [full(1, y)])
    return [typed(y), refill(parameters, gradient) as P]
  }

/**
 * The gradient of a function with a scalar result: `grad(f)(p)` is a tree like `p`. Applied again it gives second derivatives, to any order.
 *
 * Errors: a result that is not a scalar (a type error where shapes are literal).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, grad, item, pow, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const cube = (x: Expr<[], 'f32'>) => pipe(x, pow(3))
 * deepStrictEqual(pipe(evaluate(grad(cube)(tensor(2))), E.map(item)), E.right(12))
 * deepStrictEqual(pipe(evaluate(grad(grad(cube))(tensor(2))), E.map(item)), E.right(12))
 * ```
 *
 * @since 0.1.0
 * @category derivatives
 */
export const grad =
  <P, D extends FloatDType>(f: (parameters: P) => Expr<readonly [], D>) =>
  (parameters: P): P =>
    valueAndGrad(f)(parameters)[1]

/**
 * Forward mode: `jvp(f)(x, t)` is `[f(x), f'(x) t]`, the value and how it moves when `x` moves along the tangent `t`.
 *
 * Errors: a tangent that is not a tree like `x`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, item, jvp, square, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const both = evaluate(jvp((x: Expr<[], 'f32'>) => square(x))(tensor(3), tensor(1)))
 * deepStrictEqual(pipe(both, E.map(([y, t]) => [item(y), item(t)])), E.right([9, 6]))
 * ```
 *
 * @since 0.1.0
 * @category derivatives
 */
export const jvp =
  <P, R>(f: (primals: P) => R) =>
  (primals: P, tangents: P): readonly [value: R, tangent: R] => {
    const leaves = barrier(nodesOf(primals))
    const y = f(refill(primals, leaves) as P)
    const outputs = nodesOf(y)
    const reasons = [...invalids(outputs), ...unfit('jvp', 'tangent', tangents, primals)]
    const moved =
      reasons.length > 0
        ? invalidLike(outputs, reasons)
        : transform.jvp()(outputs, leaves, nodesLike(primals, tangents))
    return [y, refill(y, moved) as R]
  }

/**
 * Reverse mode: `vjp(f)(x)` is `[f(x), c => c f'(x)]`, the value and the map that pulls cotangents of it back to `x`.
 *
 * Errors: a cotangent that is not a tree like the value.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, square, tensor, toNested, vjp, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const [, pullback] = vjp((x: Expr<[2], 'f32'>) => square(x))(tensor([1, 2]))
 * deepStrictEqual(pipe(evaluate(pullback(tensor([1, 10]))), E.map(toNested)), E.right([2, 40]))
 * ```
 *
 * @since 0.1.0
 * @category derivatives
 */
export const vjp =
  <P, R>(f: (primals: P) => R) =>
  (primals: P): readonly [value: R, pullback: (cotangents: R) => P] => {
    const leaves = barrier(nodesOf(primals))
    const y = f(refill(primals, leaves) as P)
    const outputs = nodesOf(y)
    return [
      y,
      (cotangents) => {
        const reasons = [...invalids(outputs), ...unfit('vjp', 'cotangent', cotangents, y)]
        const pulled =
          reasons.length > 0
            ? invalidLike(leaves, reasons)
            : transform.vjp()(outputs, leaves, nodesLike(y, cotangents))
        return refill(primals, pulled) as P
      }
    ]
  }

/**
 * A tree with one more axis of size `N` in front of every leaf.
 *
 * @since 0.1.0
 * @category model
 */
export type Batched<N, T> =
  T extends Expr<infer S, infer D>
    ? Expr<Prepend<N, S>, D>
    : T extends object
      ? { readonly [K in keyof T]: Batched<N, T[K]> }
      : T

/**
 * What has a tree's slices along its leading axis: like `Batched`, and a leaf of any rank for one whose rank is not known.
 *
 * @since 0.1.0
 * @category model
 */
export type Stacked<N, T> =
  T extends Expr<infer S, infer D>
    ? Expr<Stack<N, S>, D>
    : T extends object
      ? { readonly [K in keyof T]: Stacked<N, T[K]> }
      : T

/**
 * The arguments of a batched function: every leaf has the same leading size.
 *
 * @since 0.1.0
 * @category model
 */
export type BatchedArguments<N, A> = A extends readonly [infer H, ...infer T]
  ? [Stacked<N, H>, ...BatchedArguments<NoInfer<N>, T>]
  : []

const example = (x: Value): Value =>
  x._tag === 'Invalid'
    ? x
    : x.shape.length === 0
      ? invalid('vmap', [x], 'needs a leading axis to map over, got a number')
      : make.input('example', x.shape.slice(1), x.dtype)

/** Leaves whose leading sizes differ from the first; those in error or without an axis are reported as such. */
const unequal = (leaves: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const sized = leaves.filter((x) => x._tag !== 'Invalid' && x.shape.length > 0)
  const sizes = [...new Set(sized.map((x) => x.shape[0]))]
  return sizes.length < 2 ? [] : [invalid('vmap', sized, `leading sizes ${sizes.join(' and ')} differ`)]
}

/**
 * A function of one example, applied to a batch: every leaf of every argument gets a leading axis of size N, and so does every leaf of the
 * result. No loop is involved; a dense layer becomes one matrix product. What is shared by all examples is simply captured.
 *
 * Errors: arguments without a leading axis, or with different leading sizes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sum, tensor, toNested, vmap, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const total = (x: Expr<[2], 'f32'>) => sum()(x)
 * deepStrictEqual(pipe(evaluate(vmap(total)(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([3, 7]))
 * ```
 *
 * @since 0.1.0
 * @category batching
 */
export const vmap =
  <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R) =>
  <N extends number>(...args: BatchedArguments<N, A>): Batched<N, R> => {
    const leaves = nodesOf(args)
    const examples = leaves.map(example)
    const y = f(...(refill(args, examples) as A))
    const outputs = nodesOf(y)
    const reasons = invalids([...examples, ...unequal(leaves), ...outputs])
    const results =
      reasons.length > 0
        ? invalidLike(outputs, reasons)
        : vectorize(leaves[0]?.shape[0] ?? 0, { parameters: examples, results: outputs }, leaves)
    return refill(y, results) as Batched<N, R>
  }
