/** One module for a program: a function for each kernel, the mathematical functions that they use, and a step that runs them in order. */
import type { DType } from '../../tensor/DType.js'
import { size } from '../../tensor/dims.js'
import {
  callFunction,
  callStatement,
  global,
  local,
  locals,
  memoryCopy,
  sequence,
  when,
  type Func
} from '../encode/control.js'
import { bytesOf } from '../encode/code.js'
import { pageSize, type Module } from '../encode/module.js'
import { i32 } from '../encode/value.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Transfer } from '../kernel/plan.js'
import { functionNamed, type MathFunction } from '../math/index.js'
import { emitArg } from '../emit/arg.js'
import { emitBits } from '../emit/bits.js'
import { emitLookup } from '../emit/lookup.js'
import { emitNest } from '../emit/nest.js'
import { emitPool } from '../emit/pool.js'
import { emitPatches } from '../emit/product/patches.js'
import { emitProduct } from '../emit/product/product.js'
import { emitRows } from '../emit/rows.js'
import { joined } from '../emit/copy.js'
import { emitBranch, emitLoop, emitRepeat } from '../emit/nested.js'
import { calling, emitForeign, isForeign, type ForeignCall } from '../emit/foreign.js'
import type { Site } from '../emit/site.js'
import { tidying } from '../emit/canonicalNaN.js'

/** What a run may find to have no answer: the operation, and the message for the value that was noted. */
export interface FaultKind {
  readonly operation: string
  readonly message: (what: number) => string
}

export interface Emitted {
  readonly module: Module
  /** The kernels whose code are the first functions of the module, in the same order. */
  readonly kernels: ReadonlyArray<Kernel>
  /** Functions of kernels, those inside others included, by their place in the module. */
  readonly indexOf: ReadonlyMap<Kernel, number>
  /** Bytes behind the buffers that kernels use while they run. */
  readonly scratch: number
  readonly faults: ReadonlyArray<FaultKind>
  /** What the module calls outside of itself, by number. */
  readonly calls: ReadonlyArray<ForeignCall>
}

/** The first bytes of memory: which fault was noted (0 for none), and of what. */
export const faultAddress = 0
export const reserved = 16

const lanesName = (d: DType): string => (d === 'f64' ? 'f64x2' : 'f32x4')

const mathFunction = (f: MathFunction, call: (name: string) => number): Func => {
  const parameters = Array.from({ length: f.arity }, () => 'v128' as const)
  const scope = locals(parameters)
  const { code } = f.build(
    parameters.map((t, i) => local(t, i)),
    scope,
    (other, ...args) => callFunction('v128', call(other), ...args)
  )
  return { name: f.name, parameters, results: ['v128'], locals: scope.types(), body: code }
}

/** Functions that kernels share, by name, numbered from `first` in the order in which they are asked for. */
const library = (first: number) => {
  const order: Array<() => Func> = []
  const known = new Map<string, number>()
  const add = (make: () => Func): number => first + order.push(make) - 1
  const define = (name: string, make: () => Func): number => {
    const index = known.get(name) ?? add(make)
    known.set(name, index)
    return index
  }
  const mathematical = (name: string): number =>
    define(name, () => mathFunction(functionNamed(name)!, mathematical))
  /** Functions may ask for others while they are built. */
  const build = (): ReadonlyArray<Func> => {
    const out: Array<Func> = []
    for (let make = order[0]; make !== undefined; make = order[out.length]) out.push(make())
    return out
  }
  return { add, define, mathematical, build }
}

const isEmpty = (k: Kernel): boolean => {
  switch (k._tag) {
    case 'Nest':
      return size(k.domain) === 0 && k.reductions.length === 0
    case 'Product':
      return k.batch * k.m * k.n === 0
    case 'Arg':
      return size(k.domain) === 0
    case 'Bits':
      return k.keys * k.counters === 0
    case 'Rows':
    case 'Foreign':
    case 'Lookup':
    case 'Patches':
    case 'Pool':
    case 'Loop':
    case 'Repeat':
    case 'Branch':
      return false
  }
}

const emitKernel = (site: Site, k: Kernel): Func => {
  switch (k._tag) {
    case 'Loop':
      return emitLoop(site, k)
    case 'Repeat':
      return emitRepeat(site, k)
    case 'Branch':
      return emitBranch(site, k)
    case 'Foreign':
      return emitForeign(site, k)
    case 'Nest':
      return emitNest(site, k)
    case 'Rows':
      return emitRows(site, k)
    case 'Product':
      return emitProduct(site, k)
    case 'Patches':
      return emitPatches(site, k)
    case 'Pool':
      return emitPool(site, k)
    case 'Arg':
      return emitArg(site, k)
    case 'Bits':
      return emitBits(site, k)
    case 'Lookup':
      return emitLookup(site, k)
  }
}

/** With its code written out, which takes a fraction of the room that the parts take. */
const written = (f: Func): Func => ({ ...f, body: bytesOf(f.body) })

/** Where everything lies: buffers, and behind them room for whatever kernels need while they run. */
export interface Addresses {
  readonly address: (buffer: number) => number
  readonly sizeOf: (buffer: number) => number
  readonly end: number
}

/** Calls per function, so that no function grows with the program. */
const callsEach = 256

const chunks = <A>(xs: ReadonlyArray<A>, n: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(xs.length / n) }, (_, i) => xs.slice(i * n, (i + 1) * n))

const caller = (name: string, indices: ReadonlyArray<number>): Func => ({
  name,
  parameters: [],
  results: [],
  locals: [],
  body: sequence(...indices.map((i) => callStatement(i))).code
})

const transferring = (transfers: ReadonlyArray<Transfer>): Func => ({
  name: 'commit',
  parameters: [],
  results: [],
  locals: [],
  body: sequence(...joined(transfers).map((t) => memoryCopy(i32.const(t.to), i32.const(t.from), t.bytes)))
    .code
})

type Library = ReturnType<typeof library>

/** Notes the first fault; each has a kind of its own. */
const noting =
  (faults: Array<FaultKind>): Site['fault'] =>
  (operation, message, what) => {
    const kind = faults.push({ operation, message })
    const note = i32.const(faultAddress)
    return when(
      i32.eqz(i32.load({ base: note, offset: 0 })),
      sequence(
        i32.store({ base: note, offset: 0 }, i32.const(kind)),
        i32.store({ base: note, offset: 4 }, what)
      )
    )
  }

/** Runs the kernels inside of another one: each is a function, whose place is noted. */
const running =
  (functions: Library, region: () => number, note: (k: Kernel, index: number) => void): Site['run'] =>
  (given, inside) => {
    const inner = { ...given, region: region() }
    const indices = inside
      .filter((k) => !isEmpty(k))
      .map((k) => {
        const index = functions.add(() => written(emitKernel(inner, k)))
        note(k, index)
        return index
      })
    const parts = chunks(indices, callsEach)
    const called =
      parts.length <= 1
        ? indices
        : parts.map((some, i) => functions.add(() => caller(`inside ${String(i)}`, some)))
    return sequence(...called.map((i) => callStatement(i)))
  }

/** For so many bytes: a kernel may read a vector past its last element. */
const pagesFor = (bytes: number): number => Math.max(1, Math.ceil((bytes + 256) / pageSize))

/** Numbers from 0 on, each once. */
const counter = () => {
  let n = 0
  return { next: (): number => n++, count: (): number => n }
}

/** Room behind the buffers that one kernel after the other may use. */
const scratchRoom = (end: number) => {
  let bytes = 0
  const take = (more: number): number => {
    bytes = Math.max(bytes, more)
    return end
  }
  return { take, bytes: () => bytes }
}

export const emit = (
  given: ReadonlyArray<Kernel>,
  { address, sizeOf, end }: Addresses,
  transfers: ReadonlyArray<Transfer>
): Emitted => {
  const kernels = given.filter((k) => !isEmpty(k))
  const faults: Array<FaultKind> = []
  const calls: Array<ForeignCall> = []
  const indexOf = new Map<Kernel, number>(kernels.map((k, i) => [k, i]))
  // Functions that are imported come before all others.
  const imports = kernels.some(isForeign) ? [calling] : []
  const start = imports.length
  const room = scratchRoom(end)
  const [regions, variables] = [counter(), counter()]
  const functions = library(start + kernels.length + Math.ceil(kernels.length / callsEach) + 4)
  const site: Site = {
    address,
    sizeOf,
    scratch: room.take,
    call: (name, dtype, ...args) =>
      callFunction('v128', functions.mathematical(`${lanesName(dtype)}.${name}`), ...args),
    shared: functions.define,
    failed: i32.load({ base: i32.const(faultAddress), offset: 0 }),
    moved: () => undefined,
    variable: () => global(variables.next()),
    region: regions.next(),
    run: running(functions, regions.next, (k, index) => indexOf.set(k, index - start)),
    foreign: (call) => calls.push(call) - 1,
    fault: noting(faults)
  }
  const own = kernels.map((k) => written(emitKernel(site, k)))
  const callers = chunks([...own.keys()], callsEach).map((places, i) =>
    caller(
      `part ${i}`,
      places.map((k) => start + k)
    )
  )
  const step = caller(
    'step',
    callers.map((_, i) => start + own.length + i)
  )
  const fixed = [step, transferring(transfers), tidying('f32'), tidying('f64')]
  const first = start + own.length + callers.length
  const all = [...own, ...callers, ...fixed, ...functions.build()]
  return {
    module: {
      imports,
      functions: all,
      exports: { step: first, commit: first + 1, tidyF32: first + 2, tidyF64: first + 3 },
      pages: pagesFor(end + room.bytes()),
      globals: variables.count(),
      data: []
    },
    kernels,
    indexOf,
    scratch: room.bytes(),
    faults,
    calls
  }
}
