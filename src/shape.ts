/**
 * The entry `adjoint/shape`: names of types, for generic layers and functions of one's own.
 *
 * @since 0.1.0
 */
export type * from './shape/index.js'
export type * from './ops/signatures/index.js'
export type { Axes, DTypeOf, JoinDType, Other, ShapeOf } from './ops/operand.js'
