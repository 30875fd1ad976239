/**
 * Nests that depend on each other row by row, as one kernel: softmax, losses, normalisations and their derivatives go through memory once, and
 * what they hand on to each other stays in the cache.
 */
import { equalDims, range, size, type Dims } from '../../tensor/dims.js'

import type { Buffer, Kernel, Lowered, Nest } from '../kernel/kernel.js'

import { reads, writes } from '../kernel/uses.js'
import { blocksOf, usual, type Blocks, type Limits } from './block.js'
import { encloses, ordered, predecessors, type Units } from './order.js'
import { squeezed } from './row.js'
import { areRowwise, rowsOf } from './stages.js'
import { mayFail } from '../kernel/fails.js'

/** So that a kernel stays one function of moderate size. */
const largest = 192

/** A nest that can be a stage, without axes of size 1. */
const stageOf = (k: Kernel): Nest | undefined =>
  k._tag === 'Nest' && size(k.domain) > 0 && !mayFail(k) ? squeezed(k) : undefined

/** How many outer axes nests may share, as many as may be first: fewer than the one with the most has. */
const ranks = (domains: ReadonlyArray<Dims>): ReadonlyArray<number> => {
  const lengths = domains.map((d) => d.length)
  const most = Math.min(Math.min(...lengths), Math.max(...lengths) - 1)
  return [...range(1, most + 1)].reverse()
}

/** The outer axes that nests can go through together, of one of so many ranks. */
const commonAxes = (
  nests: ReadonlyArray<Nest>,
  admitted: ReadonlyArray<number>,
  limits: Limits,
  buffer: (id: number) => Buffer
): Dims | undefined => {
  const domains = nests.map((n) => n.domain)
  return ranks(domains)
    .filter((rank) => admitted.every((n) => n === rank))
    .map((rank) => domains[0]!.slice(0, rank))
    .find(
      (outer) =>
        domains.every((d) => equalDims(d.slice(0, outer.length), outer)) &&
        blocksOf(outer, nests, limits) !== undefined &&
        areRowwise(outer, nests, buffer)
    )
}

/** Kernels in units, and the common outer axes of those that become one. */
interface Grown extends Units {
  readonly before: ReadonlyArray<ReadonlyArray<number>>
  readonly axes: ReadonlyMap<number, Dims>
}

/** Joins every nest with those that compute what it reads, the last ones first. */
const grown = (
  { kernels, buffer }: Lowered,
  stages: ReadonlyArray<Nest | undefined>,
  limits: Limits
): Grown => {
  const before = predecessors(kernels)
  const of = kernels.map((_, i) => i)
  const members: Array<ReadonlyArray<number>> = kernels.map((_, i) => [i])
  const axes = new Map<number, Dims>()
  const join = (a: number, b: number): void => {
    const all = [...members[a]!, ...members[b]!].sort((i, j) => i - j)
    const nests = all.flatMap((i) => stages[i] ?? [])
    const elements = nests.reduce((n, s) => n + s.elements.length, 0)
    if (nests.length < all.length || elements > largest) return
    const admitted = [a, b].flatMap((u) => axes.get(u)?.length ?? [])
    const outer = commonAxes(nests, admitted, limits, buffer)
    if (outer === undefined || encloses(before, { of, members }, all)) return
    for (const i of members[b]!) of[i] = a
    members[a] = all
    members[b] = []
    axes.set(a, outer)
  }
  stages.forEach((stage, i) => {
    if (stage === undefined) return
    const sources = [...before[i]!].sort((a, b) => b - a)
    for (const s of sources) if (of[s] !== of[i]) join(of[s]!, of[i]!)
  })
  return { before, of, members, axes }
}

/** Whether kernels other than some use a buffer, or it outlives them all. */
const usedElsewhere = ({ kernels, outputs }: Lowered) => {
  const users = new Map<number, Set<number>>()
  const lasting = new Set(outputs)
  kernels.forEach((k, at) => {
    for (const { buffer } of [...reads(k), ...writes(k)])
      users.set(buffer, (users.get(buffer) ?? new Set<number>()).add(at))
  })
  return (inside: ReadonlySet<number>) =>
    (buffer: number): boolean =>
      lasting.has(buffer) || [...(users.get(buffer) ?? [])].some((i) => !inside.has(i))
}

/** The pass with limits of one's own. */
export const rowsWithin =
  (limits: Limits) =>
  (lowered: Lowered): Lowered => {
    const { kernels, outputs, buffer } = lowered
    const stages = kernels.map(stageOf)
    const { axes, ...units } = grown(lowered, stages, limits)
    if (axes.size === 0) return lowered
    const elsewhere = usedElsewhere(lowered)
    const smaller = new Map<number, Buffer>()
    const together = (own: ReadonlyArray<number>, { outer, stages: parts }: Blocks): Kernel => {
      const [kernel, shrunk] = rowsOf(outer, parts, { buffer, elsewhere: elsewhere(new Set(own)) })
      for (const [id, b] of shrunk) smaller.set(id, b)
      return kernel
    }
    const fused = ordered(units.before, units).map((unit): Kernel => {
      const [own, outer] = [units.members[unit]!, axes.get(unit)]
      const nests = own.flatMap((i) => stages[i] ?? [])
      const blocks = outer === undefined ? undefined : blocksOf(outer, nests, limits)
      return blocks === undefined ? kernels[own[0]!]! : together(own, blocks)
    })
    return { ...lowered, kernels: fused, outputs, buffer: (id) => smaller.get(id) ?? buffer(id) }
  }

export const rows = rowsWithin(usual)
