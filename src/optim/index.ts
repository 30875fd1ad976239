/** Optimizers. */
export * from './optimizers.js'
export * from './stateless.js'
export { applyUpdates, monoidTransformation } from './transformation.js'
export type { OptimizerState, Slot, Transformation } from './transformation.js'
