/** Which kernels must come after which, and how kernels that become one are put in order again. */
import type { Kernel } from '../kernel/kernel.js'
import { reads, writes } from '../kernel/uses.js'
import { mayFail } from '../kernel/fails.js'

/** What kernels that may fail write, beside buffers. */
const note = -1

/** For each kernel earlier ones that it must come after; those that these must come after are left out. */
export const predecessors = (kernels: ReadonlyArray<Kernel>): ReadonlyArray<ReadonlyArray<number>> => {
  const writer = new Map<number, number>()
  const readers = new Map<number, Array<number>>()
  return kernels.map((k, at) => {
    const before = new Set<number>()
    const after = (i: number | undefined): void => {
      if (i !== undefined) before.add(i)
    }
    const written = new Set([...writes(k).map((a) => a.buffer), ...(mayFail(k) ? [note] : [])])
    for (const { buffer } of reads(k)) {
      after(writer.get(buffer))
      const known = readers.get(buffer)
      if (known === undefined) readers.set(buffer, [at])
      else if (known.at(-1) !== at) known.push(at)
    }
    for (const buffer of written) {
      after(writer.get(buffer))
      readers.get(buffer)?.forEach(after)
      readers.delete(buffer)
      writer.set(buffer, at)
    }
    return [...before].filter((i) => i !== at)
  })
}

/** Kernels in units that become one each. */
export interface Units {
  /** The unit of each kernel. */
  readonly of: ReadonlyArray<number>
  /** The kernels of each unit, in order. */
  readonly members: ReadonlyArray<ReadonlyArray<number>>
}

/** So many kernels are looked at before two are left apart. */
const furthest = 4096

/** Whether a way leads from some kernels through others back to them: then they cannot become one. */
export const encloses = (
  before: ReadonlyArray<ReadonlyArray<number>>,
  { of, members }: Units,
  kernels: ReadonlyArray<number>
): boolean => {
  const inside = new Set(kernels)
  const first = Math.min(...kernels)
  const seen = new Set<number>()
  const rest: Array<number> = []
  const reach = (i: number): void => {
    const unit = of[i]!
    if (inside.has(i) || seen.has(unit) || members[unit]!.at(-1)! < first) return
    seen.add(unit)
    rest.push(...members[unit]!)
  }
  for (const i of kernels) before[i]!.forEach(reach)
  for (let i = rest.pop(); i !== undefined; i = rest.pop()) {
    if (seen.size > furthest || before[i]!.some((p) => inside.has(p))) return true
    before[i]!.forEach(reach)
  }
  return false
}

/** All units, each after those that it must come after; otherwise in the order of their last kernels. */
export const ordered = (
  before: ReadonlyArray<ReadonlyArray<number>>,
  { of, members }: Units
): ReadonlyArray<number> => {
  const [entered, done] = [new Set<number>(), new Set<number>()]
  of.forEach((unit, i) => {
    if (members[unit]!.at(-1) !== i) return
    const path = [unit]
    for (let u = path.at(-1); u !== undefined; u = path.at(-1)) {
      const earlier = entered.has(u) ? [] : members[u]!.flatMap((k) => before[k]!.map((p) => of[p]!))
      entered.add(u)
      const missing = earlier.filter((p) => p !== u && !done.has(p))
      if (missing.length === 0) {
        done.add(u)
        path.pop()
      } else path.push(...missing)
    }
  })
  return [...done]
}
