/** Results that can be written over the arguments that they replace. */
import { equalDims } from '../../tensor/dims.js'
import { worksOf, type Access, type Kernel, type Work } from '../lower/kernel.js'
import { sameWalk } from '../lower/view.js'
import { reads, writes } from './memory.js'

/** An argument, and the result that takes its place in the next run. */
export interface Succession {
  readonly argument: number
  readonly result: number
}

const readsOnly = ({ elements }: Work, argument: number, at: (a: Access) => boolean): boolean =>
  elements.every((e) => e._tag !== 'Load' || e.access.buffer !== argument || at(e.access))

/** Whether the argument is read only at the very point at which the result is written, or earlier on the way through the same row. */
const pointwise = (stages: ReadonlyArray<Work>, { argument, result }: Succession): boolean => {
  const at = stages.findIndex((k) => k.stores.some((s) => s.access.buffer === result))
  const [writer, store] = [stages[at], stages[at]?.stores.find((s) => s.access.buffer === result)]
  if (writer === undefined || store === undefined) return false
  const there = (k: Work) => (a: Access) => sameWalk(a, store.access) && equalDims(k.domain, writer.domain)
  return stages.every((k, i) => readsOnly(k, argument, i <= at ? there(k) : () => false))
}

/** Whether a kernel reads a buffer otherwise than point by point. */
const isOperand = (k: Kernel, buffer: number): boolean =>
  (k._tag === 'Product' || k._tag === 'Patches') && (k.a.buffer === buffer || k.b.buffer === buffer)

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
    if (writer === undefined || k === undefined || writers.has(s.argument)) return false
    const read = last.get(s.argument) ?? -1
    if (read !== writer) return read < writer
    return more.length === 0 && !isOperand(k, s.argument) && pointwise(worksOf(k), s)
  }
  const counts = new Map<number, number>()
  for (const { result } of successions) counts.set(result, (counts.get(result) ?? 0) + 1)
  const once = (s: Succession): boolean => counts.get(s.result) === 1
  return new Map(successions.filter((s) => once(s) && fits(s)).map((s) => [s.result, s.argument]))
}
