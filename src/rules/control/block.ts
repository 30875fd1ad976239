/**
 * Derivatives of families with an inside. A block of linear maps between all operands and all results: one region is pushed forward, or pulled back,
 * as a whole. `undefined` stands for a tangent that is zero because nothing leads there (a symbolic zero).
 */
import type { Aval, Input, Region, Value } from '../../graph/Expr.js'
import * as make from '../../graph/make.js'
import { full } from '../../graph/terms.js'
import { isFloat } from '../../tensor/DType.js'

export type Slot = Value | undefined
export type Slots = ReadonlyArray<Slot>
type Values = ReadonlyArray<Value>

/** The two modes for a piece of graph, tied by the calculus in use: so rules need not know transformations, and planted faults reach inside. */
export interface Modes {
  /** Tangents of results when inputs move. */
  readonly push: (results: Values, inputs: Values, tangents: Values) => Slots
  /** Cotangents of inputs, given those of results. */
  readonly pull: (results: Values, inputs: Values, cotangents: Values) => Slots
}

export interface Block {
  /** Tangents of operands to tangents of results. */
  readonly push: (tangents: Slots) => Slots
  /** Cotangents of results to cotangents of those operands that are wanted. */
  readonly pull: (cotangents: Slots, wanted: ReadonlyArray<boolean>) => Slots
}

export const isThere = (s: Slot): s is Value => s !== undefined

/** A sum in which nothing stands for zero. */
export const plus = (a: Slot, b: Slot): Slot =>
  a === undefined ? b : b === undefined ? a : make.binary('add', a, b)

/** Those for which a flag is set. */
export const those = <A>(xs: ReadonlyArray<A>, flags: ReadonlyArray<boolean>): ReadonlyArray<A> =>
  xs.filter((_, i) => flags[i] === true)

/** Puts values where flags are set. */
export const placed = (flags: ReadonlyArray<boolean>, values: Values): Slots => {
  let next = 0
  return flags.map((f) => (f ? values[next++] : undefined))
}

export const zeros = (like: Aval): Value => full(0, like)

/** Symbolic zeros written out. */
export const orZeros = (slots: Slots, likes: ReadonlyArray<Aval>): Values =>
  likes.map((like, i) => slots[i] ?? zeros(like))

/** A region differentiated forward along some of its parameters. */
export interface Pushed {
  readonly tangents: ReadonlyArray<Input>
  readonly slots: Slots
}

export const pushed = (modes: Modes, region: Region, moving: ReadonlyArray<boolean>): Pushed => {
  const inputs = those(region.parameters, moving)
  const tangents = make.inputsLike('tangent', inputs)
  return { tangents, slots: modes.push(region.results, inputs, tangents) }
}

/** A region differentiated in reverse: from some of its results to some of its parameters. */
export interface Pulled {
  readonly cotangents: ReadonlyArray<Input>
  /** By parameter. */
  readonly slots: Slots
}

export const pulled = (
  modes: Modes,
  region: Region,
  from: ReadonlyArray<boolean>,
  wanted: ReadonlyArray<boolean>
): Pulled => {
  const results = those(region.results, from)
  const cotangents = make.inputsLike('cotangent', results)
  const slots = modes.pull(results, those(region.parameters, wanted), cotangents)
  let next = 0
  return { cotangents, slots: wanted.map((w) => (w ? slots[next++] : undefined)) }
}

/** Integers and booleans have no derivatives. */
export const floating = (
  wanted: ReadonlyArray<boolean>,
  likes: ReadonlyArray<Aval>
): ReadonlyArray<boolean> => wanted.map((w, i) => w && isFloat(likes[i]!.dtype))

/** Repeats until flags no longer change; they are only ever set. */
export const settled = <A>(
  start: ReadonlyArray<boolean>,
  step: (flags: ReadonlyArray<boolean>) => readonly [ReadonlyArray<boolean>, A]
): readonly [ReadonlyArray<boolean>, A] => {
  let flags = start
  for (;;) {
    const [found, made] = step(flags)
    const next = flags.map((f, i) => f || found[i] === true)
    if (next.every((f, i) => f === flags[i])) return [flags, made]
    flags = next
  }
}
