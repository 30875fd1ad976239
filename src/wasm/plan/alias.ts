/** Results that can be written over the arguments that they replace. */
import type { Kernel, Work } from '../lower/kernel.js'
import { sameWalk } from '../lower/view.js'
import { reads, writes } from './memory.js'

/** An argument, and the result that takes its place in the next run. */
export interface Succession {
  readonly argument: number
  readonly result: number
}

/** Whether work reads the argument only at the very point at which it writes the result. */
const pointwise = (k: Work, { argument, result }: Succession): boolean => {
  const store = k.stores.find((s) => s.access.buffer === result)
  return (
    store !== undefined &&
    k.elements.every(
      (e) => e._tag !== 'Load' || e.access.buffer !== argument || sameWalk(e.access, store.access)
    )
  )
}

/** What a kernel does point by point, unless it reads a buffer in other ways too. */
const workOf = (k: Kernel, buffer: number): Work | undefined =>
  k._tag === 'Nest'
    ? k
    : k._tag === 'Product' && k.a.buffer !== buffer && k.b.buffer !== buffer
      ? k.finish
      : undefined

/** For each buffer the last kernel that reads it, and the kernels that write it. */
const usage = (kernels: ReadonlyArray<Kernel>) => {
  const [last, writers] = [new Map<number, number>(), new Map<number, Array<number>>()]
  kernels.forEach((k, at) => {
    for (const { buffer } of reads(k)) last.set(buffer, at)
    for (const { buffer } of writes(k)) {
      const known = writers.get(buffer)
      if (known === undefined) writers.set(buffer, [at])
      else known.push(at)
    }
  })
  return { last, writers }
}

/** Results by the arguments whose places they may take: nobody reads the argument after the result has been written over it. */
export const inPlace = (
  kernels: ReadonlyArray<Kernel>,
  successions: ReadonlyArray<Succession>
): ReadonlyMap<number, number> => {
  const { last, writers } = usage(kernels)
  const fits = (s: Succession): boolean => {
    const [writer, ...more] = writers.get(s.result) ?? []
    const k = writer === undefined ? undefined : kernels[writer]
    const work = k === undefined ? undefined : workOf(k, s.argument)
    if (writer === undefined || more.length > 0 || work === undefined) return false
    return !writers.has(s.argument) && (last.get(s.argument) ?? -1) <= writer && pointwise(work, s)
  }
  const counts = new Map<number, number>()
  for (const { result } of successions) counts.set(result, (counts.get(result) ?? 0) + 1)
  const once = (s: Succession): boolean => counts.get(s.result) === 1
  return new Map(successions.filter((s) => once(s) && fits(s)).map((s) => [s.result, s.argument]))
}
