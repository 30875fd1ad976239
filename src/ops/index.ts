/** The operations on tensors: data-last, with shapes that the compiler checks. */
export * from './arithmetic.js'
export * from './conv.js'
export * from './functions.js'
export * from './lookup.js'
export * from './movement.js'
export * from './pool.js'
export * from './product.js'
export * from './random.js'
export * from './reduce.js'
export * from './similarity.js'
export * from './tensor.js'
export type {
  ConvOptions,
  Operand,
  Padding,
  Range,
  ReduceOptions,
  WindowOptions
} from './signatures/index.js'
