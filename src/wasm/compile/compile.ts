/** From a graph to the bytes of a module, and to where in its memory everything lies. Nothing here needs a host. */
import * as E from 'fp-ts/lib/Either.js'
import { causes, invalid, showAval } from '../../graph/error.js'
import { isMany, type Input, type Node, type Value } from '../../graph/Expr.js'
import { compileError, type CompileError } from '../../graph/failure.js'
import { topological } from '../../graph/fold.js'
import { canonical, type Canonical } from '../../graph/merge.js'
import { faultsOf } from '../../graph/program.js'
import type { Region } from '../../graph/Region.js'
import { withLoops } from '../../rules/loop/index.js'
import { simplify } from '../../rules/simplify.js'
import { equalDims, size, type Dims } from '../../tensor/dims.js'
import { emit, reserved, type Emitted } from './emit.js'
import { encode, pageSize } from '../encode/module.js'
import { fused } from '../fuse/index.js'
import { embedding, type Passes as Inner } from './embed.js'
import type { Lowered } from '../kernel/kernel.js'
import { lower } from '../lower/lower.js'
import { commuted } from '../lower/commute.js'
import type { Donation } from '../plan/donate.js'
import { movable } from '../kernel/moving.js'
import { reads } from '../kernel/uses.js'
import type { Plan } from '../kernel/plan.js'
import { planner, planOf } from '../plan/plan.js'
import { operation } from '../../graph/families.js'
import type { Port } from '../kernel/plan.js'

/** A program ready for a host. */
export interface Compiled {
  readonly listed: Canonical
  readonly lowered: Lowered
  readonly plan: Plan
  /** Where a buffer lies and what it holds; at 0 those that no kernel uses. */
  readonly port: (buffer: number) => Port
  /** `undefined` for arguments that the program does not use. */
  readonly inputs: ReadonlyArray<Port | undefined>
  readonly outputs: ReadonlyArray<Port>
  /** Positions at which a result is the next run's argument. */
  readonly carried: ReadonlySet<number>
  /** Positions at which a result would be that, if the program used the argument. */
  readonly unread: ReadonlySet<number>
  readonly emitted: Emitted
  readonly bytes: Uint8Array
}

/** Whether a result can be the next run's argument: it has the shape and dtype of the one in the same place. */
const follows = ({ shape, dtype }: Value, x: Input | undefined): boolean =>
  x?.dtype === dtype && equalDims(x.shape, shape) && size(shape) > 0

/** Those of such results by position whose argument is used, so that they must be where it is. */
const donationsOf = (
  { nodes }: Canonical,
  { kernels, outputs: buffers }: Lowered,
  { parameters: inputs, results: outputs }: Region
): ReadonlyMap<number, Donation> => {
  const read = new Set(kernels.flatMap(reads).map((a) => a.buffer))
  const at = new Map(nodes.map((n, i) => [n, i]))
  const pairs = outputs.flatMap((n, k): ReadonlyArray<readonly [number, Donation]> => {
    const argument = at.get(inputs[k]!)
    return follows(n, inputs[k]) && argument !== undefined && read.has(argument)
      ? [[k, { argument, result: buffers[k]! }]]
      : []
  })
  return new Map(pairs)
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
      return n === undefined || isMany(n) ? [] : [`${operation(n)} ${showAval(n)} (${gibibytes(bytes)})`]
    })
    .join(', ')

const tooLarge = (listed: Canonical, plan: Plan, pages: number): CompileError => {
  const needs = `needs ${gibibytes(pages * pageSize)} of memory at once, more than the 4 GiB that a WebAssembly program can have`
  const message = `${needs}; most for ${largestOf(listed, plan)}; use smaller batches, or a program for each part`
  return compileError(causes([invalid('compile', [], message)]))
}

/** Those of a whole program. */
export interface Passes extends Inner {
  /** Where buffers begin. */
  readonly start: number
}

export const usual: Passes = {
  start: reserved,
  lower,
  fuse: fused,
  planner,
  inPlace: movable,
  packsOnce: true
}

const portsOf = (
  { nodes }: Canonical,
  port: Compiled['port'],
  inputs: ReadonlyArray<Input>
): Compiled['inputs'] => {
  const at = new Map(nodes.map((n, i) => [n, i]))
  return inputs.map((x) => {
    const i = at.get(x)
    const place = i === undefined ? undefined : port(i)
    return place !== undefined && place.at > 0 ? place : undefined
  })
}

/** The shape of a value; buffers that hold none, such as copies, are only read as they are. */
const shapeOf = (n: Node | undefined): Dims => (n === undefined || isMany(n) ? [] : n.shape)

/** The graphs that kernels are made of: after all passes over graphs. */
const settled = (outputs: ReadonlyArray<Value>): Canonical =>
  canonical(commuted(withLoops(simplify(outputs, 'run'))), 'run')

/** The operations that a program runs. */
export const optimized = ({ parameters, results }: Region): Region => {
  const { nodes, roots } = settled(results)
  return { parameters, results: roots.map((k) => nodes[k] as Value) }
}

/** All passes in order, or all that is wrong with the graph. */
export const compileModule = (
  region: Region,
  passes: Partial<Passes> = {}
): E.Either<CompileError, Compiled> => {
  const { start, ...inner } = { ...usual, ...passes }
  const { results: outputs, parameters: inputs } = region
  const wrong = faultsOf(topological(outputs), inputs)
  if (wrong !== undefined) return E.left(wrong)
  const listed = settled(outputs)
  const lowered = inner.fuse(inner.lower(listed, embedding(inner)))
  const donations = donationsOf(listed, lowered, region)
  const plan = planOf(inner.planner)(lowered, [...donations.values()], start)
  const port = (id: number): Port => ({
    at: plan.address(id) ?? 0,
    ...lowered.buffer(id),
    shape: shapeOf(listed.nodes[id])
  })
  const places = {
    address: (id: number) => port(id).at,
    sizeOf: (id: number) => lowered.buffer(id).size
  }
  const emitted = emit(lowered.kernels, { ...places, end: plan.end }, plan.transfers)
  const { pages } = emitted.module
  const ports = portsOf(listed, port, inputs)
  if (pages > mostPages) return E.left(tooLarge(listed, plan, pages))
  return E.right({
    listed,
    lowered,
    plan,
    port,
    inputs: ports,
    outputs: outputs.map(({ shape }, k) => ({
      ...port(lowered.outputs[k]!),
      shape,
      size: size(shape)
    })),
    carried: new Set(donations.keys()),
    unread: new Set(outputs.flatMap((n, k) => (follows(n, inputs[k]) && ports[k] === undefined ? [k] : []))),
    emitted,
    bytes: encode(emitted.module)
  })
}
