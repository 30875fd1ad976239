/** Tensors with any bits at all. */
import * as fc from 'fast-check'
import { shape } from '../../laws/arbitrary/shape.js'
import { allocate, byteWidth, dtypes, type DType } from '../../src/tensor/DType.js'
import { size, type Dims } from '../../src/tensor/dims.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'

const special: Readonly<Record<DType, ReadonlyArray<number>>> = {
  f32: [NaN, -0, Infinity, -Infinity, 2 ** -149, -(2 ** -149), 3.4028234663852886e38],
  f64: [NaN, -0, Infinity, -Infinity, 2 ** -1074, -(2 ** -1074), Number.MAX_VALUE],
  i32: [-(2 ** 31), 2 ** 31 - 1, -1, 0],
  u32: [2 ** 32 - 1, 0],
  bool: [0, 1]
}

export const bytesOf = (t: Tensor): ReadonlyArray<number> => {
  const data = elements(t)
  return [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]
}

const fromBytes = <S extends Dims, D extends DType>(
  dims: S,
  dtype: D,
  bytes: ReadonlyArray<number>
): Tensor<S, D> => {
  const data = allocate(dtype, size(dims))
  new Uint8Array(data.buffer).set(dtype === 'bool' ? bytes.map((b) => b % 2) : bytes)
  return own(dims, dtype, data)
}

const fromSpecial = <S extends Dims, D extends DType>(
  dims: S,
  dtype: D,
  picks: ReadonlyArray<number>
): Tensor<S, D> => {
  const data = allocate(dtype, size(dims))
  picks.forEach((k, i) => {
    data[i] = special[dtype][k % special[dtype].length] ?? 0
  })
  return own(dims, dtype, data)
}

const naturals = (n: number, max: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.array(fc.nat({ max }), { minLength: n, maxLength: n })

/** Raw bytes reach every NaN payload; special values make the famous cases certain. */
export const anyBits = <const S extends Dims, D extends DType>(
  dims: S,
  dtype: D
): fc.Arbitrary<Tensor<S, D>> =>
  fc.oneof(
    naturals(size(dims) * byteWidth[dtype], 255).map((bytes) => fromBytes(dims, dtype, bytes)),
    naturals(size(dims), 6).map((picks) => fromSpecial(dims, dtype, picks))
  )

export const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(shape(), fc.constantFrom(...dtypes))
  .chain(([dims, dtype]) => anyBits(dims, dtype))

/** Records and lists of tensors, two levels deep. */
export const anyTree: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    anyTensor,
    fc.dictionary(
      fc.string({ maxLength: 4 }).filter((key) => key !== '__proto__'),
      tie('tree'),
      { maxKeys: 3 }
    ),
    fc.array(tie('tree'), { maxLength: 3 })
  )
})).tree
