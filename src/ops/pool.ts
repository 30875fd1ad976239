/**
 * Pooling: windows over the axes before the channels, `[..., ...spatial, channels]`, for one example or for batches.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { dim, isDim, range, showDims, type Dims } from '../tensor/dims.js'
import { allocate, type DType } from '../tensor/DType.js'
import { own } from '../tensor/Tensor.js'
import { withLeading, elementAt } from '../tensor/windows.js'
import { typed } from '../graph/terms.js'
import { composed, ofFloats } from './operand.js'
import { layoutOf, resolve, slide, type Layout, type Sliding } from './sliding.js'
import type { FloatPool, Pool, WindowOptions } from './signatures/index.js'

interface Pooling {
  readonly on: Layout
  readonly plan: Sliding
}

const planned = (operation: string, size: Dims, options: WindowOptions, x: Value): Pooling | Value => {
  const on = layoutOf(operation, x, size.length)
  if ('_tag' in on) return on
  const resolved = size.every((k) => isDim(k) && k > 0)
    ? resolve(size, size, options)
    : `windows ${showDims(size)} must have sizes >= 1`
  const plan = typeof resolved === 'string' ? resolved : slide(on.spatial, size, resolved)
  return typeof plan === 'string' ? invalid(operation, [x], plan) : { on, plan }
}

const reduceWindows = (op: 'sum' | 'max', size: Dims, { on, plan }: Pooling, x: Value): Value => {
  const lead = on.lead.length
  const over = withLeading(lead, plan.windows)
  return make.window(
    op,
    [...on.lead, ...plan.positions, on.channels],
    [...on.lead.map(() => 1), ...size, 1],
    {
      strides: [...over.strides, 1],
      low: [...over.low, 0],
      inputDilation: [...over.inputDilation, 1],
      windowDilation: [...over.windowDilation, 1]
    },
    x
  )
}

/** How many elements each window has, by its position. */
const countsOf = (size: Dims, { on, plan }: Pooling, dtype: DType): Value => {
  const alongAxis = (axis: number): Dims =>
    range(0, dim(plan.positions, axis)).map(
      (p) =>
        range(0, dim(size, axis)).filter(
          (k) => elementAt(plan.windows, axis, dim(on.spatial, axis), p, k) >= 0
        ).length
    )
  const counts = plan.positions.reduce<Dims>(
    (done, _, axis) => done.flatMap((n) => alongAxis(axis).map((m) => n * m)),
    [1]
  )
  const data = allocate(dtype, counts.length)
  data.set(counts)
  return make.constant(own(plan.positions, dtype, data))
}

const averaged = (size: Dims, p: Pooling, x: Value): Value => {
  const total = reduceWindows('sum', size, p, x)
  if (total._tag === 'Invalid') return total
  const lead = p.on.lead.length
  const counts = countsOf(size, p, x.dtype)
  return make.binary('div', total, make.broadcast(total.shape, range(lead, lead + size.length), counts))
}

const pooled = <R extends Expr<unknown>>(
  operation: string,
  pool: (size: Dims, p: Pooling, x: Value) => Value,
  size: Dims,
  options: WindowOptions,
  given: Expr<unknown>
): R => {
  const x = node(given)
  return typed(
    composed(operation, [x], () => {
      const p = planned(operation, size, options, x)
      return '_tag' in p ? p : pool(size, p, x)
    })
  )
}

/**
 * The largest element of each window; padding takes no part, and NaN wins. Windows stand side by side unless strides are given. The
 * derivative goes to the first largest element of a window in row-major order. Shapes: `[..., ...spatial, channels]` to
 * `[..., ...positions, channels]`.
 *
 * Errors: windows that do not fit or hold nothing but padding, options for another number of axes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, maxPool, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(tensor([[1], [3], [2], [0]]), maxPool([2]), evaluate, E.map(toNested)), E.right([[3], [2]]))
 * ```
 *
 * @since 0.1.0
 * @category windows
 */
export const maxPool: Pool<'maxPool'> = (size, options) => (x) =>
  pooled('maxPool', (k, p, n) => reduceWindows('max', k, p, n), size, options ?? {}, x)

/**
 * The sum of each window. Windows stand side by side unless strides are given. Shapes: `[..., ...spatial, channels]` to
 * `[..., ...positions, channels]`.
 *
 * Errors: windows that do not fit, options for another number of axes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, sumPool, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const inPairs = sumPool([2], { strides: 1, padding: 'same' })
 * deepStrictEqual(pipe(tensor([[1], [3], [2]]), inPairs, evaluate, E.map(toNested)), E.right([[4], [5], [2]]))
 * ```
 *
 * @since 0.1.0
 * @category windows
 */
export const sumPool: Pool<'sumPool'> = (size, options) => (x) =>
  pooled('sumPool', (k, p, n) => reduceWindows('sum', k, p, n), size, options ?? {}, x)

/**
 * The mean of each window, over the elements that it has: padding does not count. Windows stand side by side unless strides are given. Shapes:
 * `[..., ...spatial, channels]` to `[..., ...positions, channels]`.
 *
 * Errors: windows that do not fit, options for another number of axes. A window of nothing but padding has the mean NaN.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { avgPool, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const inPairs = avgPool([2], { strides: 1, padding: 'same' })
 * deepStrictEqual(pipe(tensor([[1], [3], [2]]), inPairs, evaluate, E.map(toNested)), E.right([[2], [2.5], [2]]))
 * ```
 *
 * @since 0.1.0
 * @category windows
 */
export const avgPool: FloatPool<'avgPool'> = (size, options) => (x) =>
  pooled('avgPool', (k, p, n) => ofFloats('avgPool', [n], () => averaged(k, p, n)), size, options ?? {}, x)
