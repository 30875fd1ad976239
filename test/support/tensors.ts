/** Random small tensors of all dtypes and ranks 0 to 4, sizes 0 included. */
import * as fc from 'fast-check'
import { size, type Dims } from '../../src/tensor/dims.js'
import { allocate, dtypes, type DType } from '../../src/tensor/DType.js'
import { own, type Tensor } from '../../src/tensor/Tensor.js'

const element: Readonly<Record<DType, fc.Arbitrary<number>>> = {
  f32: fc.float(),
  f64: fc.double(),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  bool: fc.integer({ min: 0, max: 1 })
}

export const shapes: fc.Arbitrary<Dims> = fc.array(fc.nat(3), { maxLength: 4 })

export const tensorOf = (shape: Dims, dtype: DType): fc.Arbitrary<Tensor> =>
  fc.array(element[dtype], { minLength: size(shape), maxLength: size(shape) }).map((values) => {
    const data = allocate(dtype, values.length)
    data.set(values)
    return own(shape, dtype, data)
  })

export const tensors = (options: { readonly dtypes?: ReadonlyArray<DType> } = {}): fc.Arbitrary<Tensor> =>
  fc
    .tuple(shapes, fc.constantFrom(...(options.dtypes ?? dtypes)))
    .chain(([shape, dtype]) => tensorOf(shape, dtype))
