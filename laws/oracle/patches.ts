/** The elements of each window side by side along a last axis: what pooling chooses from. */
import * as make from '../../src/graph/make.js'
import type { Value, Window } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { range, size } from '../../src/tensor/dims.js'
import { windowPlaces } from '../../src/tensor/windows.js'
import { fromValues } from '../arbitrary/tensor.js'
import { unravel } from './compare.js'

/** Beyond the edges stands what is never chosen. */
export const patchesOf = (n: Window, x: Value): Value => {
  const placesOf = windowPlaces(n.x.shape, n.size, n.windows)
  const places = range(0, size(n.shape)).flatMap((k) => [...placesOf(unravel(n.shape, k))])
  const shape = [...n.shape, size(n.size)]
  const within = make.constant(
    fromValues(
      shape,
      'bool',
      places.map((at) => Number(at >= 0))
    )
  )
  const indices = make.constant(
    fromValues(
      shape,
      'i32',
      places.map((at) => Math.max(0, at))
    )
  )
  const found = make.gather(0, 0, indices, make.reshape([size(n.x.shape)], x))
  return make.select(within, found, full(-Infinity, found))
}
