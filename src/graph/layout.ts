/** Families that move elements and compute nothing. */
import {
  dim,
  equalDims,
  isDim,
  shapeProblem,
  isPermutation,
  pick,
  range,
  replaceAt,
  showDims,
  size,
  without,
  type Dims
} from '../tensor/dims.js'
import { belongs } from '../tensor/DType.js'
import type { Concat, Move, Pad, Value } from './Expr.js'
import { invalid } from './error.js'
import { exactly, never, none, type Forms } from './form.js'
import { firstOf, guard, type Problem } from './guard.js'

const distinctAxes = (axes: Dims, rank: number): Problem =>
  axes.every((a, i) => Number.isInteger(a) && a >= 0 && a < rank && axes.indexOf(a) === i)
    ? undefined
    : `axes ${showDims(axes)} are not distinct axes of a tensor of rank ${String(rank)}`

export const broadcast = (shape: Dims, axes: Dims, x: Value): Value =>
  guard(
    'broadcast',
    [x],
    () =>
      shapeProblem(shape) ??
      distinctAxes(axes, shape.length) ??
      (axes.some((a, i) => i > 0 && a < dim(axes, i - 1))
        ? `axes ${showDims(axes)} must increase; permute first`
        : undefined) ??
      (equalDims(pick(shape, axes), x.shape)
        ? undefined
        : `axes ${showDims(axes)} of ${showDims(shape)} do not have the sizes ${showDims(x.shape)}`),
    () => ({ _tag: 'Broadcast', x, axes, shape, dtype: x.dtype })
  )

export const reshape = (shape: Dims, x: Value): Value =>
  guard(
    'reshape',
    [x],
    () =>
      shapeProblem(shape) ??
      (size(shape) === size(x.shape)
        ? undefined
        : `${showDims(x.shape)} has ${String(size(x.shape))} elements, ${showDims(shape)} needs ${String(size(shape))}`),
    () => ({ _tag: 'Reshape', x, shape, dtype: x.dtype })
  )

export const permute = (permutation: Dims, x: Value): Value =>
  guard(
    'permute',
    [x],
    () =>
      isPermutation(permutation, x.shape.length)
        ? undefined
        : `${showDims(permutation)} is not a permutation of the ${String(x.shape.length)} axes of ${showDims(x.shape)}`,
    () => ({ _tag: 'Permute', x, permutation, shape: pick(x.shape, permutation), dtype: x.dtype })
  )

export const slice = (start: Dims, limit: Dims, stride: Dims, x: Value): Value =>
  guard(
    'slice',
    [x],
    () =>
      firstOf([
        [start, limit, stride].some((p) => p.length !== x.shape.length) ||
          !x.shape.every(
            (d, i) =>
              isDim(dim(start, i)) &&
              dim(start, i) <= dim(limit, i) &&
              isDim(dim(limit, i)) &&
              dim(limit, i) <= d &&
              dim(stride, i) >= 1 &&
              Number.isSafeInteger(dim(stride, i))
          ),
        () =>
          `from ${showDims(start)} to ${showDims(limit)} in steps ${showDims(stride)} does not lie within ${showDims(x.shape)}`
      ]),
    () => ({
      _tag: 'Slice',
      x,
      start,
      limit,
      stride,
      dtype: x.dtype,
      shape: x.shape.map((_, i) => Math.ceil((dim(limit, i) - dim(start, i)) / dim(stride, i)))
    })
  )

/** Result size along one axis: `interior` zeros between neighbours, `low` before, `high` after. */
const padded = (d: number, low: number, high: number, interior: number): number =>
  low + d + Math.max(0, d - 1) * interior + high

export const pad = (low: Dims, high: Dims, interior: Dims, value: number, x: Value): Value =>
  guard(
    'pad',
    [x],
    () =>
      firstOf(
        [
          [low, high, interior].some((p) => p.length !== x.shape.length || !p.every(isDim)),
          () =>
            `low ${showDims(low)}, high ${showDims(high)}, interior ${showDims(interior)} must be counts for each axis of ${showDims(x.shape)}`
        ],
        [!belongs(value, x.dtype), () => `${String(value)} is not of dtype ${x.dtype}`]
      ),
    () => ({
      _tag: 'Pad',
      x,
      low,
      high,
      interior,
      value,
      dtype: x.dtype,
      shape: x.shape.map((d, i) => padded(d, dim(low, i), dim(high, i), dim(interior, i)))
    })
  )

export const reverse = (axes: Dims, x: Value): Value =>
  guard(
    'reverse',
    [x],
    () => distinctAxes(axes, x.shape.length),
    () => ({ _tag: 'Reverse', x, axes, shape: x.shape, dtype: x.dtype })
  )

const concatProblem = (axis: number, xs: ReadonlyArray<Value>): Problem => {
  const rank = xs[0]?.shape.length ?? 0
  const rest = (x: Value): Dims => without(x.shape, [axis])
  const odd = xs.find((x) => x.shape.length !== rank || !equalDims(rest(x), rest(xs[0] ?? x)))
  const dtype = xs.find((x) => x.dtype !== xs[0]?.dtype)
  return firstOf(
    [
      !range(0, rank).includes(axis),
      () => `axis ${String(axis)} is not an axis of ${showDims(xs[0]?.shape ?? [])}`
    ],
    [
      dtype !== undefined,
      () => `dtypes ${xs[0]?.dtype ?? ''} and ${dtype?.dtype ?? ''} differ; convert one of them`
    ],
    [
      odd !== undefined,
      () =>
        `shapes ${showDims(xs[0]?.shape ?? [])} and ${showDims(odd?.shape ?? [])} differ outside axis ${String(axis)}`
    ]
  )
}

export const concat = (axis: number, xs: ReadonlyArray<Value>): Value => {
  const first = xs[0]
  if (first === undefined) return invalid('concat', [], 'needs at least one operand')
  return guard(
    'concat',
    xs,
    () => concatProblem(axis, xs),
    () => ({
      _tag: 'Concat',
      xs,
      axis,
      dtype: first.dtype,
      shape: replaceAt(
        first.shape,
        axis,
        xs.reduce((n, x) => n + dim(x.shape, axis), 0)
      )
    })
  )
}

const some = (counts: Dims, usual: number): boolean => counts.some((c) => c !== usual)

export const moves: Forms<Move> = {
  Broadcast: {
    operands: (n) => [n.x],
    attributes: (n) => [['axes', n.axes]],
    make: (n, [x]) => broadcast(n.shape, n.axes, x!),
    fails: never,
    rounds: exactly
  },
  Reshape: {
    operands: (n) => [n.x],
    attributes: none,
    make: (n, [x]) => reshape(n.shape, x!),
    fails: never,
    rounds: exactly
  },
  Permute: {
    operands: (n) => [n.x],
    attributes: (n) => [['permutation', n.permutation]],
    make: (n, [x]) => permute(n.permutation, x!),
    fails: never,
    rounds: exactly
  },
  Slice: {
    operands: (n) => [n.x],
    attributes: (n) => [
      ['start', n.start],
      ['limit', n.limit],
      ['stride', n.stride, some(n.stride, 1)]
    ],
    make: (n, [x]) => slice(n.start, n.limit, n.stride, x!),
    fails: never,
    rounds: exactly
  },
  Reverse: {
    operands: (n) => [n.x],
    attributes: (n) => [['axes', n.axes]],
    make: (n, [x]) => reverse(n.axes, x!),
    fails: never,
    rounds: exactly
  }
}

export const placements: Forms<Pad | Concat> = {
  Pad: {
    operands: (n) => [n.x],
    attributes: (n) => [
      ['low', n.low],
      ['high', n.high],
      ['interior', n.interior, some(n.interior, 0)],
      ['value', n.value]
    ],
    make: (n, [x]) => pad(n.low, n.high, n.interior, n.value, x!),
    fails: never,
    rounds: exactly
  },
  Concat: {
    operands: (n) => n.xs,
    attributes: (n) => [['axis', n.axis]],
    make: (n, xs) => concat(n.axis, xs),
    fails: never,
    rounds: exactly
  }
}
