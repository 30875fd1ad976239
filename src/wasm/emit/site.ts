/** What a kernel needs to know of the module that it becomes part of. */
import type { DType } from '../../tensor/DType.js'
import type { Func, Global } from '../encode/control.js'
import { i32, type Statement, type Value } from '../encode/value.js'
import type { Kernel } from '../kernel/kernel.js'
import type { ForeignCall } from './foreign.js'
import type { Vector } from './lanes.js'

/** How far behind its address a buffer lies: slices of a stack move on with the steps of a loop. Distances of one name are the same. */
export interface Moved {
  readonly name: string
  /** Cheap to read. */
  readonly bytes: Value<'i32'>
}

export interface Site {
  /** Which region the kernels are in, for names: buffers of others have the same numbers. 0 is the program itself. */
  readonly region: number
  /** The functions of some kernels, in order; they are a region of their own. */
  readonly run: (site: Site, kernels: ReadonlyArray<Kernel>) => Statement
  /** The number under which the host knows a call. */
  readonly foreign: (call: ForeignCall) => number
  /** Whether something has been found to have no answer. */
  readonly failed: Value<'i32'>
  /** Where a buffer lies, or begins to. */
  readonly address: (buffer: number) => number
  /** How far it has moved from there, if it does. */
  readonly moved: (buffer: number) => Moved | undefined
  /** A variable of the module that nobody else has. */
  readonly variable: () => Global
  /** How many elements it has. */
  readonly sizeOf: (buffer: number) => number
  /** Room for one kernel's own use, from this address; the module makes it as large as the most demanding kernel asks for. */
  readonly scratch: (bytes: number) => number
  /** Calls a mathematical function of the module. */
  readonly call: (name: string, dtype: DType, ...args: ReadonlyArray<Vector>) => Vector
  /** The number of a function that kernels share; made when it is first asked for under its name, which says all about it. */
  readonly shared: (name: string, make: () => Func) => number
  /** Notes that a value has no answer; the first note counts. `what` is for the message. */
  readonly fault: (operation: string, message: (what: number) => string, what: Value<'i32'>) => Statement
}

/** Where a buffer is, or so many bytes behind. */
export const addressOf = (site: Site, buffer: number, bytes = 0): Value<'i32'> => {
  const [at, moved] = [i32.const(site.address(buffer) + bytes), site.moved(buffer)]
  return moved === undefined ? at : i32.add(moved.bytes, at)
}
