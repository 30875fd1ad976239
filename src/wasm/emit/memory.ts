/** Elements in the engine's memory. Booleans take 32 bits there, so that masks and elements have the same width. */
import type { DType } from '../../tensor/DType.js'
import { i32x4, v128 } from '../encode/simd.js'
import { i32, type Place, type Statement } from '../encode/value.js'
import { sequence } from '../encode/control.js'
import type { Vector } from './lanes.js'
import { widthOf } from '../kernel/width.js'

/** The place of a lane that lies `bytes` behind another. */
export const shifted = ({ base, offset }: Place, bytes: number): Place =>
  bytes >= 0 ? { base, offset: offset + bytes } : { base: i32.add(base, i32.const(bytes)), offset }

const isWide = (d: DType): boolean => widthOf(d) === 8

const loadLane = (d: DType, place: Place, x: Vector, lane: number): Vector =>
  isWide(d) ? v128.load64Lane(place, x, lane) : v128.load32Lane(place, x, lane)

const loadFirst = (d: DType, place: Place): Vector =>
  isWide(d) ? v128.load64Zero(place) : v128.load32Zero(place)

const splat = (d: DType, place: Place): Vector =>
  isWide(d) ? v128.load64Splat(place) : v128.load32Splat(place)

/** `lanes` neighbours, no byte more. */
const neighbours = (d: DType, place: Place, lanes: number): Vector => {
  const bytes = lanes * widthOf(d)
  if (bytes === 16) return v128.load(place)
  if (bytes === 4) return v128.load32Zero(place)
  const half = v128.load64Zero(place)
  return bytes === 8 ? half : v128.load32Lane(shifted(place, 8), half, 2)
}

const scattered = (d: DType, place: Place, step: number, lanes: number): Vector => {
  let out = loadFirst(d, place)
  for (let lane = 1; lane < lanes; lane++)
    out = loadLane(d, shifted(place, lane * step * widthOf(d)), out, lane)
  return out
}

/** Booleans become masks. */
const decoded = (d: DType, x: Vector): Vector => (d === 'bool' ? i32x4.neg(x) : x)
const encoded = (d: DType, x: Vector): Vector => (d === 'bool' ? i32x4.neg(x) : x)

/** `lanes` elements that lie `step` elements apart. */
export const loadLanes = (d: DType, place: Place, step: number, lanes: number): Vector =>
  decoded(
    d,
    step === 0 ? splat(d, place) : step === 1 ? neighbours(d, place, lanes) : scattered(d, place, step, lanes)
  )

const storeLane = (d: DType, place: Place, x: Vector, lane: number): Statement =>
  isWide(d) ? v128.store64Lane(place, x, lane) : v128.store32Lane(place, x, lane)

/** `x` must be cheap to read: it is read once for each lane. */
export const storeLanes = (d: DType, place: Place, given: Vector, step: number, lanes: number): Statement => {
  const x = encoded(d, given)
  const bytes = lanes * widthOf(d)
  if (step === 1 && bytes === 16) return v128.store(place, x)
  if (step === 1 && bytes === 8) return v128.store64Lane(place, x, 0)
  if (step === 1 && bytes === 12)
    return sequence(v128.store64Lane(place, x, 0), storeLane(d, shifted(place, 8), x, 2))
  return sequence(
    ...Array.from({ length: lanes }, (_, lane) =>
      storeLane(d, shifted(place, lane * step * widthOf(d)), x, lane)
    )
  )
}
