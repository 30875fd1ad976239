/** The engine's memory as states that can be brought back. */
import type { RunError } from '../../graph/failure.js'
import { copied, type TypedArrayOf } from '../../tensor/DType.js'
import { beginning, copyAt, copyBefore, copying, isFull, noted, type Arrays, type Moment } from './history.js'
import type { Layout } from './layout.js'
import { reading } from './memory.js'

const isSame = (a: Moment | undefined, b: Moment): boolean => a?.segment === b.segment && a.index === b.index

/** The end of what is known: it would take a run to get there again. */
const isTip = ({ segment, index }: Moment): boolean => index > 0 && index === segment.log.length

const nothing: Arrays = []

/** The engine's memory: a state in it, if there is one, and the results of a run. */
export class Memory {
  /** The arguments that no run overwrites, as they are there. */
  held: Arrays | undefined
  readonly #layout: Layout
  readonly #stateNow: (into?: Arrays) => Arrays
  readonly #copies: ReturnType<typeof copying>
  #now: Moment | undefined
  /** A copy of the state there, if it comes from one: arguments that the program does not use are only in that. */
  #copy: Arrays | undefined
  #latest: Moment | undefined
  /** Whether runs had to be repeated. */
  #isLookedAt: boolean

  constructor(layout: Layout) {
    this.#layout = layout
    this.#stateNow = layout.positions.length === 0 ? () => nothing : reading(layout.state)
    this.#copies = copying(this.#stateNow)
    this.#isLookedAt = false
    this.held = undefined
    this.#now = undefined
    this.#copy = undefined
    this.#latest = undefined
  }

  /** Whether results of that run are there. */
  isLatest(run: Moment): boolean {
    return isSame(this.#latest, run)
  }

  /** Elements of a state, by place. */
  stateAt(moment: Moment, place: number): TypedArrayOf {
    const { port, access } = this.#layout.state[place]!
    const known = (isSame(this.#now, moment) ? this.#copy : undefined) ?? copyAt(moment)
    if (known !== undefined) return copied(port.dtype, known[place]!)
    this.#restore(moment)
    return this.#copy === undefined ? access.read() : copied(port.dtype, this.#copy[place]!)
  }

  /** A result of the run from a state on, by position. */
  resultOf(run: Moment, position: number): TypedArrayOf {
    if (!this.isLatest(run)) {
      this.#restore(run)
      this.#repeat(run)
    }
    return this.#layout.outputs[position]!.access.read()
  }

  /** A run from a state on: the state that it leaves. */
  run(before: Moment, data: Arrays): RunError | Moment {
    this.#restore(before)
    if (this.#copy !== undefined) this.#copies.giveUp(before)
    const fault = this.#step(data)
    if (fault !== undefined) return fault
    const { segment, index } = before
    noted(segment, data)
    this.#latest = before
    if (isFull(segment, this.#layout.stateBytes, this.#isLookedAt)) {
      this.#copy = this.#stateNow()
      this.#now = beginning(this.#copy)
    } else this.#now = { segment, index: index + 1 }
    return this.#now
  }

  /** A state from which runs go another way than before. */
  branch(moment: Moment): Moment {
    if (moment.index === 0) return beginning(moment.segment.start)
    this.#restore(moment)
    return beginning(this.#own())
  }

  /** The state there, in arrays that nobody else uses. */
  #own(): Arrays {
    const { state } = this.#layout
    return this.#copy?.map((data, i) => copied(state[i]!.port.dtype, data)) ?? this.#stateNow()
  }

  #writeOthers(data: Arrays): void {
    const { held } = this
    if (data === held) return
    const { inputs, others } = this.#layout
    for (let i = 0; i < others.length; i++) if (held?.[i] !== data[i]) inputs[others[i]!]?.write(data[i]!)
    this.held = data
  }

  /** Part of the state may be written over by a run that fails, or that a primitive of a user's ends with an exception. */
  #step(data: Arrays): RunError | undefined {
    this.#writeOthers(data)
    this.#now = undefined
    this.#latest = undefined
    this.#copy = undefined
    const fault = this.#layout.step()
    if (fault === undefined) this.#layout.commit()
    return fault
  }

  /** Repeats a run from the state there on, which is known to succeed. */
  #repeat({ segment, index }: Moment): void {
    this.#step(segment.log[index]!)
    this.#now = { segment, index: index + 1 }
    this.#latest = { segment, index }
  }

  #load(moment: Moment, arrays: Arrays): void {
    const { inputs, positions } = this.#layout
    for (let i = 0; i < positions.length; i++) inputs[positions[i]!]?.write(arrays[i]!)
    this.#now = moment
    this.#latest = undefined
    this.#copy = arrays
  }

  /** Brings a state back from the nearest one on; what lies between may be asked for next. */
  #restore(moment: Moment): void {
    const now = this.#now
    if (isSame(now, moment)) return
    if (now !== undefined && this.#copy === undefined && isTip(now)) this.#copies.keep(now)
    const { segment, index } = moment
    const at = copyBefore(moment)
    const goesOn = now?.segment === segment && now.index <= index && now.index >= at
    if (!goesOn) this.#load({ segment, index: at }, copyAt({ segment, index: at })!)
    for (let k = goesOn ? now.index : at; k < index; k++) {
      this.#isLookedAt = true
      this.#repeat({ segment, index: k })
      if (k + 1 < index) this.#copies.keep({ segment, index: k + 1 })
    }
  }
}
