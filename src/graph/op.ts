/** The functions that families of operations have, by name. */

/** Scalar functions of one argument; each interpreter holds a total table over them. */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'square'
  | 'reciprocal'
  | 'sqrt'
  | 'rsqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'logistic'
  | 'softplus'
  | 'erf'
  | 'erfc'
  | 'erfInv'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'isFinite'
  | 'not'
  /** The same value as a node of its own: what a transformation differentiates with respect to. */
  | 'copy'
  /** The same value with derivative zero. */
  | 'stopGradient'

/** Scalar functions of two arguments. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem'
  | 'pow'
  | 'atan2'
  | 'hypot'
  | 'max'
  | 'min'
  /** A product in which a zero factor wins over NaN and infinity: how derivatives scale, so that a branch not taken contributes 0. */
  | 'mulNoNan'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'and'
  | 'or'
  | 'xor'

export type ReduceOp = 'sum' | 'prod' | 'max' | 'min' | 'and' | 'or'

/**
 * `sum` and `max` combine the elements of each window of `size`; `argmax` is where the first largest one lies in `x`, counted in row-major
 * order. What lies beyond the edges takes no part.
 */
export type WindowOp = 'sum' | 'max' | 'argmax'
