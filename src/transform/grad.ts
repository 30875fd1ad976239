/**
 * Gradients of functions between parameter trees: records, tuples and arrays of expressions, nested to any depth.
 *
 * @since 0.1.0
 */
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { nodesOf } from '../graph/leaves.js'
import { full, typed } from '../graph/terms.js'
import { showDims } from '../tensor/dims.js'
import { isFloat, type FloatDType } from '../tensor/DType.js'
import { refill } from '../tensor/Tree.js'
import * as transform from './differentiate.js'
import { barrier, invalidLike, invalids } from './trees.js'

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
