/** Families that find their elements by index, and random bits, which are found by counting. */
import { dim, equalDims, isDim, range, shapeProblem, showDims, type Dims } from '../tensor/dims.js'
import { isInteger } from '../tensor/DType.js'
import type { Lookup, RandomBits, Value } from './Expr.js'
import { always, exactly, never, type Attributes, type Forms } from './form.js'
import { firstOf, guard, type Problem } from './guard.js'

/** `rank` is that of the tensor with the looked-up axis, which for a scatter is the result. */
const lookupProblem = (x: Value, indices: Value, axis: number, batch: number, rank: number): Problem =>
  firstOf(
    [!isInteger(indices.dtype), () => `indices are ${indices.dtype}, expected i32 or u32`],
    [
      !range(0, indices.shape.length + 1).includes(batch),
      () => `the ${showDims(indices.shape)} indices do not have ${String(batch)} batch axes`
    ],
    [!range(batch, rank).includes(axis), () => `axis ${String(axis)} is not an axis of ${showDims(x.shape)}`],
    [
      !equalDims(x.shape.slice(0, batch), indices.shape.slice(0, batch)),
      () => `the first ${String(batch)} sizes of ${showDims(x.shape)} and ${showDims(indices.shape)} differ`
    ]
  )

export const gather = (axis: number, batch: number, indices: Value, x: Value): Value =>
  guard(
    'take',
    [x, indices],
    () => lookupProblem(x, indices, axis, batch, x.shape.length),
    () => ({
      _tag: 'Gather',
      x,
      indices,
      axis,
      batch,
      dtype: x.dtype,
      shape: [...x.shape.slice(0, axis), ...indices.shape.slice(batch), ...x.shape.slice(axis + 1)]
    })
  )

const scatterProblem = (size: number, x: Value, indices: Value, axis: number, batch: number): Problem =>
  lookupProblem(x, indices, axis, batch, x.shape.length - indices.shape.length + batch + 1) ??
  firstOf(
    [!isDim(size), () => `${String(size)} is not a size; sizes are integers >= 0`],
    [x.dtype === 'bool', () => 'adds numbers, not bool; convert the updates first'],
    [
      !equalDims(x.shape.slice(axis, axis + indices.shape.length - batch), indices.shape.slice(batch)),
      () =>
        `updates ${showDims(x.shape)} do not hold the index sizes ${showDims(indices.shape.slice(batch))} at axis ${String(axis)}`
    ]
  )

/** `size` is the size of the looked-up axis in the result. */
export const scatter = (size: number, axis: number, batch: number, indices: Value, x: Value): Value =>
  guard(
    'scatter',
    [x, indices],
    () => scatterProblem(size, x, indices, axis, batch),
    () => ({
      _tag: 'Scatter',
      x,
      indices,
      axis,
      batch,
      dtype: x.dtype,
      shape: [...x.shape.slice(0, axis), size, ...x.shape.slice(axis + indices.shape.length - batch)]
    })
  )

export const randomBits = (counters: Dims, key: Value): Value =>
  guard(
    'randomBits',
    [key],
    () =>
      firstOf(
        [shapeProblem(counters) !== undefined, () => shapeProblem(counters) ?? ''],
        [
          key.dtype !== 'u32' || dim(key.shape, key.shape.length - 1) !== 2 || key.shape.length === 0,
          () => `a key is u32[2], got ${key.dtype}${showDims(key.shape)}`
        ]
      ),
    () => ({
      _tag: 'RandomBits',
      key,
      counters,
      dtype: 'u32',
      shape: [...key.shape.slice(0, -1), ...counters, 2]
    })
  )

const rowAttributes = (n: Lookup): Attributes => [
  ['axis', n.axis],
  ['batch', n.batch, n.batch > 0]
]

export const lookups: Forms<Lookup> = {
  Gather: {
    operands: (n) => [n.x, n.indices],
    attributes: rowAttributes,
    make: (n, [x, indices]) => gather(n.axis, n.batch, indices!, x!),
    fails: always,
    rounds: exactly
  },
  Scatter: {
    operands: (n) => [n.x, n.indices],
    attributes: rowAttributes,
    make: (n, [x, indices]) => scatter(n.shape[n.axis] ?? 0, n.axis, n.batch, indices!, x!),
    fails: always,
    rounds: () => 'inOrder'
  }
}

export const randoms: Forms<RandomBits> = {
  RandomBits: {
    operands: (n) => [n.key],
    attributes: (n) => [['counters', n.counters]],
    make: (n, [key]) => randomBits(n.counters, key!),
    fails: never,
    rounds: exactly
  }
}
