/** f32 functions by way of f64: two lanes at a time, rounded once at the end. */
import { f32x4, f64x2, shuffle32 } from '../encode/simd.js'
import { binary, unary, type MathFunction } from './body.js'
import type { Vector } from './lanes.js'

const lower = (x: Vector): Vector => f64x2.promoteLowF32(x)
const upper = (x: Vector): Vector => f64x2.promoteLowF32(shuffle32(x, x, [2, 3, 2, 3]))

const together = (low: Vector, high: Vector): Vector =>
  shuffle32(f32x4.demoteF64(low), f32x4.demoteF64(high), [0, 1, 4, 5])

/** The f32 function that the f64 function of the given name gives. */
export const unaryHalves = (name: string, through: string): MathFunction =>
  unary(name, (b, x) => together(b.call(through, lower(x)), b.call(through, upper(x))), [through])

export const binaryHalves = (name: string, through: string): MathFunction =>
  binary(
    name,
    (b, x, y) => together(b.call(through, lower(x), lower(y)), b.call(through, upper(x), upper(y))),
    [through]
  )
