/** Convolutions and pooling, by name. */
import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  avgPool,
  conv,
  convTranspose,
  grad,
  maxPool,
  square,
  sum,
  sumPool,
  tanh,
  type ConvOptions
} from '../../src/index.js'
import type { Expression, X } from './compositions.js'

const convolved =
  (options: ConvOptions = {}): Expression =>
  (x, kernel) =>
    pipe(x, conv(kernel, options))

const transposed =
  (options: ConvOptions): Expression =>
  (x, kernel) =>
    pipe(x, convTranspose(kernel, options))

const same = { padding: 'same' } as const

const squares = (x: X) => pipe(x, square, sum())

export const windows: Readonly<Record<string, Expression>> = {
  'conv [2,5,2][3,2,4] valid': convolved(),
  'conv [1,5,6,2][3,2,2,3] same': convolved(same),
  'conv [1,7,6,2][3,3,2,2] same, strides 2': convolved({ ...same, strides: 2 }),
  'conv [1,7,7,1][3,3,1,2] valid, strides 2, dilation 2': convolved({ strides: 2, dilation: 2 }),
  'conv [1,4,5,4][2,3,2,6] same, groups 2': convolved({ ...same, groups: 2 }),
  'conv [1,4,4,3][3,3,1,3] depthwise': convolved({ ...same, groups: 3 }),
  'conv [1,6,1][3,1,2] pairs': convolved({ strides: 2, padding: [[2, -1]] }),
  'conv [1,3,4,3,1][2,2,2,1,2] valid': convolved(),
  'convTranspose [1,3,4,2][3,3,2,3] same, strides 2': transposed({ ...same, strides: 2 }),
  'convTranspose [2,4,2][2,2,3] valid, strides 3': transposed({ strides: 3 }),
  'convTranspose [1,4,2][4,2,3] valid, strides 2': transposed({ strides: 2 }),
  'maxPool [2,4,6,2] 2': maxPool([2, 2]),
  'maxPool [1,5,5,2] 3 same, strides 2': maxPool([3, 3], { ...same, strides: 2 }),
  'sumPool [1,7,2] 3, strides 2': sumPool([3], { strides: 2 }),
  'avgPool [1,4,6,2] 2': avgPool([2, 2]),
  'avgPool [1,5,4,1] 3 same, strides 2': avgPool([3, 3], { ...same, strides: 2 }),
  'gradient norm of convolved': (x, kernel) => {
    const total = ([a, k]: readonly [X, X]) => pipe(a, conv(k, { ...same, strides: 2 }), tanh, sum())
    const [dx, dk] = grad(total)([x, kernel])
    return pipe(squares(dx), add(squares(dk)))
  },
  'gradient norm of maxPool square': (x) =>
    squares(grad((v: X) => pipe(v, maxPool([3, 3], { ...same, strides: 2 }), squares))(x))
}
