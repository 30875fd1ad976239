/**
 * Convolutions over any number of axes, channels last: `[..., ...spatial, channels]`, for one example or for batches.
 *
 * @since 0.1.0
 */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import { node, type Expr, type Value } from '../graph/Expr.js'
import { dim, range, showDims, size } from '../tensor/dims.js'
import type { DType } from '../tensor/DType.js'
import { typed } from '../graph/terms.js'
import type { ConvBy, ConvOptions, ConvTransposeBy } from './signatures/index.js'
import { composed } from './operand.js'
import { layoutOf, resolve, slide, dilate, type Layout, type Sliding } from './sliding.js'

/** Groups, which stand behind one another in an axis at `at`, in front of all axes. */
const grouped = (groups: number, at: number, x: Value): Value => {
  const each = dim(x.shape, at) / groups
  const split = make.reshape([...x.shape.slice(0, at), groups, each, ...x.shape.slice(at + 1)], x)
  return make.permute([at, ...range(0, at), ...range(at + 1, x.shape.length + 1)], split)
}

/** Groups in front of all axes, behind one another in the last axis. */
const ungrouped = (y: Value): Value => {
  const rank = y.shape.length
  const behind = make.permute([...range(1, rank - 1), 0, rank - 1], y)
  return make.reshape([...behind.shape.slice(0, -2), size(behind.shape.slice(-2))], behind)
}

const channelsProblem = (kernel: Value, { channels }: Layout, groups: number): string | undefined => {
  const [each = 0, features = 0] = kernel.shape.slice(-2)
  return !(Number.isInteger(groups) && groups >= 1) || features % groups !== 0
    ? `${String(groups)} groups do not divide the ${String(features)} features of the kernel ${showDims(kernel.shape)}`
    : channels !== each * groups
      ? `the input has ${String(channels)} channels, the kernel ${showDims(kernel.shape)} ${String(each)} in each group`
      : undefined
}

type Mode = typeof slide | typeof dilate

const planned = (way: Mode, kernel: Value, on: Layout, options: ConvOptions): Sliding | string => {
  const wrong = channelsProblem(kernel, on, options.groups ?? 1)
  if (wrong !== undefined) return wrong
  const sizes = kernel.shape.slice(0, -2)
  const resolved = resolve(sizes, 1, options)
  return typeof resolved === 'string' ? resolved : way(on.spatial, sizes, resolved)
}

const convolved = (operation: string, way: Mode, kernel: Value, options: ConvOptions, x: Value): Value => {
  if (kernel.shape.length < 2)
    return invalid(
      operation,
      [x, kernel],
      `a kernel [...sizes, channels, features] has more axes than ${showDims(kernel.shape)}`
    )
  const on = layoutOf(operation, x, kernel.shape.length - 2)
  if ('_tag' in on) return on
  const plan = planned(way, kernel, on, options)
  if (typeof plan === 'string') return invalid(operation, [x, kernel], plan)
  const groups = options.groups ?? 1
  const flat = make.reshape([size(on.lead), ...on.spatial, on.channels], x)
  const kernels = grouped(groups, kernel.shape.length - 2 + 1, kernel)
  const y = make.conv(plan.positions, plan.windows, kernels, grouped(groups, flat.shape.length - 1, flat))
  if (y._tag === 'Invalid') return y
  return make.reshape(
    [...on.lead, ...plan.positions, dim(kernel.shape, kernel.shape.length - 1)],
    ungrouped(y)
  )
}

const convolution: typeof convolved = (operation, way, kernel, options, x) =>
  composed(operation, [x, kernel], () => convolved(operation, way, kernel, options, x))

/**
 * `conv(kernel, options)(x)` slides a kernel over the axes before the channels: y[p, f] = sum_{k, c} x[p s + k d - before, c] kernel[k, c, f]
 * (cross-correlation, as networks have it), with strides s, dilation d and zeros beyond the edges. With groups, features of a group see the
 * channels of the same group only. Shapes: `[..., ...spatial, channels]` and `[...sizes, channels / groups, features]` give
 * `[..., ...positions, features]`; padding `'valid'` unless given.
 *
 * Errors: channels that do not match, windows that do not fit, options for another number of axes, different dtypes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { conv, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const x = tensor([[1], [2], [4], [8]])
 * const difference = tensor([[[-1]], [[1]]])
 * deepStrictEqual(pipe(x, conv(difference), evaluate, E.map(toNested)), E.right([[1], [2], [4]]))
 * deepStrictEqual(pipe(x, conv(difference, { padding: 'same', strides: 2 })).shape, [2, 1])
 * ```
 *
 * @since 0.1.0
 * @category windows
 */
export const conv =
  <K, DK extends DType, const O extends ConvOptions = object>(
    kernel: Expr<K, DK>,
    options?: O
  ): ConvBy<K, DK, O> =>
  (x) =>
    typed(convolution('conv', slide, node(kernel), options ?? {}, node(x)))

/**
 * `convTranspose(kernel, options)(x)` spreads the elements out by the strides, zeros between them, and convolves with stride 1: sizes grow by
 * the factor of the strides. Padding `'same'` makes them exactly that; `'valid'`, unless given, all that some element has a part in; pairs are
 * put around what is spread out. The kernel is not turned around. Shapes: `[..., ...spatial, channels]` and
 * `[...sizes, channels / groups, features]` give `[..., ...positions, features]`.
 *
 * Errors: as for `conv`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { convTranspose, evaluate, tensor, toNested } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const twice = convTranspose(tensor([[[1]], [[1]]]), { strides: 2 })
 * deepStrictEqual(pipe(tensor([[1], [2]]), twice, evaluate, E.map(toNested)), E.right([[1], [1], [2], [2]]))
 * ```
 *
 * @since 0.1.0
 * @category windows
 */
export const convTranspose =
  <K, DK extends DType, const O extends ConvOptions = object>(
    kernel: Expr<K, DK>,
    options?: O
  ): ConvTransposeBy<K, DK, O> =>
  (x) =>
    typed(convolution('convTranspose', dilate, node(kernel), options ?? {}, node(x)))
