/** Networks: activations, losses, initialisers and layers. */
export * from './activation.js'
export * from './initializer.js'
export {
  averagePooling,
  convolution,
  flatten,
  maxPooling,
  type Convolution,
  type ConvolutionOptions
} from './convolution.js'
export { dense, type Dense, type DenseOptions } from './dense.js'
export { apply, forward, init, layer, type Applied, type Layer, type Params, type Stage } from './layer.js'
export { prelu } from './prelu.js'
export { sequential } from './sequential.js'
export * from './loss.js'
