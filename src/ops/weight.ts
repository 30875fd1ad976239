/** Exponentials as weights. */
import * as make from '../graph/make.js'
import type { Value } from '../graph/Expr.js'
import { full } from '../graph/terms.js'
import type { DType } from '../tensor/DType.js'

/** From here on downwards an exponential is close to the smallest normal number, with room for factors. */
const vanishing: Readonly<Partial<Record<DType, number>>> = { f32: -80, f64: -700 }

/**
 * `exp z` as a weight beside weights of 1: where it would be next to nothing it is 0. So it is never subnormal, nor are the products that
 * derivatives make of it, which many processors take a hundred times as long for.
 */
export const weightOf = (z: Value): Value => {
  const vanishes = make.binary('lt', z, full(vanishing[z.dtype] ?? -Infinity, z))
  const sunk = make.select(vanishes, full(-Infinity, z), full(0, z))
  return make.unary('exp', make.binary('add', z, make.unary('stopGradient', sunk)))
}
