/**
 * Results that stay in the engine's memory. Those that have the shapes of arguments are the state: passed back they need not be copied. State and
 * large results are handed out as tensors that are read only when somebody looks. What has been overwritten is computed again, from the last
 * state that was kept, with the same arguments and to the same bits: so a program is a pure function, in whatever order its results are used.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { RunError } from '../../graph/failure.js'
import type { TypedArrayOf } from '../../tensor/DType.js'
import { deferred, elements, own, placeOf, sourceOf, type Source, type Tensor } from '../../tensor/Tensor.js'
import type { Access, Port } from './memory.js'

/** What moves between the engine's memory and the world, by position. */
export interface Interface {
  /** `undefined` for arguments that the program does not use. */
  readonly inputs: ReadonlyArray<Access | undefined>
  readonly outputs: ReadonlyArray<{ readonly port: Port; readonly access: Access }>
  /** Positions at which a result is the next run's argument. */
  readonly carried: ReadonlySet<number>
  /** Runs on the arguments in memory. */
  readonly step: () => RunError | undefined
  /** Makes carried results arguments. */
  readonly commit: () => void
}

type Values = ReadonlyArray<Tensor>
type Result = E.Either<RunError, Values>
type Arrays = ReadonlyArray<TypedArrayOf>

/** A state that is kept, and the other arguments of the runs since. */
interface Segment {
  readonly start: Arrays
  readonly log: Array<Arrays>
}

/** A state: what a segment is after so many runs. Its values are read by position among those that are carried. */
interface Moment extends Source {
  readonly owner: Interface
  readonly segment: Segment
  readonly index: number
}

/** How many runs may have to be repeated to see an old state. */
const longest = 64

/** Results that are not carried are copied at once up to this many elements. */
const small = 64

const isMoment = (owner: Interface, s: Source | undefined): s is Moment =>
  s !== undefined && 'owner' in s && s.owner === owner

/** The moment whose state all carried arguments are, each in its place. */
const momentOf = (owner: Interface, positions: ReadonlyArray<number>, values: Values): Moment | undefined => {
  const source = positions.length === 0 ? undefined : sourceOf(values[positions[0]!]!)
  if (!isMoment(owner, source)) return undefined
  for (let place = 0; place < positions.length; place++) {
    const t = values[positions[place]!]!
    if (sourceOf(t) !== source || placeOf(t) !== place) return undefined
  }
  return source
}

/** A program as a function of tensors. */
export const resident = (program: Interface): ((values: Values) => Result) => {
  const { inputs, outputs, carried, step, commit } = program
  const positions = [...carried]
  const others = inputs.flatMap((_, i) => (carried.has(i) ? [] : [i]))
  const places = outputs.map((_, k) => positions.indexOf(k))
  const anyLarge = outputs.some(({ port }, k) => places[k]! < 0 && port.size > small)
  /** The arguments in memory that no run overwrites. */
  const held = new Array<TypedArrayOf | undefined>(others.length)
  /** Whose state is in memory. */
  let current: Moment | undefined
  /** Which run's results are in memory: its mark. */
  let latest: object | undefined
  /** Whether results were looked at too late before: then they are copied at once. */
  let late = false

  const writeState = (data: Arrays): void => {
    for (let i = 0; i < positions.length; i++) inputs[positions[i]!]?.write(data[i]!)
  }

  const writeOthers = (data: Arrays): void => {
    for (let i = 0; i < others.length; i++) {
      if (held[i] === data[i]) continue
      inputs[others[i]!]?.write(data[i]!)
      held[i] = data[i]
    }
  }

  /** Brings a state back. */
  const restore = (moment: Moment): void => {
    if (current === moment) return
    const { segment, index } = moment
    writeState(segment.start)
    for (const data of segment.log.slice(0, index)) again(data)
    current = moment
  }

  /** Repeats a run that is known to succeed. */
  const again = (data: Arrays): void => {
    writeOthers(data)
    latest = undefined
    step()
    commit()
  }

  const stateNow = (): Arrays => positions.map((k) => inputs[k]!.read())

  const at = (segment: Segment, index: number): Moment => {
    let found: Arrays | undefined
    const moment: Moment = {
      owner: program,
      segment,
      index,
      read: (place) => {
        if (found === undefined) {
          restore(moment)
          found = stateNow()
        }
        return found[place]!
      }
    }
    return moment
  }

  const begin = (start: Arrays): Moment => ({
    owner: program,
    segment: { start, log: [] },
    index: 0,
    read: (place) => start[place]!
  })

  /** The state to run on: that of the arguments; a fresh one where they come from elsewhere, or where time branches. */
  const entered = (values: Values): Moment => {
    const known = momentOf(program, positions, values)
    return known !== undefined && known.index === known.segment.log.length
      ? known
      : begin(positions.map((k) => elements(values[k]!)))
  }

  /** The moment after a run. */
  const advanced = ({ segment, index }: Moment, data: Arrays): Moment => {
    segment.log.push(data)
    return segment.log.length < longest ? at(segment, index + 1) : begin(stateNow())
  }

  /** The results of a run from a moment on, by position; those that nobody has read are computed again once they are gone from memory. */
  const resultsOf = (before: Moment, data: Arrays): Source => {
    const found = new Array<TypedArrayOf | undefined>(outputs.length)
    const source: Source = {
      read: (k) => {
        if (found[k] === undefined) {
          if (latest !== source) {
            late = true
            restore(before)
            again(data)
            current = undefined
            latest = source
          }
          found[k] = outputs[k]!.access.read()
        }
        return found[k]
      }
    }
    return source
  }

  const handOut = (moment: Moment, results: Source): Values => {
    const out = new Array<Tensor>(outputs.length)
    for (let k = 0; k < outputs.length; k++) {
      const { port, access } = outputs[k]!
      const place = places[k]!
      out[k] =
        place >= 0
          ? deferred(port.shape, port.dtype, moment, place)
          : late || port.size <= small
            ? own(port.shape, port.dtype, access.read())
            : deferred(port.shape, port.dtype, results, k)
    }
    return out
  }

  return (values) => {
    // Reading an argument may bring back another state; so they are all read before this one is.
    const data = new Array<TypedArrayOf>(others.length)
    for (let i = 0; i < others.length; i++) data[i] = elements(values[others[i]!]!)
    const before = entered(values)
    restore(before)
    writeOthers(data)
    latest = undefined
    const fault = step()
    if (fault !== undefined) {
      // Part of the state may have been written over.
      current = undefined
      return E.left(fault)
    }
    commit()
    const results = anyLarge ? resultsOf(before, data) : before
    latest = results
    current = positions.length === 0 ? before : advanced(before, data)
    return E.right(handOut(current, results))
  }
}
