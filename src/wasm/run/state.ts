/**
 * Results that stay in the engine's memory. Those that have the shapes of arguments are the state: passed back they need not be copied. State and
 * large results are handed out as tensors that are read only when somebody looks. What has been overwritten is computed again, from the last
 * state that was kept, with the same arguments and to the same bits: so a program is a pure function, in whatever order its results are used.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { RunError } from '../../graph/failure.js'
import type { TypedArrayOf } from '../../tensor/DType.js'
import { deferred, elements, own, type Source, type Tensor } from '../../tensor/Tensor.js'
import { reading, type Access, type Located } from './memory.js'

/** What moves between the engine's memory and the world, by position. */
export interface Interface {
  /** `undefined` for arguments that the program does not use; they may be carried all the same. */
  readonly inputs: ReadonlyArray<Access | undefined>
  readonly outputs: ReadonlyArray<Located>
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

type Found = Array<TypedArrayOf | undefined>

/** Finds the elements of what was handed out: in memory, among what was kept, or by running again. */
interface Finder {
  readonly read: (from: Snapshot, place: number) => TypedArrayOf
  readonly view: (from: Snapshot, place: number) => TypedArrayOf
}

/** What a segment is after so many runs: a state, by place among what is carried; or the results of the run from there on, by position. */
class Snapshot implements Source {
  readonly finder: Finder
  readonly segment: Segment
  readonly index: number
  /** What need not be looked for any more, by place. */
  found: Found | undefined
  constructor(finder: Finder, segment: Segment, index: number) {
    this.finder = finder
    this.segment = segment
    this.index = index
    this.found = undefined
  }
  read(place: number): TypedArrayOf {
    return this.finder.read(this, place)
  }
  view(place: number): TypedArrayOf {
    return this.finder.view(this, place)
  }
}

/** How many runs may have to be repeated to see an old state. */
const longest = 64

/** Results that are not carried are copied at once up to this many elements. */
const small = 64

/** Looks in memory, where what is asked for may still be, and else lets it be brought back. */
const finderOf = (
  places: ReadonlyArray<Access>,
  isHere: (kept: Snapshot) => boolean,
  bring: (kept: Snapshot, place: number) => Found
): Finder => {
  const brought = (kept: Snapshot, place: number): TypedArrayOf => {
    const found = bring(kept, place)
    kept.found = found
    return found[place]!
  }
  return {
    view: (kept, place) =>
      kept.found?.[place] ?? (isHere(kept) ? places[place]!.view() : brought(kept, place)),
    read: (kept, place) => {
      const known = kept.found?.[place]
      if (known !== undefined) return known
      if (!isHere(kept)) return brought(kept, place)
      kept.found ??= new Array<TypedArrayOf | undefined>(places.length)
      return (kept.found[place] = places[place]!.read())
    }
  }
}

/** What moves, sorted by what becomes of it. */
interface Layout extends Interface {
  /** The positions of the state. */
  readonly positions: ReadonlyArray<number>
  /** Where the state is after a run. */
  readonly state: ReadonlyArray<Located>
  /** The positions of arguments that no run overwrites. */
  readonly others: ReadonlyArray<number>
  /** The positions of results that are not carried. */
  readonly fresh: ReadonlyArray<number>
}

const layoutOf = (program: Interface): Layout => {
  const { inputs, outputs, carried } = program
  const positions = [...carried]
  return {
    ...program,
    positions,
    state: positions.map((k) => ({ port: outputs[k]!.port, access: inputs[k] ?? outputs[k]!.access })),
    others: inputs.flatMap((access, i) => (access === undefined || carried.has(i) ? [] : [i])),
    fresh: outputs.flatMap((_, k) => (carried.has(k) ? [] : [k]))
  }
}

/** What is in the engine's memory, and how it is changed. */
interface Memory {
  /** The arguments that no run overwrites. */
  readonly held: () => Arrays | undefined
  /** Whether it is this state that is there. */
  readonly isState: (kept: Snapshot) => boolean
  /** Whether it is the results of this run that are there. */
  readonly isLatest: (run: Snapshot) => boolean
  /** Brings a state back. */
  readonly restore: (kept: Snapshot) => void
  /** Brings the results of a run back. */
  readonly repeat: (run: Snapshot) => void
  /** A run on a state. */
  readonly run: (before: Snapshot, data: Arrays) => RunError | undefined
  /** Says what a run has left there. */
  readonly note: (after: Snapshot, run: Snapshot | undefined) => void
}

const memoryOf = ({ inputs, positions, others, step, commit }: Layout): Memory => {
  let held: Arrays | undefined
  /** Whose state is in memory: that of a segment after so many runs. */
  let segment: Segment | undefined
  let index = 0
  let latest: Snapshot | undefined

  const writeOthers = (data: Arrays): void => {
    if (data === held) return
    for (let i = 0; i < others.length; i++) if (held?.[i] !== data[i]) inputs[others[i]!]?.write(data[i]!)
    held = data
  }
  const isState = (kept: Snapshot): boolean => kept.segment === segment && kept.index === index
  /** Part of the state may be written over by a run that fails, or that a primitive of a user's ends with an exception. */
  const stepOn = (data: Arrays): RunError | undefined => {
    writeOthers(data)
    segment = undefined
    latest = undefined
    return step()
  }
  /** Repeats a run that is known to succeed. */
  const again = (data: Arrays): void => {
    stepOn(data)
    commit()
  }
  const note = (after: Snapshot, run: Snapshot | undefined): void => {
    segment = after.segment
    index = after.index
    latest = run
  }
  const restore = (kept: Snapshot): void => {
    if (isState(kept)) return
    const { start, log } = kept.segment
    for (let i = 0; i < positions.length; i++) inputs[positions[i]!]?.write(start[i]!)
    for (let i = 0; i < kept.index; i++) again(log[i]!)
    note(kept, latest)
  }
  return {
    held: () => held,
    isState,
    isLatest: (run) => run === latest,
    restore,
    repeat: (run) => {
      restore(run)
      again(run.segment.log[run.index]!)
      segment = run.segment
      index = run.index + 1
      latest = run
    },
    run: (before, data) => {
      restore(before)
      const fault = stepOn(data)
      if (fault === undefined) commit()
      return fault
    },
    note
  }
}

/** Finds what was handed out as state. */
const statesIn = ({ state }: Layout, { isState, restore }: Memory, stateNow: () => Arrays): Finder =>
  finderOf(
    state.map(({ access }) => access),
    isState,
    (kept) => {
      restore(kept)
      return [...stateNow()]
    }
  )

/** Finds large results, and knows whether some were looked at too late: then it is better to copy them at once. */
const resultsIn = ({ outputs }: Layout, { isLatest, repeat }: Memory) => {
  let missed = false
  const finder = finderOf(
    outputs.map(({ access }) => access),
    isLatest,
    (run, place) => {
      missed = true
      repeat(run)
      const found = run.found ?? []
      found[place] = outputs[place]!.access.read()
      return found
    }
  )
  return { finder, missed: () => missed }
}

/** The arguments that no run overwrites; those in memory, if they are the same. */
const othersOf = ({ others }: Layout, known: Arrays | undefined, values: Values): Arrays => {
  let same = known !== undefined
  for (let i = 0; i < others.length; i++) same = elements(values[others[i]!]!) === known?.[i] && same
  return same ? known! : others.map((i) => elements(values[i]!))
}

/** What was handed out last, and the state in it. */
interface Handed {
  readonly values: Values
  readonly after: Snapshot
}

const isHanded = (positions: ReadonlyArray<number>, values: Values, last: Handed): boolean => {
  let same = true
  for (let i = 0; i < positions.length && same; i++)
    same = values[positions[i]!] === last.values[positions[i]!]
  return same
}

/** How a program goes from state to state; snapshots of these are found by `states`. */
const statesOf = ({ positions }: Layout, states: Finder, stateNow: () => Arrays) => {
  const begin = (start: Arrays): Snapshot => {
    const kept = new Snapshot(states, { start, log: [] }, 0)
    kept.found = [...start]
    return kept
  }
  return {
    /**
     * The state to run on: what was handed out last, if all carried arguments are that, or else a fresh one. Without a state every run is the first
     * of a segment; with the arguments of the last one it is that again.
     */
    before: (values: Values, data: Arrays, last: Handed | undefined): Snapshot => {
      if (positions.length === 0)
        return last?.after.segment.log[0] === data
          ? last.after
          : new Snapshot(states, { start: [], log: [data] }, 0)
      return last !== undefined && isHanded(positions, values, last)
        ? last.after
        : begin(positions.map((k) => elements(values[k]!)))
    },
    /** The state after a run from another one on. */
    after: (before: Snapshot, data: Arrays): Snapshot => {
      if (positions.length === 0) return before
      const { log } = before.segment
      log.push(data)
      return log.length < longest ? new Snapshot(states, before.segment, before.index + 1) : begin(stateNow())
    }
  }
}

/** Tensors of a state and of the results of a run; where that is not given, results are copied. */
const handOut = (
  { outputs, positions, state, fresh }: Layout,
  after: Snapshot,
  run: Snapshot | undefined
): Values => {
  const out = new Array<Tensor>(outputs.length)
  for (let place = 0; place < positions.length; place++) {
    const { shape, dtype } = state[place]!.port
    out[positions[place]!] = deferred(shape, dtype, after, place)
  }
  for (const k of fresh) {
    const { port, access } = outputs[k]!
    out[k] =
      run === undefined || port.size <= small
        ? own(port.shape, port.dtype, access.read())
        : deferred(port.shape, port.dtype, run, k)
  }
  return out
}

/** A program as a function of tensors. */
export const resident = (program: Interface): ((values: Values) => Result) => {
  const layout = layoutOf(program)
  const memory = memoryOf(layout)
  const stateNow = reading(layout.state)
  const states = statesOf(layout, statesIn(layout, memory, stateNow), stateNow)
  const { finder: results, missed } = resultsIn(layout, memory)
  const anyLarge = layout.fresh.some((k) => layout.outputs[k]!.port.size > small)
  let last: Handed | undefined
  return (values) => {
    // Reading an argument may bring back another state; so they are all read before this one is.
    const data = othersOf(layout, memory.held(), values)
    const before = states.before(values, data, last)
    const fault = memory.run(before, data)
    if (fault !== undefined) return E.left(fault)
    const after = states.after(before, data)
    const run = anyLarge && !missed() ? new Snapshot(results, before.segment, before.index) : undefined
    memory.note(after, run)
    last = { values: handOut(layout, after, run), after }
    return E.right(last.values)
  }
}
