/** Networks: activations, losses, initialisers and layers. */
export * from './activation.js'
export * from './initializer.js'
export * from './convolution.js'
export * from './dense.js'
export * from './layer.js'
export * from './prelu.js'
export * from './sequential.js'
export * from './loss.js'
