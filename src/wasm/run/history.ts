/** What is known of earlier states: where they start, and what was done since; some of them copied. */
import type { TypedArrayOf } from '../../tensor/DType.js'

export type Arrays = ReadonlyArray<TypedArrayOf>

/** A state that is kept, the other arguments of the runs since, and copies of states on the way, by the number of runs. */
export class Segment {
  readonly start: Arrays
  readonly log: Array<Arrays>
  /** How many bytes the log holds on to. */
  held: number
  copies: Map<number, Arrays> | undefined
  constructor(start: Arrays) {
    this.start = start
    this.log = []
    this.held = 0
    this.copies = undefined
  }
}

/** A state: what a segment is after so many runs. */
export interface Moment {
  readonly segment: Segment
  readonly index: number
}

/** How many runs may have to be repeated to see an old state: until somebody looks at one, and then. */
const longest = { atFirst: 64, later: 16 }

/** Copies of smaller states take longer than runs do, for which hosts allocate. */
const largeState = 2 ** 16

/** How many bytes of arguments may be kept for runs that could be repeated. */
const mostHeld = 2 ** 24

/** How many bytes of states may be kept to save runs. */
const mostCopied = 2 ** 27

const bytesOf = (arrays: Arrays): number => arrays.reduce((n, { byteLength }) => n + byteLength, 0)

/** A state that runs begin with. */
export const beginning = (start: Arrays): Moment => ({ segment: new Segment(start), index: 0 })

/** Notes a run. */
export const noted = (segment: Segment, data: Arrays): void => {
  const before = segment.log[segment.log.length - 1]
  if (data !== before)
    for (let i = 0; i < data.length; i++) if (data[i] !== before?.[i]) segment.held += data[i]!.byteLength
  segment.log.push(data)
}

/** Whether another segment should begin; without a state, runs have nothing to do with each other. */
export const isFull = ({ log, held }: Segment, stateBytes: number, isLookedAt: boolean): boolean =>
  stateBytes === 0 ||
  held >= mostHeld ||
  log.length >= (isLookedAt && stateBytes > largeState ? longest.later : longest.atFirst)

/** The state itself, if there is a copy. */
export const copyAt = ({ segment, index }: Moment): Arrays | undefined =>
  index === 0 ? segment.start : segment.copies?.get(index)

/** The last state before this one, or itself, that there is a copy of. */
export const copyBefore = ({ segment, index }: Moment): number => {
  let nearest = 0
  segment.copies?.forEach((_, k) => {
    if (k <= index && k > nearest) nearest = k
  })
  return nearest
}

/**
 * Copies of states, the oldest of which are given up when there are too many. They hold on to their segments. Arrays of copies that were given up
 * are used again: hosts take longer to allocate them than to fill them.
 */
export const copying = (copied: (into: Arrays | undefined) => Arrays) => {
  const queue: Array<Moment & { readonly bytes: number }> = []
  let total = 0
  let spare: Arrays | undefined
  const drop = (k: number): void => {
    const [{ segment, index, bytes }] = queue.splice(k, 1) as [(typeof queue)[number]]
    spare = segment.copies?.get(index)
    segment.copies?.delete(index)
    total -= bytes
  }
  return {
    /** Copies the state in memory, which is this one. */
    keep: ({ segment, index }: Moment): void => {
      if (index === 0 || segment.copies?.has(index) === true) return
      const arrays = copied(spare)
      spare = undefined
      segment.copies ??= new Map()
      segment.copies.set(index, arrays)
      const bytes = bytesOf(arrays) + segment.held
      queue.push({ segment, index, bytes })
      total += bytes
      while (total > mostCopied && queue.length > 2) drop(0)
    },
    /** Gives up the copy of a state that a run goes on from: that is where it was kept for. */
    giveUp: ({ segment, index }: Moment): void => {
      const k = queue.findIndex((kept) => kept.segment === segment && kept.index === index)
      if (k >= 0) drop(k)
    }
  }
}
