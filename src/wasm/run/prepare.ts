/** From a graph to the bytes of a module, and to where in its memory everything lies. Nothing here needs a host. */
import * as E from 'fp-ts/lib/Either.js'
import { causes, invalid, showAval } from '../../graph/error.js'
import type { Input, Node } from '../../graph/Expr.js'
import { compileError, type CompileError } from '../../graph/failure.js'
import { topological } from '../../graph/fold.js'
import { canonical, type Canonical } from '../../graph/merge.js'
import { operation } from '../../graph/print.js'
import { simplify } from '../../rules/simplify.js'
import { equalDims, size } from '../../tensor/dims.js'
import { widthOf } from '../emit/memory.js'
import { emit, reserved, type Emitted, type Transfer } from '../emit/program.js'
import { encode, pageSize } from '../encode/module.js'
import { fused } from '../fuse/index.js'
import { lower, type Lowered } from '../lower/lower.js'
import { oriented } from '../lower/orient.js'
import { inPlace, type Succession } from '../plan/alias.js'
import { layout, lifetimes, reads, writes, type Lifetime } from '../plan/memory.js'
import type { Port } from './memory.js'

/** Where each buffer lies: those that last from before the first kernel to after the last, and the others in between. */
export interface Plan {
  readonly port: (buffer: number) => Port
  /** Every buffer with the kernels between which it holds its value. */
  readonly lifetimes: ReadonlyArray<Lifetime>
  readonly end: number
}

/** A program ready for a host. */
export interface Prepared {
  readonly listed: Canonical
  readonly lowered: Lowered
  readonly plan: Plan
  /** `undefined` for arguments that the program does not use. */
  readonly inputs: ReadonlyArray<Port | undefined>
  readonly outputs: ReadonlyArray<Port>
  /** Positions at which a result is the next run's argument. */
  readonly carried: ReadonlySet<number>
  /** Positions at which a result would be that, if the program used the argument. */
  readonly unread: ReadonlySet<number>
  readonly transfers: ReadonlyArray<Transfer>
  readonly emitted: Emitted
  readonly bytes: Uint8Array
}

/** Whether a result can be the next run's argument: it has the shape and dtype of the one in the same place. */
const follows = ({ shape, dtype }: Node, x: Input | undefined): boolean =>
  x?.dtype === dtype && equalDims(x.shape, shape) && size(shape) > 0

/** Those of such results by position whose argument is used, so that they must be where it is. */
const successionsOf = (
  { nodes }: Canonical,
  { kernels, outputs: buffers }: Lowered,
  inputs: ReadonlyArray<Input>,
  outputs: ReadonlyArray<Node>
): ReadonlyMap<number, Succession> => {
  const read = new Set(kernels.flatMap(reads).map((a) => a.buffer))
  const at = new Map(nodes.map((n, i) => [n, i]))
  const pairs = outputs.flatMap((n, k): ReadonlyArray<readonly [number, Succession]> => {
    const argument = at.get(inputs[k]!)
    return follows(n, inputs[k]) && argument !== undefined && read.has(argument)
      ? [[k, { argument, result: buffers[k]! }]]
      : []
  })
  return new Map(pairs)
}

const planOf = (
  { nodes }: Canonical,
  { kernels, outputs, buffer }: Lowered,
  successions: ReadonlyArray<Succession>,
  start: number
): Plan => {
  const bytes = (id: number): number => buffer(id).size * widthOf(buffer(id).dtype)
  const placedOver = inPlace(kernels, successions)
  const written = lifetimes(kernels, bytes, new Set(outputs))
  const made = new Set(kernels.flatMap(writes).map((a) => a.buffer))
  const used = new Set([...kernels.flatMap(reads).map((a) => a.buffer), ...outputs])
  const lasting = [...used]
    .filter((id) => !made.has(id))
    .map((id): Lifetime => ({ buffer: id, bytes: bytes(id), from: -1, to: kernels.length }))
  const own = written.filter((w) => !placedOver.has(w.buffer))
  const { addresses, end } = layout(start, [...lasting, ...own])
  const address = (id: number): number => addresses.get(placedOver.get(id) ?? id) ?? 0
  return {
    end,
    lifetimes: [...lasting, ...written],
    port: (id) => ({ at: address(id), ...buffer(id), shape: nodes[id]?.shape ?? [] })
  }
}

const unsupported = (n: Node): Node =>
  invalid(
    n._tag === 'Custom' ? n.rule.name : n._tag,
    [n],
    'a primitive of your own has no WebAssembly lowering; compile with the reference engine'
  )

const unbound = (n: Input): Node =>
  invalid('compile', [n], `input ${n.name} has no value; make it an argument of the compiled function`)

/** Root causes of invalid nodes, inputs that nobody binds, and operations that this engine lacks. */
const faultsOf = (order: ReadonlyArray<Node>, inputs: ReadonlyArray<Input>): CompileError | undefined => {
  const bound = new Set<Node>(inputs)
  const loose = order.flatMap((n) =>
    n._tag === 'Input' && !bound.has(n) ? [unbound(n)] : n._tag === 'Custom' ? [unsupported(n)] : []
  )
  const errors = causes([...order, ...loose])
  return errors.length === 0 ? undefined : compileError(errors)
}

const mostPages = 65536

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/** Buffers that alone would fill a part of the memory worth telling. */
const largestOf = ({ nodes }: Canonical, { lifetimes: all }: Plan): string =>
  [...all]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .flatMap(({ buffer, bytes }) => {
      const n = nodes[buffer]
      return n === undefined ? [] : [`${operation(n)} ${showAval(n)} (${gibibytes(bytes)})`]
    })
    .join(', ')

const tooLarge = (listed: Canonical, plan: Plan, pages: number): CompileError => {
  const needs = `needs ${gibibytes(pages * pageSize)} of memory at once, more than the 4 GiB that a WebAssembly program can have`
  const message = `${needs}; most for ${largestOf(listed, plan)}; use smaller batches, or a program for each part`
  return compileError(causes([invalid('compile', [], message)]))
}

const portsOf = ({ nodes }: Canonical, plan: Plan, inputs: ReadonlyArray<Input>): Prepared['inputs'] => {
  const at = new Map(nodes.map((n, i) => [n, i]))
  return inputs.map((x) => {
    const port = plan.port(at.get(x) ?? -1)
    return at.has(x) && port.at > 0 ? port : undefined
  })
}

const transfersOf = (plan: Plan, successions: Iterable<Succession>): ReadonlyArray<Transfer> =>
  [...successions].flatMap(({ argument, result }) => {
    const [from, to] = [plan.port(result), plan.port(argument)]
    return from.at === to.at ? [] : [{ from: from.at, to: to.at, bytes: to.size * widthOf(to.dtype) }]
  })

/** All passes in order, or all that is wrong with the graph. Buffers lie at `start` and behind. */
export const prepare = (
  outputs: ReadonlyArray<Node>,
  inputs: ReadonlyArray<Input>,
  start: number = reserved,
  fuse: (lowered: Lowered) => Lowered = fused,
  lowering: (listed: Canonical) => Lowered = lower
): E.Either<CompileError, Prepared> => {
  const wrong = faultsOf(topological(outputs), inputs)
  if (wrong !== undefined) return E.left(wrong)
  const listed = canonical(oriented(simplify(outputs, 'run')), 'run')
  const lowered = fuse(lowering(listed))
  const successions = successionsOf(listed, lowered, inputs, outputs)
  const plan = planOf(listed, lowered, [...successions.values()], start)
  const transfers = transfersOf(plan, successions.values())
  const places = {
    address: (id: number) => plan.port(id).at,
    sizeOf: (id: number) => lowered.buffer(id).size
  }
  const emitted = emit(lowered.kernels, { ...places, end: plan.end }, transfers)
  const { pages } = emitted.module
  const ports = portsOf(listed, plan, inputs)
  if (pages > mostPages) return E.left(tooLarge(listed, plan, pages))
  return E.right({
    listed,
    lowered,
    plan,
    inputs: ports,
    outputs: outputs.map(({ shape }, k) => ({
      ...plan.port(lowered.outputs[k]!),
      shape,
      size: size(shape)
    })),
    carried: new Set(successions.keys()),
    unread: new Set(outputs.flatMap((n, k) => (follows(n, inputs[k]) && ports[k] === undefined ? [k] : []))),
    transfers,
    emitted,
    bytes: encode(emitted.module)
  })
}
