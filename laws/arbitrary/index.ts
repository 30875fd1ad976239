/** Values to test laws with. */
export type { Domain } from './number.js'
export { between } from './number.js'
export type { ShapeOptions } from './shape.js'
export { broadcastPair, shape } from './shape.js'
export type { Magnitude, TensorOptions } from './tensor.js'
export { tensor } from './tensor.js'
