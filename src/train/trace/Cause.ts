/**
 * The cause of the first NaN, as a value.
 *
 * @since 0.1.0
 */
import { isMany, node, type Aval, type Expr, type Node, type Value } from '../../graph/Expr.js'
import { attributesOf, isPointwise, operation, rebuild, rebuildMany } from '../../graph/families.js'
import { showAttribute } from '../../graph/form.js'
import * as make from '../../graph/make.js'
import type { Mode, Place } from '../../graph/place.js'
import { typed } from '../../graph/terms.js'
import { equalDims, strides, type Dims } from '../../tensor/dims.js'
import { elements, type Tensor } from '../../tensor/Tensor.js'
import type { CauseKind, Symptom } from './kinds.js'

/**
 * An operand or a result: its type, its value at the index where the result is bad (if it has one there), and what its other numbers are like.
 *
 * @since 0.1.0
 * @category model
 */
export interface Observed {
  readonly aval: Aval
  readonly value: number | undefined
  /** The least and the greatest of the finite numbers; `undefined` where there are none. */
  readonly min: number | undefined
  readonly max: number | undefined
  readonly notFinite: number
}

/**
 * What an operation is inside of: which step of a loop, which branch, or a call (`checkpoint`, `customJvp`, `customVjp`).
 *
 * @since 0.1.0
 * @category model
 */
export type CauseStep =
  | { readonly _tag: 'Scan'; readonly step: number; readonly length: number }
  | { readonly _tag: 'While'; readonly step: number; readonly part: 'condition' | 'body' }
  | { readonly _tag: 'Branch'; readonly branch: number; readonly branches: number }
  | { readonly _tag: 'Call' }

/**
 * The operation from which numbers that are not finite came first.
 *
 * @since 0.1.0
 * @category model
 */
export interface Cause {
  readonly _tag: 'Cause'
  readonly kind: CauseKind
  /** Its name, as `print` has it; `input x` where an argument was not finite to begin with. */
  readonly operation: string
  readonly attributes: string
  readonly operands: ReadonlyArray<Observed>
  readonly result: Observed
  /** The first bad element. */
  readonly index: Dims
  /** The scopes around it (`named`, layers of `sequential`), outermost first. */
  readonly path: ReadonlyArray<string>
  /** The line of the program that asked for it; for what belongs to a derivative, for the operation that is differentiated. */
  readonly at: string
  /** Whether the line is that of the first operation that reads it, as it is made of constants only. */
  readonly isRead: boolean
  readonly mode: Mode
  /** The operation of whose derivative it is part. */
  readonly derivativeOf: string | undefined
  /** The loops, branches and calls around it, outermost first. */
  readonly inside: ReadonlyArray<CauseStep>
  /** The operation on the values that it met, to be evaluated again. */
  readonly expression: Expr
}

/** Positions of an element along the axes. */
export const indexOf = (shape: Dims, at: number): Dims =>
  strides(shape).map((step, i) => Math.floor(at / step) % shape[i]!)

/** A tensor in numbers, and what it has at a place. */
const observed = (t: Tensor, at: number | undefined): Observed => {
  let [min, max, notFinite] = [Infinity, -Infinity, 0]
  const data = elements(t)
  for (const v of data) {
    if (!Number.isFinite(v)) notFinite++
    else {
      if (v < min) min = v
      if (v > max) max = v
    }
  }
  const isEmpty = min > max
  return Object.freeze({
    aval: Object.freeze({ shape: t.shape, dtype: t.dtype }),
    value: at === undefined ? undefined : data[at],
    min: isEmpty ? undefined : min,
    max: isEmpty ? undefined : max,
    notFinite
  })
}

const again = (n: Node, result: number, xs: ReadonlyArray<Tensor>, own: Tensor): Expr => {
  const given = xs.map(make.constant)
  const made: Value | undefined =
    n._tag === 'Input' ? node(own) : isMany(n) ? rebuildMany(n, given)[result] : rebuild(n, given)
  return typed(made ?? node(own))
}

const attributes = (n: Node): string =>
  attributesOf(n)
    .flatMap(([key, value, isShown = true]) => (isShown ? [`${key}: ${showAttribute(value)}`] : []))
    .join(', ')

/** What has been found, and where. */
export interface Found {
  readonly node: Node
  readonly result: number
  readonly symptom: Symptom
  readonly operands: ReadonlyArray<Tensor>
  readonly value: Tensor
  readonly place: Omit<Place, 'recorder'> | undefined
  readonly isRead: boolean
  readonly inside: ReadonlyArray<CauseStep>
}

export const causeOf = (f: Found): Cause => {
  const { symptom, value, place } = f
  const isAligned = (x: Tensor): boolean => isPointwise(f.node) && equalDims(x.shape, value.shape)
  return Object.freeze({
    _tag: 'Cause',
    kind: symptom.kind,
    operation: f.node._tag === 'Input' ? `input ${f.node.name}` : operation(f.node),
    attributes: attributes(f.node),
    operands: Object.freeze(f.operands.map((x) => observed(x, isAligned(x) ? symptom.at : undefined))),
    result: observed(value, symptom.at),
    index: Object.freeze(indexOf(value.shape, symptom.at)),
    path: Object.freeze([...(place?.path ?? [])]),
    at: place?.at ?? '',
    isRead: f.isRead,
    mode: place?.mode ?? 'forward',
    derivativeOf: place?.derivativeOf,
    inside: Object.freeze(f.inside.map((s) => Object.freeze(s))),
    expression: again(f.node, f.result, f.operands, value)
  })
}
