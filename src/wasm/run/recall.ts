/** The engine's memory as states that can be brought back. */
import type { RunError } from '../../graph/failure.js'
import { copied, type TypedArrayOf } from '../../tensor/DType.js'
import { beginning, copyAt, copyBefore, copying, isFull, noted, type Arrays, type Moment } from './history.js'
import type { Layout } from './layout.js'
import { reading } from './memory.js'

export interface Memory {
  /** The arguments that no run overwrites, as they are in memory. */
  readonly held: () => Arrays | undefined
  /** An element of a state, by place. */
  readonly stateAt: (moment: Moment, place: number) => TypedArrayOf
  /** A result of the run from a state on, by position; and whether the run had to be repeated. */
  readonly resultOf: (run: Moment, position: number) => TypedArrayOf
  /** Whether results of that run are in memory. */
  readonly isLatest: (run: Moment) => boolean
  /** A run from a state on: the state that it leaves. */
  readonly run: (before: Moment, data: Arrays) => RunError | Moment
  /** A state from which runs go another way than before. */
  readonly branch: (moment: Moment) => Moment
}

const isSame = (a: Moment | undefined, b: Moment): boolean => a?.segment === b.segment && a.index === b.index

/** The end of what is known: it would take a run to get there again. */
const isTip = ({ segment, index }: Moment): boolean => index > 0 && index === segment.log.length

const nothing: Arrays = []

export const memoryOf = (layout: Layout): Memory => {
  const { inputs, outputs, positions, others, state, stateBytes, step, commit } = layout
  const stateNow = positions.length === 0 ? () => nothing : reading(state)
  const { keep, giveUp } = copying(stateNow)
  let held: Arrays | undefined
  /** The state in memory, if there is one. */
  let now: Moment | undefined
  /** A copy of that, if it comes from one: arguments that the program does not use are only there. */
  let copy: Arrays | undefined
  /** The run whose results are in memory. */
  let latest: Moment | undefined
  /** Whether runs had to be repeated. */
  let isLookedAt = false

  const writeOthers = (data: Arrays): void => {
    if (data === held) return
    for (let i = 0; i < others.length; i++) if (held?.[i] !== data[i]) inputs[others[i]!]?.write(data[i]!)
    held = data
  }
  /** Part of the state may be written over by a run that fails, or that a primitive of a user's ends with an exception. */
  const stepOn = (data: Arrays): RunError | undefined => {
    writeOthers(data)
    now = undefined
    latest = undefined
    copy = undefined
    const fault = step()
    if (fault === undefined) commit()
    return fault
  }
  const load = (moment: Moment, arrays: Arrays): void => {
    for (let i = 0; i < positions.length; i++) inputs[positions[i]!]?.write(arrays[i]!)
    now = moment
    latest = undefined
    copy = arrays
  }
  /** The state in memory, in arrays that nobody else uses. */
  const own = (): Arrays => copy?.map((data, i) => copied(state[i]!.port.dtype, data)) ?? stateNow()
  const leave = (): void => {
    if (now !== undefined && copy === undefined && isTip(now)) keep(now)
  }
  /** Repeats runs, which are known to succeed, from the nearest state on; what lies between may be asked for next. */
  const restore = (moment: Moment): void => {
    if (isSame(now, moment)) return
    leave()
    const { segment, index } = moment
    const at = copyBefore(moment)
    if (now?.segment !== segment || now.index > index || now.index < at)
      load({ segment, index: at }, copyAt({ segment, index: at })!)
    for (let k = now!.index; k < index; k++) {
      isLookedAt = true
      stepOn(segment.log[k]!)
      now = { segment, index: k + 1 }
      latest = { segment, index: k }
      if (k + 1 < index) keep(now)
    }
  }
  const isLatest = (run: Moment): boolean => isSame(latest, run)
  return {
    held: () => held,
    isLatest,
    stateAt: (moment, place) => {
      const { dtype } = state[place]!.port
      const known = (isSame(now, moment) ? copy : undefined) ?? copyAt(moment)
      if (known !== undefined) return copied(dtype, known[place]!)
      restore(moment)
      return copy === undefined ? state[place]!.access.read() : copied(dtype, copy[place]!)
    },
    resultOf: (run, position) => {
      if (!isLatest(run)) {
        const { segment, index } = run
        restore(run)
        stepOn(segment.log[index]!)
        now = { segment, index: index + 1 }
        latest = run
      }
      return outputs[position]!.access.read()
    },
    run: (before, data) => {
      restore(before)
      if (copy !== undefined) giveUp(before)
      const fault = stepOn(data)
      if (fault !== undefined) return fault
      const { segment, index } = before
      noted(segment, data)
      latest = before
      if (isFull(segment, stateBytes, isLookedAt)) {
        copy = stateNow()
        now = beginning(copy)
      } else now = { segment, index: index + 1 }
      return now
    },
    branch: (moment) => {
      if (moment.index === 0) return beginning(moment.segment.start)
      restore(moment)
      return beginning(own())
    }
  }
}
