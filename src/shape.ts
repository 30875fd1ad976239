/**
 * The entry `adjoint/shape`: names of types, for generic layers and functions of one's own.
 *
 * @since 0.1.0
 */
export type * from './shape/index.js'
export type * from './ops/signatures.js'
export type { Axes, DTypeOf, JoinDType, Other, ShapeOf } from './ops/operand.js'
export type { ConvFn, FlatFn, PoolFn } from './nn/convolution.js'
export type { DenseFn } from './nn/dense.js'
export type { CheckLayers, ParamsOf, SequenceFn } from './nn/sequential.js'
export type { Apply, ArrowFn, DomainOf, SameFn, ShapeFn } from './nn/shapeFn.js'
