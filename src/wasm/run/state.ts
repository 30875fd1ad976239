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

/** A program as a function of tensors. */
export const resident = (program: Interface): ((values: Values) => Result) => {
  const { inputs, outputs, carried, step, commit } = program
  const positions = [...carried]
  const others = inputs.flatMap((access, i) => (access === undefined || carried.has(i) ? [] : [i]))
  /** Where the state is after a run. */
  const state = positions.map((k): Located => ({
    port: outputs[k]!.port,
    access: inputs[k] ?? outputs[k]!.access
  }))
  const stateNow = reading(state)
  const fresh = outputs.flatMap((_, k) => (carried.has(k) ? [] : [k]))
  const anyLarge = fresh.some((k) => outputs[k]!.port.size > small)
  /** The arguments in memory that no run overwrites. */
  let held: Arrays | undefined
  /** Whose state is in memory: that of a segment after so many runs. */
  let segment: Segment | undefined
  let index = 0
  /** Which run's results are in memory. */
  let latest: Snapshot | undefined
  /** What was handed out last, and the state in it. */
  let handed: Values = []
  let newest: Snapshot | undefined
  /** Whether results were looked at too late before: then they are copied at once. */
  let missed = false

  const writeOthers = (data: Arrays): void => {
    if (data === held) return
    for (let i = 0; i < others.length; i++) if (held?.[i] !== data[i]) inputs[others[i]!]?.write(data[i]!)
    held = data
  }

  const isState = (kept: Snapshot): boolean => kept.segment === segment && kept.index === index

  /** Brings a state back. */
  const restore = (kept: Snapshot): void => {
    if (isState(kept)) return
    const { start, log } = kept.segment
    for (let i = 0; i < positions.length; i++) inputs[positions[i]!]?.write(start[i]!)
    for (let i = 0; i < kept.index; i++) again(log[i]!)
    segment = kept.segment
    index = kept.index
  }

  /** Repeats a run that is known to succeed. */
  const again = (data: Arrays): void => {
    writeOthers(data)
    latest = undefined
    step()
    commit()
  }

  const states = finderOf(
    state.map(({ access }) => access),
    isState,
    (kept) => {
      restore(kept)
      return [...stateNow()]
    }
  )

  const results = finderOf(
    outputs.map(({ access }) => access),
    (kept) => kept === latest,
    (kept, place) => {
      missed = true
      restore(kept)
      again(kept.segment.log[kept.index]!)
      index++
      latest = kept
      const found = kept.found ?? []
      found[place] = outputs[place]!.access.read()
      return found
    }
  )

  const begin = (start: Arrays): Snapshot => {
    const kept = new Snapshot(states, { start, log: [] }, 0)
    kept.found = [...start]
    return kept
  }

  /** Without a state every run is the first of a segment; with the arguments of the last one it is that again. */
  const stateless = (data: Arrays): Snapshot =>
    newest?.segment.log[0] === data ? newest : new Snapshot(states, { start: [], log: [data] }, 0)

  /** The state to run on: what was handed out last, if all carried arguments are that, or else a fresh one. */
  const entered = (values: Values): Snapshot => {
    let same = newest !== undefined
    for (let i = 0; i < positions.length && same; i++) same = values[positions[i]!] === handed[positions[i]!]
    return same ? newest! : begin(positions.map((k) => elements(values[k]!)))
  }

  /** The arguments that no run overwrites; those of the last run again, if they are the same. */
  const othersOf = (values: Values): Arrays => {
    const known = held
    let same = known !== undefined
    for (let i = 0; i < others.length; i++) same = elements(values[others[i]!]!) === known?.[i] && same
    return same ? known! : others.map((i) => elements(values[i]!))
  }

  /** The state after a run from another one on. */
  const advanced = (before: Snapshot, data: Arrays): Snapshot => {
    if (positions.length === 0) return before
    const { log } = before.segment
    log.push(data)
    const after =
      log.length < longest ? new Snapshot(states, before.segment, before.index + 1) : begin(stateNow())
    segment = after.segment
    index = after.index
    return after
  }

  const handOut = (after: Snapshot, run: Snapshot | undefined): Values => {
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

  return (values) => {
    // Reading an argument may bring back another state; so they are all read before this one is.
    const data = othersOf(values)
    const before = positions.length === 0 ? stateless(data) : entered(values)
    restore(before)
    writeOthers(data)
    latest = undefined
    const fault = step()
    if (fault !== undefined) {
      // Part of the state may have been written over.
      segment = undefined
      return E.left(fault)
    }
    commit()
    newest = advanced(before, data)
    if (anyLarge && !missed) latest = new Snapshot(results, before.segment, before.index)
    handed = handOut(newest, latest)
    return E.right(handed)
  }
}
