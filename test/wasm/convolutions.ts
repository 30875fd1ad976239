/** Random convolutions: strides, frames, dilations and groups, at sizes at which tiles and their rests occur. */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import { size, type Dims } from '../../src/tensor/dims.js'
import { allocate, type DType } from '../../src/tensor/DType.js'
import { own, type Tensor } from '../../src/tensor/Tensor.js'

export const dtype = fc.constantFrom<DType>('f32', 'f64', 'i32', 'u32')
export const float = fc.constantFrom<DType>('f32', 'f64')
export const channels = fc.constantFrom(1, 2, 3, 4, 5, 8, 9, 16, 17)
const side = fc.integer({ min: 1, max: 11 })
const step = fc.constantFrom(1, 1, 1, 2, 3)

/** Whole numbers, with which sums of products are exact. */
export const whole = (shape: Dims, d: DType, seed: number): Tensor => {
  const data = allocate(d, size(shape))
  for (let i = 0; i < data.length; i++) data[i] = ((i * 7919 + seed) % 11) - (d === 'u32' ? 0 : 5)
  return own(shape, d, data)
}

export interface Axis {
  readonly d: number
  readonly k: number
  readonly stride: number
  readonly low: number
  readonly high: number
  readonly inner: number
  readonly outer: number
}

export const axis: fc.Arbitrary<Axis> = fc.record({
  d: side,
  k: fc.integer({ min: 1, max: 5 }),
  stride: step,
  low: fc.integer({ min: -1, max: 3 }),
  high: fc.integer({ min: -1, max: 3 }),
  inner: step,
  outer: step
})

export const positions = (a: Axis): number =>
  Math.max(0, Math.floor(((a.d - 1) * a.inner + a.low + a.high - (a.k - 1) * a.outer) / a.stride) + 1)

export const windowsOf = (axes: ReadonlyArray<Axis>) => ({
  strides: axes.map((a) => a.stride),
  low: axes.map((a) => a.low),
  inputDilation: axes.map((a) => a.inner),
  windowDilation: axes.map((a) => a.outer)
})

/** `turned` ones have the axes of their operand in memory the other way round. */
export const convolution = (d: DType, turned: fc.Arbitrary<boolean> = fc.constant(false)) =>
  fc
    .record({
      axes: fc.array(axis, { maxLength: 2 }),
      g: fc.constantFrom(1, 1, 3),
      n: fc.constantFrom(1, 2, 5),
      c: channels,
      f: channels,
      seed: fc.nat(20),
      turned
    })
    .map(({ axes, g, n, c, f, seed, ...r }) => {
      const shape = [g, n, ...axes.map((a) => a.d), c]
      const order = [...shape.keys()].reverse()
      const x = make.input('x', r.turned ? [...shape].reverse() : shape, d)
      const kernel = make.input('kernel', [g, ...axes.map((a) => a.k), c, f], d)
      const y = make.conv(axes.map(positions), windowsOf(axes), kernel, r.turned ? make.permute(order, x) : x)
      return { x, kernel, y, point: [whole(x.shape, d, seed), whole(kernel.shape, d, seed + 1)], seed }
    })
