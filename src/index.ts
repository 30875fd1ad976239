/**
 * adjoint: reverse-mode automatic differentiation over an immutable expression graph.
 *
 * @since 0.1.0
 */
export type { Shape } from './shape/index.js'
export type { DType, FloatDType, ScalarOf, TypedArrayOf } from './tensor/DType.js'
export type { Nested, Tensor, TensorError } from './tensor/Tensor.js'
export { eqTensor, fromFlat, fromNested, item, toFlat, toNested, toTypedArray } from './tensor/Tensor.js'
export type { Aval, BuildError, CustomRule, Expr, LinearMap, Region } from './graph/Expr.js'
export { showBuildError } from './graph/error.js'
export { check } from './graph/check.js'
export { print } from './graph/print.js'
export type { ShowOptions } from './tensor/show.js'
export { showTensor, showTensorWith } from './tensor/show.js'
export type { CompileError, RunError } from './graph/failure.js'
export { showError } from './graph/failure.js'
export * from './ops/index.js'
export * from './transform/index.js'
export * from './program/index.js'
