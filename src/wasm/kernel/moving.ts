/** Which buffers of a region may lie in a stack, where each step of a loop has another slice of it. */
import type { Inside, Kernel, Link, Lowered } from './kernel.js'
import { worksOf } from './kernel.js'
import { reads, writes } from './uses.js'
import { widthOf } from './width.js'

/** Slices of whole vectors only: kernels may write the rest of the last one. */
const vector = 16

/** Kernels inside of a kernel find a buffer where those around them do. */
const within = ({ kernels }: Inside, links: ReadonlyArray<Link>, buffer: number): boolean =>
  links.every((l) => l.outside !== buffer || kernels.every((k) => finds(k, l.inside)))

/** Whether a kernel finds a buffer that moves, if it uses it: those do that reach it by pointers, not at a fixed address. */
const finds = (k: Kernel, buffer: number): boolean => {
  switch (k._tag) {
    case 'Nest':
    case 'Rows':
    case 'Product':
    case 'Patches':
      return worksOf(k).every((w) => w.reductions.every((r) => r.access.buffer !== buffer))
    case 'Loop':
      return within(k.body, k.given, buffer)
    case 'Repeat':
      return within(k.body, k.given, buffer) && within(k.condition, k.asked, buffer)
    case 'Branch':
      return k.alternatives.every((a) => within(a.inside, a.given, buffer))
    case 'Lookup':
    case 'Arg':
    case 'Bits':
    case 'Pool':
    case 'Foreign':
      return [...reads(k), ...writes(k)].every((use) => use.buffer !== buffer)
  }
}

/** Those of some buffers that can be where slices are: of these that kernels use, all kernels find them. */
export const movable = (
  { kernels, buffer }: Lowered,
  slices: ReadonlyArray<number>
): ReadonlyArray<number> => {
  const used = new Set(kernels.flatMap((k) => [...reads(k), ...writes(k)]).map((use) => use.buffer))
  const isWhole = ({ size, dtype }: ReturnType<typeof buffer>): boolean =>
    (size * widthOf(dtype)) % vector === 0
  return slices.filter((b) => used.has(b) && isWhole(buffer(b)) && kernels.every((k) => finds(k, b)))
}
