/** The WebAssembly engine: a program is one module, and a run is one call. */
import * as E from 'fp-ts/lib/Either.js'
import { causes, invalid } from '../../graph/error.js'
import type { Input, Node } from '../../graph/Expr.js'
import { compileError, runError, type CompileError, type RunError } from '../../graph/failure.js'
import { topological } from '../../graph/fold.js'
import { canonical, merge, type Canonical } from '../../graph/merge.js'
import { simplify } from '../../rules/simplify.js'
import { equalDims, size } from '../../tensor/dims.js'
import { elements, type Tensor } from '../../tensor/Tensor.js'
import { widthOf } from '../emit/memory.js'
import { emit, faultAddress, reserved, type FaultKind, type Transfer } from '../emit/program.js'
import { encode, pageSize } from '../encode/module.js'
import { oriented } from '../lower/orient.js'
import { lower, type Lowered } from '../lower/lower.js'
import { machineOf } from './host.js'
import { accessTo, type Port } from './memory.js'
import { resident } from './resident.js'
import { inPlace, type Succession } from '../plan/alias.js'
import { layout, lifetimes, reads, writes, type Lifetime } from '../plan/memory.js'

export type Run = (inputs: ReadonlyArray<Tensor>) => E.Either<RunError, ReadonlyArray<Tensor>>

/** Where each buffer lies: those that last from before the first kernel to after the last, and the others in between. */
interface Plan {
  readonly port: (buffer: number) => Port
  readonly end: number
}

/** Results by position that can be the next run's arguments: they have the shape and dtype of an argument in the same place that is used. */
const successionsOf = (
  { nodes }: Canonical,
  { kernels, outputs: buffers }: Lowered,
  inputs: ReadonlyArray<Input>,
  outputs: ReadonlyArray<Node>
): ReadonlyMap<number, Succession> => {
  const read = new Set(kernels.flatMap(reads).map((a) => a.buffer))
  const at = new Map(nodes.map((n, i) => [n, i]))
  const pairs = outputs.flatMap(({ shape, dtype }, k): ReadonlyArray<readonly [number, Succession]> => {
    const [x, argument] = [inputs[k], at.get(inputs[k]!)]
    const fits = x?.dtype === dtype && equalDims(x.shape, shape) && size(shape) > 0
    return fits && argument !== undefined && read.has(argument)
      ? [[k, { argument, result: buffers[k]! }]]
      : []
  })
  return new Map(pairs)
}

const planOf = (
  { nodes }: Canonical,
  { kernels, outputs, buffer }: Lowered,
  successions: ReadonlyArray<Succession>
): Plan => {
  const bytes = (id: number): number => buffer(id).size * widthOf(buffer(id).dtype)
  const placedOver = inPlace(kernels, successions)
  const written = lifetimes(kernels, bytes, new Set(outputs)).filter((w) => !placedOver.has(w.buffer))
  const made = new Set(kernels.flatMap(writes).map((a) => a.buffer))
  const used = new Set([...kernels.flatMap(reads).map((a) => a.buffer), ...outputs])
  const lasting = [...used]
    .filter((id) => !made.has(id))
    .map((id): Lifetime => ({ buffer: id, bytes: bytes(id), from: -1, to: kernels.length }))
  const { addresses, end } = layout(reserved, [...lasting, ...written])
  const address = (id: number): number => addresses.get(placedOver.get(id) ?? id) ?? 0
  return { end, port: (id) => ({ at: address(id), ...buffer(id), shape: nodes[id]?.shape ?? [] }) }
}

const unsupported = (n: Node): Node =>
  invalid(
    n._tag === 'Custom' ? n.rule.name : n._tag,
    [n],
    'a primitive of your own has no WebAssembly lowering; compile with the reference engine'
  )

/** Root causes of invalid nodes, inputs that nobody binds, and operations that this engine lacks. */
const faultsOf = (order: ReadonlyArray<Node>, inputs: ReadonlyArray<Input>): CompileError | undefined => {
  const loose = order.flatMap((n) =>
    n._tag === 'Input' && !inputs.includes(n)
      ? [
          invalid(
            'compile',
            [n],
            `input ${n.name} has no value; make it an argument of the compiled function`
          )
        ]
      : n._tag === 'Custom'
        ? [unsupported(n)]
        : []
  )
  const errors = causes([...order, ...loose])
  return errors.length === 0 ? undefined : compileError(errors)
}

const noted = (memory: ArrayBuffer, faults: ReadonlyArray<FaultKind>) => {
  const note = new Int32Array(memory, faultAddress, 2)
  return (): RunError | undefined => {
    if (note[0] === 0) return undefined
    const [kind = 0, what = 0] = note
    note.fill(0)
    const fault = faults[kind - 1]
    return fault === undefined ? undefined : runError(fault.operation, fault.message(what))
  }
}

const mostPages = 65536

const tooLarge = (pages: number): CompileError => {
  const gigabytes = ((pages * pageSize) / 2 ** 30).toFixed(1)
  const message = `needs ${gigabytes} GiB of memory, more than the 4 GiB that a program can have`
  return compileError(causes([invalid('compile', [], message)]))
}

interface Ports {
  readonly inputs: ReadonlyArray<Port | undefined>
  readonly outputs: ReadonlyArray<Port>
}

const portsOf = (
  { nodes }: Canonical,
  plan: Plan,
  inputs: ReadonlyArray<Input>,
  outputs: ReadonlyArray<Node>,
  buffers: ReadonlyArray<number>
): Ports => {
  const at = new Map(nodes.map((n, i) => [n, i]))
  const placed = (x: Input): Port | undefined => {
    const port = plan.port(at.get(x) ?? -1)
    return port.at > 0 ? port : undefined
  }
  return {
    inputs: inputs.map((x) => (at.has(x) ? placed(x) : undefined)),
    outputs: outputs.map(({ shape }, k) => ({ ...plan.port(buffers[k]!), shape, size: size(shape) }))
  }
}

const transfersOf = (plan: Plan, successions: Iterable<Succession>): ReadonlyArray<Transfer> =>
  [...successions].flatMap(({ argument, result }) => {
    const [from, to] = [plan.port(result), plan.port(argument)]
    return from.at === to.at ? [] : [{ from: from.at, to: to.at, bytes: to.size * widthOf(to.dtype) }]
  })

/** Compiles a graph to a module, and the module to a function; all that is wrong with the graph otherwise. */
export const program = (
  outputs: ReadonlyArray<Node>,
  inputs: ReadonlyArray<Input>
): E.Either<CompileError, Run> => {
  const wrong = faultsOf(topological(outputs), inputs)
  if (wrong !== undefined) return E.left(wrong)
  const listed = canonical(oriented(simplify(merge(outputs, 'erased'))), 'erased')
  const lowered = lower(listed)
  const successions = successionsOf(listed, lowered, inputs, outputs)
  const plan = planOf(listed, lowered, [...successions.values()])
  const ports = portsOf(listed, plan, inputs, outputs, lowered.outputs)
  const { module, faults } = emit(
    lowered.kernels,
    { address: (id) => plan.port(id).at, sizeOf: (id) => lowered.buffer(id).size, end: plan.end },
    transfersOf(plan, successions.values())
  )
  if (module.pages > mostPages) return E.left(tooLarge(module.pages))
  const { memory, step, commit } = machineOf(encode(module))
  const access = (port: Port) => accessTo(memory.buffer, port)
  listed.nodes.forEach((n, i) => {
    if (n._tag === 'Constant' && plan.port(i).at > 0) access(plan.port(i)).write(elements(n.value))
  })
  const fault = noted(memory.buffer, faults)
  return E.right(
    resident({
      inputs: ports.inputs.map((port) => (port === undefined ? undefined : access(port))),
      outputs: ports.outputs.map((port) => ({ port, access: access(port) })),
      carried: new Set(successions.keys()),
      step: () => {
        step()
        return fault()
      },
      commit
    })
  )
}
