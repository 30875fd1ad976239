/** Matrix products `[m, k] x [k, n]`, accumulated in f64 over blocks of `k`; an f32 result is rounded once. */
import { allocate, isFloat, type DType, type TypedArrayOf } from '../../tensor/DType.js'
import { binaryFn } from '../scalar/table.js'

const block = 256

export interface Sizes {
  readonly batch: number
  readonly m: number
  readonly k: number
  readonly n: number
}

/** `part += a[k0 .. k1) x b[k0 .. k1, :]`, four rows of `b` at a time. */
const accumulate = (
  part: Float64Array,
  a: TypedArrayOf,
  a0: number,
  b: TypedArrayOf,
  b0: number,
  n: number,
  k0: number,
  k1: number
): void => {
  let k = k0
  for (; k + 4 <= k1; k += 4) {
    const [p, q, r, s] = [a[a0 + k]!, a[a0 + k + 1]!, a[a0 + k + 2]!, a[a0 + k + 3]!]
    const row = b0 + k * n
    for (let j = 0; j < n; j++) {
      part[j] =
        part[j]! +
        (p * b[row + j]! + q * b[row + n + j]! + (r * b[row + 2 * n + j]! + s * b[row + 3 * n + j]!))
    }
  }
  for (; k < k1; k++) {
    const p = a[a0 + k]!
    for (let j = 0; j < n; j++) part[j] = part[j]! + p * b[b0 + k * n + j]!
  }
}

const floatRow = (
  a: TypedArrayOf,
  a0: number,
  b: TypedArrayOf,
  b0: number,
  n: number,
  k: number,
  part: Float64Array,
  total: Float64Array
): void => {
  total.fill(0)
  for (let k0 = 0; k0 < k; k0 += block) {
    part.fill(0)
    accumulate(part, a, a0, b, b0, n, k0, Math.min(k, k0 + block))
    for (let j = 0; j < n; j++) total[j] = total[j]! + part[j]!
  }
}

/** Integer products wrap at each step. */
const integerRow = (dtype: DType) => {
  const [mul, add] = [binaryFn('mul', dtype), binaryFn('add', dtype)]
  return (
    a: TypedArrayOf,
    a0: number,
    b: TypedArrayOf,
    b0: number,
    n: number,
    k: number,
    _: Float64Array,
    total: Float64Array
  ): void => {
    total.fill(0)
    for (let i = 0; i < k; i++)
      for (let j = 0; j < n; j++) total[j] = add(total[j]!, mul(a[a0 + i]!, b[b0 + i * n + j]!))
  }
}

export const contract = (
  dtype: DType,
  { batch, m, k, n }: Sizes,
  a: TypedArrayOf,
  b: TypedArrayOf
): TypedArrayOf => {
  const out = allocate(dtype, batch * m * n)
  const [part, total] = [new Float64Array(n), new Float64Array(n)]
  const row = isFloat(dtype) ? floatRow : integerRow(dtype)
  for (let i = 0; i < batch * m; i++) {
    row(a, i * k, b, Math.floor(i / m) * k * n, n, k, part, total)
    out.set(total, i * n)
  }
  return out
}
