/** One element of a nest at several points. */
import type { DType } from '../../tensor/DType.js'
import { i32x4 } from '../encode/simd.js'
import { i32, type Place } from '../encode/value.js'
import { accessPlace, hasArguments, last, type Emission } from './emission.js'
import {
  binaryLanes,
  convertLanes,
  literal,
  selectLanes,
  unaryLanes,
  type Lanes,
  type Vector
} from './lanes.js'
import { loadLanes } from './memory.js'
import { widthOf } from '../kernel/width.js'

/** Positions along an axis; exact as long as the dtype can hold them. */
const indexLanes = (dtype: DType, first: Place, step: number): Vector => {
  const at = i32x4.add(i32x4.splat(i32.add(first.base, i32.const(first.offset))), i32x4.lanes(0, 0, 0, 0))
  const lanes = step === 0 ? at : i32x4.add(at, i32x4.lanes(0, 1, 2, 3))
  return convertLanes('i32', dtype, lanes)
}

export const elementLanes = (
  e: Emission,
  l: Lanes,
  k: number,
  values: ReadonlyArray<Vector>,
  lanes: number
): Vector => {
  const x = e.nest.elements[k]!
  const steps = e.loops.elements[k]!
  const arg = (i: number): Vector => values[hasArguments(x) ? x.args[i]! : 0]!
  switch (x._tag) {
    case 'Load':
      return loadLanes(x.dtype, accessPlace(e, x.access, widthOf(x.dtype), steps), last(steps), lanes)
    case 'Literal':
      return literal(x.dtype, x.value)
    case 'Accumulator':
      return values[k]!
    case 'Index':
      return indexLanes(x.dtype, e.place(0, x.start, 1, steps), last(steps))
    case 'Unary':
      return unaryLanes[x.op](l, x.from, arg(0))
    case 'Binary':
      return binaryLanes[x.op](l, x.from, arg(0), arg(1))
    case 'Select':
      return selectLanes(x.dtype, arg(0), arg(1), arg(2))
    case 'Convert':
      return convertLanes(x.from, x.dtype, arg(0))
  }
}

/** Whether an element is the same at all points of the innermost loop, and worth keeping. */
export const isInvariant = (e: Emission, k: number): boolean =>
  e.nest.elements[k]?._tag === 'Load' && last(e.loops.elements[k]!) === 0
