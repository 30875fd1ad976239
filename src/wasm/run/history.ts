/** What is known of earlier states: where they start, and what was done since; some of them copied. */
import type { TypedArrayOf } from '../../tensor/DType.js'

export type Arrays = ReadonlyArray<TypedArrayOf>

/** A state that is kept, the other arguments of the runs since, and copies of states on the way, by the number of runs. */
export interface Segment {
  readonly start: Arrays
  readonly log: Array<Arrays>
  /** How many bytes the log holds on to. */
  held: number
  copies: Map<number, Arrays> | undefined
}

/** A state: what a segment is after so many runs. */
export interface Moment {
  readonly segment: Segment
  readonly index: number
}

/** How many runs may have to be repeated to see an old state: more where a copy of the state takes longer than a run. */
const longest = { small: 64, large: 16 }
const largeState = 2 ** 16

/** How many bytes of arguments may be kept for runs that could be repeated. */
const mostHeld = 2 ** 24

/** How many bytes of states may be kept to save runs. */
const mostCopied = 2 ** 26

const bytesOf = (arrays: Arrays): number => arrays.reduce((n, { byteLength }) => n + byteLength, 0)

export const beginning = (start: Arrays): Segment => ({ start, log: [], held: 0, copies: undefined })

/** Notes a run. */
export const noted = (segment: Segment, data: Arrays): void => {
  const before = segment.log[segment.log.length - 1]
  if (data !== before)
    for (let i = 0; i < data.length; i++) if (data[i] !== before?.[i]) segment.held += data[i]!.byteLength
  segment.log.push(data)
}

/** Whether another segment should begin; without a state, runs have nothing to do with each other. */
export const isFull = ({ log, held }: Segment, stateBytes: number): boolean =>
  stateBytes === 0 ||
  held >= mostHeld ||
  log.length >= (stateBytes > largeState ? longest.large : longest.small)

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

/** Copies of states, the oldest of which are given up when there are too many. They hold on to their segments. */
export const copying = () => {
  const queue: Array<Moment & { readonly bytes: number }> = []
  let total = 0
  return (segment: Segment, index: number, arrays: Arrays): void => {
    if (index === 0 || segment.copies?.has(index) === true) return
    segment.copies ??= new Map()
    segment.copies.set(index, arrays)
    const bytes = bytesOf(arrays) + segment.held
    queue.push({ segment, index, bytes })
    total += bytes
    while (total > mostCopied && queue.length > 2) {
      const oldest = queue.shift()!
      oldest.segment.copies?.delete(oldest.index)
      total -= oldest.bytes
    }
  }
}
