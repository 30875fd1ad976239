/**
 * State that stays in the engine's memory from run to run. Results that have the shapes of arguments are handed out as tensors that are read only
 * when somebody looks; passed back as arguments they need not be copied. A state that has been overwritten is computed again from the last one
 * that was kept, with the same arguments and to the same bits: so a program is a pure function, in whatever order its states are used.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { RunError } from '../../graph/failure.js'
import type { TypedArrayOf } from '../../tensor/DType.js'
import { deferred, elements, own, sourceOf, type Source, type Tensor } from '../../tensor/Tensor.js'
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

/** A state: what a segment is after so many runs, and its values, which are found once. */
interface Moment {
  readonly segment: Segment
  readonly index: number
  readonly values: () => Arrays
}

/** A carried result of a program. */
interface Carried extends Source {
  readonly moment: Moment
  readonly position: number
  readonly program: Interface
}

/** How many runs may have to be repeated to see an old state. */
const longest = 64

const isCarried = (s: Source | undefined): s is Carried => s !== undefined && 'moment' in s

const once = <A>(f: () => A): (() => A) => {
  let found: readonly [A] | undefined
  return () => (found ??= [f()])[0]
}

/** The moment whose state all carried arguments are, each in its place. */
const momentOf = (program: Interface, values: Values): Moment | undefined => {
  let moment: Moment | undefined
  for (const k of program.carried) {
    const source = sourceOf(values[k]!)
    if (!isCarried(source) || source.program !== program || source.position !== k) return undefined
    if (moment !== undefined && moment !== source.moment) return undefined
    moment = source.moment
  }
  return moment
}

/** A program as a function of tensors. */
export const resident = (program: Interface): ((values: Values) => Result) => {
  const { inputs, outputs, carried, step, commit } = program
  const positions = [...carried]
  const others = inputs.flatMap((_, i) => (carried.has(i) ? [] : [i]))
  /** Whose state is in memory. */
  let current: Moment | undefined

  const write = (at: ReadonlyArray<number>, data: Arrays): void => {
    for (let i = 0; i < at.length; i++) inputs[at[i]!]?.write(data[i]!)
  }

  /** Brings a state back. */
  const restore = (moment: Moment): void => {
    if (current === moment) return
    const { segment, index } = moment
    write(positions, segment.start)
    for (const data of segment.log.slice(0, index)) {
      write(others, data)
      step()
      commit()
    }
    current = moment
  }

  const stateNow = (): Arrays => positions.map((k) => inputs[k]!.read())

  const at = (segment: Segment, index: number): Moment => {
    const moment: Moment = {
      segment,
      index,
      values: once(() => {
        restore(moment)
        return stateNow()
      })
    }
    return moment
  }

  const begin = (start: Arrays): Moment => ({ segment: { start, log: [] }, index: 0, values: () => start })

  /** The state to run on: that of the arguments; a fresh one where they come from elsewhere, or where time branches. */
  const entered = (values: Values): Moment => {
    const known = momentOf(program, values)
    const state = known === undefined ? positions.map((k) => elements(values[k]!)) : undefined
    if (known !== undefined && known.index === known.segment.log.length) return known
    return begin(state ?? known!.values())
  }

  /** The moment after a run. */
  const advanced = ({ segment, index }: Moment, data: Arrays): Moment => {
    segment.log.push(data)
    return segment.log.length < longest ? at(segment, index + 1) : begin(stateNow())
  }

  const handedOut = (moment: Moment, k: number, { shape, dtype }: Port): Tensor => {
    const place = positions.indexOf(k)
    const source: Carried = { program, moment, position: k, read: () => moment.values()[place]! }
    return deferred(shape, dtype, source)
  }

  return (values) => {
    // Reading an argument may bring back another state; so they are all read before this one is.
    const data = others.map((i) => elements(values[i]!))
    const moment = entered(values)
    restore(moment)
    write(others, data)
    const fault = step()
    if (fault !== undefined) {
      // Part of the state may have been written over.
      current = undefined
      return E.left(fault)
    }
    commit()
    current = positions.length === 0 ? moment : advanced(moment, data)
    const now = current
    return E.right(
      outputs.map(({ port, access }, k) =>
        carried.has(k) ? handedOut(now, k, port) : own(port.shape, port.dtype, access.read())
      )
    )
  }
}
