/** Families that find their elements by index, and those that make them from nothing. */
import { dim, equalDims, isDim, range, shapeProblem, showDims, type Dims } from '../tensor/dims.js'
import { isInteger, type DType } from '../tensor/DType.js'
import type { Tensor } from '../tensor/Tensor.js'
import { invalid } from './error.js'
import type { Aval, Custom, CustomRule, Input, Invalid, Many, Value } from './Expr.js'
import { firstOf, guard, several, type Problem } from './guard.js'

export const input = (name: string, shape: Dims, dtype: DType): Input => ({
  _tag: 'Input',
  name,
  shape,
  dtype
})

/** An input for each of some values. */
export const inputsLike = (name: string, likes: ReadonlyArray<Aval>): ReadonlyArray<Input> =>
  likes.map(({ shape, dtype }) => input(name, shape, dtype))

export const constant = (value: Tensor): Value => ({
  _tag: 'Constant',
  value,
  shape: value.shape,
  dtype: value.dtype
})

export const iota = (axis: number, shape: Dims, dtype: DType): Value =>
  guard(
    'iota',
    [],
    () =>
      firstOf(
        [shapeProblem(shape) !== undefined, () => shapeProblem(shape) ?? ''],
        [dtype === 'bool', () => 'yields numbers, not bool'],
        [
          !range(0, shape.length).includes(axis),
          () => `axis ${String(axis)} is not an axis of ${showDims(shape)}`
        ]
      ),
    () => ({ _tag: 'Iota', axis, shape, dtype })
  )

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

export const custom = (rule: CustomRule, xs: ReadonlyArray<Value>): Custom | Invalid => {
  const results = rule.results(xs.map(({ shape, dtype }) => ({ shape, dtype })))
  const avals = results._tag === 'Left' ? [] : results.right
  return several(
    rule.name,
    xs,
    () =>
      results._tag === 'Left'
        ? results.left
        : avals.length === 0
          ? 'a primitive has at least one result'
          : undefined,
    () => ({ _tag: 'Custom', rule, xs, results: avals })
  )
}

export const project = (index: number, x: Many): Value => {
  const aval = x.results[index]
  const asked = `has ${String(x.results.length)} results, asked for number ${String(index)}`
  return aval === undefined
    ? invalid('project', [], `${x._tag === 'Custom' ? x.rule.name : x._tag} ${asked}`)
    : { _tag: 'Project', x, index, shape: aval.shape, dtype: aval.dtype }
}

/** All results; those of a node in error take the shapes that they would have. */
export const resultsOf = (x: Many | Invalid, avals: ReadonlyArray<Aval>): ReadonlyArray<Value> =>
  x._tag === 'Invalid'
    ? avals.map(({ shape, dtype }) => ({ ...x, shape, dtype }))
    : x.results.map((_, k) => project(k, x))
