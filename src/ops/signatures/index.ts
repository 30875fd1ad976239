/** Types of operations, under names, so that declarations of users stay short: what a partly applied operation is. */
export type * from './elementwise.js'
export type * from './lookup.js'
export type * from './movement.js'
export type * from './pointwise.js'
export type * from './product.js'
export type * from './reduction.js'
export type * from './similarity.js'
export type * from './window.js'
