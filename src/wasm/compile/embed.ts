/** From a region to the program of it within a kernel: the same passes as for a whole program, and a plan in a frame. */
import type { Region } from '../../graph/Expr.js'
import { canonical, type Canonical } from '../../graph/merge.js'
import { size } from '../../tensor/dims.js'
import type { Inside, Lowered } from '../kernel/kernel.js'
import { reads, writes } from '../kernel/uses.js'
import { commuted } from '../lower/commute.js'
import type { Embed, Frame } from '../lower/nested.js'
import { planOf, type Planner } from '../plan/plan.js'

/** The passes of the compiler that come in variants: the engine's own, unless a test or a benchmark has others. */
export interface Passes {
  readonly lower: (listed: Canonical, embed: Embed) => Lowered
  readonly fuse: (lowered: Lowered) => Lowered
  readonly planner: Planner
}

/** A region as a list, with its parameters, whether or not it uses them. */
const listedOf = ({ parameters, results }: Region) => {
  const listed = canonical([...commuted(results), ...parameters], 'run')
  const [roots, own] = [listed.roots.slice(0, results.length), listed.roots.slice(results.length)]
  return { listed: { ...listed, roots }, own }
}

/** Those of the results that a kernel makes in a buffer of just their size. */
const madeOf = ({ kernels, outputs, buffer }: Lowered, { results }: Region): ReadonlySet<number> => {
  const written = new Set(kernels.flatMap(writes).map((w) => w.buffer))
  const fits = (b: number, k: number): boolean => buffer(b).size === size(results[k]!.shape)
  return new Set(outputs.filter((b, k) => written.has(b) && fits(b, k)))
}

/** Constants that kernels read, or that are results. */
const constantsOf = ({ kernels, outputs, constants }: Lowered): Inside['constants'] => {
  const used = new Set([...kernels.flatMap(reads).map((r) => r.buffer), ...outputs])
  return new Map([...constants].filter(([buffer]) => used.has(buffer)))
}

export const embedding = ({ lower, fuse, planner }: Passes): Embed => {
  const embed: Embed = (region, frame) => {
    const { listed, own } = listedOf(region)
    const lowered = fuse(lower(listed, embed))
    return { ...planned(planner, lowered, region, own, frame), nodes: listed.nodes }
  }
  return embed
}

/** A plan in which carries have places throughout, and what lies outside has none. */
const planned = (
  planner: Planner,
  lowered: Lowered,
  region: Region,
  parameters: ReadonlyArray<number>,
  { own, next, outside }: Frame
): Omit<Inside, 'nodes'> => {
  const { outputs } = lowered
  const [made, constants] = [madeOf(lowered, region), constantsOf(lowered)]
  const inFrame = new Set(own)
  const given = parameters.filter((_, k) => !inFrame.has(k))
  const elsewhere = new Set([...given, ...constants.keys(), ...(outside ? made : [])])
  const held = next.map((k) => parameters[k]!)
  const donations = held.flatMap((argument, k) =>
    lowered.buffer(argument).size > 0 ? [{ argument, result: outputs[k]! }] : []
  )
  const plan = planOf(planner)(lowered, donations, 0, { held, elsewhere })
  return { ...lowered, constants, made, parameters, plan, elsewhere }
}
