/** Where buffers lie: each has its place for as long as it is needed, and places are used again. */
import type { Access, Kernel } from '../lower/kernel.js'

/** A buffer from the kernel that writes it to the last one that reads it, both included. */
export interface Lifetime {
  readonly buffer: number
  readonly bytes: number
  readonly from: number
  readonly to: number
}

export interface Layout {
  readonly addresses: ReadonlyMap<number, number>
  /** The first address behind all buffers. */
  readonly end: number
}

/** Buffers begin at multiples of a vector and end with one, so that a kernel may read and write past the last element. */
const vector = 16
const padded = (bytes: number): number => Math.ceil(bytes / vector) * vector

export const reads = (k: Kernel): ReadonlyArray<{ readonly buffer: number }> => {
  switch (k._tag) {
    case 'Nest':
      return k.elements.flatMap((e) => (e._tag === 'Load' ? [e.access] : []))
    case 'Product':
      return [k.a, k.b]
    case 'Lookup':
      return [k.x, k.indices]
    case 'Arg':
    case 'Bits':
      return [k.x]
  }
}

export const writes = (k: Kernel): ReadonlyArray<Access> =>
  k._tag === 'Nest' ? [...k.stores, ...k.reductions].map((s) => s.access) : [k.out]

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

/** Free places in order of address; neighbours are joined. */
const release = (gaps: ReadonlyArray<Gap>, freed: Gap): ReadonlyArray<Gap> => {
  const i = gaps.findIndex((g) => g.at > freed.at)
  const at = i < 0 ? gaps.length : i
  const [before, next] = [gaps[at - 1], gaps[at]]
  const after = freed.at + freed.bytes
  const joinsBefore = before !== undefined && before.at + before.bytes === freed.at
  const joinsNext = next?.at === after
  const start = joinsBefore ? before.at : freed.at
  const end = joinsNext ? after + next.bytes : after
  return [
    ...gaps.slice(0, joinsBefore ? at - 1 : at),
    { at: start, bytes: end - start },
    ...gaps.slice(joinsNext ? at + 1 : at)
  ]
}

/** The smallest gap that is large enough. */
const bestGap = (gaps: ReadonlyArray<Gap>, bytes: number): number =>
  gaps.reduce(
    (best, g, i) => (g.bytes >= bytes && (best < 0 || g.bytes < (gaps[best]?.bytes ?? 0)) ? i : best),
    -1
  )

/** Places for buffers behind an address. */
export const layout = (start: number, wanted: ReadonlyArray<Lifetime>): Layout => {
  const addresses = new Map<number, number>()
  const endings = new Map<number, Array<Gap>>()
  let gaps: ReadonlyArray<Gap> = []
  let end = padded(start)
  let freedTo = -1
  for (const { buffer, bytes: exact, from, to } of [...wanted].sort((a, b) => a.from - b.from)) {
    for (; freedTo < from - 1; freedTo++)
      for (const g of endings.get(freedTo + 1) ?? []) gaps = release(gaps, g)
    const bytes = padded(exact)
    const k = bestGap(gaps, bytes)
    const gap = gaps[k]
    const at = gap?.at ?? end
    if (gap === undefined) end += bytes
    else
      gaps = [
        ...gaps.slice(0, k),
        ...(gap.bytes > bytes ? [{ at: gap.at + bytes, bytes: gap.bytes - bytes }] : []),
        ...gaps.slice(k + 1)
      ]
    addresses.set(buffer, at)
    const ending = endings.get(to)
    if (ending === undefined) endings.set(to, [{ at, bytes }])
    else ending.push({ at, bytes })
  }
  return { addresses, end }
}
