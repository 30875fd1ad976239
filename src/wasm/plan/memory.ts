/** Where buffers lie: each has its place for as long as it is needed, and places are used again. */
import type { Kernel } from '../kernel/kernel.js'
import type { Lifetime } from '../kernel/plan.js'
import { reads, writes } from '../kernel/uses.js'

export interface Layout {
  readonly addresses: ReadonlyMap<number, number>
  /** The first address behind all buffers. */
  readonly end: number
}

/** Buffers begin at multiples of a vector and end with one, so that a kernel may read and write past the last element. */
const vector = 16
const padded = (bytes: number): number => Math.ceil(bytes / vector) * vector

/** How long each buffer that kernels write is needed; those that outlive the program are needed to its end. */
export const lifetimes = (
  kernels: ReadonlyArray<Kernel>,
  bytesOf: (buffer: number) => number,
  lasting: ReadonlySet<number>
): ReadonlyArray<Lifetime> => {
  const [first, last] = [new Map<number, number>(), new Map<number, number>()]
  kernels.forEach((k, at) => {
    for (const { buffer } of writes(k)) {
      if (!first.has(buffer)) first.set(buffer, at)
      last.set(buffer, at)
    }
    for (const { buffer } of reads(k)) last.set(buffer, at)
  })
  return [...first].map(([buffer, from]) => ({
    buffer,
    bytes: bytesOf(buffer),
    from,
    to: lasting.has(buffer) ? kernels.length : (last.get(buffer) ?? from)
  }))
}

interface Gap {
  readonly at: number
  readonly bytes: number
}

const before = (a: Gap, b: Gap): boolean => a.bytes < b.bytes || (a.bytes === b.bytes && a.at < b.at)

/** The first position in a sorted list that does not come before a gap. */
const positionOf = (sorted: ReadonlyArray<Gap>, gap: Gap): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (before(sorted[middle]!, gap)) low = middle + 1
    else high = middle
  }
  return low
}

/** Free places: the smallest that is large enough is found by size, neighbours by address. */
const freeList = () => {
  const bySize: Array<Gap> = []
  const [starts, ends] = [new Map<number, Gap>(), new Map<number, Gap>()]
  const add = (gap: Gap): void => {
    bySize.splice(positionOf(bySize, gap), 0, gap)
    starts.set(gap.at, gap)
    ends.set(gap.at + gap.bytes, gap)
  }
  const remove = (gap: Gap): void => {
    bySize.splice(positionOf(bySize, gap), 1)
    starts.delete(gap.at)
    ends.delete(gap.at + gap.bytes)
  }
  return {
    /** Gives back a place, joined with free neighbours. */
    release: ({ at, bytes }: Gap): void => {
      if (bytes === 0) return
      const [left, right] = [ends.get(at), starts.get(at + bytes)]
      if (left !== undefined) remove(left)
      if (right !== undefined) remove(right)
      add({ at: left?.at ?? at, bytes: bytes + (left?.bytes ?? 0) + (right?.bytes ?? 0) })
    },
    /** The beginning of the smallest free place that is large enough; what it has beyond stays free. */
    take: (bytes: number): number | undefined => {
      const gap = bySize[positionOf(bySize, { at: -1, bytes })]
      if (gap === undefined) return undefined
      remove(gap)
      if (gap.bytes > bytes) add({ at: gap.at + bytes, bytes: gap.bytes - bytes })
      return gap.at
    }
  }
}

/** Places for buffers behind an address. */
export const layout = (start: number, wanted: ReadonlyArray<Lifetime>): Layout => {
  const addresses = new Map<number, number>()
  const endings = new Map<number, Array<Gap>>()
  const free = freeList()
  let end = padded(start)
  let freedTo = -1
  for (const { buffer, bytes: exact, from, to } of [...wanted].sort((a, b) => a.from - b.from)) {
    for (; freedTo < from - 1; freedTo++) for (const g of endings.get(freedTo + 1) ?? []) free.release(g)
    const bytes = padded(exact)
    const found = free.take(bytes)
    const at = found ?? end
    if (found === undefined) end += bytes
    addresses.set(buffer, at)
    const ending = endings.get(to)
    if (ending === undefined) endings.set(to, [{ at, bytes }])
    else ending.push({ at, bytes })
  }
  return { addresses, end }
}
