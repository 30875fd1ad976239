/**
 * The memory plan: where every buffer of a program lies, and what is copied when a run has succeeded. A buffer has one place from the first kernel
 * that writes it to the last that reads it; arguments and constants last.
 */
import type { Lowered } from '../kernel/kernel.js'
import type { Lifetime, Plan, Transfer } from '../kernel/plan.js'

import { donated, type Donation } from './donate.js'
import { reads, writes } from '../kernel/uses.js'
import { layout, lifetimes } from './memory.js'
import { widthOf } from '../kernel/width.js'

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

/** What is peculiar to the program of a region within another one. */
export interface Apart {
  /** Buffers that are there throughout, whether or not a kernel reads them. */
  readonly held: ReadonlyArray<number>
  /** Buffers that lie in the program around it. */
  readonly elsewhere: ReadonlySet<number>
}

const whole = (): Apart => ({ held: [], elsewhere: new Set() })

/** What is there before the first kernel and needed by one of them, or by those who look at results. */
const lasting = (
  { kernels, outputs }: Lowered,
  bytesOf: (buffer: number) => number,
  { held, elsewhere }: Apart
): ReadonlyArray<Lifetime> => {
  const made = new Set(kernels.flatMap(writes).map((a) => a.buffer))
  const used = new Set([...kernels.flatMap(reads).map((a) => a.buffer), ...outputs, ...held])
  return [...used]
    .filter((buffer) => !made.has(buffer) && !elsewhere.has(buffer))
    .map((buffer) => ({ buffer, bytes: bytesOf(buffer), from: -1, to: kernels.length }))
}

/** Plans the memory of a program from an address on, given the results that are the next run's arguments. */
export const planOf =
  (rules: Planner) =>
  (lowered: Lowered, donations: ReadonlyArray<Donation>, start: number, apart: Apart = whole()): Plan => {
    const { kernels, outputs, buffer } = lowered
    const bytesOf = (id: number): number => buffer(id).size * widthOf(buffer(id).dtype)
    const over = rules.donated(kernels, donations, bytesOf)
    const before = lasting(lowered, bytesOf, apart)
    const written = rules
      .lifetimes(kernels, bytesOf, new Set(outputs))
      .filter((w) => !apart.elsewhere.has(w.buffer))
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
