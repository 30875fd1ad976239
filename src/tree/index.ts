/** Trees: records, tuples and lists of tensors or expressions, such as parameters and gradients. */
export * from './fold.js'
export * from './map.js'
export * from './traverse.js'
export type { ExprsOf, LeafIn, LeavesCheck, MapTree, TreeError, TreeLeaf } from './types.js'
