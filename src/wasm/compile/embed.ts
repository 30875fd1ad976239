/** From a region to the program of it within a kernel: the same passes as for a whole program, and a plan in a frame. */
import type { Region } from '../../graph/Expr.js'
import { canonical, type Canonical } from '../../graph/merge.js'
import { size } from '../../tensor/dims.js'
import type { Inside, Lowered, Packing } from '../kernel/kernel.js'
import { reads, writes } from '../kernel/uses.js'
import { commuted } from '../lower/commute.js'
import type { Embed, Frame } from '../lower/nested.js'
import { planOf, type Planner } from '../plan/plan.js'
import { packedOnce } from './packed.js'

/** The passes of the compiler that come in variants: the engine's own, unless a test or a benchmark has others. */
export interface Passes {
  readonly lower: (listed: Canonical, embed: Embed) => Lowered
  readonly fuse: (lowered: Lowered) => Lowered
  readonly planner: Planner
  /** Those of the slices of a loop that are in place; the others are copied to and from the frame. */
  readonly inPlace: (lowered: Lowered, slices: ReadonlyArray<number>) => ReadonlyArray<number>
  /** Whether loops pack factors of their products before the first step; otherwise at each. */
  readonly packsOnce: boolean
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

export const embedding = (passes: Passes): Embed => {
  const embed: Embed = (region, frame) => {
    const { listed, own } = listedOf(region)
    const plain = passes.fuse(passes.lower(listed, embed))
    const same = new Set([...plain.constants.keys(), ...own.filter((_, k) => !frame.own.includes(k))])
    const isSame = (b: number): boolean => frame.repeats && passes.packsOnce && same.has(b)
    const { lowered, packed } = packedOnce(plain, listed.nodes.length, isSame)
    return { ...planned(passes, lowered, region, own, frame, packed), packed, nodes: listed.nodes }
  }
  return embed
}

/** Slices that lie in their stacks: of results those that are made here, in a buffer that is no other result, too. */
const inPlaceOf = (
  chosen: Passes['inPlace'],
  lowered: Lowered,
  made: ReadonlySet<number>,
  parameters: ReadonlyArray<number>,
  { slices }: Frame
): ReadonlySet<number> => {
  const { outputs } = lowered
  const isSole = (b: number): boolean => outputs.indexOf(b) === outputs.lastIndexOf(b)
  const results = slices.results.map((k) => outputs[k]!).filter((b) => made.has(b) && isSole(b))
  return new Set(chosen(lowered, [...slices.parameters.map((k) => parameters[k]!), ...results]))
}

/** A plan in which carries have places throughout, and what lies outside has none. */
const planned = (
  passes: Passes,
  lowered: Lowered,
  region: Region,
  parameters: ReadonlyArray<number>,
  frame: Frame,
  packed: ReadonlyArray<Packing>
): Omit<Inside, 'nodes' | 'packed'> => {
  const { own, next, outside } = frame
  const { outputs } = lowered
  const [made, constants] = [madeOf(lowered, region), constantsOf(lowered)]
  const inFrame = new Set(own)
  const given = parameters.filter((_, k) => !inFrame.has(k))
  const inPlace = inPlaceOf(passes.inPlace, lowered, made, parameters, frame)
  const around = packed.map((p) => p.inside)
  const elsewhere = new Set([...given, ...constants.keys(), ...around, ...(outside ? made : []), ...inPlace])
  const held = next.map((k) => parameters[k]!)
  const donations = held.flatMap((argument, k) =>
    lowered.buffer(argument).size > 0 ? [{ argument, result: outputs[k]! }] : []
  )
  const plan = planOf(passes.planner)(lowered, donations, 0, { held, elsewhere })
  return { ...lowered, constants, made, parameters, plan, elsewhere, inPlace }
}
