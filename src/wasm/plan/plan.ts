/**
 * The memory plan: where every buffer of a program lies, and what is copied when a run has succeeded. A buffer has one place from the first kernel
 * that writes it to the last that reads it; arguments and constants last.
 */
import type { Transfer } from '../emit/program.js'
import type { Lowered } from '../lower/lower.js'
import { widthOf } from '../emit/memory.js'
import { donated, type Donation } from './donate.js'
import { layout, lifetimes, reads, writes, type Lifetime } from './memory.js'

export interface Plan {
  /** Every buffer with the kernels between which it holds its value. */
  readonly lifetimes: ReadonlyArray<Lifetime>
  /** Where a buffer begins; `undefined` for those that no kernel uses. */
  readonly address: (buffer: number) => number | undefined
  /** By result the argument over which it is written. */
  readonly donated: ReadonlyMap<number, number>
  /** What is copied to where the next run reads it. */
  readonly transfers: ReadonlyArray<Transfer>
  /** The first address behind all buffers. */
  readonly end: number
}

/** The decisions of which a plan is made: the engine's own, unless a test plants a fault. */
export interface Planner {
  readonly donated: typeof donated
  readonly lifetimes: typeof lifetimes
  readonly layout: typeof layout
  readonly transferred: (
    donation: Donation,
    address: Plan['address'],
    bytes: number
  ) => ReadonlyArray<Transfer>
}

/** All of the argument, from where the result begins; nothing where it lies there already. */
const transferred: Planner['transferred'] = ({ argument, result }, address, bytes) => {
  const [from = 0, to = 0] = [address(result), address(argument)]
  return from === to ? [] : [{ from, to, bytes }]
}

export const planner: Planner = { donated, lifetimes, layout, transferred }

/** What is there before the first kernel and needed by one of them, or by those who look at results. */
const lasting = (
  { kernels, outputs }: Lowered,
  bytesOf: (buffer: number) => number
): ReadonlyArray<Lifetime> => {
  const made = new Set(kernels.flatMap(writes).map((a) => a.buffer))
  const used = new Set([...kernels.flatMap(reads).map((a) => a.buffer), ...outputs])
  return [...used]
    .filter((buffer) => !made.has(buffer))
    .map((buffer) => ({ buffer, bytes: bytesOf(buffer), from: -1, to: kernels.length }))
}

/** Plans the memory of a program from an address on, given the results that are the next run's arguments. */
export const planOf =
  (rules: Planner) =>
  (lowered: Lowered, donations: ReadonlyArray<Donation>, start: number): Plan => {
    const { kernels, outputs, buffer } = lowered
    const bytesOf = (id: number): number => buffer(id).size * widthOf(buffer(id).dtype)
    const over = rules.donated(kernels, donations, bytesOf)
    const before = lasting(lowered, bytesOf)
    const written = rules.lifetimes(kernels, bytesOf, new Set(outputs))
    const { addresses, end } = rules.layout(start, [...before, ...written.filter((w) => !over.has(w.buffer))])
    const address = (id: number): number | undefined => addresses.get(over.get(id) ?? id)
    return {
      lifetimes: [...before, ...written],
      address,
      donated: over,
      transfers: donations.flatMap((d) => rules.transferred(d, address, bytesOf(d.argument))),
      end
    }
  }
