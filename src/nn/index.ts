/** Networks: activations, losses, initialisers and layers. */
export * from './activation.js'
export * from './convolution.js'
export * from './initializer.js'
export * from './layer.js'
export * from './loss.js'
