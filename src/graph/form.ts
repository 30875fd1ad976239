/**
 * The form of a family: what every pass that treats all families alike has to know of it. Each has one row, beside its smart constructor; from
 * these follow operands, rebuilding, checking, merging, printing and pictures, so that a new family has them all once it has its row.
 */
import { showDims, type Dims } from '../tensor/dims.js'
import { showNumber } from '../tensor/show.js'
import type { Invalid, Many, Node, Region, Value } from './Expr.js'

/** What an operation is told besides its operands. */
export type Attribute = number | boolean | string | Dims | readonly [Dims, Dims]

/** Some are usual, and not shown: `isShown` is true unless given. Its first one is what most often tells an operation from others. */
export type Attributes = ReadonlyArray<readonly [key: string, value: Attribute, isShown?: boolean]>

/**
 * How floats are rounded, but for conversions, which are asked to: `never`, `once`, `inOrder` term by term, or over `terms` that engines may add
 * or multiply in an order of their own.
 */
export type Rounding = 'never' | 'once' | 'inOrder' | 'terms'

export interface Row<N extends Node> {
  /** Its name in texts, where that is not the family's. */
  readonly name?: (n: N) => string
  /** The values that it is made from, in the order of its fields. */
  readonly operands: (n: N) => ReadonlyArray<Value>
  readonly attributes: (n: N) => Attributes
  /** Whether it can meet values that it has no answer for; an inside may. */
  readonly fails: (n: N) => boolean
}

/** The form of a family with one result. */
export interface Form<N extends Value> extends Row<N> {
  /** The same operation on other operands, by its smart constructor. */
  readonly make: (n: N, xs: ReadonlyArray<Value>) => Value
  readonly rounds: (n: N) => Rounding
}

/** The form of a family with several results. */
export interface ManyForm<N extends Many> extends Row<N> {
  readonly regions: (n: N) => ReadonlyArray<Region>
  /** The same operation on other operands, and with other insides. */
  readonly make: (n: N, xs: ReadonlyArray<Value>, regions: ReadonlyArray<Region>) => Many | Invalid
}

/** A row for each family of a group. */
export type Forms<N extends Value> = { readonly [T in N['_tag']]: Form<Extract<N, { readonly _tag: T }>> }

/** A row for each family with several results of a group. */
export type ManyForms<N extends Many> = {
  readonly [T in N['_tag']]: ManyForm<Extract<N, { readonly _tag: T }>>
}

const nothing: ReadonlyArray<never> = []

export const none = (): ReadonlyArray<never> => nothing
export const never = (): boolean => false
export const always = (): boolean => true
export const exactly = (): Rounding => 'never'

/** Whether an attribute is two lists of numbers. */
export const isPair = (v: Dims | readonly [Dims, Dims]): v is readonly [Dims, Dims] =>
  typeof v[0] === 'object'

/** An attribute as text. */
export const showAttribute = (v: Attribute): string =>
  typeof v === 'boolean' || typeof v === 'string'
    ? String(v)
    : typeof v === 'number'
      ? showNumber('f64', v)
      : isPair(v)
        ? v.map(showDims).join(' x ')
        : showDims(v)

/** An attribute as numbers. */
export const numbersOf = (v: Attribute): Dims =>
  typeof v === 'object' ? (isPair(v) ? v.flat() : v) : [typeof v === 'string' ? v.length : Number(v)]
