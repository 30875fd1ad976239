/**
 * Reductions over rows that lie contiguously. Sums are accumulated in f64, pairwise over blocks, so that the error grows with the logarithm
 * of the length; an f32 result is rounded once.
 */
import type { ReduceOp } from '../../graph/Expr.js'
import { allocate, isFloat, type DType, type TypedArrayOf } from '../../tensor/DType.js'
import { binaryFn, type Fn2 } from '../scalar/table.js'

const block = 128

/** Pairwise sum of `x[start .. start + n)`. */
export const sumRange = (x: TypedArrayOf, start: number, n: number): number => {
  if (n > block) {
    const half = block * Math.ceil(n / block / 2)
    return sumRange(x, start, half) + sumRange(x, start + half, n - half)
  }
  let acc = 0
  for (let i = start; i < start + n; i++) acc += x[i]!
  return acc
}

const foldRow = (f: Fn2, initial: number, x: TypedArrayOf, start: number, n: number): number => {
  let acc = initial
  for (let i = start; i < start + n; i++) acc = f(acc, x[i]!)
  return acc
}

/** Integer sums wrap, so each step does. */
export const rowReducer = (
  op: ReduceOp,
  dtype: DType
): ((x: TypedArrayOf, start: number, n: number) => number) => {
  switch (op) {
    case 'sum':
      return isFloat(dtype) ? sumRange : (x, s, n) => foldRow(binaryFn('add', dtype), 0, x, s, n)
    case 'prod':
      return (x, s, n) => foldRow(binaryFn('mul', dtype), 1, x, s, n)
    case 'max':
    case 'min':
      return (x, s, n) => foldRow(binaryFn(op, dtype), x[s]!, x, s + 1, n - 1)
    case 'and':
      return (x, s, n) => foldRow(binaryFn('and', dtype), 1, x, s, n)
    case 'or':
      return (x, s, n) => foldRow(binaryFn('or', dtype), 0, x, s, n)
  }
}

/** `rows` rows of `n` elements each, to one element each. */
export const reduceRows = (
  op: ReduceOp,
  dtype: DType,
  x: TypedArrayOf,
  rows: number,
  n: number
): TypedArrayOf => {
  const out = allocate(dtype, rows)
  const reducer = rowReducer(op, dtype)
  for (let r = 0; r < rows; r++) out[r] = reducer(x, r * n, n)
  return out
}

/** NaN wins; among equals the first. */
export const better = (op: 'max' | 'min', candidate: number, best: number): boolean =>
  !Number.isNaN(best) && (Number.isNaN(candidate) || (op === 'max' ? candidate > best : candidate < best))

export const argReduceRows = (op: 'max' | 'min', x: TypedArrayOf, rows: number, n: number): TypedArrayOf => {
  const out = allocate('i32', rows)
  for (let r = 0; r < rows; r++) {
    let best = 0
    for (let i = 1; i < n; i++) if (better(op, x[r * n + i]!, x[r * n + best]!)) best = i
    out[r] = best
  }
  return out
}
