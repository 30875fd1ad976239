/** The WebAssembly engine: a program is one module, and a run is one call. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Run } from '../../graph/program.js'
import type { Region } from '../../graph/Region.js'
import { runError, type CompileError, type RunError } from '../../graph/failure.js'
import { elements } from '../../tensor/Tensor.js'
import { faultAddress, type Emitted } from '../compile/emit.js'
import { machineOf, machineOfAsync, type Image, type Machine } from './host.js'
import { accessTo } from './memory.js'
import { compileModule, type Compiled } from '../compile/compile.js'
import { answering, foreignFault } from './foreign.js'
import { resident } from './state.js'
import type { Port } from '../kernel/plan.js'

const noted = (machine: Machine, { faults, calls }: Emitted) => {
  const note = new Int32Array(machine.memory.buffer, faultAddress, 2)
  const outside = answering(machine, calls, note)
  return (): RunError | undefined => {
    if (note[0] === 0) return undefined
    const [kind = 0, what = 0] = note
    note.fill(0)
    if (kind === foreignFault) return outside()
    const fault = faults[kind - 1]
    return fault === undefined ? undefined : runError(fault.operation, fault.message(what))
  }
}

const imageOf = ({ bytes, emitted }: Compiled): Image => ({ bytes, pages: emitted.module.pages })

const writeConstants = (machine: Machine, { lowered, port: portOf }: Compiled): void => {
  for (const [buffer, value] of lowered.constants) {
    const port = portOf(buffer)
    if (port.at > 0) accessTo(machine, port).write(elements(value))
  }
}

/** What lasts must not hold on to the graph: so this closure is made apart from it. */
const stepping = (step: () => void, fault: () => RunError | undefined) => (): RunError | undefined => {
  step()
  return fault()
}

/** Connects arguments and results with the machine's memory. */
export const started = (prepared: Compiled, machine: Machine): Run => {
  const { inputs, outputs, carried, unread, emitted } = prepared
  const access = (port: Port) => accessTo(machine, port)
  writeConstants(machine, prepared)
  return resident({
    inputs: inputs.map((port) => (port === undefined ? undefined : access(port))),
    outputs: outputs.map((port) => ({ port, access: access(port) })),
    carried: new Set([...carried, ...unread]),
    bytes: machine.memory.buffer.byteLength,
    callsOut: emitted.calls.length > 0,
    step: stepping(machine.step, noted(machine, emitted)),
    commit: machine.commit
  })
}

/** A module that has been prepared, at work. */
export const loaded = (prepared: Compiled): E.Either<CompileError, Run> =>
  pipe(
    machineOf(imageOf(prepared)),
    E.map((machine) => started(prepared, machine))
  )

const loadedAsync = (prepared: Compiled): TE.TaskEither<CompileError, Run> =>
  pipe(
    machineOfAsync(imageOf(prepared)),
    TE.map((machine) => started(prepared, machine))
  )

/** Compiles a graph to a module, and the module to a function; all that is wrong with the graph otherwise. */
export const program = (region: Region): E.Either<CompileError, Run> =>
  pipe(compileModule(region), E.chain(loaded))

/** The same, the host compiling while others go on. */
export const programAsync = (region: Region): TE.TaskEither<CompileError, Run> =>
  pipe(
    TE.fromIOEither(() => compileModule(region)),
    TE.chain(loadedAsync)
  )
