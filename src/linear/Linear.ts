/**
 * A small free language of linear maps between tensors: what a derivative *is*. It has two interpreters, `apply` and `transpose`; forward
 * mode applies the maps in graph order, reverse mode applies their transposes in reverse order.
 *
 * Every constructor knows its domain and codomain, because a transpose needs the shape it came from.
 */
import { avalOf } from '../graph/aval.js'
import type { Aval, ContractDims, LinearMap, Value } from '../graph/Expr.js'
import type { Dims } from '../tensor/dims.js'
import type { Windows } from '../tensor/windows.js'

interface Map {
  readonly from: Aval
  readonly to: Aval
}

export interface Zero extends Map {
  readonly _tag: 'Zero'
}
export interface Id extends Map {
  readonly _tag: 'Id'
}
/**
 * `t |-> by * t`, element by element. A zero of `t` where nothing moves (a branch not taken, an element not read) wins over NaN and infinity; so
 * does a zero of `by` that is a mask. Other zeros are numbers, as in IEEE 754: they times infinity are NaN.
 */
export interface Scale extends Map {
  readonly _tag: 'Scale'
  readonly by: Value
  readonly isMask: boolean
}
/** `t |-> t by / under`, element by element: in range also where `1 / under` is not. */
export interface Divide extends Map {
  readonly _tag: 'Divide'
  readonly under: Value
  readonly by?: Value
}
/** `t |-> where(condition = keep, t, 0)`. */
export interface Mask extends Map {
  readonly _tag: 'Mask'
  readonly condition: Value
  readonly keep: boolean
}
/** Sums over axes. */
export interface Sum extends Map {
  readonly _tag: 'Sum'
  readonly axes: Dims
}
export interface Broadcast extends Map {
  readonly _tag: 'Broadcast'
  readonly axes: Dims
}
export interface Reshape extends Map {
  readonly _tag: 'Reshape'
}
export interface Permute extends Map {
  readonly _tag: 'Permute'
  readonly permutation: Dims
}
export interface Slice extends Map {
  readonly _tag: 'Slice'
  readonly start: Dims
  readonly limit: Dims
  readonly stride: Dims
}
/** Pads with zeros. */
export interface Pad extends Map {
  readonly _tag: 'Pad'
  readonly low: Dims
  readonly high: Dims
  readonly interior: Dims
}
export interface Reverse extends Map {
  readonly _tag: 'Reverse'
  readonly axes: Dims
}
/** Contraction with a fixed tensor on the other side. */
export interface Contract extends Map {
  readonly _tag: 'Contract'
  readonly side: 'left' | 'right'
  readonly other: Value
  readonly dims: ContractDims
}
/** Convolution with a fixed tensor as the other operand. */
export interface Conv extends Map {
  readonly _tag: 'Conv'
  readonly side: 'input' | 'kernel'
  readonly other: Value
  readonly windows: Windows
}
/** Sums over windows. */
export interface WindowSum extends Map {
  readonly _tag: 'WindowSum'
  readonly size: Dims
  readonly windows: Windows
}
export interface Gather extends Map {
  readonly _tag: 'Gather'
  readonly indices: Value
  readonly axis: number
  readonly batch: number
}
export interface Scatter extends Map {
  readonly _tag: 'Scatter'
  readonly indices: Value
  readonly axis: number
  readonly batch: number
}
/** Between floating-point dtypes. */
export interface Convert extends Map {
  readonly _tag: 'Convert'
}
/** `second` after `first`. */
export interface Compose extends Map {
  readonly _tag: 'Compose'
  readonly first: Linear
  readonly second: Linear
}
/** A user's map, given with its transpose. */
export interface Given extends Map {
  readonly _tag: 'Given'
  readonly map: LinearMap
}

export type Linear =
  | Zero
  | Id
  | Scale
  | Divide
  | Mask
  | Sum
  | Broadcast
  | Reshape
  | Permute
  | Slice
  | Pad
  | Reverse
  | Contract
  | Conv
  | WindowSum
  | Gather
  | Scatter
  | Convert
  | Compose
  | Given

export const zero = (from: Aval, to: Aval): Linear => ({ _tag: 'Zero', from: avalOf(from), to: avalOf(to) })

export const id = (x: Aval): Linear => ({ _tag: 'Id', from: avalOf(x), to: avalOf(x) })

export const scale = (by: Value): Linear => ({
  _tag: 'Scale',
  by,
  isMask: false,
  from: avalOf(by),
  to: avalOf(by)
})

/** Which elements pass, and with what share: zeros of `by` are branches not taken. */
export const mask = (by: Value): Linear => ({
  _tag: 'Scale',
  by,
  isMask: true,
  from: avalOf(by),
  to: avalOf(by)
})

/** Division by `under`, before which one may multiply. */
export const divide = (under: Value, by?: Value): Linear => ({
  _tag: 'Divide',
  under,
  ...(by === undefined ? {} : { by }),
  from: avalOf(under),
  to: avalOf(under)
})

export const isZero = (l: Linear): boolean => l._tag === 'Zero'

/** Composition; zero absorbs and the identity disappears. */
export const compose = (second: Linear, first: Linear): Linear =>
  isZero(first) || isZero(second)
    ? zero(first.from, second.to)
    : first._tag === 'Id'
      ? second
      : second._tag === 'Id'
        ? first
        : { _tag: 'Compose', first, second, from: first.from, to: second.to }
