/**
 * Results that stay in the engine's memory. Those that have the shapes of arguments are the state: passed back they need not be copied. State and
 * large results are made when somebody looks. What has been overwritten is computed again, from the nearest state that was kept, with the same
 * arguments and to the same bits: so a program is a pure function, in whatever order its results are used.
 */
import * as E from 'fp-ts/lib/Either.js'
import { runError, type RunError } from '../../graph/failure.js'
import type { Outcome, Resume, Run } from '../../graph/program.js'
import { byteWidth, type TypedArrayOf } from '../../tensor/DType.js'
import type { Source } from '../../tensor/lazy.js'
import { smallest } from '../../tensor/refill.js'
import { deferred, elements, holding, type Tensor } from '../../tensor/Tensor.js'
import { beginning, type Arrays, type Moment } from './history.js'
import { layoutOf, type Interface, type Layout } from './layout.js'
import { Memory } from './recall.js'

type Slots = ReadonlyArray<Tensor | undefined>

/** A program at work. */
class Engine {
  readonly layout: Layout
  readonly memory: Memory
  /** Whether somebody looked at results too late: then it is better to copy them at once. */
  missed: boolean
  /** What the last run has left, and its state, even if all of that has been read. */
  last: Rest | undefined
  after: Moment | undefined
  constructor(layout: Layout) {
    this.layout = layout
    this.memory = new Memory(layout)
    this.missed = false
    this.last = undefined
    this.after = undefined
  }
}

/** What a run has left: a state, and results. When all of it has been read, it holds on to the program no longer. */
class Rest implements Outcome, Source<TypedArrayOf> {
  engine: Engine | undefined
  after: Moment | undefined
  run: Moment | undefined
  leaves: Array<Tensor | undefined> | undefined
  unread: number
  constructor(engine: Engine, after: Moment, run: Moment) {
    this.engine = engine
    this.after = after
    this.run = run
    this.leaves = undefined
    this.unread = engine.layout.outputs.length
  }
  known(i: number): Tensor | undefined {
    return this.leaves?.[i]
  }
  leaf(i: number): Tensor {
    this.leaves ??= new Array<Tensor | undefined>(this.engine!.layout.outputs.length)
    return (this.leaves[i] ??= this.made(i))
  }
  /** Elements of the result in a position. */
  read(i: number): TypedArrayOf {
    const { layout, memory } = this.engine!
    const place = layout.placeOf[i]!
    if (place < 0 && !memory.isLatest(this.run!)) this.engine!.missed = true
    const found = place < 0 ? memory.resultOf(this.run!, i) : memory.stateAt(this.after!, place)
    this.unread--
    if (this.unread === 0) {
      this.engine = undefined
      this.after = undefined
      this.run = undefined
    }
    return found
  }
  made(i: number): Tensor {
    const { layout, missed } = this.engine!
    const { shape, dtype, size } = layout.outputs[i]!.port
    const waits = layout.isLazy && size * byteWidth[dtype] > smallest && !(missed && layout.placeOf[i]! < 0)
    return waits ? deferred(shape, dtype, this, i) : holding(shape, dtype, this.read(i))
  }
}

/** The argument in a position, or what stands there. */
const argument = (values: Slots, before: Outcome | undefined, i: number): Tensor =>
  values[i] ?? before!.leaf(i)

/** The arguments that no run overwrites; those in memory, if they are the same. */
const othersOf = (others: ReadonlyArray<number>, known: Arrays | undefined, at: (i: number) => Tensor) => {
  let same = known !== undefined
  for (let i = 0; i < others.length; i++) same = elements(at(others[i]!)) === known?.[i] && same
  return same ? known! : others.map((i) => elements(at(i)))
}

const isWhole = (positions: ReadonlyArray<number>, values: Slots): boolean => {
  for (const k of positions) if (values[k] !== undefined) return false
  return true
}

/** The state to run on: one that was handed out, where it is, or else a fresh one. */
const momentOf = (engine: Engine, values: Slots, before: Outcome | undefined): Moment => {
  const { layout, memory } = engine
  const { positions } = layout
  const rest = before instanceof Rest && isWhole(positions, values) ? before : undefined
  const after = rest !== undefined && rest === engine.last ? engine.after : rest?.after
  if (rest === undefined || after === undefined)
    return beginning(positions.map((k) => elements(argument(values, before, k))))
  if (after.index === after.segment.log.length) return after
  rest.after = memory.branch(after)
  return rest.after
}

/** What a run leaves that cannot wait. */
const copyAtOnce = ({ layout, missed }: Engine, rest: Rest): void => {
  if (!layout.isLazy) for (let k = 0; k < layout.outputs.length; k++) rest.leaf(k)
  else if (missed) for (const k of layout.fresh) rest.leaf(k)
}

const resumed = (engine: Engine): Resume => {
  const { layout, memory } = engine
  return (values, before) => {
    // Reading an argument may bring back another state; so they are all read before this one is.
    const data = othersOf(layout.others, memory.held, (i) => argument(values, before, i))
    const moment = momentOf(engine, values, before)
    const after = memory.run(moment, data)
    if ('_tag' in after) return E.left(after)
    const rest = new Rest(engine, after, moment)
    engine.last = rest
    engine.after = after
    copyAtOnce(engine, rest)
    return E.right(rest)
  }
}

const again = 'the program is running: a primitive of it calls it, or reads what it has to run for'

/** One run at a time, where it calls functions of a user's. */
const guarded = (resume: Resume): Resume => {
  let busy = false
  return (values, before) => {
    if (busy) return E.left(runError('run', again))
    busy = true
    try {
      return resume(values, before)
    } finally {
      busy = false
    }
  }
}

/** The same on all results; those of the last run stand for what they are. */
const onAll = (resume: Resume, { layout: { positions, outputs } }: Engine) => {
  let last: Outcome | undefined
  return (values: ReadonlyArray<Tensor>): E.Either<RunError, ReadonlyArray<Tensor>> => {
    const same = last !== undefined && positions.every((k) => last!.known(k) === values[k])
    const slots = same ? values.map((t, i) => (positions.includes(i) ? undefined : t)) : values
    const rest = resume(slots, last)
    if (E.isLeft(rest)) return rest
    last = rest.right
    return E.right(outputs.map((_, k) => rest.right.leaf(k)))
  }
}

/** A program as a function of tensors. */
export const resident = (program: Interface): Run => {
  const layout = layoutOf(program)
  const engine = new Engine(layout)
  const resume = layout.callsOut ? guarded(resumed(engine)) : resumed(engine)
  return Object.assign(onAll(resume, engine), { resume, isLazy: layout.isLazy })
}
