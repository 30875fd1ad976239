/**
 * Buffer donation: a result that is the next run's argument is written over that argument, where it may be. What may lie where follows from sizes
 * and lifetimes of buffers alone: a result may be a part of its buffer, and the whole buffer needs room.
 */
import { equalDims } from '../../tensor/dims.js'
import { worksOf, type Access, type Kernel, type Work } from '../kernel/kernel.js'
import { sameWalk } from '../kernel/view.js'
import { reads, writes } from '../kernel/uses.js'

/** The buffer of an argument, and that of the result that takes its place in the next run. */
export interface Donation {
  readonly argument: number
  readonly result: number
}

const readsOnly = ({ elements }: Work, argument: number, at: (a: Access) => boolean): boolean =>
  elements.every((e) => e._tag !== 'Load' || e.access.buffer !== argument || at(e.access))

/**
 * Whether the argument is read only at the very point at which the result is written, or earlier on the way through the same row.
 */
const pointwise = (stages: ReadonlyArray<Work>, { argument, result }: Donation): boolean => {
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

type Usage = ReturnType<typeof usage>

/** Whether the argument is alive no longer than until the result is there: nobody reads it after it has been written over. */
const outlived = (kernels: ReadonlyArray<Kernel>, { last, writers }: Usage, d: Donation): boolean => {
  const [writer, ...more] = writers.get(d.result) ?? []
  const k = writer === undefined ? undefined : kernels[writer]
  if (writer === undefined || k === undefined || writers.has(d.argument)) return false
  const read = last.get(d.argument) ?? -1
  if (read !== writer) return read < writer
  return more.length === 0 && !isOperand(k, d.argument) && pointwise(worksOf(k), d)
}

/** Whether a key is that of no other. */
const isSole = <A, K>(xs: ReadonlyArray<A>, key: (x: A) => K): ((x: A) => boolean) => {
  const counts = new Map<K, number>()
  for (const x of xs) counts.set(key(x), (counts.get(key(x)) ?? 0) + 1)
  return (x) => counts.get(key(x)) === 1
}

/** The donations that can be made: by result the argument whose place it takes. */
export const donated = (
  kernels: ReadonlyArray<Kernel>,
  donations: ReadonlyArray<Donation>,
  bytesOf: (buffer: number) => number
): ReadonlyMap<number, number> => {
  const uses = usage(kernels)
  const isSoleResult = isSole(donations, (d) => d.result)
  const isSoleArgument = isSole(donations, (d) => d.argument)
  const hasRoom = ({ argument, result }: Donation): boolean => bytesOf(result) <= bytesOf(argument)
  return new Map(
    donations
      .filter((d) => isSoleResult(d) && isSoleArgument(d) && hasRoom(d) && outlived(kernels, uses, d))
      .map((d) => [d.result, d.argument])
  )
}
