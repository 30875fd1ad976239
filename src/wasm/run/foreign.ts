/** Users' primitives at work: what a module calls outside of itself, on tensors that are copied from its memory. */
import * as E from 'fp-ts/lib/Either.js'
import type { RunError } from '../../graph/failure.js'
import { applied } from '../../graph/primitive.js'
import { elements, own, type Tensor } from '../../tensor/Tensor.js'
import type { ForeignCall } from '../emit/foreign.js'
import type { Port } from '../kernel/plan.js'
import type { Machine } from './host.js'
import { accessTo, type Access } from './memory.js'

/** A call with its ways into memory, which are made once. */
interface Opened {
  readonly call: ForeignCall
  readonly operands: ReadonlyArray<{ readonly port: Port; readonly access: Access }>
  readonly results: ReadonlyArray<Access | undefined>
}

const opened = (machine: Machine, call: ForeignCall): Opened => ({
  call,
  operands: call.operands.map((port) => ({ port, access: accessTo(machine, port) })),
  results: call.results.map((port) => (port === undefined ? undefined : accessTo(machine, port)))
})

const answered = ({ call, operands, results }: Opened): RunError | undefined => {
  const xs = operands.map(({ port, access }): Tensor => own(port.shape, port.dtype, access.read()))
  const made = applied({ rule: call.rule, results: call.declared }, xs)
  if (E.isLeft(made)) return made.left
  results.forEach((access, i) => access?.write(elements(made.right[i]!)))
  return undefined
}

/** What is noted for a call that has no answer: others are noted as positive numbers. */
export const foreignFault = -1

/** Answers the calls of a machine; tells what the last one that failed said. */
export const answering = (
  machine: Machine,
  calls: ReadonlyArray<ForeignCall>,
  note: Int32Array
): (() => RunError | undefined) => {
  const all = calls.map((call) => opened(machine, call))
  let failure: RunError | undefined
  machine.answer((k) => {
    const wrong = note[0] === 0 ? answered(all[k]!) : undefined
    if (wrong === undefined) return
    failure = wrong
    note[0] = foreignFault
  })
  return () => failure
}
