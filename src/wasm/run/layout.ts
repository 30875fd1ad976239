/** What moves between the engine's memory and the world, sorted by what becomes of it. */
import type { RunError } from '../../graph/failure.js'
import { byteWidth } from '../../tensor/DType.js'
import type { Access, Located } from './memory.js'

/** What moves, by position. */
export interface Interface {
  /** `undefined` for arguments that the program does not use; they may be carried all the same. */
  readonly inputs: ReadonlyArray<Access | undefined>
  readonly outputs: ReadonlyArray<Located>
  /** Positions at which a result is the next run's argument. */
  readonly carried: ReadonlySet<number>
  /** How large the engine's memory is. */
  readonly bytes: number
  /** Whether a run calls functions of a user's, which may look at earlier results or run the program themselves. */
  readonly callsOut: boolean
  /** Runs on the arguments in memory. */
  readonly step: () => RunError | undefined
  /** Makes carried results arguments. */
  readonly commit: () => void
}

export interface Layout extends Interface {
  /** The positions of the state. */
  readonly positions: ReadonlyArray<number>
  /** The place of a position among those; -1 for results that are not carried. */
  readonly placeOf: ReadonlyArray<number>
  /** Where the state is after a run. */
  readonly state: ReadonlyArray<Located>
  readonly stateBytes: number
  /** The positions of arguments that no run overwrites. */
  readonly others: ReadonlyArray<number>
  /** The positions of results that are not carried. */
  readonly fresh: ReadonlyArray<number>
  /** Whether results may wait in memory until somebody looks. */
  readonly isLazy: boolean
}

const bytesOf = ({ port }: Located): number => port.size * byteWidth[port.dtype]

const sum = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0)

/** Results that wait keep the whole memory of the program in use: small ones must not wait in a large memory. */
const isWorthIt = ({ outputs, bytes }: Interface): boolean =>
  bytes <= Math.max(2 ** 20, 64 * sum(outputs.map(bytesOf)))

/** What is handed out has a list of sizes of its own. */
const guarded = ({ port, access }: Located): Located => ({
  port: { ...port, shape: Object.freeze([...port.shape]) },
  access
})

export const layoutOf = (program: Interface): Layout => {
  const { inputs, carried, callsOut } = program
  const outputs = program.outputs.map(guarded)
  const positions = [...carried]
  const state = positions.map((k) => ({ port: outputs[k]!.port, access: inputs[k] ?? outputs[k]!.access }))
  return {
    ...program,
    outputs,
    positions,
    placeOf: outputs.map((_, k) => positions.indexOf(k)),
    state,
    stateBytes: sum(state.map(bytesOf)),
    others: inputs.flatMap((access, i) => (access === undefined || carried.has(i) ? [] : [i])),
    fresh: outputs.flatMap((_, k) => (carried.has(k) ? [] : [k])),
    isLazy: !callsOut && isWorthIt(program)
  }
}
