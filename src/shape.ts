/**
 * The entry `adjoint/shape`: names of types, for generic layers and functions of one's own.
 *
 * @since 0.1.0
 */
export type * from './shape/index.js'
export type * from './ops/signatures/index.js'
